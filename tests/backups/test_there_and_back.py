"""A backup holds all of one moment, and a restore puts it in the place of what stands there, which is kept."""

import json
import os
import stat
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import text

from tests.backups.acts import add_person, let_go, made, people, refused, typed
from tests.conftest import settings_for
from tests.whole.migrating import SCRIPTS
from training_app import clock, create_app
from training_app.backups import archive, commands
from training_app.config import ROOT
from training_app.database.in_use import serve
from training_app.extensions import db
from training_app.installation import of


def test_what_came_after_the_backup_is_gone_and_what_was_before_is_there(installed, file, capfd):
    made(installed, file)
    add_person(installed, "Bo Baker")
    done = typed(installed, "restore", file)
    assert done.exit_code == 0, done.output
    assert "The database as it was before is" in done.stdout and "flask doctor" in done.stdout
    assert capfd.readouterr() == ("", ""), "the database's own tools say nothing"
    assert "older version" not in done.stdout and "another secret key" not in done.stdout
    assert people(installed) == ["Ann Able"]
    assert typed(installed, "doctor").exit_code == 0
    add_person(installed, "Cy Carter")
    assert people(installed) == ["Ann Able", "Cy Carter"], "numbers go on where they stood"


def test_the_old_database_is_whole_where_it_was_moved_to(installed, file, tmp_path):
    made(installed, file)
    add_person(installed, "Bo Baker")
    said = typed(installed, "restore", file).stdout
    if db_is_file(installed):
        aside = said.split("is at ")[1].split(",")[0]
        old = create_app(settings_for(tmp_path, database_url=f"sqlite:///{aside}"))
        assert people(old) == ["Ann Able", "Bo Baker"]
        let_go(old)
        return
    schema = said.split("in the schema ")[1].split()[0]
    with installed.app_context(), db.engine.connect() as connection:
        kept = connection.execute(text(f"SELECT name FROM {schema}.person ORDER BY id"))
        assert list(kept.scalars()) == ["Ann Able", "Bo Baker"]


def db_is_file(app: Flask) -> bool:
    return of(app).settings.database_url.startswith("sqlite")


def test_a_backup_is_its_owners_alone_and_says_what_it_holds(installed, file):
    made(installed, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.glob(".training-backup-*")) == [], "nothing is left beside it"
    with ZipFile(file) as archive:
        said = json.loads(archive.read("manifest.json"))
        assert "a-key-for-tests-only" not in str(said)
        assert b"a-key-for-tests-only" not in archive.read("dump")
    assert (said["rows"]["person"], said["revision"]) == (1, SCRIPTS.get_current_head())
    assert set(said) >= {"made_at", "application", "database", "sha256", "key"}


def test_what_a_killed_backup_left_is_swept_away_a_day_later(app, file):
    left, at_work = (file.parent / f".training-backup-{name}" for name in ("left", "at-work"))
    for one in (left, at_work):
        one.mkdir()
        (one / "copy").touch()
    os.utime(left, (0, 0))
    made(app, file)
    assert not left.exists() and at_work.exists()


@pytest.mark.parametrize("place", [ROOT / "training.backup", ROOT / "instance" / "training.backup"])
def test_no_backup_is_made_in_the_applications_own_folder(app, place):
    assert "choose a place outside" in refused(app, "backup", place)
    assert not place.exists()


def test_a_link_leads_no_backup_into_the_folder_either(app, tmp_path):
    (tmp_path / "elsewhere").symlink_to(ROOT / "docs")
    assert "choose a place outside" in refused(app, "backup", tmp_path / "elsewhere" / "training.backup")


def test_a_backup_takes_nobodys_place(app, file):
    file.write_text("Mine")
    assert "choose another name" in refused(app, "backup", file)
    assert file.read_text() == "Mine"
    assert "make it first" in refused(app, "backup", file.parent / "nowhere" / "x")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def garbled(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 64] = b"\xff" * 64
    file.write_bytes(content)


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def no_backup(file: Path) -> None:
    with ZipFile(file, "w") as archive:
        archive.writestr("letter.txt", "Dear colleague")


def of_next_year(file: Path) -> None:
    rewritten(file, format=2)


def rewritten(file: Path, **said: object) -> None:
    """The same backup, which says something else of itself."""
    with ZipFile(file) as archive:
        manifest, dump = json.loads(archive.read("manifest.json")) | said, archive.read("dump")
    with ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
        archive.writestr("dump", dump)


@pytest.mark.parametrize("spoil", [cut, garbled, emptied, no_backup, of_next_year])
def test_a_spoiled_backup_is_refused_before_anything_is_touched(installed, file, spoil):
    spoil(made(installed, file))
    refused(installed, "restore", file)
    assert not list(file.parent.glob("*before-restore*"))


def test_a_dump_that_lacks_rows_is_refused(installed, file):
    made(installed, file)
    rewritten(file, rows={"person": 7})
    assert "rows are missing" in refused(installed, "restore", file)


def test_a_backup_of_a_newer_version_is_refused(installed, file):
    made(installed, file)
    rewritten(file, revision="9999")
    assert "bring the application up to date" in refused(installed, "restore", file)


def test_a_backup_of_another_kind_of_database_is_refused(installed, file):
    made(installed, file)
    rewritten(file, database="postgresql" if db_is_file(installed) else "sqlite")
    assert "set TRAINING_DATABASE_URL" in refused(installed, "restore", file)


