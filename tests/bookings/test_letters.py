"""What the letters say, and the calendar entry that goes with each: read back as a mailbox would."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.bookings.scenarios import NOW, START, kinds, letters, make_people, make_sign_in, session_to_book, stored
from tests.world.programme import make_venue
from training_app.agencies.rules import Area
from training_app.bookings.calendar import calendar_of_booking
from training_app.bookings.commands import changes, offers
from training_app.bookings.commands import places as commands
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.commands import claim_due
from training_app.outbox.composing import compose
from training_app.people.models import Person
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import PartKind

BASE = "http://127.0.0.1:8000"


@pytest.fixture
def full(in_app) -> tuple[int, list[Booking]]:
    """A session of one place: one holds it, two wait."""
    session_id, people = session_to_book(1), make_people(3)
    bookings = []
    for person_id in people:
        with transaction():
            bookings.append(commands.book_place(session_id, person_id, actor_id=None, now=NOW).id)
    return session_id, bookings


def act(command, *arguments, now=NOW, actor_id=None, **named):
    with transaction():
        return command(*arguments, actor_id=actor_id, now=now, **named)


def entry(letter):
    """The calendar of a letter and the one entry in it, as the mail that goes out holds it."""
    calendar = Calendar.from_ical(letter.attachment)
    assert calendar["VERSION"] == "2.0"
    assert f"method={calendar['METHOD']}" in letter.attachment_type
    [zone] = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/London"
    [event] = calendar.walk("VEVENT")
    return calendar["METHOD"], event


def test_a_place_and_its_entry(full):
    _, [booking_id, *_] = full
    booking, letter = stored(booking_id), letters()[0]
    assert letter.recipient == booking.person.email
    assert letter.subject == f"You have a place: {booking.session.course.title}"
    assert "You have a place." in letter.body
    assert "Thursday 10 June 2027, 9:30am to 4pm" in letter.body
    assert f"{BASE}/bookings/{booking.code}" in letter.body
    assert f"Your booking code: {booking.code}" in letter.body
    assert f"in half a minute:\n{BASE}/sessions/{booking.session_id}/evaluation/before" in letter.body
    method, event = entry(letter)
    assert method == "REQUEST" and event["STATUS"] == "CONFIRMED" and event["TRANSP"] == "OPAQUE"
    assert event["UID"] == f"booking-{booking.code}-part-{booking.session.parts[0].id}@127.0.0.1"
    assert event["DTSTART"].dt == START and event["DTSTART"].params["TZID"] == "Europe/London"
    assert event["DTEND"].dt == START + timedelta(hours=6, minutes=30)
    assert event["ATTENDEE"] == f"mailto:{booking.person.email}"
    assert event["ATTENDEE"].params["PARTSTAT"] == "ACCEPTED"
    assert event["ORGANIZER"] == "mailto:training@partnership.example"
    assert f"{BASE}/bookings/{booking.code}" in event["DESCRIPTION"]


def test_a_place_is_written_as_its_house_writes_it(in_app):
    """Only the first letter is raised; the rest of a name stays as it is."""
    session_id, people = session_to_book(5), make_people(2)
    with transaction():
        part = db.session.get_one(TrainingSession, session_id).parts[0]
        part.venue = make_venue("County Hall, Glenfield", area=Area.LEICESTERSHIRE)
    act(commands.book_place, session_id, people[0])
    with transaction():
        part = db.session.get_one(TrainingSession, session_id).parts[0]
        part.kind, part.venue = PartKind.ONLINE, None
    act(commands.book_place, session_id, people[1])
    assert [letter.body.splitlines()[6] for letter in letters()] == ["County Hall, Glenfield", "Online"]
    link = "How to join online is not known yet."
    assert [link in letter.body for letter in letters()] == [False, True]


def test_the_place_in_line_is_told(full):
    _, [_, first, second] = full
    assert kinds() == ["booking confirmed", "booking waiting", "booking waiting"]
    assert "first on the waiting list" in letters()[1].body and "second on the waiting list" in letters()[2].body
    for letter, booking_id in zip(letters()[1:], [first, second], strict=True):
        method, event = entry(letter)
        assert method == "REQUEST" and event["STATUS"] == "TENTATIVE" and event["TRANSP"] == "TRANSPARENT"
        assert event["SUMMARY"] == f"Waiting for a place: {stored(booking_id).session.course.title}"


def test_an_offer_says_until_when_and_where_to_answer(full):
    _, [holder, first, _] = full
    act(commands.cancel_booking, holder)
    cancelled, offered = letters()[-2:]
    assert (cancelled.kind, offered.kind) == ("booking cancelled", "place offered")
    assert entry(cancelled)[0] == "CANCEL" and entry(cancelled)[1]["STATUS"] == "CANCELLED"
    booking = stored(first)
    deadline = "Wednesday 12 May, 9:30am"
    assert booking.offers[0].expires_at == NOW + timedelta(hours=24)
    assert f"until {deadline}" in offered.body and deadline in offered.subject
    assert f"{BASE}/bookings/{booking.code}" in offered.body
    assert "?" not in offered.body.split("/bookings/")[1].split()[0], "the address carries no act"


def test_one_entry_that_every_letter_changes(full):
    _, [holder, first, _] = full
    act(commands.cancel_booking, holder)
    act(offers.accept_offer, first)
    act(commands.cancel_booking, first)
    code = stored(first).code
    own = [entry(one) for one in letters() if code in one.body]
    assert [method for method, _ in own] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert len({str(event["UID"]) for _, event in own}) == 1
    assert [event["SEQUENCE"] for _, event in own] == [1, 2, 3, 4]


def test_declined_with_and_without_waiting_on(full):
    _, [holder, first, second] = full
    act(commands.cancel_booking, holder)
    act(offers.decline_offer, first, keep_waiting=True)
    assert kinds()[-2:] == ["still waiting", "place offered"]
    assert "You are now second on the waiting list." in letters()[-2].body
    assert "We will ask you again when another place comes free." in letters()[-2].body
    act(offers.decline_offer, second, keep_waiting=False)
    assert kinds()[-1] == "offer declined", "and nothing for the one who said no to that place"
    assert entry(letters()[-1])[0] == "CANCEL"


def test_an_offer_that_ends_is_told(full):
    session_id, [holder, first, second] = full
    act(commands.cancel_booking, holder)
    with transaction():
        assert offers.lapse_offers(session_id, NOW + timedelta(hours=23, minutes=59)) == 0
    with transaction():
        assert offers.lapse_offers(session_id, NOW + timedelta(hours=24)) == 1
    assert kinds()[-2:] == ["offer lapsed", "place offered"]
    assert stored(first).person.email == letters()[-2].recipient
    assert stored(second).person.email == letters()[-1].recipient


def test_the_office_says_why(in_app):
    session_id, [person_id], staff = session_to_book(), make_people(1), make_sign_in()
    booking = act(commands.book_place, session_id, person_id, actor_id=staff, why="They rang us")
    assert "The business office did this for you: They rang us" in letters()[-1].body
    act(commands.cancel_booking, booking.id, actor_id=staff, why="They are ill")
    assert "The business office did this for you: They are ill" in letters()[-1].body


def test_a_session_called_off_is_told_to_everyone(full):
    session_id, bookings = full
    act(changes.cancel_session, session_id, "The hall is flooded", actor_id=make_sign_in())
    told = letters()[-3:]
    assert [one.kind for one in told] == ["session cancelled"] * 3
    assert [one.recipient for one in told] == [stored(one).person.email for one in bookings]
    assert all("Why: The hall is flooded" in one.body for one in told)
    assert {entry(one)[0] for one in told} == {"CANCEL"}


def test_a_change_is_told_with_what_stays(full):
    session_id, _ = full
    assert act(changes.tell_of_change, session_id, "It is in the other hall.", actor_id=make_sign_in()) == 3
    first, second, third = letters()[-3:]
    assert "What changed: It is in the other hall." in first.body
    assert "You keep your place." in first.body
    assert "You keep your place: first on the waiting list." in second.body
    assert "second on the waiting list." in third.body
    assert entry(first)[0] == "REQUEST" and entry(first)[1]["SEQUENCE"] == 2


def test_what_someone_needs_stays_out_of_the_mail(in_app):
    session_id, [person_id] = session_to_book(), make_people(1)
    booking = act(commands.book_place, session_id, person_id, needs="  Insulin at noon ")
    letter = letters()[-1]
    assert stored(booking.id).needs == "Insulin at noon"
    assert "Insulin" not in letter.body and b"Insulin" not in letter.attachment
    assert "We have your note on what helps you take part" in letter.body


def test_without_an_email_there_is_no_letter(in_app):
    session_id, [person_id] = session_to_book(), make_people(1, email=False)
    act(commands.book_place, session_id, person_id)
    assert kinds() == []


def test_each_day_of_a_session_has_an_entry(in_app):
    session_id, [person_id] = session_to_book(days=2), make_people(1)
    booking = act(commands.book_place, session_id, person_id)
    entries = [entry(letter)[1] for letter in letters()]
    code, parts = booking.code, booking.session.parts
    assert [str(event["UID"]) for event in entries] == [f"booking-{code}-part-{part.id}@127.0.0.1" for part in parts]
    assert [event["DTSTART"].dt for event in entries] == [START, START + timedelta(days=7)]
    both = Calendar.from_ical(calendar_of_booking(stored(booking.id), NOW)).walk("VEVENT")
    assert [event["UID"] for event in both] == [event["UID"] for event in entries], "the page has both in one file"


def test_the_mail_that_goes_out_is_an_invitation(full):
    with transaction():
        claimed = claim_due(NOW, 1, timedelta(minutes=5))[0]
    wire = compose(claimed, "Training <training@partnership.example>", NOW).as_bytes()
    message = message_from_bytes(wire, policy=default)
    [attachment] = message.iter_attachments()
    assert attachment.get_content_type() == "text/calendar"
    assert attachment["Content-Type"].params["method"] == "REQUEST"
    assert attachment.get_filename() == "booking.ics"
    assert len(Calendar.from_ical(attachment.get_content()).walk("VEVENT")) == 1


def test_a_name_cannot_write_into_the_entry(in_app):
    session_id, [person_id] = session_to_book(), make_people(1)
    with transaction():
        db.session.get_one(Person, person_id).name = 'Eve"\r\nATTENDEE:mailto:x@y.example;X="'
    act(commands.book_place, session_id, person_id)
    [event] = Calendar.from_ical(letters()[0].attachment).walk("VEVENT")
    assert str(event["ATTENDEE"]).endswith("@agency.example")


def test_the_page_has_the_same_entry_without_an_invitation(full):
    _, [holder, *_] = full
    calendar = Calendar.from_ical(calendar_of_booking(stored(holder), NOW))
    [event] = calendar.walk("VEVENT")
    assert calendar["METHOD"] == "PUBLISH" and "ATTENDEE" not in event
    assert event["UID"] == entry(letters()[0])[1]["UID"]


def test_letters_are_filed_under_their_booking(full):
    _, booking_ids = full
    filed = [f"booking {one}" for one in booking_ids]
    assert [letter.about for letter in letters()] == filed
    assert list(db.session.scalars(select(Booking.filed_under).order_by(Booking.id))) == filed
    assert [stored(one).filed_under for one in booking_ids] == filed
