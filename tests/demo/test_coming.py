"""The sessions that the demonstration makes up from today's date."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests.programme.made_up_files import loaded
from training_app.demo.coming import MADE_UP, as_file, coming_half_year, recently_held
from training_app.demo.descriptions import DESCRIPTIONS, describe_courses
from training_app.extensions import db
from training_app.programme.files.rows import read_rows
from training_app.programme.models import Course, TrainingSession
from training_app.programme.rules.sessions import Strand

DAYS = [date(2026, 11, 22), date(2026, 12, 24), date(2027, 3, 25), date(2027, 4, 2), date(2028, 2, 29)]
BANK_HOLIDAYS = {
    date(2026, 12, 25),
    date(2026, 12, 28),
    date(2027, 1, 1),
    date(2027, 3, 26),
    date(2027, 3, 29),
    date(2027, 5, 3),
}


def days_of(rows) -> list[date]:
    return [date.fromisoformat(row["session_date"]) for row in rows]


@pytest.mark.parametrize("today", DAYS)
def test_half_a_year_to_come_on_working_days(today):
    rows = coming_half_year(today)
    days = days_of(rows)
    assert len(rows) == 40
    assert days == sorted(days)
    assert today < days[0] <= today + timedelta(days=14)
    assert today + timedelta(days=150) < days[-1] <= today + timedelta(days=183)
    assert all(day.weekday() < 5 and day not in BANK_HOLIDAYS for day in days)
    assert coming_half_year(today) == rows


@pytest.mark.parametrize("today", DAYS)
def test_some_have_just_been_held(today):
    days = days_of(recently_held(today))
    assert len(days) == 8
    assert all(today - timedelta(days=56) <= day < today and day.weekday() < 5 for day in days)


@pytest.mark.parametrize("today", DAYS)
def test_every_row_is_good_and_says_that_it_is_made_up(today):
    rows = [*coming_half_year(today), *recently_held(today)]
    reading = read_rows(as_file(rows))
    assert (reading.problems, reading.warnings) == ([], [])
    assert len({row.key for row in reading.rows}) == 48
    assert all(MADE_UP in row.note and row.attendees is None for row in reading.rows)


@pytest.mark.parametrize("today", DAYS)
def test_there_is_something_for_everyone(today):
    rows = read_rows(as_file(coming_half_year(today))).rows
    assert sum(row.starts_at >= time(18) for row in rows) >= 4
    assert sum("Rutland" in (row.venue or "") for row in rows) >= 2
    assert sum(row.strand.is_dsl for row in rows) >= 4
    assert {Strand.CORE, Strand.COMMISSIONED, Strand.BRIEFING, Strand.LARGE_EVENT} <= {
        row.strand for row in rows
    }
    assert len({row.format for row in rows}) == 3


def test_priorities_are_named_while_their_plan_runs(in_app):
    loaded(as_file(coming_half_year(date(2026, 11, 22))))
    sessions = db.session.scalars(select(TrainingSession)).all()
    served = {priority.name for session in sessions for priority in session.priorities}
    assert served == {"Child Sexual Abuse", "Neglect", "Harm Outside the Home", "Belonging"}
    assert not [one for one in sessions if one.last_day > date(2027, 3, 31) and one.priorities]
    assert any(len(one.priorities) == 2 for one in sessions)


def test_courses_are_described_once(in_app):
    loaded(as_file(coming_half_year(date(2026, 11, 22))))
    known = db.session.scalars(select(Course)).all()
    known[0].summary = "Our own words"
    assert describe_courses() == len(known) - 1
    assert describe_courses() == 0
    assert known[0].summary == "Our own words"
    assert {course.title for course in known} == set(DESCRIPTIONS)
