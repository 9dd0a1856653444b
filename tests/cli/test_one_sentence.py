"""No command prints a traceback where the database is away, broken or behind: one sentence, exit code 1, no output."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.conftest import settings_for
from training_app import create_app
from training_app.cli import one_sentence
from training_app.config import ROOT
from training_app.extensions import db

FILE = str(ROOT / "training_app" / "demo" / "programme" / "programme_2024_25.csv")
# Every command that reads or writes the database, as a person would type it.
COMMANDS = {
    "demo load": [],
    "doctor": [],
    "outbox send": [],
    "programme import": [FILE],
    "report yearly": ["--year", "2024-25", "--format", "json"],
    "users close": ["--email", "one@agency.example"],
    "users sign-out": ["--email", "one@agency.example"],
    "users create": ["--email", "one@agency.example", "--name", "One", "--role", "administrator"],
    "users end-role": ["--email", "one@agency.example", "--role", "trainer", "--why", "Left the team"],
    "users change-email": ["--email", "one@agency.example", "--to", "two@agency.example", "--why", "Married"],
    "users grant": ["--email", "one@agency.example", "--role", "trainer"],
    "users reset-second-factor": ["--email", "one@agency.example", "--why", "Lost telephone"],
    "users roles": [],
    "worker": [],
}
# These are for a database that is behind or away as well.
WITHOUT_ONE = {"backup", "restore"}
NOBODY_LISTENS = "postgresql+psycopg://nobody:secretword@127.0.0.1:1/training?connect_timeout=2"


@pytest.fixture
def service() -> Iterator[Callable[..., Flask]]:
    """The application on a database of one's choice, closed at the end."""
    opened: list[Flask] = []

    def on(folder: Path, **changes: object) -> Flask:
        opened.append(create_app(settings_for(folder, **changes)))
        return opened[-1]

    yield on
    for app in opened:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def _typed(app: Flask, command: str) -> Result:
    return app.test_cli_runner().invoke(args=[*command.split(), *COMMANDS[command]])


def _is_one_sentence(result: Result, said: str) -> None:
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith(f"Error: {said}")
    assert result.stderr.count("\n") == 1
    assert isinstance(result.exception, SystemExit)


def test_every_command_is_tried_here(app: Flask):
    there = set()
    for name, command in app.cli.commands.items():
        there |= {f"{name} {inner}" for inner in command.commands} if hasattr(command, "commands") else {name}
    assert {one for one in there if not one.startswith("db ")} - {"impact", *WITHOUT_ONE} == COMMANDS.keys()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_without_its_tables(service, tmp_path: Path, command: str):
    _is_one_sentence(_typed(service(tmp_path), command), one_sentence.BEHIND)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_server_that_nobody_reaches(service, tmp_path: Path, command: str):
    result = _typed(service(tmp_path, database_url=NOBODY_LISTENS), command)
    _is_one_sentence(result, "The database does not answer: check that it runs and that TRAINING_DATABASE_URL")
    assert "secretword" not in result.stderr


@pytest.mark.parametrize("where", ["nowhere/training.sqlite3", "letter.txt", ""])
def test_a_file_that_is_no_database(service, tmp_path: Path, where: str):
    (tmp_path / "letter.txt").write_text("Dear colleague, " * 100, encoding="utf-8")
    app = service(tmp_path, database_url=f"sqlite:///{tmp_path / where}")
    _is_one_sentence(_typed(app, "doctor"), "The database does not answer: ")


def test_a_database_that_is_one_migration_behind(app: Flask):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0002'"))
    _is_one_sentence(_typed(app, "doctor"), one_sentence.BEHIND)


def test_a_database_from_a_newer_version(app: Flask):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'of-next-year'"))
    _is_one_sentence(_typed(app, "doctor"), one_sentence.UNKNOWN)


def test_a_database_that_breaks_off_in_the_middle(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def breaks_off(*given: object) -> None:
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM alembic_version"))
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("disk I/O error"))

    monkeypatch.setattr("training_app.demo.cli.load_demonstration", breaks_off)
    _is_one_sentence(_typed(app, "demo load"), one_sentence.BEHIND)


def test_a_database_in_the_hands_of_another(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def waits_in_vain(*given: object) -> None:
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr("training_app.demo.cli.load_demonstration", waits_in_vain)
    _is_one_sentence(_typed(app, "demo load"), one_sentence.BUSY)


def test_a_mistake_of_ours_is_not_hidden(app: Flask, monkeypatch: pytest.MonkeyPatch):
    def asks_nonsense(*given: object) -> None:
        db.session.execute(text("SELECT nonsense FROM person"))

    monkeypatch.setattr("training_app.demo.cli.load_demonstration", asks_nonsense)
    assert isinstance(_typed(app, "demo load").exception, OperationalError)


@pytest.mark.parametrize("words", [["doctor", "--list"], ["users", "create", "--help"]])
def test_what_needs_no_database_asks_for_none(service, tmp_path: Path, words: list[str]):
    result = service(tmp_path, database_url=NOBODY_LISTENS).test_cli_runner().invoke(args=words)
    assert result.exit_code == 0 and result.stdout


@pytest.mark.parametrize("words", [["doctor"], ["db", "upgrade"]])
def test_in_a_process_of_its_own(tmp_path: Path, words: list[str]):
    """`flask db` is not one of our commands, and meets an unreachable database too."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TRAINING_", "FLASK_"))}
    done = subprocess.run(
        [sys.executable, "-m", "flask", *words], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        env=environment | {
            "TRAINING_SECRET_KEY": "a-key-for-tests-only-0123456789abcdef", "FLASK_APP": "wsgi",
            "TRAINING_DATABASE_URL": NOBODY_LISTENS,
        },
    )  # fmt: skip
    assert done.returncode == 1 and done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: The database does not answer: ")
