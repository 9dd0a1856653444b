"""A restore of a file that is killed anywhere: nobody opens what is half done, and the same command goes on."""

import os
import shutil
from pathlib import Path
from stat import S_IMODE

import pytest
from flask import Flask

from tests.backups.acts import add_person, let_go, made, people, typed
from tests.conftest import settings_for
from training_app import create_app
from training_app.backups import sqlite
from training_app.cli import one_sentence
from training_app.database.sound import Trouble
from training_app.extensions import db


class Killed(BaseException):
    """The power went."""


class AtStep:
    """Lets so many changes of names through, and then the power goes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
        self.left = steps
        for name in ("rename", "replace", "unlink"):
            usual = getattr(Path, name)
            monkeypatch.setattr(Path, name, lambda *given, usual=usual: self.step(usual, *given))

    def step(self, usual, *given: object) -> object:  # type: ignore[no-untyped-def]
        if not self.left:
            raise Killed
        self.left -= 1
        return usual(*given)


def leave_stale_files(app: Flask, folder: Path) -> None:
    """As a killed service does: what was written last stands in the log beside the file, and in no file."""
    add_person(app, "Bo Baker")
    with app.app_context(), db.engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1 FROM person")
        stale = folder / "stale"
        stale.mkdir()
        for ending in ("-wal", "-shm"):
            shutil.copy(folder / f"test.sqlite3{ending}", stale / f"test.sqlite3{ending}")
        shutil.copy(folder / "test.sqlite3", stale)
    let_go(app)
    for file in stale.iterdir():
        shutil.copy(file, folder)
    assert (folder / "test.sqlite3-wal").stat().st_size


def old_people(folder: Path) -> list[str]:
    """Of the one database that was moved aside."""
    (aside,) = (one for one in folder.glob("test.sqlite3.before-restore-*") if not one.name.endswith(("-wal", "-shm")))
    old = create_app(settings_for(folder, database_url=f"sqlite:///{aside}"))
    found = people(old)
    let_go(old)
    return found


def test_what_a_killed_service_left_beside_the_file_goes_with_the_old_one(app, file, tmp_path):
    made(app, file)
    leave_stale_files(app, tmp_path)
    assert typed(app, "restore", file).exit_code == 0
    assert people(app) == []
    assert typed(app, "doctor").exit_code == 0
    assert old_people(tmp_path) == ["Bo Baker"]


@pytest.mark.parametrize("steps", range(7))
def test_killed_between_any_two_steps(app, file, tmp_path, monkeypatch, steps):
    made(app, file)
    leave_stale_files(app, tmp_path)
    with monkeypatch.context() as meanwhile:
        at = AtStep(meanwhile, steps)
        with pytest.raises(Killed):
            app.test_cli_runner().invoke(args=["restore", str(file)])
        assert at.left == 0
    half_done = (tmp_path / "test.sqlite3-restoring").exists()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == (503 if half_done else 200)
    if half_done:
        assert "flask restore" in answer.text
        assert typed(app, "users", "roles").stderr == f"Error: {one_sentence.SAID[Trouble.RESTORING]}\n"
    done = typed(app, "restore", file)
    assert done.exit_code == 0, done.output
    assert people(app) == [] and typed(app, "doctor").exit_code == 0
    assert not list(tmp_path.glob("test.sqlite3-restor*"))
    if half_done:
        assert old_people(tmp_path) == ["Bo Baker"], "the first restore's old database, whole, and no other"


def test_the_steps_are_all_tried(app, file, tmp_path, monkeypatch):
    made(app, file)
    leave_stale_files(app, tmp_path)
    with monkeypatch.context() as meanwhile:
        at = AtStep(meanwhile, 100)
        assert typed(app, "restore", file).exit_code == 0
    assert 100 - at.left == 7, "test_killed_between_any_two_steps tries as many"
    assert sqlite.WITH_IT[:2] == ("-wal", "-shm")


def test_two_restores_under_one_name_lose_nothing(app, file, tmp_path):
    """Two in one second, or after the clock was set back: each old database stays, under a name of its own."""
    made(app, file)
    for name in ("Bo Baker", "Cy Carter"):
        add_person(app, name)
        let_go(app)
        with app.app_context():
            sqlite.put_in_place(_copy_of(tmp_path), tmp_path / "test.sqlite3", "20270328-013000")
        let_go(app)
    kept = [one for one in tmp_path.glob("test.sqlite3.before-restore-*") if not one.name.endswith(("-wal", "-shm"))]
    assert sorted(one.name for one in kept) == [
        "test.sqlite3.before-restore-20270328-013000", "test.sqlite3.before-restore-20270328-013000-again",
    ]


def _copy_of(folder: Path) -> Path:
    return Path(shutil.copy(folder / "test.sqlite3", folder / "copy"))


def test_the_mark_can_be_read_by_whoever_serves(app, tmp_path):
    umask = os.umask(0o077)
    try:
        (tmp_path / "test.sqlite3-in-use").unlink(missing_ok=True)
        people(app)
    finally:
        os.umask(umask)
    assert S_IMODE((tmp_path / "test.sqlite3-in-use").stat().st_mode) == 0o644
