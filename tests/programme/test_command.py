"""`flask programme import`, as a person at a shell sees it."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.programme.made_up_files import BESIDE, PROGRAMME, a_file, a_row
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.missing import Lacking
from training_app.programme.wording import lacking_in_words


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["programme", "import", *map(str, arguments)])


def number_of_sessions(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(TrainingSession.id)))


def test_the_year_and_then_once_more(app, run):
    first = run(PROGRAMME)
    assert (first.exit_code, first.stderr) == (0, "")
    assert first.stdout == "88 sessions in the programme: 88 added, 0 changed, 0 as they were.\n"
    assert "19 sessions beside the programme: 19 added" in run(BESIDE, "--beside-programme").stdout
    again = run(PROGRAMME)
    assert again.exit_code == 0
    assert again.stdout == "Nothing changed: 88 sessions in the programme, all as in the file already.\n"
    assert number_of_sessions(app) == 107


def test_bad_rows_are_named_and_nothing_is_loaded(app, run, tmp_path):
    file = tmp_path / "autumn.csv"
    file.write_text(
        a_file(a_row(), a_row(session_date="31/02/2027"), a_row(format="hybrid", capacity="lots")), "utf-8"
    )
    outcome = run(file)
    assert outcome.exit_code == 1
    assert outcome.stdout == ""
    said = outcome.stderr.splitlines()
    assert said[0] == "Nothing was loaded from autumn.csv: 3 things are wrong. Rows are counted as lines."
    assert said[1].startswith("  Row 3, column session_date, “31/02/2027”: not a date. There is no 31 February 2027")
    assert [line.split(",")[1] for line in said[2:]] == [" column format", " column capacity"]
    assert number_of_sessions(app) == 0


def test_a_file_of_windows_is_loaded_and_worth_a_look(app, run, tmp_path):
    file = tmp_path / "excel.csv"
    file.write_bytes(a_file(a_row(course_title="Café for dads")).encode("cp1252"))
    outcome = run(file)
    assert outcome.exit_code == 0
    assert "Row 2: this line is written with “é” in the way of Windows (cp1252)." in outcome.stderr
    assert number_of_sessions(app) == 1


def test_warnings_do_not_stop_it(app, run, tmp_path):
    file = tmp_path / "full.csv"
    file.write_text(a_file(a_row(capacity="10", attendees="12")), "utf-8")
    outcome = run(file)
    assert outcome.exit_code == 0
    assert "Please check. Row 2, column attendees, “12”: more people than the 10 places." in outcome.stderr
    assert number_of_sessions(app) == 1


def test_what_sessions_to_come_lack_is_said_each_time(app, run, tmp_path):
    """After the first line, which stays as it is, and on the way of all that is worth a look."""
    file = tmp_path / "coming.csv"
    to_come = {"attendees": "", "priority": ""}
    file.write_text(a_file(
        a_row(**to_come, session_date="2031-06-03", venue=""),
        a_row(**to_come, session_date="2031-06-10", venue="", format="online", provider=""),
        a_row(**to_come, session_date="2031-06-17", venue="", provider=""),
        a_row(session_date="2020-06-16", venue="", provider=""),
    ), "utf-8")
    said = (
        "Please check. 2 sessions to come have no venue, 2 no provider, 3 no priority of the business plan, "
        "1 no note on how to join online: add them under Sessions."
    )
    first, again = run(file), run(file)
    assert first.exit_code == again.exit_code == 0
    assert first.stdout == "4 sessions in the programme: 4 added, 0 changed, 0 as they were.\n"
    assert again.stdout == "Nothing changed: 4 sessions in the programme, all as in the file already.\n"
    assert first.stderr.splitlines()[-1] == again.stderr.splitlines()[-1] == said


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({}, ""),
        ({Lacking.VENUE: 1}, "1 session to come has no venue: add it under Sessions."),
        (
            {Lacking.PROVIDER: 1, Lacking.JOINING: 1200},
            "1 session to come has no provider, 1,200 no note on how to join online: add them under Sessions.",
        ),
    ],
)
def test_in_words(lacking, words):
    assert lacking_in_words(lacking) == words


def test_no_such_file(run, tmp_path):
    outcome = run(tmp_path / "nowhere.csv")
    assert outcome.exit_code == 2
    assert "does not exist" in outcome.stderr


def test_two_imports_at_the_same_moment(app, run, monkeypatch):
    """The database holds the key too: the slower of the two is told, and loads nothing."""

    def slower(*arguments, **named):
        raise IntegrityError("INSERT", {}, Exception("uq_training_session_course_id_first_day_starts_at"))

    monkeypatch.setattr("training_app.cli.programme.import_and_tell", slower)
    outcome = run(PROGRAMME)
    assert outcome.exit_code == 1
    assert outcome.stderr.endswith("at the same moment. Run it again.\n")
