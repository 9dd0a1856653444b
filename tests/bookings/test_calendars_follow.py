"""What a person's calendar holds after all letters about their booking: its days, each once, and nothing else."""

import random
from datetime import date, time, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.bookings.mailbox import CalendarProgram, as_mail
from tests.bookings.scenarios import DAY, NOW, kinds, letters, make_people, make_sign_in, session_to_book, stored
from tests.world.bookings import make_left_over_entry
from training_app.bookings.calendar import calendar_of_booking
from training_app.bookings.commands import changes, offers
from training_app.bookings.commands.places import book_place, cancel_booking
from training_app.bookings.models import Booking, CalendarEntry
from training_app.database import transaction
from training_app.extensions import db
from training_app.jobs.schedule import JOBS
from training_app.outbox.models import Letter
from training_app.people.models import Person
from training_app.programme import snapshots
from training_app.programme.models import SessionPart, TrainingSession
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import PartKind

pytestmark = pytest.mark.usefixtures("in_app")
SECOND, THIRD = DAY + timedelta(days=7), DAY + timedelta(days=20)


def act(command, *arguments, now=NOW, **named):
    with transaction():
        return command(*arguments, **{"actor_id": None, "now": now} | named)


def booked(session_id: int) -> int:
    [person_id] = make_people(1)
    return act(book_place, session_id, person_id).id


def mail_of(booking_id: int) -> list[Letter]:
    return [one for one in letters() if one.about == f"booking {booking_id}"]


def calendar_after(booking_id: int) -> CalendarProgram:
    """What stands in a calendar then, whichever of the two kinds of program keeps it."""
    mail = list(map(as_mail, mail_of(booking_id)))
    narrow, wide = CalendarProgram(mail), CalendarProgram(mail, takes_all=True)
    assert narrow.holds() == wide.holds()
    return narrow


def days_held(booking_id: int) -> list[date]:
    return calendar_after(booking_id).days()


def part_on(session_id: int, day: date) -> SessionPart:
    db.session.rollback()
    return next(part for part in db.session.get_one(TrainingSession, session_id).parts if part.on_day == day)


def on(day: date) -> PartFacts:
    return PartFacts(PartKind.IN_PERSON, day, time(9, 30), time(16))


def add(session_id: int, day: date) -> None:
    act(changes.add_part_and_tell, session_id, on(day))


def move(session_id: int, day: date, to: date) -> None:
    part = part_on(session_id, day)
    seen = snapshots.part_snapshot(part)
    act(changes.change_part_and_tell, session_id, part.id, on(to), seen=seen)


def remove(session_id: int, day: date) -> None:
    act(changes.remove_part_and_tell, session_id, part_on(session_id, day).id)


def test_each_day_has_a_letter_and_an_entry_of_its_own():
    session_id = session_to_book(days=2)
    booking_id = booked(session_id)
    first, second = mail_of(booking_id)
    assert (first.kind, second.kind) == ("booking confirmed", "day for calendar")
    assert [len(Calendar.from_ical(one.attachment).walk("VEVENT")) for one in (first, second)] == [1, 1]
    assert days_held(booking_id) == [DAY, SECOND]
    title, code = stored(booking_id).session.course.title, stored(booking_id).code
    assert second.subject == f"For your calendar, Thursday 17 June 2027: {title}"
    assert "Thursday 17 June 2027, 9:30am to 4pm" in second.body and f"Your booking code: {code}" in second.body
    assert first.message_id != second.message_id and first.about == second.about
    assert calendar_after(booking_id).uids == {
        f"booking-{code}-part-{part_on(session_id, day).id}@127.0.0.1" for day in (DAY, SECOND)
    }


def test_a_day_that_is_moved_is_moved_in_the_calendar():
    session_id = session_to_book(days=2)
    booking_id = booked(session_id)
    before = calendar_after(booking_id).uids
    move(session_id, DAY, to=THIRD)
    assert days_held(booking_id) == [SECOND, THIRD], "the first day is the last now"
    assert calendar_after(booking_id).uids == before, "each day keeps its entry, whatever its turn"


