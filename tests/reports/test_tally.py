"""Counting sessions in groups, without a database."""

from dataclasses import replace
from datetime import date

import pytest

from training_app.programme.rules.no_data import reason_heading
from training_app.programme.rules.sessions import EvaluationMode, Format, Strand, TimeOfDay
from training_app.registers.rules.attendances import attendances_of
from training_app.reports.rules.groups import series_of
from training_app.reports.rules.tally import SessionLine, attended, beside_the_programme, group, grouped, without_data

TODAY = date(2026, 11, 22)


def line(title="Neglect", *, names=None, headcount=None, capacity=24, reason=None, priorities=(), day=date(2025, 1, 9)):
    return SessionLine(
        session_id=1, course_title=title, strand=Strand.CORE, format=Format.ONLINE, last_day=day,
        time_of_day=TimeOfDay.MORNING, capacity=capacity, provider="", in_programme=True,
        evaluation_mode=EvaluationMode.STANDARD, no_data_reason=reason, priorities=priorities,
        attendances=attendances_of(names, headcount),
    )


def test_attendances_are_names_else_headcount_never_both_and_unknown_is_not_zero():
    split = attended([line(names=10, headcount=12), line(headcount=7), line(reason="not given")], TODAY)
    assert (split.total, split.by_name, split.by_headcount) == (17, 10, 7)
    assert (split.sessions_with_names, split.sessions_with_headcount, split.sessions_without_data) == (1, 1, 1)
    assert split.disagreements == 1


def test_a_register_on_which_everyone_was_absent_is_nobody_and_not_unknown():
    split = attended([line(names=0)], TODAY)
    assert (split.total, split.sessions_with_names, split.sessions_without_data) == (0, 1, 0)


def test_take_up_counts_places_of_sessions_with_data_only():
    one = group("All", [line(headcount=12, capacity=24), line(capacity=100)])
    assert (one.sessions, one.sessions_with_data, one.attendances, one.places) == (2, 1, 12, 24)
    assert one.take_up == 0.5


def test_a_group_without_any_data_has_no_number():
    one = group("All", [line(), line()])
    assert one.attendances is None
    assert one.take_up is None


def test_a_session_that_serves_two_priorities_counts_under_each():
    lines = [line(priorities=("Neglect", "Belonging")), line(priorities=())]
    groups = grouped(lines, lambda one: one.priorities or ("None",), ["Belonging", "Neglect"])
    assert [(one.label, one.sessions) for one in groups] == [("Belonging", 1), ("Neglect", 1), ("None", 1)]


def test_sessions_without_data_are_grouped_by_why_and_those_to_come_are_said_to_be():
    lines = [
        line("A", reason="No data: records lost. Something else"),
        line("B", reason="No data: records lost"),
        line("C", reason=None),
        line("D", reason="not given", day=date(2027, 1, 5)),
        line("E", headcount=3),
    ]
    found = [(one.reason, one.sessions, one.titles) for one in without_data(lines, TODAY)]
    assert found == [("Records lost", 2, ["A", "B"]), ("Not given", 1, ["C"]), ("Not held yet", 1, ["D"])]


@pytest.mark.parametrize(
    ("reason", "heading"),
    [
        ("No data: April 2024 cyber-attack. Course name is seed", "April 2024 cyber-attack"),
        ("no data – the register was lost", "The register was lost"),
        ("not given", "Not given"),
        ("", "Not given"),
        ("No data:", "Not given"),
        ("Room 1.5 was flooded. Sorry", "Room 1.5 was flooded"),
    ],
)
def test_the_heading_of_a_reason(reason, heading):
    assert reason_heading(reason) == heading


@pytest.mark.parametrize(
    ("title", "series"),
    [
        ("Safeguarding Matters Live (July 2024)", "Safeguarding Matters Live"),
        ("Trainers' Network", "Trainers' Network"),
        ("Designated Safeguarding Lead (DSL) Initial", "Designated Safeguarding Lead (DSL) Initial"),
        ("(untitled)", "(untitled)"),
    ],
)
def test_the_series_of_an_event(title, series):
    assert series_of(title) == series


def test_events_of_one_series_are_counted_together():
    groups = beside_the_programme([line("Live (June)", headcount=400), line("Live (December)", headcount=395)])
    assert [(one.label, one.sessions, one.attendances) for one in groups] == [("Live", 2, 795)]


def test_a_session_to_come_is_not_one_of_which_nobody_knows():
    split = attended([line(day=date(2027, 1, 5)), line(), line(day=TODAY)], TODAY)
    assert (split.sessions_without_data, split.sessions_to_come) == (3, 1)


def test_a_session_of_today_that_is_not_over_is_still_to_come():
    still = replace(line(day=TODAY), is_today=True)
    assert attended([still, line(day=TODAY)], TODAY).sessions_to_come == 1
    assert [one.reason for one in without_data([still], TODAY)] == ["Today, and not over yet"]
