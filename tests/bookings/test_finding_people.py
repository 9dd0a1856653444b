"""The office finds whom it knows, however the name is written, and all of those who fit."""

from datetime import UTC, datetime

import pytest

from tests.bookings.by_page import found, look_for, person_with_post
from tests.browser import watched
from tests.guards import words_of
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person

NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("today")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("O'Rourke", "Ann O’Rourke"),
        ("O’ROURKE", "Ann O'Rourke"),
        ("orourke", "Ann O’Rourke"),
        ("Zoe", "Zoë Hart"),
        ("Zoe\u0308", "Zoë Hart"),
        ("Zoë", "Zoe\u0308 Hart"),
        ("Sian Los", "Siân Łoś"),
        ("los", "Siân Łoś"),
        ("Chloe", "Chloé Hathersage"),
        ("hathersage chloe", "Chloé Hathersage"),
        ("Miss Chloe Hathersage", "Chloé Hathersage"),
        ("Dr. Hathersage", "Chloé Hathersage"),
        ("Hathersage, Chl", "Dr Chloé Hathersage"),
        ("Chlo\u200be\ufeff", "Chloé Hathersage"),
        ("Chloe", "Chlo\u200bé Hathersage"),
        ("SOAR BELL", "Imogen Soar-Bell"),
    ],
)
def test_a_name_is_found_however_it_is_written(app, office, session, typed, kept):
    with app.app_context():
        person_with_post("Bob Moss")
        wanted = person_with_post(kept)
    assert list(found(look_for(office, session, typed))) == [str(wanted), "new"]


def test_whoever_has_the_whole_name_stands_before_whoever_has_part_of_it(app, office, session):
    with app.app_context():
        part, whole = person_with_post("Ann Adleeson"), person_with_post("Zed Lee")
    assert list(found(look_for(office, session, "lee"))) == [str(whole), str(part), "new"]


def test_an_email_is_found_in_either_way_of_writing_its_domain(app, office, session):
    with app.app_context():
        wanted = person_with_post("Jo Soar", email="jo@xn--bcher-kva.example")
    assert list(found(look_for(office, session, "Jo@Bücher.example"))) == [str(wanted), "new"]


def pages_of(page) -> list[str]:
    return [words_of(one) for one in page.tree.iter("{*}button") if one.get("name") == "page"]


def test_all_who_fit_are_shown_page_by_page(app, office, session):
    with app.app_context():
        wanted = [str(person_with_post(f"Smith {turn:02}")) for turn in range(45)]
    page = look_for(office, session, "smith", why="Rang us")
    seen, turns = list(found(page))[:-1], [pages_of(page)]
    assert "45 people fit." in page.text and "Page 1 of 3" in page.text
    for number in (2, 3):
        page = office.send(page, {"page": number}, status=200)
        assert "Rang us" in page.response.get_data(as_text=True), "what was typed is kept"
        seen += list(found(page))[:-1]
        turns.append(pages_of(page))
    assert seen == wanted
    assert turns == [["Next people"], ["Previous people", "Next people"], ["Previous people"]]
    after = office.send(page, {"person": wanted[-1], "why": "Rang us"})
    assert after.response.status_code == 302


def test_whoever_was_chosen_stays_chosen_on_another_page(app, office, session):
    with app.app_context():
        wanted = [str(person_with_post(f"Smith {turn:02}")) for turn in range(25)]
    page = office.send(look_for(office, session, "smith"), {"person": wanted[0], "page": 2}, status=200)
    assert list(found(page)) == [wanted[0], *wanted[20:], "new"]
    checked = [one.get("value") for one in page.tree.iter("{*}input") if one.get("checked") is not None]
    assert checked == [wanted[0]]


def test_many_more_people_cost_no_more_questions(app, office, session):
    counts = []
    for people in (30, 2000):
        with app.app_context(), transaction():
            made = [{"name": f"Smith {turn}", "created_at": NOW, "generated": False} for turn in range(people)]
            db.session.execute(Person.__table__.insert(), made)
        page = office.get(f"/sessions/{session}/bookings/new")
        with watched(app) as seen:
            office.send(page, {"find": "smith", "step": "find"}, status=200)
        counts.append(seen.count)
    assert counts[0] == counts[1] <= 16