def test_no_file_and_no_backup_are_told_apart(app, file):
    assert "There is no file" in refused(app, "restore", file)
    file.write_text("Dear colleague")
    assert "is no backup that flask backup made" in refused(app, "restore", file)


def test_another_key_is_told_of_with_what_to_do(installed, file, tmp_path):
    made(installed, file)
    url = of(installed).settings.database_url
    other = create_app(settings_for(tmp_path, database_url=url, secret_key="another-key-0123456789abcdef-0123456789"))
    done = typed(other, "restore", file)
    assert done.exit_code == 0 and "another secret key" in done.stdout and "reset-second-factor" in done.stdout
    let_go(other)


def test_a_backup_of_an_older_version_says_to_upgrade(app, file, monkeypatch):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    made(app, file)
    done = typed(app, "restore", file)
    assert done.exit_code == 0 and "now run flask db upgrade" in done.stdout


def test_whoever_has_the_database_open_is_in_the_way(installed, file, tmp_path):
    made(installed, file)
    other = create_app(settings_for(tmp_path, database_url=of(installed).settings.database_url))
    assert people(other) == ["Ann Able"]
    assert "stop the web server and the worker" in refused(installed, "restore", file)
    let_go(other)
    assert typed(installed, "restore", file).exit_code == 0


def test_a_server_that_nobody_has_asked_anything_is_in_the_way_too(app, file):
    made(app, file)
    code = "import time, wsgi; print('up', flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE,
        env={"TRAINING_SECRET_KEY": "x" * 40, "TRAINING_DATABASE_URL": of(app).settings.database_url, "PATH": "/bin"},
    ) as server:  # fmt: skip
        assert server.stdout is not None and server.stdout.readline() == b"up\n"
        assert "stop the web server and the worker" in refused(app, "restore", file)
        server.kill()
    assert typed(app, "restore", file).exit_code == 0


def test_while_a_restore_is_under_way_nobody_opens_the_database(installed, file, tmp_path, monkeypatch):
    made(installed, file)
    other = create_app(settings_for(tmp_path, database_url=of(installed).settings.database_url))
    kept, said = archive.look_into, []

    def look(one: Path) -> object:
        said.append(other.test_client().get("/readyz").status_code)
        said.append(other.test_cli_runner().invoke(args=["users", "roles"]).output)
        return kept(one)

    monkeypatch.setattr(commands.archive, "look_into", look)
    assert typed(installed, "restore", file).exit_code == 0
    assert said[0] == 503 and "is being restored" in said[1]
    assert other.test_client().get("/readyz").status_code == 200
    let_go(other)


def test_serving_holds_the_mark_until_a_restore_in_the_same_process(app, file):
    made(app, file)
    with app.app_context():
        serve(db.engine)
    assert typed(app, "restore", file).exit_code == 0


@pytest.mark.postgresql
def test_a_missing_tool_is_named(postgresql, migrated_postgresql, tmp_path, file, monkeypatch):
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(migrated_postgresql)))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "pg_dump was not found: install PostgreSQL's client programs" in refused(app, "backup", file)
    assert not file.exists()
    let_go(app)


@pytest.mark.postgresql
def test_a_restore_that_fails_half_way_leaves_the_database_as_it_was(
    postgresql, migrated_postgresql, tmp_path, file, monkeypatch
):
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(migrated_postgresql)))
    made(app, file)
    add_person(app, "Bo Baker")
    monkeypatch.setattr(commands.postgresql, "check", lambda *_: None)
    cut_dump(file)
    said = refused(app, "restore", file)
    assert "Nothing was changed" in said and people(app) == ["Bo Baker"]
    let_go(app)


@pytest.mark.postgresql
def test_a_restore_that_is_killed_half_way_leaves_the_database_as_it_was_and_can_be_begun_again(
    postgresql, migrated_postgresql, tmp_path, file, monkeypatch
):
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(migrated_postgresql)))
    made(app, file)
    add_person(app, "Bo Baker")
    usual = commands.postgresql._use

    def filled_and_killed(*given: object, **named: object) -> None:
        usual(*given, **named)
        if "stdout" in named:
            raise KeyboardInterrupt  # all is written, but for the last word

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(commands.postgresql, "_use", filled_and_killed)
        with app.app_context(), pytest.raises(KeyboardInterrupt):
            commands.restore_backup(db.engine, file, secret_key="x" * 40, now=clock.now())
    assert people(app) == ["Bo Baker"]
    assert typed(app, "restore", file).exit_code == 0
    assert people(app) == []
    let_go(app)


def test_a_machine_that_has_nothing_yet_is_filled_from_a_backup(app, file, tmp_path):
    add_person(app, "Ann Able")
    made(app, file)
    new = create_app(settings_for(tmp_path, database_url=f"sqlite:///{tmp_path / 'new.sqlite3'}"))
    done = typed(new, "restore", file)
    assert done.exit_code == 0 and "as it was before" not in done.stdout
    assert people(new) == ["Ann Able"]
    assert stat.S_IMODE((tmp_path / "new.sqlite3").stat().st_mode) == 0o600
    let_go(new)


def cut_dump(file: Path) -> None:
    """A whole file that holds half a dump."""
    with ZipFile(file) as whole:
        dump = whole.read("dump")
    half = dump[: len(dump) * 2 // 3]
    rewritten(file, sha256=sha256(half).hexdigest())
    with ZipFile(file) as whole:
        manifest = whole.read("manifest.json")
    with ZipFile(file, "w") as spoiled:
        spoiled.writestr("manifest.json", manifest)
        spoiled.writestr("dump", half)
