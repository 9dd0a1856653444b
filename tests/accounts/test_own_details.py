"""One's details can be changed at any time, and what was booked before keeps the agency of its day."""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.guards import XHTML
from tests.registers.acts import book_for, morning_session
from tests.world.people import agency, make_post
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person


@pytest.fixture
def person(app: Flask, browser_of):
    """A practitioner who has booked a session to come."""
    browser = browser_of(Role.PRACTITIONER)
    with app.app_context(), transaction():
        one = user_of(Role.PRACTITIONER).person
        make_post(one)
        other = agency(1)
        book_for(morning_session(), person=one)
        return browser, one.id, other.id


def test_they_are_reached_from_the_account_and_followed_everywhere_but_on_what_was_booked(app, person):
    browser, person_id, other = person
    account = browser.get("/account")
    page = browser.get(account.links["Change your name, job or agency"])
    assert "keeps the agency and the job you had when you booked" in page.text
    with app.app_context():
        before = db.session.scalars(select(Booking.agency_id).where(Booking.person_id == person_id)).one()
    typed = {"name": "Siân Prys", "agency": str(other), "post_title": "Health visitor"}
    done = browser.follow(browser.send(page, typed))
    assert "Your details are changed." in done.text and "Siân Prys" in done.text and "Health visitor" in done.text
    with app.app_context():
        assert db.session.scalars(select(Booking.agency_id).where(Booking.person_id == person_id)).one() == before
        assert db.session.get_one(Person, person_id).name == "Siân Prys"
        kinds = set(db.session.scalars(select(AuditEntry.action)))
        assert "person.renamed" in kinds and kinds & {"post.taken_up", "post.corrected"}


def test_what_is_wrong_is_said_and_what_was_typed_stays(person):
    browser, _, other = person
    page = browser.send(
        browser.get("/account/details"), {"name": "", "agency": str(other), "post_title": "Scout leader"}, status=422
    )
    assert "Enter your name" in page.text
    assert "Scout leader" in [one.get("value") for one in page.tree.iter(f"{XHTML}input")]


def test_a_sign_in_is_asked_for_first(browser):
    assert browser.get("/account/details", status=302).location == "/sign-in?next=/account/details"
