"""The migrations tell one story: they lead up and down, and to exactly the tables the code believes in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.runtime.migration import HeadMaintainer
from flask import Flask
from sqlalchemy import create_engine, text

from tests.conftest import settings_for
from tests.whole.migrating import SCRIPTS, config_of
from tests.whole.schemas import Schema, description, differences
from training_app import create_app, tables
from training_app.database import Base
from training_app.extensions import db
from training_app.installation import of

STORY = [revision.revision for revision in reversed(list(SCRIPTS.walk_revisions()))]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind we promise to run on."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    return request.getfixturevalue("postgresql").new_database()


@pytest.fixture
def empty_house(database_url: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path, database_url=database_url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def _now_described(app: Flask) -> Schema:
    with db.engine.connect() as connection:
        return description(connection)


def test_the_story_has_one_line_and_its_chapters_are_numbered_in_order():
    assert SCRIPTS.get_heads() == [STORY[-1]]
    assert [f"{number:04}" for number in range(1, len(STORY) + 1)] == STORY
    files = sorted(Path(SCRIPTS.versions).glob("*.py"))
    assert [file.name.split("_")[0] for file in files] == STORY
    for revision in SCRIPTS.walk_revisions():
        assert revision.doc, f"{revision.revision} has no title"
        assert revision.down_revision is None or isinstance(revision.down_revision, str)


def test_every_step_goes_down_and_up_again_to_the_same_place(empty_house: Flask):
    config = config_of(empty_house)
    before: Schema = {}
    assert _now_described(empty_house) == before
    for revision in STORY:
        command.upgrade(config, revision)
        reached = _now_described(empty_house)
        assert reached != before, f"{revision} changes nothing"
        command.downgrade(config, "-1")
        assert not differences(_now_described(empty_house), before), f"{revision} down leaves something behind"
        command.upgrade(config, revision)
        again = _now_described(empty_house)
        assert not differences(_without_times(again), _without_times(reached))
        # What stands now, not what stood first: PostgreSQL gives rows that come back new numbers.
        before = again


def test_a_step_that_is_broken_off_leaves_nothing_behind(empty_house: Flask, monkeypatch: pytest.MonkeyPatch):
    """Whatever kills it: the next start finds the version it left, and goes the whole step."""
    config = config_of(empty_house)
    before: Schema = {}
    for revision in STORY:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(HeadMaintainer, "update_to_step", _break_off)
            with pytest.raises(BrokenOff):
                command.upgrade(config, revision)
        db.engine.dispose()
        assert not differences(_now_described(empty_house), before), f"{revision} leaves something behind"
        command.upgrade(config, revision)
        before = _now_described(empty_house)


class BrokenOff(BaseException):
    """The power went."""


def _break_off(*step: object) -> None:
    raise BrokenOff


def _without_times(schema: Schema) -> Schema:
    """A migration that stores reference data may stamp it with the moment it ran."""
    return {
        name: table | {"rows": len(table["rows"])}  # type: ignore[arg-type]
        for name, table in schema.items()
    }


def test_all_the_way_down_leaves_nothing(empty_house: Flask):
    config = config_of(empty_house)
    command.upgrade(config, "head")
    command.downgrade(config, "base")
    assert _now_described(empty_house) == {}


def test_the_migrations_have_not_drifted_from_the_models(empty_house: Flask):
    config = config_of(empty_house)
    command.upgrade(config, "head")
    command.check(config)  # what `flask db check` asks; it raises with the list of differences


def test_migrating_makes_the_very_tables_the_models_declare(empty_house: Flask, tmp_path: Path, request):
    """`flask db check` does not look at check constraints, and so not at the values of an enum."""
    command.upgrade(config_of(empty_house), "head")
    migrated = {name: table | {"rows": []} for name, table in _now_described(empty_house).items()}
    assert migrated.keys() >= {"agency", "training_session"} and tables.__all__
    url = of(empty_house).settings.database_url
    if url.startswith("sqlite"):
        other = f"sqlite:///{tmp_path / 'declared.sqlite3'}"
    else:
        other = request.getfixturevalue("postgresql").new_database()
    engine = create_engine(other)
    try:
        with engine.begin() as connection:
            Base.metadata.create_all(connection)
            declared = description(connection)
    finally:
        engine.dispose()
    assert not differences(migrated, declared)


def test_a_migrated_database_holds_together(tmp_path: Path):
    """Foreign keys rest while SQLite rebuilds tables; afterwards every one of them must point at a row."""
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        command.upgrade(config_of(app), "head")
        with db.engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        db.session.remove()
        db.engine.dispose()
