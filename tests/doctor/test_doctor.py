"""The doctor finds a sound database sound, and names each thing that is broken in it."""

from pathlib import Path

import flask_migrate
import pytest
from click.testing import Result
from flask import Flask

from tests.conftest import settings_for
from tests.doctor.breaking import Breaker
from tests.doctor.breaks import BREAKS
from training_app import clock, create_app
from training_app.database import transaction
from training_app.demo.loading import load_demonstration
from training_app.doctor.cli import CHECKS
from training_app.extensions import db

NOTHING_BROKEN = f"{len(CHECKS)} checks, nothing broken\n"
# It is kept by foreign keys, which the unguarded database has none of.
GUARDED = "rows-named-exist"


def _doctor(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["doctor", *words])


def test_an_empty_service_is_sound(app: Flask):
    seen = _doctor(app)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)


def test_the_demonstration_is_sound(demonstration: Flask):
    seen = _doctor(demonstration)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)


def test_a_service_in_use_is_sound_with_and_without_its_guards(busy: Flask, request: pytest.FixtureRequest):
    seen = _doctor(busy)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)
    app, _ = request.getfixturevalue("unguarded")
    seen = _doctor(app)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)


@pytest.mark.postgresql
def test_the_demonstration_is_sound_on_postgresql(postgresql, tmp_path: Path):
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database()))
    with app.app_context():
        flask_migrate.upgrade()
        with transaction():
            load_demonstration(clock.now())
    seen = _doctor(app)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)
    with app.app_context():
        with transaction() as session:
            session.execute(db.text("DELETE FROM demonstration"))
            session.execute(db.text("UPDATE rating_pattern SET n = n + 1"))
        db.engine.dispose()
    seen = _doctor(app)
    assert seen.exit_code == 1 and "published-counts-agree" in seen.output
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("name", [check.name for check in CHECKS if check.name != GUARDED])
def test_what_is_broken_is_named(unguarded: tuple[Flask, Breaker], name: str):
    app, breaker = unguarded
    BREAKS[name](breaker)
    seen = _doctor(app)
    check = next(one for one in CHECKS if one.name == name)
    assert f"{name}: {check.sentence}\n  broken by {check.what} " in seen.output
    assert seen.exit_code == 1
    assert seen.output.splitlines()[-1].endswith(" broken")
    assert "@" not in seen.output, "whose e-mail it is, is nobody's business here"


def test_a_row_that_names_one_that_is_gone_is_named(busy: Flask):
    breaker = Breaker(Path(busy.extensions["settings"].database_url.removeprefix("sqlite:///")))
    breaker.run("UPDATE attendance_mark SET person_id = 99999 WHERE id = (SELECT min(id) FROM attendance_mark)")
    breaker.close()
    seen = _doctor(busy)
    assert f"{GUARDED}: " in seen.output and "attendance_mark" in seen.output
    assert seen.exit_code == 1


def test_every_check_has_a_name_a_sentence_and_a_test_that_breaks_it():
    names = [check.name for check in CHECKS]
    assert len(names) == len(set(names))
    assert set(names) == set(BREAKS)
    assert all(check.sentence.endswith(".") and len(check.sentence) > 20 for check in CHECKS)


def test_what_is_checked_can_be_read(app: Flask):
    assert _doctor(app, "--list").output.splitlines() == [f"{one.name}: {one.sentence}" for one in CHECKS]


def test_many_broken_rows_are_counted_and_few_are_named(unguarded: tuple[Flask, Breaker]):
    app, breaker = unguarded
    breaker.run("UPDATE training_session SET headcount = -1")
    line = next(one for one in _doctor(app).output.splitlines() if "broken by session 1, 2, 3" in one)
    assert line.count(",") == 19 and line.endswith(" more")
