"""What a programme file may hold, and how everything wrong with it is named."""

import pytest

from tests.programme.made_up_files import a_file, a_row
from training_app.programme.files.rows import COLUMNS, FileRefused, decoded, read_rows
from training_app.programme.rules.sessions import EvaluationMode, PartKind, Strand


def only_row(**cells):
    reading = read_rows(a_file(a_row(**cells)))
    assert not reading.problems, [str(problem) for problem in reading.problems]
    return reading.rows[0]


def problems_of(text):
    return [(problem.line, problem.column) for problem in read_rows(text).problems]


@pytest.mark.parametrize(
    ("column", "given", "reason"),
    [
        ("course_title", "  ", "blank"),
        ("course_title", "x" * 201, "longer than 200"),
        ("course_title", "Core\x01", "cannot be shown"),
        ("course_type", "seminar", "must be one of core, commissioned"),
        ("session_date", "", "not a date"),
        ("session_date", "soon", "Write year, month and day like 2024-05-23"),
        ("session_date", "2027-02-30", "not a date. There is no 30 February 2027: February 2027 has 28 days."),
        ("session_date", "29/02/2027", "not a date. There is no 29 February 2027: February 2027 has 28 days."),
        ("session_date", "06/23/2027", "not a date. There is no month 23. Write the day first"),
        ("session_date", "Friday 8 June 2027", "8 June 2027 is a Tuesday, not a Friday"),
        ("session_date", "8 June", "Say which year, like 8 June 2027."),
        ("session_date", "20270608", "not a date"),
        ("session_date", "0027-06-08", "between 2000 and 2100"),
        ("start", "half past nine", "not a time"),
        ("start", "24:00", "not a time"),
        ("end", "9.30", "must end after it starts"),
        ("end", "16", "not a time"),
        ("start", "1.30", "is it morning or afternoon? Write 13:30, or 1:30am if it is so early."),
        ("start", "06:45:00", "is it morning or afternoon? Write 18:45, or 6:45am if it is so early."),
        ("end", "4.30", "is it morning or afternoon? Write 16:30, or 4:30am if it is so early."),
        ("end", "13:00", "must end after it starts"),
        ("end", "08:00", "must end after it starts"),
        ("format", "hybrid", "must be one of in_person, online, blended_two_part"),
        ("capacity", "", "blank"),
        ("capacity", "-1", "whole number"),
        ("capacity", "24.5", "whole number"),
        ("attendees", "about 20", "whole number"),
        ("attendees", "-3", "whole number"),
        ("attendees", "18.5", "whole number"),
        ("attendees", "１８", "whole number"),
        ("attendees", "9" * 5000, "whole number"),
        ("venue", "v" * 161, "longer than 160"),
        ("source", "s" * 41, "longer than 40"),
    ],
)
def test_a_cell_that_cannot_be_taken_is_named(column, given, reason):
    reading = read_rows(a_file(a_row(), a_row(**{"start": "13:00", "end": "16:00"} | {column: given})))
    assert len(reading.problems) == 1
    problem = reading.problems[0]
    assert (problem.line, problem.column, problem.value) == (3, column, given.strip())
    assert reason in problem.reason
    assert str(problem).startswith(f"Row 3, column {column}")


@pytest.mark.parametrize(
    "cells",
    [
        {"session_date": "08/06/2027"}, {"session_date": "Tuesday 8th June 2027"}, {"session_date": "8-Jun-27"},
        {"session_date": "2027-06-08 00:00:00"}, {"start": "9.30am"}, {"start": "09:30:00"}, {"end": "12:30 PM"},
        {"capacity": "24.0"}, {"attendees": "18.0"},
    ],
)
def test_a_cell_may_be_written_as_people_and_spreadsheets_do(cells):
    assert only_row(**cells) == only_row()


def test_a_large_number_may_have_its_comma():
    assert only_row(capacity="1,200", attendees="1,000").attendees == 1000


def test_all_that_is_wrong_is_listed_at_once():
    text = a_file(
        a_row(session_date="soon", capacity="many"),
        a_row(),
        a_row(course_type="talk", start="10", end="11"),
    )
    assert problems_of(text) == [
        (2, "session_date"),
        (2, "capacity"),
        (4, "course_type"),
        (4, "start"),
        (4, "end"),
    ]


def test_a_row_is_counted_by_the_line_it_begins_on():
    text = a_file(
        a_row(note="two\nlines"), a_row(start="10:00", note="three\r\nmore\r\nlines"), a_row(capacity="x")
    )
    assert problems_of(text) == [(7, "capacity")]


def test_the_same_session_twice_is_refused():
    twice = a_file(
        a_row(), a_row(start="14:00", end="15:00"), a_row(course_title=" Core   Awareness ", capacity="3")
    )
    reading = read_rows(twice)
    assert [(one.line, one.column) for one in reading.problems] == [(4, "course_title")]
    assert "already in row 2" in reading.problems[0].reason


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty"),
        ("\n \n", "it is empty"),
        (a_file(), "holds no sessions"),
        ("course_title,session_date\nCore,2027-06-08\n", "missing columns: course_type, start, end"),
        (a_file(a_row()).replace("note", "source", 1), "missing columns: note"),
        (a_file(a_row()).replace("\r\nCore Awareness", "\r\nCore, Awareness"), "it has 14 cells"),
        (a_file(a_row()) + '"Unclosed,core,2027-06-09', "quotation marks do not fit"),
    ],
)
def test_a_file_that_is_no_programme(text, said):
    problems = read_rows(text).problems
    assert problems
    assert any(said in str(problem) for problem in problems), [str(problem) for problem in problems]


