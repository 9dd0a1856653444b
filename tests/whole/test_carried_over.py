"""A database of version 0007 with what people had set by then: nothing of it is lost on the way up, down and up."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from alembic import command
from flask import Flask
from icalendar import Calendar
from sqlalchemy import DateTime, bindparam, func, inspect, select, text

from tests.conftest import settings_for
from tests.programme.made_up_files import a_file, a_row, loaded
from tests.whole.migrating import SCRIPTS, config_of, rows, store
from tests.whole.version_seven import DAY, LATER, NEW_PART, OLD_PART, START, THEN, VersionSeven
from tests.world.signing_in import make_user_with_role, signed_in
from training_app import clock, create_app
from training_app.accounts.rules.roles import Role
from training_app.bookings.commands.places import cancel_booking
from training_app.database import transaction
from training_app.doctor.cli import CHECKS
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.programme import snapshots
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import (
    SET_WITH_A_NEW_SESSION,
    STATED_AT_THE_REGISTER,
    SessionField,
    Strand,
)
from training_app.registers.commands.walk_ins import take_off
from training_app.registers.models import AttendanceMark
from training_app.registers.queries.marks import attendances_by_session

AT_THE_SESSION = datetime(2027, 6, 8, 11, tzinfo=UTC)
WHY = "Typed twice"
OLD_REASON = f"Taken off the register: {WHY}"
EVERY_LABEL = {
    "Kind of training": ["Core", "Large event"], "Led by": ["not stated", "Training pool"],
    "Evaluation": ["Standard", "No evaluation"], "Counts in the programme": ["Yes", "No, beside it"],
    "Note for staff": ["not stated", "Ours"], "Places": ["24", "30"], "Priorities": ["none", "Neglect"],
    "Part 1": [OLD_PART, NEW_PART], "why": "The hall is larger",
}  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database of version 0007, to make copies of."""
    folder = tmp_path_factory.mktemp("seven")
    url = f"sqlite:///{folder / 'seven.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").new_database()
    with _opened(url, folder) as app:
        command.upgrade(config_of(app), "0007")
        _fold(app)
    return url


