"""A damaged file, a full disk and a table that is gone: /readyz says so in a word, the doctor in a sentence."""

import gc
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.exc import OperationalError

from tests.browser import Browser
from tests.conftest import close, settings_for
from training_app import create_app
from training_app.cli import one_sentence
from training_app.database import places, sound
from training_app.doctor.cli import CHECKS
from training_app.extensions import db
from training_app.installation import of

PAGE = 4096


@pytest.fixture
def app(house: tuple[Flask, Path], tmp_path: Path) -> Iterator[Flask]:
    """On a file of its own, which no other test has to open again."""
    shutil.copy(house[1], tmp_path / "test.sqlite3")
    yield from opened(tmp_path)


@pytest.fixture
def demonstration(demonstration_file: Path, tmp_path: Path) -> Iterator[Flask]:
    shutil.copy(demonstration_file, tmp_path / "test.sqlite3")
    yield from opened(tmp_path)


def opened(folder: Path) -> Iterator[Flask]:
    app = create_app(settings_for(folder))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def file_of(app: Flask) -> Path:
    return Path(of(app).settings.database_url.removeprefix("sqlite:///"))


def doctor(app: Flask) -> Result:
    seen = app.test_cli_runner().invoke(args=["doctor"])
    assert isinstance(seen.exception, SystemExit | None), "never a traceback"
    return seen


def ready(app: Flask, status: int) -> str:
    return Browser(app).get("/readyz", status=status).response.get_data(as_text=True)


def damage_in_the_middle(app: Flask) -> None:
    """As a stale log that is written into another file does it: whole pages of something else."""
    close(app)
    with file_of(app).open("r+b") as file:
        size = file.seek(0, 2)
        file.seek(size // 2 // PAGE * PAGE)
        file.write(b"\x0d\x7f" * (PAGE * 4))


def cut_short(app: Flask) -> None:
    close(app)
    with file_of(app).open("r+b") as file:
        file.truncate(file.seek(0, 2) // 2 // PAGE * PAGE)


@pytest.mark.parametrize("spoil", [damage_in_the_middle, cut_short])
def test_a_damaged_file_is_noticed(demonstration: Flask, spoil):
    assert ready(demonstration, 200) == "ready\n"
    spoil(demonstration)
    sound._glanced_at.clear()  # as ten minutes later, or in the next process
    assert ready(demonstration, 503) == "not ready: the database is damaged, run flask doctor\n"
    seen = doctor(demonstration)
    assert (seen.exit_code, seen.stdout) == (1, "")
    assert seen.stderr.startswith(f"Error: {one_sentence.DAMAGED}") and seen.stderr.count("\n") == 1


def test_a_glance_is_cheap_and_seldom(app: Flask, monkeypatch: pytest.MonkeyPatch):
    sound._glanced_at.clear()
    looked: list[object] = []
    monkeypatch.setattr(sound, "damage", lambda *given, **named: looked.append(named) or "")
    for _ in range(5):
        ready(app, 200)
    assert looked == [{"thorough": False, "seconds": sound.LONGEST_GLANCE}]


def test_a_file_too_large_for_a_glance_is_no_damage(demonstration: Flask, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sound, "STEPS", 10)
    assert sound.damage(file_of(demonstration), thorough=False, seconds=-1.0) == ""


@pytest.mark.parametrize("limit", [("LEAST_FREE", 1 << 60), ("LEAST_FILES", 1 << 60)])
def test_a_disk_that_is_nearly_full_is_noticed(app: Flask, monkeypatch: pytest.MonkeyPatch, limit):
    monkeypatch.setattr(places, *limit)
    assert ready(app, 503) == "not ready: the disk is nearly full, run flask doctor\n"
    seen = doctor(app)
    assert seen.exit_code == 1
    assert "room-to-write: There is room to write.\n  on the disk of the database there is" in seen.stdout
    assert seen.stdout.splitlines()[-1] == f"{len(CHECKS)} checks, 1 broken"


def test_each_disk_is_named_once_and_a_folder_that_is_not_made_yet_is_on_its_parents(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(places, "LEAST_FREE", 1 << 60)
    found = list(places.short_of_room({"letters": tmp_path / "not" / "yet", "the database": tmp_path / "file"}))
    assert [what for what, _ in found] == ["letters"]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [("database or disk is full", one_sentence.FULL), ("database disk image is malformed", one_sentence.DAMAGED),
     ("disk I/O error", one_sentence.DAMAGED)],
)  # fmt: skip
def test_a_command_that_meets_it_half_way_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch, said, sentence):
    def breaks_off(*given: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError(said))

    monkeypatch.setattr("training_app.demo.cli.load_demonstration", breaks_off)
    seen = app.test_cli_runner().invoke(args=["demo", "load"])
    assert (seen.exit_code, seen.stderr) == (1, f"Error: {sentence}\n")


def test_a_check_that_cannot_be_made_is_named_and_the_others_are_made(app: Flask):
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.exec_driver_sql("DROP TABLE recovery_code")
        connection.exec_driver_sql("ALTER TABLE letter DROP COLUMN last_failure")
    seen = doctor(app)
    assert seen.exit_code == 1
    assert "recovery-codes-have-an-app: " in seen.stdout
    assert "  could not be checked: no such table: recovery_code\n" in seen.stdout
    assert "  broken by table letter.last_failure, recovery_code\n" in seen.stdout


def test_a_connection_that_fails_leaves_no_file_open(demonstration: Flask):
    """What serves on a damaged file must not run out of open files, nor be in the way of its restore."""
    cut_short(demonstration)
    ready(demonstration, 503)
    before = open_files()
    for _ in range(5):
        ready(demonstration, 503)
    assert open_files() <= before


def open_files() -> int:
    gc.collect()  # a failure holds on to what it met until then
    return len(list(Path("/proc/self/fd").iterdir()))
