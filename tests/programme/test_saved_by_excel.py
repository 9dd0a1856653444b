"""A programme file that a spreadsheet has opened and saved holds the same sessions as before."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.programme.made_up_files import BESIDE, PROGRAMME, a_file, a_row, as_excel_saves, loaded
from training_app.extensions import db
from training_app.programme.files.rows import read_file, read_rows
from training_app.programme.models import Course, TrainingSession, Venue

WAYS = [
    {}, {"encoding": "cp1252"}, {"sign": ";"}, {"sign": "\t"}, {"sign": ";", "encoding": "cp1252", "seconds": False},
    {"above": "Training programme 2024-25"}, {"in_person": "Face to face"}, {"in_person": "Face-to-Face"},
]


def rows_of(reading):
    assert [str(one) for one in reading.problems] == []
    return [replace(row, line=0) for row in reading.rows]


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(("file", "number"), [(PROGRAMME, 88), (BESIDE, 19)])
def test_the_same_sessions_are_read(file, number, way):
    saved = as_excel_saves(file.read_text("utf-8"), **way)
    assert rows_of(read_file(saved)) == rows_of(read_file(file.read_bytes()))
    assert len(read_file(saved).rows) == number


def test_loading_either_after_the_other_changes_nothing(in_app, tmp_path):
    saved = tmp_path / "saved.csv"
    saved.write_bytes(as_excel_saves(PROGRAMME.read_text("utf-8"), sign=";", encoding="cp1252"))
    assert loaded(saved).added == 88
    for again in (saved, PROGRAMME, saved):
        assert loaded(again).unchanged == 88
    assert db.session.scalar(select(func.count(TrainingSession.id))) == 88
    loaded(PROGRAMME)
    before = [db.session.scalar(select(func.count(kind.id))) for kind in (Course, Venue)]
    loaded(saved)
    assert [db.session.scalar(select(func.count(kind.id))) for kind in (Course, Venue)] == before


def test_the_command_reads_it_too(app, tmp_path):
    saved = tmp_path / "saved.csv"
    saved.write_bytes(as_excel_saves(PROGRAMME.read_text("utf-8"), above="Training programme 2024-25"))
    outcome = app.test_cli_runner().invoke(args=["programme", "import", str(saved)])
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.stdout == "88 sessions in the programme: 88 added, 0 changed, 0 as they were.\n"
    assert "Row 1, “Training programme 2024-25”: it stands above the names of the columns: left out." in outcome.stderr


def test_the_letters_of_windows_are_read_and_worth_a_look():
    reading = read_file(a_file(a_row(), a_row(start="10:00", course_title="Café for dads")).encode("cp1252"))
    assert reading.rows[1].title == "Café for dads"
    assert [(one.line, one.reason) for one in reading.warnings] == [
        (3, "this line is written with “é” in the way of Windows (cp1252). The file was read so: see that its letters "
         "are right.")
    ]


def test_blank_cells_behind_some_rows_alone_are_nothing():
    lines = a_file(a_row(), a_row(start="10:00"), a_row(start="11:00")).splitlines()
    lines[2] += ",,"
    reading = read_rows("\n".join(lines))
    assert len(rows_of(reading)) == 3 and not reading.warnings


def test_cells_left_out_at_the_end_are_blank():
    lines = a_file(a_row()).splitlines()
    assert rows_of(read_rows("\n".join([lines[0], lines[1].removesuffix(",")]))) == rows_of(read_rows(a_file(a_row())))
    too_short = read_rows("\n".join([lines[0], ",".join(lines[1].split(",")[:9])]))
    assert [one.reason.split(":")[0] for one in too_short.problems] == ["it has 8 cells, and the file has 13 columns"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Core Awareness,", "Core, Awareness,"), ("Training pool", "Training, pool"),
        (",24,18,made up,", ",1,200,18,made up,"), (",24,18,made up,", ",24,1,609,made up,"),
    ],
)
def test_a_comma_that_moved_the_cells_along_is_never_taken_for_a_blank_cell(typed, meant):
    reading = read_rows(a_file(a_row()).replace(typed, meant))
    assert not reading.rows
    assert [one.reason for one in reading.problems] == [
        "it has 14 cells, and the file has 13 columns: is a comma not in quotation marks?"
    ]


def test_what_stands_in_a_column_without_a_name_is_left_out_and_said():
    lines = a_file(a_row(), a_row(start="10:00")).splitlines()
    reading = read_rows("\n".join([lines[0] + ",", lines[1] + ",", lines[2] + ",ask Ann"]))
    assert len(rows_of(reading)) == 2
    assert [(one.line, one.value) for one in reading.warnings] == [(3, "ask Ann")]
    assert "a column without a name: left out" in reading.warnings[0].reason


def test_a_title_that_looks_like_a_column_is_still_above_them():
    reading = read_rows("Capacity,Note\n\n" + a_file(a_row()))
    assert [one.line for one in reading.rows] == [4]
    assert [(one.line, one.value) for one in reading.warnings] == [(1, "Capacity Note")]
    assert len(rows_of(read_rows("sep=;\n" + a_file(a_row(venue="")).replace(",", ";")))) == 1


@pytest.mark.parametrize(
    "title",
    ["CANCELLED Core Awareness", "Core Awareness - CANCELLED", "Core Awareness (cancelled)",
     "Cancelled: Core Awareness", "Core Awareness – postponed", "Core Awareness cancelled", "CANCELED – Core"],
)
def test_a_session_that_says_it_is_cancelled_is_not_loaded_as_held(title):
    reading = read_rows(a_file(a_row(), a_row(start="14:00", end="16:00", course_title=title)))
    assert [(one.line, one.column, one.value) for one in reading.problems] == [(3, "course_title", title)]
    assert "Take this row out" in reading.problems[0].reason


@pytest.mark.parametrize("title", ["Cancelled appointments and children who are not brought", "Core Awareness"])
def test_a_course_may_be_about_what_is_cancelled(title):
    assert len(rows_of(read_rows(a_file(a_row(course_title=title))))) == 1


@pytest.mark.parametrize(("column", "said"), [("note", "Cancelled: snow"), ("course_title", "Cancelled")])
def test_where_it_is_not_certain_that_it_is_cancelled_there_is_a_warning(column, said):
    reading = read_rows(a_file(a_row(**{column: said})))
    assert len(rows_of(reading)) == 1
    assert [(one.line, one.column) for one in reading.warnings] == [(2, column)]
