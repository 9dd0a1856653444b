"""Whom a change of a session is told to: so many by letter, and by name those to whom no letter can go."""

import pytest
from sqlalchemy import select

from tests.bookings.by_page import book, cancel, coming_session, person_with_post
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.bookings.rules import LETTER_OF_THE_END, WhoIsTold
from training_app.bookings.wording import told_in_words
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.outbox.rules import LetterState
from training_app.people.models import Person
from training_app.programme.models import TrainingSession

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def session(app) -> int:
    """Booked by two people with an email, by Nora and by Zoë without; Zoë waits."""
    with app.app_context():
        session_id = coming_session(capacity=3)
        for name, email in (("Ann", "ann@a.example"), ("Nora", None), ("Ben", "ben@a.example"), ("Zoë", None)):
            book(session_id, person_with_post(name, email=email))
        return session_id


def told(app, kind: str) -> int:
    with app.app_context():
        return db.session.query(Letter).filter(Letter.kind == kind).count()


def test_whoever_calls_a_session_off_learns_whom_to_tell_in_person(app, browser_of, session):
    office = browser_of(Role.OFFICE)
    page = office.get(f"/staff/sessions/{session}/cancel")
    yourself = "Tell Nora and Zoë yourself: no email is known."
    assert f"2 people will be told by letter. {yourself} Your reason is told too." in page.text
    done = office.follow(office.send(page, {"why": "Snow"}))
    assert f"Cancelled. 2 people are being told by letter. {yourself}" in done.text
    assert told(app, "session cancelled") == 2
    booked = office.get(f"/sessions/{session}/bookings").text
    assert "2 people are being told by letter. 2 people have no email here: the business office tells them." in booked
    assert booked.count("No email: tell them yourself") == 2


def test_who_was_told_stays_whatever_becomes_of_their_email(app, browser_of, session):
    office = browser_of(Role.OFFICE)
    office.send(office.get(f"/staff/sessions/{session}/cancel"), {"why": "Snow"})
    with app.app_context(), transaction():
        emails = {"Ann": None, "Zoë": "zoe@a.example"}
        for person in db.session.query(Person).filter(Person.name.in_(emails)):
            person.email = emails[person.name]
    page = office.get(f"/sessions/{session}/bookings").text
    assert "2 people are being told by letter. 1 person has no email here and 1 had none then: the business" in page
    assert page.count("No email: tell them yourself") == 1 and page.count("No letter went: tell them yourself") == 1


def test_nobody_counts_as_told_whose_letter_did_not_go(app, browser_of, session):
    office = browser_of(Role.OFFICE)
    office.send(office.get(f"/staff/sessions/{session}/cancel"), {"why": "Snow"})
    with app.app_context(), transaction():
        first, second = db.session.scalars(select(Letter).where(Letter.kind == LETTER_OF_THE_END).order_by(Letter.id))
        first.state, second.state = LetterState.SENT, LetterState.FAILED
        first.sent_at = clock.now()
    page = office.get(f"/sessions/{session}/bookings").text
    assert "1 person was told by letter. The letter to 1 person could not be sent. 2 people have no email" in page
    assert page.count("The letter could not be sent: tell them yourself") == 1


def test_who_cancelled_before_was_not_told_of_the_end(app, browser_of):
    with app.app_context():
        session_id = coming_session(capacity=3)
        cancel(book(session_id, person_with_post("Nora")))
    office = browser_of(Role.OFFICE)
    office.send(office.get(f"/staff/sessions/{session_id}/cancel"), {"why": "Snow"})
    page = office.get(f"/sessions/{session_id}/bookings").text
    assert "Nobody had a place or waited for one then." in page and "tell them yourself" not in page


def test_many_whom_no_letter_reaches_are_counted_and_listed(app, browser_of):
    with app.app_context():
        session_id = coming_session(capacity=9)
        for number in range(5):
            book(session_id, person_with_post(f"Pat Number{number}"))
        part = db.session.get_one(TrainingSession, session_id).parts[0].id
    office = browser_of(Role.OFFICE)
    page = office.get(f"/staff/sessions/{session_id}/cancel")
    assert "5 people have no email here: tell them yourself." in page.text
    assert "Who has no email (5)" in page.text and "Pat Number4" in page.text
    check = office.send(office.get(f"/staff/sessions/{session_id}/parts/{part}"), {"day": "1 July 2027"}, status=200)
    assert check.heading == "Check before you save" and "and tell them" not in check.text
    assert "Who has no email (5)" in check.text


def test_so_does_whoever_moves_it(app, browser_of, session):
    office = browser_of(Role.OFFICE)
    with app.app_context():
        part = db.session.get_one(TrainingSession, session).parts[0].id
    form = office.get(f"/staff/sessions/{session}/parts/{part}")
    check = office.send(form, {"day": "1 July 2027"}, status=200)
    assert check.heading == "Check before 4 people are told"
    assert "2 people will be told by letter. Tell Nora and Zoë yourself: no email is known." in check.text
    done = office.follow(office.send(check, {"step": "confirm"}))
    assert "Letters went to 2 people." in done.text
    history = "Bookings: 4", "People written to: 2"
    assert all(said in done.text for said in history), "it counts no letter that never went"


@pytest.mark.parametrize(
    ("to_tell", "words"),
    [
        (WhoIsTold(0), ""),
        (WhoIsTold(1), "1 person is told by letter."),
        (WhoIsTold(0, ["Nora"]), "Tell Nora yourself: no email is known."),
        (WhoIsTold(0, [f"P{n}" for n in range(32)]), "32 people have no email here: tell them yourself."),
        (WhoIsTold(0, ["Nora", "Zoë", "Ann"]), "Tell Nora, Zoë and Ann yourself: no email is known."),
    ],
)
def test_in_words(to_tell, words):
    assert told_in_words(to_tell, "person is", "people are") == words
