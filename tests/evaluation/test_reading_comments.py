"""The office reads comments of one course, and one after the other."""

import pytest

from tests.evaluation.answers import said
from tests.guards import XHTML
from tests.world.programme import make_session
from training_app.accounts.rules.roles import Role
from training_app.extensions import db
from training_app.programme.models import TrainingSession

WORDS = ("Alpha", "Bravo", "Charlie", "Delta")


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
        seen.append(next(word for word in WORDS if word in page.text))
        if "Next comment" not in page.links:
            break
        here, page = page, office.get(page.links["Next comment"])
        assert page.links["Previous comment"] == here.response.request.full_path.rstrip("?")
    assert seen == ["Alpha", "Bravo", "Charlie"]


def addresses(office, course: str) -> dict[str, str]:
    """By its words, where each comment of the course that waits stands."""
    found, page = {}, office.get(f"/comments?course={course}")
    at = next(href for href in page.links.values() if href and href.startswith("/comments/"))
    while at:
        page = office.get(at)
        found[next(word for word in WORDS if word in page.text)] = at
        at = page.links.get("Next comment")
    return found


def withheld(office, at: str, **also: str):
    return office.send(office.get(at), {"why": "nothing_to_quote"} | also, action=at.replace("?", "/withhold?"))


def test_a_decision_leads_to_the_next_comment_that_waits_in_the_same_course(office, neglect):
    at = addresses(office, neglect)
    done = withheld(office, at["Bravo"])
    assert done.location == at["Charlie"]
    page = office.follow(done)
    assert "Charlie" in page.text and "The comment is kept back. It is printed nowhere." in page.text
    again = office.get(page.links["Look at that comment again"])
    assert "Bravo" in again.text and again.links["Go on reading"] == at["Charlie"]


def test_after_the_last_in_the_list_comes_the_first_that_waits_and_in_the_end_the_list(office, neglect):
    at = addresses(office, neglect)
    done = office.send(office.get(at["Charlie"]), action=at["Charlie"].replace("?", "/release?"))
    assert done.location == at["Alpha"]
    assert withheld(office, at["Alpha"]).location == at["Bravo"]
    done = withheld(office, at["Bravo"])
    assert done.location == f"/comments?state=new&course={neglect}"
    page = office.follow(done)
    assert "All read" in page.text and "The comment is kept back" in page.text and "Delta" not in page.text
    assert "Bravo" in office.get(page.links["Look at that comment again"]).text


def test_without_a_course_it_leads_through_all_of_them(office, neglect):
    at = addresses(office, neglect)["Charlie"].partition("?")[0]
    done = office.send(office.get(at), {"why": "nothing_to_quote"}, action=f"{at}/withhold")
    assert "Delta" in office.follow(done).text and "course=" not in done.location


def test_a_decision_changed_by_the_way_back_leads_on_to_where_one_was(office, neglect):
    at = addresses(office, neglect)
    page = office.follow(withheld(office, at["Bravo"]))
    back = page.links["Look at that comment again"]
    done = office.send(office.get(back), action=back.replace("?", "/release?"))
    assert done.location == at["Charlie"]
    assert "The comment is released" in office.follow(done).text


def test_a_button_of_the_list_leaves_one_in_the_list(office, neglect):
    listed = office.get(f"/comments?course={neglect}")
    done = office.send(listed, action=next(one for one in actions(listed) if "/release" in one))
    assert done.location == f"/comments?state=new&course={neglect}"
    page = office.follow(done)
    assert "Bravo" in page.text and "Alpha" not in page.text
    assert "Alpha" in office.get(page.links["Look at that comment again"]).text


def test_of_two_who_decide_at_once_the_second_is_told_and_led_on(app, office, browser_of, neglect):
    at = addresses(office, neglect)
    page = office.get(at["Alpha"])
    colleague = office.get(at["Alpha"])
    released = office.send(colleague, action=at["Alpha"].replace("?", "/release?"))
    assert released.location == at["Bravo"]
    for act, typed in (("withhold", {"why": "nothing_to_quote"}), ("release", {})):
        done = office.send(page, typed, action=at["Alpha"].replace("?", f"/{act}?"))
        assert done.location == at["Bravo"]
        told = office.follow(done)
        assert "Someone has already dealt with this comment. It is now: Released." in told.text
    assert "Alpha" in office.get(f"/comments?state=released&course={neglect}").text


@pytest.mark.parametrize("then", ["x", "00000000-0000-0000-0000-000000000000", "%00"])
def test_an_odd_place_to_go_on_to_does_no_harm(office, neglect, then):
    at = addresses(office, neglect)["Alpha"]
    assert "Alpha" in office.get(f"{at}&then={then}").text
    page = office.get(f"{at}&then={then}")
    action = next(one for one in actions(page) if "/withhold" in one)
    assert office.follow(office.send(page, {"why": "nothing_to_quote"}, action=action)).status == 200


def actions(page) -> list[str]:
    return [one.get("action") for one in page.tree.iter(f"{XHTML}form") if one.get("method") == "post"]
