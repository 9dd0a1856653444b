"""The office finds letters by recipient, subject, state and kind; whom it looks for stands in no address."""

import pytest

from tests.outbox.letters import queue_letter
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.outbox.rules import LetterState
from training_app.outbox.views import PAGE_SIZE


@pytest.fixture
def office(app, browser_of):
    browser = browser_of(Role.OFFICE)
    with app.app_context():
        for recipient in ("ann_b@school.example", "bel@school.example", "annab@clinic.example"):
            queue_letter(recipient=recipient)
        with transaction():
            one = db.session.query(Letter).filter_by(recipient="bel@school.example").one()
            one.subject, one.kind, one.state = "A place for you: 100% Neglect", "place offered", LetterState.FAILED
    return browser


def recipients(page) -> list[str]:
    known = ("ann_b@school.example", "bel@school.example", "annab@clinic.example")
    table = " ".join(page.tree.xpath("//*[local-name()='table'][1]//*[local-name()='a']/*/text()"))
    return [one for one in known if one in table]


@pytest.mark.parametrize(("typed", "found"), [
    ({"find": "ANN_B@"}, ["ann_b@school.example"]),
    ({"find": "school"}, ["ann_b@school.example", "bel@school.example"]),
    ({"find": "100% neglect"}, ["bel@school.example"]),
    ({"find": "100 place school"}, ["bel@school.example"]),
    ({"show": "failed"}, ["bel@school.example"]),
    ({"kind": "place offered"}, ["bel@school.example"]),
    ({"kind": "place offered", "show": "waiting"}, []),
    ({"kind": "no such kind"}, []),
    ({"find": "%"}, ["bel@school.example"]),
])
def test_letters_are_found(office, typed, found):
    page = office.send(office.get("/letters"), typed, status=200)
    assert recipients(page) == found
    if not found:
        assert "No letter fits that" in page.text


def test_whom_one_looks_for_stands_in_no_address_and_stays_typed(app, office):
    with app.app_context():
        for number in range(PAGE_SIZE):
            queue_letter(recipient=f"ann{number}@many.example")
    page = office.send(office.get("/letters"), {"find": "ann"}, status=200)
    assert "52 letters found." in page.text and "Page 1 of 2" in page.text
    assert not [one for one in page.links.values() if one and "ann" in one and "mailto" not in one]
    assert page.tree.xpath("//*[@id='find']/@value") == ["ann"]


def test_more_than_a_field_holds_is_refused_with_all_that_was_typed(office):
    page = office.send(office.get("/letters"), {"find": "x" * 300}, status=422)
    assert "Use at most 254 letters" in page.text and "x" * 300 in page.tree.xpath("//*[@id='find']/@value")


def test_a_search_for_nothing_says_what_to_enter(office):
    page = office.send(office.get("/letters"), {}, status=422)
    assert "Enter part of a recipient or subject, or choose a state or a kind" in page.text
    assert len(recipients(page)) == 3