@pytest.mark.parametrize("gone", [DAY, SECOND])
def test_a_day_that_is_taken_out_goes_from_the_calendar(gone):
    session_id = session_to_book(days=3)
    booking_id = booked(session_id)
    remove(session_id, gone)
    assert days_held(booking_id) == [day for day in (DAY, SECOND, DAY + timedelta(days=14)) if day != gone]
    assert [one.kind for one in mail_of(booking_id)[3:]] == ["session changed", "day for calendar", "day off calendar"]
    off = mail_of(booking_id)[-1]
    assert off.attachment_name == "cancelled.ics" and off.subject.startswith("Out of your calendar, Thursday ")


@pytest.mark.parametrize("gone", [DAY, SECOND])
@pytest.mark.parametrize("end", ["booking", "session"])
def test_nothing_is_left_when_a_day_went_and_then_the_rest(gone, end):
    session_id = session_to_book(days=2)
    booking_id = booked(session_id)
    remove(session_id, gone)
    assert len(days_held(booking_id)) == 1
    if end == "booking":
        act(cancel_booking, booking_id)
    else:
        act(changes.cancel_session, session_id, "Snow", actor_id=make_sign_in())
    assert days_held(booking_id) == []


@pytest.mark.parametrize("end", ["booking", "session"])
def test_all_days_go_when_the_booking_or_the_session_is_cancelled(end):
    session_id = session_to_book(days=2)
    booking_id = booked(session_id)
    if end == "booking":
        act(cancel_booking, booking_id)
    else:
        act(changes.cancel_session, session_id, "Snow", actor_id=make_sign_in())
    assert days_held(booking_id) == []
    assert [one.kind for one in mail_of(booking_id)[2:]] == [f"{end} cancelled", "day off calendar"]


def test_a_day_that_is_added_comes_into_the_calendar():
    session_id = session_to_book(days=1)
    booking_id = booked(session_id)
    add(session_id, THIRD)
    assert days_held(booking_id) == [DAY, THIRD]
    add(session_id, DAY - timedelta(days=7))
    assert days_held(booking_id) == [DAY - timedelta(days=7), DAY, THIRD]


def test_a_day_that_is_taken_out_and_another_put_in():
    """On some databases the number of a part that is gone is given again."""
    session_id = session_to_book(days=2)
    booking_id = booked(session_id)
    remove(session_id, SECOND)
    add(session_id, THIRD)
    assert days_held(booking_id) == [DAY, THIRD]
    remove(session_id, THIRD)
    assert days_held(booking_id) == [DAY]


def test_whoever_moves_up_from_the_waiting_list_has_every_day_for_sure():
    session_id = session_to_book(1, days=2)
    holder, waiting = booked(session_id), booked(session_id)
    assert {status for _, _, status in calendar_after(waiting).holds()} == {"TENTATIVE"}
    remove(session_id, DAY)
    add(session_id, THIRD)
    act(cancel_booking, holder)
    act(offers.accept_offer, waiting)
    title = stored(waiting).session.course.title
    held = calendar_after(waiting).holds()
    assert [(when.date(), what, how) for when, what, how in held] == [
        (SECOND, title, "CONFIRMED"), (THIRD, title, "CONFIRMED")
    ]
    assert days_held(holder) == []


def test_the_calendar_is_the_same_in_whatever_order_letters_come():
    session_id = session_to_book(1, days=3)
    holder, waiting = booked(session_id), booked(session_id)
    move(session_id, SECOND, to=THIRD)
    remove(session_id, DAY)
    add(session_id, SECOND)
    act(cancel_booking, holder)
    act(offers.accept_offer, waiting)
    for booking_id in (holder, waiting):
        mail, straight = list(map(as_mail, mail_of(booking_id))), calendar_after(booking_id).holds()
        for seed in range(20):
            shuffled = random.Random(seed).sample(mail, len(mail))
            assert CalendarProgram(shuffled + mail[:3]).holds() == straight


