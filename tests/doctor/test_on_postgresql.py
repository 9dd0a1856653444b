"""The doctor on PostgreSQL: the same questions, and the same things broken."""

from collections.abc import Iterator

import pytest
from flask import Flask

from tests.conftest import settings_for
from tests.doctor.breaking import Breaker
from tests.doctor.breaks import BREAKS
from tests.doctor.conftest import make_busy
from tests.doctor.diagnosis import NOTHING_BROKEN, check_named, doctor
from training_app import clock, create_app
from training_app.database import transaction
from training_app.demo.loading import load_demonstration
from training_app.doctor.cli import CHECKS
from training_app.extensions import db
from training_app.installation import of

pytestmark = pytest.mark.postgresql


def let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def installed(postgresql, migrated_postgresql, tmp_path_factory) -> Flask:
    """The demonstration, on a database of its own."""
    address = postgresql.new_database(migrated_postgresql)
    app = create_app(settings_for(tmp_path_factory.mktemp("doctor"), database_url=address))
    with app.app_context(), transaction():
        load_demonstration(clock.now())
    let_go(app)
    return app


@pytest.fixture(scope="module")
def unguarded_address(postgresql, installed) -> str:
    """A database in use, without its guards, to make copies like."""
    with installed.app_context():
        make_busy()
    let_go(installed)
    address = postgresql.new_database(of(installed).settings.database_url)
    breaker = Breaker(address)
    breaker.take_off_guards()
    breaker.close()
    return address


@pytest.fixture
def unguarded(postgresql, installed, unguarded_address) -> Iterator[tuple[Flask, Breaker]]:
    address = of(installed).settings.database_url
    postgresql.make_again(address, unguarded_address)
    breaker = Breaker(address)
    yield installed, breaker
    breaker.close()
    let_go(installed)


def test_the_demonstration_is_sound(installed):
    seen = doctor(installed)
    let_go(installed)
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)


@pytest.mark.long
def test_a_service_in_use_is_sound_without_its_guards(unguarded):
    seen = doctor(unguarded[0])
    assert (seen.output, seen.exit_code) == (NOTHING_BROKEN, 0)


@pytest.mark.long
@pytest.mark.parametrize("name", [check.name for check in CHECKS])
def test_what_is_broken_is_named(unguarded, name):
    app, breaker = unguarded
    BREAKS[name](breaker)
    seen = doctor(app)
    check_named(seen, name)
    assert seen.exit_code == 1
