"""Before ./run upgrades a database it keeps a copy of it; three of them are kept."""

import stat
from pathlib import Path

import flask_migrate
import pytest
from flask import Flask

from tests.backups.acts import add_person, let_go, people, typed
from tests.conftest import settings_for
from training_app import create_app
from training_app.backups import cli
from training_app.installation import of

WORDS = ("backup", "--before-upgrade")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "instance"
    folder.mkdir()
    monkeypatch.setattr(cli, "INSTANCE", folder)
    return folder


def step_back(app: Flask) -> None:
    with app.app_context():
        flask_migrate.downgrade(revision="0009")
    let_go(app)


def test_where_an_upgrade_is_due_a_copy_is_kept_that_leads_back(installed, kept):
    assert typed(installed, *WORDS).stdout == "", "nothing is due"
    step_back(installed)
    said = typed(installed, *WORDS)
    (made,) = kept.iterdir()
    assert (said.exit_code, said.stdout) == (0, f"Backed up before the upgrade to {made}.\n")
    assert made.name.startswith("before-upgrade-0009-") and stat.S_IMODE(made.stat().st_mode) == 0o600
    with installed.app_context():
        flask_migrate.upgrade()
    add_person(installed, "Bo Baker")
    said = typed(installed, "restore", made)
    assert said.exit_code == 0 and "now run flask db upgrade" in said.stdout
    with installed.app_context():
        flask_migrate.upgrade()
    assert people(installed) == ["Ann Able"]


def test_the_last_three_are_kept(app, kept):
    step_back(app)
    old = [kept / f"before-upgrade-{one}-090000.backup" for one in ("0009-20260101", "0003-20260102", "0005-20260103")]
    for file in [*old, kept / "secret_key"]:
        file.write_text("x")
    assert typed(app, *WORDS).exit_code == 0
    left = {one.name for one in kept.iterdir()}
    assert {one.name for one in old[1:]} < left and old[0].name not in left
    assert "secret_key" in left and len(left) == 4


def test_an_empty_database_is_not_backed_up(kept, tmp_path):
    app = create_app(settings_for(tmp_path / "instance"))
    assert (typed(app, *WORDS).exit_code, list(kept.glob("*.backup"))) == (0, [])
    let_go(app)


def test_while_an_old_version_serves_no_upgrade_begins(installed, kept, tmp_path):
    step_back(installed)
    other = create_app(settings_for(tmp_path, database_url=of(installed).settings.database_url))
    other.test_client().get("/readyz")
    said = typed(installed, *WORDS)
    assert said.exit_code == 1 and "stop the web server and the worker first" in said.stderr
    assert list(kept.iterdir()) == []
    let_go(other)


def test_a_name_and_the_option_exclude_each_other(app, file, kept):
    for words in (("backup",), ("backup", str(file), "--before-upgrade")):
        assert typed(app, *words).exit_code == 2
