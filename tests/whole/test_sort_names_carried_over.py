"""People of an earlier version are given their place by surname on the way up; the way down takes only that."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from flask import Flask

from tests.conftest import settings_for
from tests.whole.migrating import SCRIPTS, config_of, rows, store
from tests.whole.version_seven import THEN
from training_app import create_app
from training_app.extensions import db


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    url = f"sqlite:///{tmp_path / 'nine.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").new_database()
    app = create_app(settings_for(tmp_path, database_url=url))
    with app.app_context():
        command.upgrade(config_of(app), "0009")
        yield app
        db.session.remove()
        db.engine.dispose()


def test_each_is_given_a_place_in_batches_up_and_down_and_up(app, monkeypatch):
    monkeypatch.setattr(SCRIPTS.get_revision("0010").module, "BATCH", 2)
    names = ["Jan van der Berg", "Siân Ó Briain", "Ann Soar-Bell", "Chloé", "Dr Eve Stone"]
    for name in names:
        store("person", name=name, created_at=THEN, generated=False)
    wanted = ["van-der-berg jan", "obriain sian", "soar-bell ann", "chloe", "stone eve"]
    for _ in range(2):
        command.upgrade(config_of(app), "0010")
        assert rows("person", "name", "sort_name") == list(zip(names, wanted, strict=True))
        command.downgrade(config_of(app), "0009")
        assert rows("person", "name") == [(name,) for name in names]
