"""A co-ordinator's list: the people of their agency, in the sessions to come, and nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.bookings.scenarios import NOW, START, make_people, session_to_book
from tests.world.accounts import grant_role
from training_app import clock
from training_app.accounts.models import RoleGrant, User
from training_app.accounts.rules.roles import Role
from training_app.agencies.commands import merge_agency
from training_app.agencies.models import Agency
from training_app.bookings.commands.places import book_place, cancel_booking
from training_app.bookings.models import Booking
from training_app.bookings.queries import bookings as queries
from training_app.bookings.views.agency import PAGE_SIZE
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import TrainingSession

ADDRESS = "/agency/bookings"


@pytest.fixture(autouse=True)
def _time_stands_still(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def coordinator(browser_of):
    """Of the first agency, which those of make_people work for too."""
    return browser_of(Role.COORDINATOR)


def someone(name: str, *, elsewhere: bool = False) -> int:
    """A person of the co-ordinator's agency, or of another."""
    (person_id,) = make_people(1)
    with transaction():
        person = db.session.get_one(Person, person_id)
        person.name = name
        if elsewhere:
            person.posts[0].agency_id = db.session.scalars(select(Agency.id).order_by(Agency.id.desc())).first()
    return person_id


def book(session_id: int, person_id: int):
    with transaction():
        return book_place(session_id, person_id, actor_id=None, now=NOW).id


def test_it_shows_the_people_of_the_agency_and_how_they_stand(app, coordinator):
    with app.app_context():
        session_id = session_to_book(capacity=1)
        book(session_id, someone("Amina O’Neill"))
        book(session_id, someone("Ben <b> Holt"))
        gone = book(session_id, someone("Carys Gone"))
        with transaction():
            cancel_booking(gone, actor_id=None, now=NOW)
        book(session_id, someone("Dev Elsewhere", elsewhere=True))
        title = db.session.get_one(TrainingSession, session_id).course.title
    page = coordinator.get(ADDRESS)
    assert page.heading == "My agency’s bookings" and "2 people in 1 session to come" in page.text
    assert "Amina O’NeillHealth visitorConfirmed" in page.text and "Ben <b> HoltHealth visitorWaiting" in page.text
    assert "Carys" not in page.text and "Elsewhere" not in page.text
    (link,) = (href for words, href in page.links.items() if words.startswith(title))
    assert link == f"/sessions/{session_id}/bookings" and coordinator.get(link).heading == "Who has booked"


def test_a_live_offer_says_until_when(app, coordinator):
    with app.app_context():
        session_id = session_to_book(capacity=1)
        first = book(session_id, someone("Amina"))
        book(session_id, someone("Ben"))
        with transaction():
            cancel_booking(first, actor_id=None, now=NOW)
    assert "OfferedUntil 12 May 2027 at 9:30am" in coordinator.get(ADDRESS).text


def test_a_session_that_is_over_is_left_out_on_its_own_day(app, coordinator, monkeypatch):
    with app.app_context():
        book(session_to_book(), someone("Amina"))
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=6))
    assert "Amina" in coordinator.get(ADDRESS).text
    monkeypatch.setattr(clock, "now", lambda: START + timedelta(hours=7))
    assert "Nobody of your agency has booked anything that is still to come" in coordinator.get(ADDRESS).text


def test_someone_who_looks_after_two_agencies_sees_both(app, coordinator):
    with app.app_context():
        session_id = session_to_book()
        book(session_id, someone("Amina"))
        book(session_id, someone("Dev Elsewhere", elsewhere=True))
        other = db.session.scalars(select(Agency).order_by(Agency.id.desc())).first()
        name = other.name
        assert f"Dev ElsewhereHealth visitor, {name}" not in coordinator.get(ADDRESS).text
        with transaction():
            held = db.session.scalars(select(RoleGrant)).one()
            grant_role(db.session.get_one(User, held.user_id), Role.COORDINATOR, at=other)
    assert f"Dev ElsewhereHealth visitor, {name}" in coordinator.get(ADDRESS).text


def test_who_looked_after_an_agency_that_merged_goes_on(app, coordinator):
    """What was booked before names the old agency, what is booked since the new one."""
    with app.app_context():
        before, since = session_to_book(), session_to_book()
        amina = someone("Amina")
        book(before, amina)
        into = db.session.scalars(select(Agency).order_by(Agency.id.desc())).first()
        with transaction():
            held = db.session.scalars(select(RoleGrant).where(RoleGrant.role == Role.COORDINATOR)).one()
            merge_agency(held.agency_id, into.id, on=clock.today(), actor_id=None, now=NOW)
        book(since, amina)
        as_of = {one.session_id: one.agency_id for one in db.session.scalars(select(Booking))}
        assert as_of == {before: held.agency_id, since: into.id}
        third = db.session.scalars(select(Agency.id).where(Agency.id.not_in([held.agency_id, into.id]))).first()
        dev = someone("Dev Elsewhere")
        with transaction():
            db.session.get_one(Person, dev).posts[0].agency_id = third
        book(since, dev)
    page = coordinator.get(ADDRESS)
    assert "1 person in 2 sessions to come" in page.text and "Dev Elsewhere" not in page.text
    for session_id in (before, since):
        assert "Amina" in coordinator.get(f"/sessions/{session_id}/bookings").text


def test_a_long_list_has_pages_and_takes_few_queries(app, coordinator):
    with app.app_context():
        person = someone("Amina")
        for _ in range(PAGE_SIZE + 1):
            book(session_to_book(), person)
    page = coordinator.get(ADDRESS, most_queries=8)
    assert f"1 person in {PAGE_SIZE + 1} sessions to come" in page.text and "Page 1 of 2" in page.text
    assert "Page 2 of 2" in coordinator.get(f"{ADDRESS}?page=9", most_queries=8).text


def test_the_pages_hold_every_booking_once_and_in_order(app, coordinator):
    with app.app_context():
        people = [someone(name) for name in ("Carys", "Amina", "Ben")]
        sessions = [session_to_book() for _ in range(5)]
        with transaction():
            for turn, session_id in enumerate(sessions):
                session = db.session.get_one(TrainingSession, session_id)
                session.first_day = session.last_day = session.parts[0].on_day = START.date() - timedelta(days=turn)
        for turn, session_id in enumerate(sessions):
            for person in people[: 1 + turn % 3]:
                book(session_id, person)
        agency = db.session.scalars(select(Booking.agency_id)).first()
        found = queries.coming_bookings_of([agency], NOW)
        assert (found.sessions, found.people) == (5, 3)
        pages = [found.read(after, 2) for after in (0, 2, 4)]
        assert [len(page) for page in pages] == [2, 2, 1]
        read = [(session.id, [one.person.name for one in bookings]) for page in pages for session, bookings in page]
    names = [["Carys"], ["Amina", "Carys"], ["Amina", "Ben", "Carys"], ["Carys"], ["Amina", "Carys"]]
    assert read == list(zip(sessions, names, strict=True))[::-1]


def test_it_stands_in_their_menu_and_in_nobody_elses(coordinator, browser_of):
    assert coordinator.get("/my").links["My agency’s bookings"] == ADDRESS
    for role in (Role.PRACTITIONER, Role.TRAINER, Role.REVIEWER, Role.OFFICE):
        assert "My agency’s bookings" not in browser_of(role).get("/my").links
