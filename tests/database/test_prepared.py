"""On PostgreSQL a statement is planned once, not once a page; and what is rolled back is still rolled back."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from tests import postgres
from tests.conftest import settings_for
from training_app import create_app
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import Course

pytestmark = pytest.mark.postgresql
MORE_THAN_IT_TAKES = 8
INSERT = "INSERT INTO course (title, slug, summary) VALUES ('Neglect', 'neglect', '')"


@pytest.fixture
def on_postgresql(postgresql: postgres.Cluster, migrated_postgresql: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(like=migrated_postgresql)))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def prepared() -> list[str]:
    """What the server has prepared for the one connection that is in use here."""
    found = list(db.session.scalars(text("SELECT statement FROM pg_prepared_statements")))
    db.session.remove()
    return found


def titles() -> list[str]:
    found = list(db.session.scalars(select(Course.title)))
    db.session.remove()
    return found


@pytest.mark.usefixtures("on_postgresql")
def test_what_pages_ask_stays_prepared_from_page_to_page() -> None:
    for _ in range(MORE_THAN_IT_TAKES):
        titles()  # ends as a page does that only reads
    assert [one for one in prepared() if "FROM course" in one]


@pytest.mark.usefixtures("on_postgresql")
def test_an_act_that_was_rolled_back_leaves_nothing() -> None:
    titles()
    with pytest.raises(ZeroDivisionError), transaction() as session:
        session.execute(text(INSERT))
        session.scalars(select(Course.title)).all()  # reading last makes it no reading
        raise ZeroDivisionError
    assert titles() == []



def _copy(connection: "psycopg.Connection[Any]") -> None:
    with connection.cursor().copy("COPY course (title, slug, summary) FROM STDIN") as copying:
        copying.write_row(("Neglect", "neglect", ""))


@pytest.mark.parametrize("write", [
    pytest.param(lambda on: on.execute(INSERT), id="execute"),
    pytest.param(lambda on: on.execute(INSERT.encode()), id="bytes"),
    pytest.param(lambda on: on.cursor().executemany(INSERT, [()]), id="many"),
    pytest.param(lambda on: list(on.cursor().stream(f"{INSERT} RETURNING id")), id="stream"),
    pytest.param(lambda on: on.execute(f"WITH one AS ({INSERT} RETURNING id) SELECT id FROM one"), id="with"),
    pytest.param(_copy, id="copy"),
])
@pytest.mark.usefixtures("on_postgresql")
def test_whatever_writes_can_be_rolled_back(write: Callable[["psycopg.Connection[Any]"], object]) -> None:
    held = db.engine.raw_connection()
    connection = held.driver_connection
    assert isinstance(connection, psycopg.Connection)
    connection.execute("SELECT 1")
    write(connection)
    assert connection.execute("SELECT count(*) FROM course").fetchone() == (1,)
    held.rollback()
    held.close()
    assert titles() == []


@pytest.mark.usefixtures("on_postgresql")
def test_a_transaction_in_which_something_failed_is_rolled_back() -> None:
    for _ in range(2):
        with pytest.raises(Exception, match="division by zero"):
            db.session.scalar(text("SELECT 1 / 0"))
        db.session.rollback()
        assert titles() == []
