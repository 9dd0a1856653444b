"""The office reads comments of one course, and one after the other."""

import pytest

from tests.evaluation.answers import said
from tests.world.programme import make_session
from training_app.accounts.rules.roles import Role
from training_app.extensions import db
from training_app.programme.models import TrainingSession


@pytest.fixture
def office(browser_of, day_after):
    return browser_of(Role.OFFICE)


@pytest.fixture
def neglect(app, office) -> str:
    """The address of a course with three comments, beside another course with one."""
    with app.app_context():
        neglect, other = make_session("Neglect"), make_session("Working well")
        for words in ("Alpha", "Bravo", "Charlie"):
            said(neglect, words)
        said(other, "Delta")
        return db.session.get_one(TrainingSession, neglect.id).course.slug


def test_comments_are_narrowed_to_one_course(office, neglect):
    page = office.get(f"/comments?state=new&course={neglect}")
    assert "Alpha" in page.text and "Charlie" in page.text and "Delta" not in page.text
    assert "To read 3" in page.text
    for anything in ("", "no-such-course", "%27"):
        assert "Delta" in office.get(f"/comments?course={anything}").text


def test_they_are_read_one_after_the_other_within_the_course(office, neglect):
    page = office.get(f"/comments?course={neglect}")
    first = next(href for href in page.links.values() if href and href.startswith("/comments/"))
    seen, page = [], office.get(first)
    assert "Previous comment" not in page.links
    while True:
        seen.append(next(word for word in ("Alpha", "Bravo", "Charlie", "Delta") if word in page.text))
        if "Next comment" not in page.links:
            break
        here, page = page, office.get(page.links["Next comment"])
        assert page.links["Previous comment"] == here.response.request.full_path.rstrip("?")
    assert seen == ["Alpha", "Bravo", "Charlie"]


def test_a_decision_leads_back_to_the_comments_of_that_course(office, neglect):
    listed = office.get(f"/comments?course={neglect}")
    first = next(href for href in listed.links.values() if href and href.startswith("/comments/"))
    action = first.replace("?", "/withhold?")
    done = office.send(office.get(first), {"why": "nothing_to_quote"}, action=action)
    assert done.location == f"/comments?state=new&course={neglect}"
    left = office.follow(done).text
    assert "Bravo" in left and "Alpha" not in left and "Delta" not in left