def test_letters_of_one_act_leave_in_order_under_ids_of_their_own():
    booking_id = booked(session_to_book(days=3))
    mail = mail_of(booking_id)
    assert [one.kind for one in mail] == ["booking confirmed", "day for calendar", "day for calendar"]
    assert len({one.message_id for one in mail}) == 3


def test_whoever_has_an_email_later_gets_what_is_still_there_and_no_more():
    session_id, [person_id] = session_to_book(days=2), make_people(1, email=False)
    booking_id = act(book_place, session_id, person_id).id
    assert kinds() == [] and not db.session.scalars(select(CalendarEntry)).all()
    with transaction():
        db.session.get_one(Person, person_id).email = "late@agency.example"
    remove(session_id, DAY)
    assert [one.kind for one in mail_of(booking_id)] == ["session changed"]
    assert days_held(booking_id) == [SECOND]


def test_an_entry_from_before_keeps_its_name_and_one_without_a_day_goes():
    session_id = session_to_book(days=1)
    booking_id = booked(session_id)
    with transaction():
        booking = db.session.get_one(Booking, booking_id)
        [entry] = booking.calendar_entries
        entry.uid = f"booking-{booking.code}@old.example"
        make_left_over_entry(booking, SECOND)
    move(session_id, DAY, to=THIRD)
    changed, off = mail_of(booking_id)[1:]
    [kept], [gone] = (Calendar.from_ical(one.attachment).walk("VEVENT") for one in (changed, off))
    name = f"booking-{stored(booking_id).code}"
    assert (kept["UID"], kept["STATUS"], kept["DTSTART"].dt.date()) == (f"{name}@old.example", "CONFIRMED", THIRD)
    assert (gone["UID"], gone["STATUS"], gone["DTSTART"].dt) == (f"{name}-2@old.example", "CANCELLED", SECOND)
    assert "Thursday 17 June 2027" in off.subject
    page = Calendar.from_ical(calendar_of_booking(stored(booking_id), NOW))
    assert [event["UID"] for event in page.walk("VEVENT")] == [kept["UID"]]


def run_left_overs(now=NOW) -> str:
    [job] = [job for job in JOBS if job.name == "take_out_left_overs"]
    return job.run(now)


@pytest.mark.parametrize("over", [False, True])
def test_what_an_earlier_version_left_in_a_calendar_is_taken_out_once(over):
    session_id = session_to_book(days=1)
    booking_id = booked(session_id)
    if over:
        act(cancel_booking, booking_id)
    with transaction():
        make_left_over_entry(db.session.get_one(Booking, booking_id), SECOND)
    before = len(letters())
    assert [run_left_overs(), run_left_overs()] == ["1 taken out", "0 taken out"]
    [off] = letters()[before:]
    [gone] = Calendar.from_ical(off.attachment).walk("VEVENT")
    assert (off.kind, off.about, gone["STATUS"]) == ("day off calendar", f"booking {booking_id}", "CANCELLED")
    assert gone["SEQUENCE"] == stored(booking_id).calendar_sequence == (3 if over else 2)
    assert days_held(booking_id) == ([] if over else [DAY]), "what is there stays"


def test_a_day_that_is_past_is_left_and_so_is_who_has_no_email():
    booking_id = booked(session_to_book(days=1))
    with transaction():
        make_left_over_entry(db.session.get_one(Booking, booking_id), SECOND)
    assert run_left_overs(NOW + timedelta(days=60)) == "0 taken out"
    with transaction():
        db.session.get_one(Booking, booking_id).person.email = None
    assert run_left_overs() == "0 taken out"


def test_of_what_goes_the_usual_way_nothing_is_left_over():
    session_id = session_to_book(1, days=3)
    holder, _ = booked(session_id), booked(session_id)
    remove(session_id, SECOND)
    act(cancel_booking, holder)
    act(changes.cancel_session, session_id, "Snow", actor_id=make_sign_in())
    assert run_left_overs() == "0 taken out"
