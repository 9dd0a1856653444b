"""Calendar files, read back as a calendar program would."""

from datetime import UTC, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.programme.made_up_files import a_file, a_row, loaded
from training_app import clock
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.calendar import calendar_of
from training_app.programme.models import TrainingSession
from training_app.programme.queries.sessions import coming_sessions
from training_app.programme.rules.sessions import SessionStatus

NOW = datetime(2027, 1, 4, 9, tzinfo=UTC)


def written() -> bytes:
    sessions = db.session.scalars(
        select(TrainingSession).order_by(TrainingSession.first_day, TrainingSession.id)
    )
    return calendar_of(sessions, name="Programme", base_url="https://training.example")


def events(content: bytes):
    return Calendar.from_ical(content).walk("VEVENT")


@pytest.mark.parametrize(
    ("day", "start", "instant"),
    [
        ("2027-03-27", "10:00", datetime(2027, 3, 27, 10, tzinfo=UTC)),
        ("2027-03-29", "10:00", datetime(2027, 3, 29, 9, tzinfo=UTC)),
        ("2027-10-30", "10:00", datetime(2027, 10, 30, 9, tzinfo=UTC)),
        ("2027-11-01", "10:00", datetime(2027, 11, 1, 10, tzinfo=UTC)),
    ],
)
def test_ten_in_the_morning_stays_ten_across_a_clock_change(in_app, day, start, instant):
    loaded(a_file(a_row(session_date=day, start=start, end="12:30")))
    content = written()
    assert f"DTSTART;TZID=Europe/London:{day.replace('-', '')}T100000" in content.decode()
    (event,) = events(content)
    assert event["dtstart"].dt.astimezone(UTC) == instant
    assert event["dtend"].dt.hour == 12 and event["dtend"].dt.minute == 30


def test_the_zone_is_in_the_file_and_right(in_app):
    """A program that does not know Europe/London computes by the rules in the file alone."""
    loaded(a_file(a_row()))
    (zone,) = Calendar.from_ical(written()).walk("VTIMEZONE")
    assert zone["tzid"] == "Europe/London"
    there = zone.to_tz(lookup_tzid=False)
    for instant in (
        datetime(2027, 3, 27, 12),  # noqa: DTZ001 (a zone is asked about a local time)
        datetime(2027, 3, 29, 12),  # noqa: DTZ001
        datetime(2027, 10, 30, 12),  # noqa: DTZ001
        datetime(2027, 11, 1, 12),  # noqa: DTZ001
    ):
        assert there.utcoffset(instant) == clock.LOCAL_ZONE.utcoffset(instant)


def test_what_an_entry_says(in_app):
    loaded(a_file(a_row(course_title='Neglect, "Toolkit"; dads\' view', format="blended_two_part")))
    (event,) = events(written())
    session = db.session.scalars(select(TrainingSession)).one()
    assert event["summary"] == 'Neglect, "Toolkit"; dads\' view'
    assert event["location"] == "City Hall, Leicester"
    assert event["url"] == f"https://training.example/sessions/{session.id}"
    assert "e-learning to do first" in event["description"]
    assert event["status"] == "CONFIRMED"


def test_an_entry_keeps_its_uid_when_the_session_changes(in_app):
    loaded(a_file(a_row()))
    before = [event["uid"] for event in events(written())]
    loaded(a_file(a_row(venue="Oakham, Rutland", end="14:00", format="blended_two_part")))
    after = events(written())
    assert [event["uid"] for event in after] == before
    assert after[0]["location"] == "Oakham, Rutland"


def test_entries_have_uids_of_their_own(in_app):
    loaded(a_file(*(a_row(session_date=f"2027-06-{day:02}") for day in range(1, 21))))
    assert len({event["uid"] for event in events(written())}) == 20


def test_a_cancelled_session_is_called_off_in_calendars(in_app):
    loaded(a_file(a_row()))
    with transaction() as store:
        store.scalars(select(TrainingSession)).one().status = SessionStatus.CANCELLED
    (event,) = events(
        calendar_of(coming_sessions(NOW.date()), name="P", base_url="https://training.example")
    )
    assert (event["status"], event["summary"]) == ("CANCELLED", "Cancelled: Core Awareness")


def test_lines_are_as_the_standard_asks(in_app):
    loaded(a_file(a_row(course_title="Wörter " * 25)))
    lines = written().split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in b"".join(lines)