def _fold(app: Flask) -> None:
    """Put SQLite's write-ahead log into the file that is to be copied."""
    if db.engine.dialect.name == "sqlite":
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def _opened(url: str, folder: Path) -> Iterator[Flask]:
    app = create_app(settings_for(folder, database_url=url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(template: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The application on a copy of it."""
    if template.startswith("sqlite"):
        url = f"sqlite:///{shutil.copy(template.removeprefix('sqlite:///'), tmp_path / 'copy.sqlite3')}"
    else:
        url = request.getfixturevalue("postgresql").new_database(template)
    with _opened(url, tmp_path) as app:
        yield app


@pytest.fixture
def old(app: Flask) -> VersionSeven:
    return VersionSeven()


def up(app: Flask) -> None:
    command.upgrade(config_of(app), "head")


def fields_of(session_id: int) -> set[object]:
    return {field for one, field in rows("session_field_set", "session_id", "field") if one == session_id}


def starts_of(session_id: int) -> list[tuple[object, ...]]:
    found = rows("session_moved_from", "session_id", "first_day", "starts_at")
    return [start for one, *start in found if one == session_id]


def test_each_field_is_carried_over_from_the_words_of_the_time(app, old):
    session_id, untouched = old.session(), old.session(start=time(14))
    old.changed(session_id, **EVERY_LABEL)
    old.changed(session_id, **{"Course": ["One", "Other"], "Trainers": ["none", "4"], "How to join": ["", "By link"]})
    old.changed(session_id, LATER, Places=["30", "28"])
    old.line(untouched, "session_changed_by_import", capacity=[20, 24])
    up(app)
    stored = rows("session_field_set", "session_id", "field", "set_by_id")
    assert sorted(stored) == [(session_id, field, old.office) for field in sorted(SET_WITH_A_NEW_SESSION)]
    at = dict(rows("session_field_set", "field", "set_at"))
    assert {field: moment.day for field, moment in at.items()} == {
        field: LATER.day if field == "capacity" else THEN.day for field in SET_WITH_A_NEW_SESSION
    }, "the latest stands"


def test_a_database_that_was_taken_down_brings_up_what_was_set_under_the_next_label_too(app, old):
    session_id = old.session()
    old.changed(session_id, Provider=["not stated", "Training pool"])
    up(app)
    assert fields_of(session_id) == {SessionField.PROVIDER}


def test_what_was_set_in_one_act_is_carried_over(app, old):
    sets = {
        "session_drafted": SET_WITH_A_NEW_SESSION, "session_copied": SET_WITH_A_NEW_SESSION,
        "register.number_stated": STATED_AT_THE_REGISTER, "session_published": frozenset(),
    }  # fmt: skip
    sessions = {action: old.session(start=time(hour)) for hour, action in enumerate(sets, 8)}
    for action, session_id in sessions.items():
        old.line(session_id, action, was=None, number=18, **{"Part 1": OLD_PART})
    up(app)
    assert {action: fields_of(session_id) for action, session_id in sessions.items()} == sets
    assert rows("session_moved_from", "session_id") == []


def test_what_was_set_of_a_deleted_draft_is_not_carried_over_to_who_has_its_number(app, old):
    session_id = old.session()
    for one in (session_id, 99_999):
        old.line(one, "session_drafted")
        old.changed(one, **EVERY_LABEL)
        old.line(one, "draft_deleted")
    old.changed(99_999, **EVERY_LABEL)
    old.changed(session_id, Places=["24", "30"])
    up(app)
    assert rows("session_field_set", "session_id", "field") == [(session_id, "capacity")]
    assert rows("session_moved_from", "session_id") == []


def test_a_file_takes_nothing_back_although_a_label_was_reworded_since(app, old, monkeypatch):
    session_id = old.session()
    old.changed(session_id, **{label: EVERY_LABEL[label] for label in ("Kind of training", "Led by", "Places")})
    old.changed(session_id, **{"Note for staff": ["not stated", "Ours"]})
    up(app)
    about = snapshots.about_snapshot
    monkeypatch.setattr(
        snapshots, "about_snapshot", lambda one: {f"{label}, reworded": words for label, words in about(one).items()}
    )
    monkeypatch.setattr(snapshots, "places_snapshot", lambda one: {"Seats": str(one.capacity)})
    row = a_row(course_type="briefing", provider="Another", capacity="20", note="Theirs", attendees="17")
    outcome = loaded(a_file(row))
    session = db.session.get_one(TrainingSession, session_id)
    assert (session.strand, session.provider.name, session.capacity) == (Strand.CORE, "Training pool", 24)
    assert (session.note, session.headcount) == ("", 17), "what nobody set by hand follows the file"
    assert [warning.split(": ")[0] for warning in outcome.warnings] == [
        "Row 2, column capacity, “20”", "Row 2, column note, “Theirs”", "Row 2, column provider, “Another”",
        "Row 2, column course_type, “briefing”",
    ]  # fmt: skip


def test_a_session_moved_by_hand_is_still_found_by_its_old_day(app, old):
    session_id = old.session(date(2027, 6, 15))
    old.changed(session_id, **{"Part 1": [OLD_PART, NEW_PART]})
    up(app)
    assert rows("session_moved_from", "session_id", "first_day", "starts_at", "actor_id") == [
        (session_id, DAY, START, old.office)
    ]
    outcome = loaded(a_file(a_row(attendees="17")))
    assert (outcome.added, outcome.changed) == (0, 1)
    assert NEW_PART in outcome.warnings[0]
    session = db.session.scalars(select(TrainingSession)).one()
    assert (session.first_day, session.headcount) == (date(2027, 6, 15), 17)


def test_a_session_moved_to_and_fro_was_moved_away_from_where_it_is_not(app, old):
    session_id = old.session()
    old.changed(session_id, **{"Part 1": [OLD_PART, NEW_PART]})
    old.changed(session_id, LATER, **{"Part 1": [NEW_PART, OLD_PART]})
    up(app)
    assert starts_of(session_id) == [[date(2027, 6, 15), START]]


UNREADABLE = (
    ["Tuesday 31 June 2027, 9:30am to 4pm, in person", NEW_PART], ["Tuesday 8 Juno 2027, 9:30am to 4pm", NEW_PART],
    ["Tuesday 8 June 2027, 25pm to 4pm", NEW_PART], ["Tuesday 8 June 2027, 9:75am to 4pm", NEW_PART],
    ["Tuesday 8 June 2027", NEW_PART], ["8/6/2027, 9:30am to 4pm", NEW_PART], ["not stated", NEW_PART],
    ["e-learning, at one’s own pace", "not stated"], [None, NEW_PART], [], "moved", None, 7,
)  # fmt: skip


def test_words_that_cannot_be_read_still_say_that_parts_were_set(app, old):
    sessions = [old.session(start=time(8, minute)) for minute in range(len(UNREADABLE))]
    for session_id, changed in zip(sessions, UNREADABLE, strict=True):
        old.changed(session_id, **{"Part 2": changed})
    up(app)
    assert [fields_of(session_id) for session_id in sessions] == [{SessionField.PARTS}] * len(UNREADABLE)
    assert rows("session_moved_from", "session_id") == []


def test_a_line_that_says_nothing_sets_nothing(app, old):
    session_id = old.session()
    for detail in (None, [], "Places", {}, {"why": "Because"}):
        store(
            "audit_entry", at=THEN, actor_id=None, action="session_changed", subject_type="training_session",
            subject_id=session_id, detail=detail,
        )  # fmt: skip
    up(app)
    assert fields_of(session_id) == set()


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (OLD_PART, (DAY, START)),
        ("Thursday 23 May 2024, 9:30am to 4pm, in person, City Hall", (date(2024, 5, 23), time(9, 30))),
        ("Wednesday 1 December 2027, 12pm to 1pm, live online", (date(2027, 12, 1), time(12))),
        ("Thursday 29 February 2024, 12:15am to 1am, live online", (date(2024, 2, 29), time(0, 15))),
        ("Friday 1 January 2027, 4:05pm to 5pm, in person", (date(2027, 1, 1), time(16, 5))),
        ("Saturday 29 February 2025, 9am to 5pm, in person", None),
        ("Friday 1 January 2027, 0am to 5pm", None), ("Friday 1 January 2027, 13pm to 5pm", None),
    ],
)  # fmt: skip
def test_the_words_of_the_time_are_read(words, start):
    assert SCRIPTS.get_revision("0008").module._start(words) == start


def taken_off_then(old: VersionSeven) -> tuple[int, int]:
    """Ann came, and Dee was taken off; returns the session and Dee."""
    session_id, part_id = old.session_and_part()
    ann, dee = old.person("Ann"), old.person("Dee")
    old.mark(session_id, part_id, ann)
    old.mark(session_id, part_id, dee, superseded_at=LATER)
    old.mark(session_id, part_id, dee, mark="absent", reason=OLD_REASON, marked_at=LATER, superseded_at=LATER)
    return session_id, dee


def test_who_was_taken_off_is_shown_so_and_stays_off(app, old):
    session_id, dee = taken_off_then(old)
    up(app)
    assert rows("attendance_mark", "reason", "taken_off") == [("", False), ("", False), (WHY, True)]
    assert attendances_by_session([session_id])[session_id].number == 1
    with transaction():
        person = take_off(session_id, dee, "Again", actor_id=old.office, now=AT_THE_SESSION, is_office=True)
    assert (person.name, db.session.scalar(select(func.count(AttendanceMark.id)))) == ("Dee", 3)
    assert OLD_REASON in history(app, session_id)


def history(app: Flask, session_id: int) -> str:
    key = make_user_with_role(app, Role.OFFICE)
    db.session.remove()
    return signed_in(app, key).get(f"/sessions/{session_id}/register/history").text


def test_a_mark_that_stands_was_not_taken_off_whatever_its_reason(app, old):
    session_id, part_id = old.session_and_part()
    person = old.person("Ann")
    for reason, superseded_at in ((OLD_REASON, None), (f"Not {OLD_REASON}", LATER), (OLD_REASON.upper(), LATER)):
        old.mark(session_id, part_id, person, mark="absent", reason=reason, superseded_at=superseded_at)
    before = rows("attendance_mark", "reason")
    up(app)
    assert rows("attendance_mark", "reason") == before
    assert set(rows("attendance_mark", "taken_off")) == {(False,)}


def test_down_and_up_again_loses_nothing(app, old):
    taken_off_then(old)
    moved = old.session(date(2027, 6, 15))
    old.changed(moved, **EVERY_LABEL)
    old.line(moved, "register.number_stated", LATER)
    marks, lines = (rows("attendance_mark", "id", "reason"), rows("audit_entry", "id", "at"))
    up(app)
    kept = what_is_kept()
    command.downgrade(config_of(app), "0007")
    assert (rows("attendance_mark", "id", "reason"), rows("audit_entry", "id", "at")) == (marks, lines)
    assert not {"session_field_set", "session_moved_from"} & set(inspect(db.engine).get_table_names())
    up(app)
    assert what_is_kept() == kept
    assert [len(one) for one in kept] == [len(SessionField), 1, 3]


def what_is_kept() -> list[list[tuple[object, ...]]]:
    return [
        sorted(rows("session_field_set", "session_id", "field", "set_at", "set_by_id")),
        rows("session_moved_from", "session_id", "first_day", "starts_at", "at", "actor_id"),
        rows("attendance_mark", "id", "reason", "taken_off"),
    ]


def test_the_doctor_finds_what_was_carried_over_sound(app, old, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT_THE_SESSION)
    taken_off_then(old)
    old.changed(old.session(date(2027, 6, 15)), **EVERY_LABEL)
    up(app)
    seen = app.test_cli_runner().invoke(args=["doctor"])
    assert (seen.output, seen.exit_code) == (f"{len(CHECKS)} checks, nothing broken\n", 0)


def test_when_a_session_last_changed_is_carried_over_from_its_latest_act(app, old):
    changed, loaded_only, loaded_since, unknown = (old.session(start=time(hour)) for hour in (9, 11, 13, 15))
    old.line(changed, "session_drafted", THEN)
    old.changed(changed, LATER, Places=["24", "30"])
    old.line(changed, "register.number_stated", LATER + timedelta(days=1), headcount=[None, 18])
    old.line(loaded_since, "draft_deleted", THEN)
    old.line(loaded_since, "session_drafted", THEN)
    with db.engine.begin() as connection:
        for session_id, at in ((loaded_only, THEN), (loaded_since, LATER)):
            loaded_at = text("UPDATE training_session SET imported_at = :at WHERE id = :id")
            connection.execute(loaded_at.bindparams(bindparam("at", at, DateTime(True)), id=session_id))
    before = clock.now()
    up(app)
    sessions = {one.id: one for one in db.session.scalars(select(TrainingSession))}
    stands = [sessions[one].changed_at for one in (changed, loaded_only, loaded_since)]
    assert stands == [LATER, THEN, LATER]
    assert before <= sessions[unknown].changed_at <= clock.now(), "nothing is known but that it stood here then"
    assert {one.revision for one in sessions.values()} == {0}


def entries_of(booking_id: int) -> dict[object, tuple[object, ...]]:
    """By name, without the site's own."""
    found = rows("calendar_entry", "booking_id", "uid", "part_id", "on_day", "stands")
    return {uid.partition("@")[0]: it for one, uid, *it in found if one == booking_id}


LOCAL, EIGHTH, FIFTEENTH = ";TZID=Europe/London:", date(2027, 6, 8), date(2027, 6, 15)
ON_8, ON_15, ON_22 = (f"{LOCAL}202706{day:02}T093000" for day in (8, 15, 22))


def test_entries_in_calendars_keep_their_names_and_those_of_days_gone_are_known(app, old):
    session_id, first = old.session_and_part()
    second = old.part(session_id, 2, FIFTEENTH)
    as_booked, one_gone, first_gone, over = (old.booking(session_id, code) for code in ("A", "B", "C", "D"))
    never_told = old.booking(session_id, "E")
    old.letter(as_booked, "A", ON_8, ON_15)
    old.letter(one_gone, "B", ON_8, ON_15, ON_22)
    old.letter(one_gone, "B", ON_8, ON_15)
    old.letter(first_gone, "C", ":20270601T093000", ON_8, ON_15)
    old.letter(first_gone, "C", ON_8, ON_15)
    old.letter(over, "D", ON_8, ON_15)
    old.letter(over, "D", ON_8, method="CANCEL")
    up(app)
    a_and_b = {"booking-A": [first, EIGHTH, True], "booking-A-2": [second, FIFTEENTH, True]}
    assert entries_of(as_booked) == a_and_b
    assert entries_of(one_gone)["booking-B-3"] == [None, date(2027, 6, 22), True]
    assert entries_of(first_gone) == {
        "booking-C": [first, EIGHTH, True], "booking-C-2": [second, FIFTEENTH, True],
        "booking-C-3": [None, FIFTEENTH, True],
    }, "the latest letter that named an entry says of which day it is"
    assert entries_of(over) == {
        "booking-D": [first, EIGHTH, False], "booking-D-2": [second, FIFTEENTH, True]
    }, "what the last letter did not take out stands still"
    assert entries_of(never_told) == {}


def test_entries_of_elearning_and_of_two_parts_on_one_day_are_carried_over(app, old):
    session_id, morning = old.session_and_part()
    afternoon = old.part(session_id, 2, DAY, time(14))
    elearning, only = old.session_and_part(start=time(11))
    with db.engine.begin() as connection:
        undated = text("UPDATE session_part SET on_day = NULL, starts_at = NULL, ends_at = NULL WHERE id = :id")
        connection.execute(undated, {"id": only})
    two, one, odd = old.booking(session_id, "A"), old.booking(elearning, "B"), old.booking(elearning, "C")
    old.letter(two, "A", ON_8, f"{LOCAL}20270608T140000")
    old.letter(one, "B", ";VALUE=DATE:20270608")
    old.letter(odd, "C", ";VALUE=DATE:nonsense")
    up(app)
    assert entries_of(two) == {"booking-A": [morning, EIGHTH, True], "booking-A-2": [afternoon, EIGHTH, True]}
    assert entries_of(one) == {"booking-B": [only, EIGHTH, True]}
    assert entries_of(odd) == {}


def test_the_next_letter_takes_out_what_an_earlier_version_left_in_a_calendar(app, old):
    session_id, _ = old.session_and_part()
    booking_id = old.booking(session_id, "A", sequence=2)
    old.letter(booking_id, "A", ON_8, ON_15)
    old.letter(booking_id, "A", ON_8)
    up(app)
    with transaction():
        cancel_booking(booking_id, actor_id=None, now=LATER)
    query = select(Letter).where(Letter.queued_at == LATER).order_by(Letter.id)
    cancelled, off = (Calendar.from_ical(one.attachment) for one in db.session.scalars(query))
    told = [(one["METHOD"], str(one.walk("VEVENT")[0]["UID"]).split("@")[0]) for one in (cancelled, off)]
    assert told == [("CANCEL", "booking-A"), ("CANCEL", "booking-A-2")]
    assert [one.walk("VEVENT")[0]["SEQUENCE"] for one in (cancelled, off)] == [3, 3]
    assert not any(stands for *_, stands in entries_of(booking_id).values())