def test_a_column_that_is_there_twice_is_refused():
    text = "\r\n".join(line + ",x" for line in a_file(a_row()).splitlines()).replace("note,x", "note,note")
    assert [problem.column for problem in read_rows(text).problems] == ["note"]


def test_another_column_is_left_out_and_said():
    lines = a_file(a_row()).splitlines()
    reading = read_rows("\r\n".join([lines[0] + ",room", lines[1] + ",B12"]))
    assert len(reading.rows) == 1
    assert [(one.column, one.reason) for one in reading.warnings] == [
        ("room", "not a column of the programme: left out.")
    ]


def test_columns_may_stand_in_any_order_and_spelling():
    header = ",".join(reversed(COLUMNS)).replace("course_title", " Course Title ")
    row = ",".join(reversed(list(a_row(venue="MS Teams").values())))
    reading = read_rows(f"{header}\n\n,,,,,,,,,,,,\n{row}\n")
    assert [(one.title, one.venue, one.line) for one in reading.rows] == [("Core Awareness", "MS Teams", 4)]


@pytest.mark.parametrize("title", ['Dads\' & "Partners": who’s who?', "One, two; three", "“Was not heard”"])
def test_titles_with_signs_are_taken_as_they_are(title):
    assert only_row(course_title=title).title == title


def test_a_line_break_in_a_title_is_a_space():
    assert only_row(course_title="Baby\n Fortnight:\r\nICON").title == "Baby Fortnight: ICON"


@pytest.mark.parametrize(
    ("cells", "strand", "inside", "beside"),
    [
        ({"course_type": "conference"}, Strand.LARGE_EVENT, EvaluationMode.SEPARATE, EvaluationMode.SEPARATE),
        ({"course_type": "Core"}, Strand.CORE, EvaluationMode.STANDARD, EvaluationMode.NONE),
        (
            {"course_type": "dsl refresher"},
            Strand.DSL_REFRESHER,
            EvaluationMode.STANDARD,
            EvaluationMode.NONE,
        ),
        ({"course_type": "forum"}, Strand.FORUM, EvaluationMode.STANDARD, EvaluationMode.NONE),
        (
            {"course_type": "forum", "course_title": "Trainers' NETWORK"},
            Strand.NETWORK,
            EvaluationMode.STANDARD,
            EvaluationMode.NONE,
        ),
        (
            {"course_type": "briefing", "note": "Joint event. Evaluated separately."},
            Strand.BRIEFING,
            EvaluationMode.STANDARD,
            EvaluationMode.SEPARATE,
        ),
    ],
)
def test_strand_and_evaluation(cells, strand, inside, beside):
    row = only_row(**cells)
    assert row.strand is strand
    assert (row.evaluation_mode(False), row.evaluation_mode(True)) == (inside, beside)


def test_unknown_attendance_is_not_nobody():
    assert only_row(attendees="0").attendees == 0
    assert only_row(attendees="0").no_data_reason is None
    assert only_row(attendees=" ", note="").no_data_reason == "not given"
    assert (
        only_row(attendees="", note="The provider did not share it").no_data_reason
        == "The provider did not share it"
    )


def test_what_is_not_stated_is_unknown():
    row = only_row(venue="Not stated in the report", provider="TBC")
    assert (row.venue, row.provider) == (None, None)


@pytest.mark.parametrize(
    ("kind", "venue", "part"),
    [
        ("in_person", "City Hall, Leicester", PartKind.IN_PERSON),
        ("online", "MS Teams", PartKind.ONLINE),
        ("online", "", PartKind.ONLINE),
        ("blended_two_part", "MS Teams", PartKind.ONLINE),
        ("blended_two_part", "Oakham, Rutland", PartKind.IN_PERSON),
    ],
)
def test_where_the_dated_part_is(kind, venue, part):
    assert only_row(format=kind, venue=venue).dated_kind is part


def test_more_people_than_places_is_a_warning():
    """Walk-ins are normal and the number is a stated fact, so the office is told and the number kept."""
    reading = read_rows(a_file(a_row(capacity="20", attendees="23")))
    assert reading.rows[0].attendees == 23
    assert [(one.line, one.column) for one in reading.warnings] == [(2, "attendees")]


@pytest.mark.parametrize(
    ("cells", "value", "reason"),
    [
        ({"start": "6:45am"}, "6:45am to 12:30pm", "the session starts at 6:45am, before 7am. Taken as stated."),
        ({"end": "20:00"}, "9:30am to 8pm", "the session lasts 10 hours 30 minutes. Taken as stated."),
    ],
)
def test_odd_times_are_a_warning(cells, value, reason):
    reading = read_rows(a_file(a_row(**cells)))
    assert len(reading.rows) == 1
    assert [(one.line, one.value, one.reason) for one in reading.warnings] == [(2, value, reason)]


def test_an_online_room_for_people_in_person_is_a_warning():
    reading = read_rows(a_file(a_row(venue="MS Teams")))
    assert reading.rows and [one.column for one in reading.warnings] == ["venue"]


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    assert read_rows(decoded(b"\xef\xbb\xbf" + a_file(a_row()).encode())).rows


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (a_file(a_row(), a_row(start="10:00")).encode() + b"\x81", "Row 4: this line is neither in UTF-8 nor"),
        (a_file(a_row()).encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04\0\0", "not a text file"),
    ],
)
def test_what_no_encoding_fits_is_told_clearly(content, said):
    with pytest.raises(FileRefused) as refusal:
        decoded(content)
    assert said in str(refusal.value)
    assert "CSV UTF-8" in str(refusal.value)
