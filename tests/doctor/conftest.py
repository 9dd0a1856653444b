"""A demonstration in which people have booked, a register was closed and a letter is sealed; whole, and unguarded."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import close, fresh
from tests.doctor.breaking import Breaker
from tests.world.accounts import make_recovery_code, make_second_factor
from tests.world.letters import make_letter
from training_app import clock
from training_app.accounts.models import User
from training_app.accounts.queries import generated_users
from training_app.accounts.rules.roles import Role
from training_app.bookings.commands.changes import change_capacity
from training_app.bookings.commands.places import book_place, cancel_booking
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of
from training_app.people.models import Person
from training_app.programme.models import TrainingSession
from training_app.registers.commands.register import close_register, reopen_register
from training_app.registers.models import RegisterChange


@pytest.fixture(scope="session")
def busy_file(house: tuple[Flask, Path], demonstration_file: Path) -> Path:
    """A database file with something of everything the doctor looks at."""
    app, template = house
    fresh(app, demonstration_file)
    with app.app_context():
        make_busy()
    close(app)
    file = template.with_name("busy.sqlite3")
    shutil.copy(template.with_name("test.sqlite3"), file)
    return file


def make_busy() -> None:
    """Let people book in the demonstration, a register be corrected, and letters and codes wait."""
    office = next(user for user in generated_users() if Role.OFFICE in user.roles)
    _book(office.id)
    _close_a_register(office.id)
    _letters_and_codes(office)


def _book(office_id: int) -> None:
    """One person holds a place, one is offered one, two wait, one has left."""
    now = clock.now()
    coming = select(TrainingSession.id).where(TrainingSession.first_day > clock.today() + timedelta(days=7))
    session_id = db.session.scalars(coming.order_by(TrainingSession.id.desc())).first()
    people = db.session.scalars(select(Person).where(Person.email.is_(None)).order_by(Person.id).limit(5)).all()
    ids = [person.id for person in people]
    assert session_id and len(ids) == 5
    with transaction():
        change_capacity(session_id, 2, actor_id=office_id, now=now)
        first, *_ = [
            book_place(session_id, one, actor_id=office_id, now=now, why="They asked by telephone.") for one in ids
        ]
        cancel_booking(first.id, actor_id=office_id, now=now, why="They are ill.")


def _close_a_register(office_id: int) -> None:
    """One that was closed is opened again with a reason, and closed."""
    closed = select(RegisterChange.session_id).order_by(RegisterChange.session_id)
    session_id = db.session.scalars(closed).first()
    assert session_id
    act = {"actor_id": office_id, "is_office": True}
    with transaction():
        reopen_register(session_id, "A name was missing.", now=clock.now(), **act)
    with transaction():
        close_register(session_id, rest_absent=True, now=clock.now(), **act)


def _letters_and_codes(user: User) -> None:
    with transaction():
        make_letter(kind="sign-in code", recipient="a@b.example", body="123 456", sealed=True)
        make_second_factor(user)
        make_recovery_code(user)


@pytest.fixture(scope="session")
def unguarded_file(busy_file: Path) -> Path:
    file = busy_file.with_name("unguarded.sqlite3")
    shutil.copy(busy_file, file)
    breaker = Breaker(f"sqlite:///{file}")
    breaker.take_off_guards()
    breaker.close()
    return file


@pytest.fixture
def busy(house: tuple[Flask, Path], busy_file: Path) -> Flask:
    fresh(house[0], busy_file)
    return house[0]


@pytest.fixture
def unguarded(house: tuple[Flask, Path], unguarded_file: Path) -> Iterator[tuple[Flask, Breaker]]:
    """The application on a database that refuses nothing, and a way to break it."""
    app, _ = house
    fresh(app, unguarded_file)
    breaker = Breaker(of(app).settings.database_url)
    yield app, breaker
    breaker.close()
