"""A session of e-learning alone has no hours: every page, letter and calendar says what it has instead."""

from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
import time_machine
from icalendar import Calendar
from sqlalchemy import select

from tests.bookings.by_page import NOW, book_by_page, fill, only_booking, sign_in_again
from tests.browser import Browser
from tests.world.programme import make_course, make_self_paced_part, make_session_without_parts, make_trainer
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.programme import wording
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import Format

FIRST = date(2026, 6, 11)
LAST = date(2026, 6, 30)
WHEN = {
    FIRST: "Thursday 11 June 2026, at your own pace",
    LAST: "Thursday 11 June 2026 to Tuesday 30 June 2026, at your own pace",
}
AFTERWARDS = "2026-07-02 09:00:00"
# What must stand on no page: words for hours there are none of, or for something to follow.
NEVER = ("9:30am", "e-learning to do first", "Any time before Thursday", "from Thursday", " 0 days", ", ,", " , ")


@dataclass(frozen=True)
class Made:
    id: int
    part_id: int
    last_day: date


@pytest.fixture(params=[FIRST, LAST], ids=["one day", "a window"])
def session(app, browser_of, request) -> Made:
    """With evening for its stated start, which is nobody's business; the trainer of the tests leads it."""
    browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        at_home = make_session_without_parts(
            course=make_course("Safer Sleeping at Home", slug="at-home"), day=FIRST, last_day=request.param,
            format=Format.BLENDED, starts_at=time(18), capacity=2,
        )
        part = make_self_paced_part(at_home)
        make_trainer(at_home.id, user_of(Role.TRAINER).id)
        return Made(at_home.id, part.id, request.param)


@pytest.fixture
def travelled():
    with time_machine.travel(NOW, tick=False) as travelled:
        yield travelled


@pytest.fixture
def practitioner(travelled, session, browser_of):
    return browser_of(Role.PRACTITIONER)


def says(page, *wanted: str) -> None:
    for words in wanted:
        assert words in page.text, f"{words!r} not in {page.text!r}"
    for words in NEVER:
        assert words not in page.text, words


def test_the_words_themselves(in_app, session):
    one = db.session.get_one(TrainingSession, session.id)
    assert wording.when_of(one) == WHEN[session.last_day]
    assert one.ends_at.date() == session.last_day + timedelta(days=1)
    assert one.begins_at.date() == FIRST
    assert wording.tags_of(one) == ["Core"]
    assert wording.part_when(one.parts[0], FIRST).startswith("Any time, Thursday 11 June 2026")


def test_the_catalogue_and_the_pages_of_course_and_session(session, travelled, browser):
    says(browser.get("/programme"), "Safer Sleeping at Home", "At your own pace", "e-learning")
    says(browser.get("/programme/at-home"), "At your own pace")
    page = browser.get(f"/sessions/{session.id}")
    says(page, WHEN[session.last_day], "As long as you need")
    assert "VirtualLocation" in page.response.get_data(as_text=True)


@pytest.mark.parametrize("address", ["/calendar.ics", "/sessions/{}/calendar.ics"])
def test_a_calendar_has_whole_days(session, travelled, browser, address):
    text = browser.get(address.format(session.id)).response.get_data()
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert (event["dtstart"].dt, event["dtend"].dt) == (FIRST, session.last_day + timedelta(days=1))
    assert event["transp"] == "TRANSPARENT"
    assert "at your own pace" in event["description"] and "first" not in event["description"]


def test_booking_it_from_the_page_to_the_letter(app, session, practitioner):
    says(practitioner.get(f"/sessions/{session.id}/book"), WHEN[session.last_day], "E-learning")
    says(book_by_page(practitioner, session.id), "Do the e-learning", "Any time, Thursday 11 June 2026")
    booking = only_booking(app, Role.PRACTITIONER)
    says(practitioner.get(f"/bookings/{booking.code}/cancel"), "Safer Sleeping at Home")
    says(practitioner.get("/my"), WHEN[session.last_day])
    (entry,) = Calendar.from_ical(
        practitioner.get(f"/bookings/{booking.code}/calendar.ics").response.get_data()
    ).walk("VEVENT")
    assert (entry["dtstart"].dt, entry["transp"]) == (FIRST, "TRANSPARENT")
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.kind == "booking confirmed")).one()
        assert f"Safer Sleeping at Home\n{WHEN[session.last_day]}\nE-learning\n" in letter.body
        assert len(Calendar.from_ical(letter.attachment).walk("VEVENT")) == 1


def test_the_full_session_offers_a_line(app, session, practitioner):
    with app.app_context():
        fill(session.id, 2)
    says(book_by_page(practitioner, session.id), "Safer Sleeping at Home")
    says(practitioner.get("/my"), WHEN[session.last_day], "First on the waiting list")


def test_the_pages_of_staff(app, session, practitioner, browser_of):
    book_by_page(practitioner, session.id)
    with app.app_context():
        code = db.session.scalars(select(Booking.code)).one()
    office = browser_of(Role.OFFICE)
    for address in ("/staff/sessions", f"/staff/sessions/{session.id}", f"/sessions/{session.id}/bookings"):
        says(office.get(address), WHEN[session.last_day])
    of_part = f"parts/{session.part_id}"
    for page in (
        "places", "about", "priorities", "trainers", "copy", "cancel", of_part, f"{of_part}/remove", "parts/new"
    ):
        office.get(f"/staff/sessions/{session.id}/{page}")
    says(office.get(f"/sessions/{session.id}/bookings/new"), WHEN[session.last_day])
    says(office.get(f"/sessions/{session.id}/bookings/{code}/cancel"), WHEN[session.last_day])


def test_a_change_of_it_is_told(app, session, practitioner, browser_of):
    book_by_page(practitioner, session.id)
    office = browser_of(Role.OFFICE)
    page = office.get(f"/staff/sessions/{session.id}/cancel")
    office.send(page, {"why": "The provider closed"})
    with app.app_context():
        letter = db.session.scalars(select(Letter).where(Letter.kind == "session cancelled")).one()
        assert WHEN[session.last_day] in letter.body
        assert Calendar.from_ical(letter.attachment)["method"] == "CANCEL"


def test_the_register_and_what_follows(app, session, practitioner, browser_of, travelled):
    book_by_page(practitioner, session.id)
    trainer = browser_of_trainer(app)
    says(trainer.get("/registers"), "Safer Sleeping at Home")
    travelled.move_to(AFTERWARDS)
    sign_in_again(trainer, Role.TRAINER)
    sign_in_again(practitioner, Role.PRACTITIONER)
    says(trainer.get(f"/sessions/{session.id}/register"), "e-learning")
    says(trainer.get("/registers"), "at one’s own pace")
    for page in ("register/close", "register/number", "register/history", "room"):
        trainer.get(f"/sessions/{session.id}/{page}")
    says(practitioner.get(f"/sessions/{session.id}"), WHEN[session.last_day])
    says(practitioner.get("/my"), "Safer Sleeping at Home")
    assert practitioner.get(f"/sessions/{session.id}/evaluation").heading


def browser_of_trainer(app):
    trainer = Browser(app)
    sign_in_again(trainer, Role.TRAINER)
    return trainer
