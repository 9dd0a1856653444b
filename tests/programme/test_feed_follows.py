"""The programme as calendars subscribe to it: an entry says when it last changed, without a change it is the same."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select

from tests.office.drafts import DAY, NOW, TITLE, about, draft, id_of, part, prepare_office
from tests.programme.made_up_files import a_file, a_row, loaded
from training_app.agencies.rules import Area
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.calendar import calendar_of
from training_app.programme.commands import copies, entries, sessions
from training_app.programme.commands import parts as rearranging
from training_app.programme.models import TrainingSession, Venue
from training_app.programme.queries.sessions import coming_sessions

LATER = NOW + timedelta(days=3)


def feed() -> bytes:
    return calendar_of(coming_sessions(date(2026, 1, 1)), name="Programme", base_url="https://training.example")


def events() -> list[Event]:
    db.session.rollback()
    db.session.expire_all()
    return list(Calendar.from_ical(feed()).walk("VEVENT"))


def session_of(session_id: int) -> TrainingSession:
    return db.session.get_one(TrainingSession, session_id)


def by_hand() -> int:
    prepare_office()
    return draft(published=True)


def by_a_file() -> int:
    prepare_office()
    loaded(a_file(a_row(course_title=TITLE, session_date=f"{DAY}", start="09:30", end="12:30", venue="City Hall")))
    session = db.session.scalars(select(TrainingSession)).one()
    with transaction():
        session.changed_at = session.imported_at = NOW
    return session.id


def _change_part(session_id: int) -> None:
    first = session_of(session_id).parts[0]
    seen = snapshots.part_snapshot(first)
    facts = part(DAY + timedelta(days=1))
    rearranging.change_part(session_id, first.id, facts, seen=seen, actor_id=None, now=LATER)


def _add_part(session_id: int) -> None:
    rearranging.add_part(session_id, part(DAY + timedelta(days=7)), actor_id=None, now=LATER)


def _change_about(session_id: int) -> None:
    seen = snapshots.about_snapshot(session_of(session_id))
    sessions.change_about(session_id, about(note="In the small hall"), seen=seen, actor_id=None, now=LATER)


def _cancel(session_id: int) -> None:
    sessions.mark_cancelled(session_id, "Snow", actor_id=None, now=LATER)


def _change_course(session_id: int) -> None:
    course = session_of(session_id).course
    seen = snapshots.course_snapshot(course)
    entries.change_course(course.id, "Another title", "What it is", seen=seen, actor_id=None, now=LATER)


def _change_venue(session_id: int) -> None:
    venue = db.session.get_one(Venue, id_of(Venue, "City Hall"))
    seen = snapshots.venue_snapshot(venue)
    entries.change_venue(venue.id, "Town Hall", Area.LEICESTER, False, seen=seen, actor_id=None, now=LATER)


ACTS: tuple[Callable[[int], None], ...] = (
    _change_part, _add_part, _change_about, _cancel, _change_course, _change_venue,
)  # fmt: skip


@pytest.mark.parametrize("made", [by_hand, by_a_file])
def test_a_feed_is_the_same_whenever_it_is_asked_for(in_app, made, time_machine):
    made()
    time_machine.move_to(NOW)
    before = feed()
    time_machine.move_to(LATER)
    assert feed() == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("made", [by_hand, by_a_file])
def test_an_entry_says_when_it_last_changed(in_app, made, act):
    session_id = made()
    before = events()[0]
    assert before["DTSTAMP"].dt == before["LAST-MODIFIED"].dt == NOW
    with transaction():
        act(session_id)
    for after in events():
        assert after["DTSTAMP"].dt == after["LAST-MODIFIED"].dt == LATER
        assert after["SEQUENCE"] > before["SEQUENCE"]


def test_a_part_that_is_taken_out_changes_the_entries_that_stay(in_app):
    session_id = by_hand()
    with transaction():
        _add_part(session_id)
    before = events()[0]
    with transaction():
        second = session_of(session_id).parts[1]
        rearranging.remove_part(session_id, second.id, actor_id=None, now=LATER + timedelta(hours=1))
    [after] = events()
    assert after["UID"] == before["UID"] and after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt == LATER + timedelta(hours=1)


def test_a_file_that_changes_a_session_changes_its_entry_and_no_other(in_app):
    row, other = {"course_title": "Neglect"}, a_row(course_title="Safer Sleep")
    loaded(a_file(a_row(**row), other))
    before = {str(event["SUMMARY"]): event for event in events()}
    loaded(a_file(a_row(**row), other))
    assert {str(one["SUMMARY"]): one["SEQUENCE"] for one in events()} == {
        title: event["SEQUENCE"] for title, event in before.items()
    }, "the same file again changes nothing"
    loaded(a_file(a_row(**row, venue="Oakham, Rutland"), other))
    after = {str(event["SUMMARY"]): event for event in events()}
    assert after["Neglect"]["SEQUENCE"] > before["Neglect"]["SEQUENCE"]
    assert after["Neglect"]["LAST-MODIFIED"].dt >= before["Neglect"]["LAST-MODIFIED"].dt
    assert after["Safer Sleep"]["SEQUENCE"] == before["Safer Sleep"]["SEQUENCE"]


def test_what_is_saved_unchanged_is_no_change(in_app):
    session_id = by_hand()
    before = feed()
    with transaction():
        session = session_of(session_id)
        seen = snapshots.part_snapshot(session.parts[0])
        rearranging.change_part(session_id, session.parts[0].id, part(), seen=seen, actor_id=None, now=LATER)
        course = session.course
        seen = snapshots.course_snapshot(course)
        entries.change_course(course.id, course.title, course.summary, seen=seen, actor_id=None, now=LATER)
    db.session.expire_all()
    assert feed() == before


def test_a_new_session_and_a_copy_begin_with_the_time_they_were_made(in_app):
    session_id = by_hand()
    with transaction():
        [copy] = copies.copy_session(session_id, [DAY + timedelta(days=7)], actor_id=None, now=LATER)
        assert copy.changed_at == LATER
    assert session_of(session_id).changed_at == NOW


@pytest.mark.parametrize("made", [by_hand, by_a_file])
def test_who_has_the_newest_feed_gets_none_until_it_changes(app, browser, made, time_machine):
    time_machine.move_to(NOW)
    with app.app_context():
        session_id = made()
    for address in ("/calendar.ics", f"/sessions/{session_id}/calendar.ics"):
        time_machine.move_to(NOW)
        tag = browser.client.get(address).headers["ETag"]
        time_machine.move_to(NOW + timedelta(days=1))
        again = browser.client.get(address, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    with app.app_context(), transaction():
        _change_part(session_id)
    changed = browser.client.get("/calendar.ics", headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed.headers["ETag"] != tag
