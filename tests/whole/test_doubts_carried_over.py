"""A form that was in doubt is given the alarm that put it there on the way up; the way down takes only which."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from alembic import command
from flask import Flask

from tests.conftest import settings_for
from tests.whole.migrating import config_of, rows, store
from tests.whole.version_seven import THEN
from training_app import create_app
from training_app.extensions import db

MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    url = f"sqlite:///{tmp_path / 'twelve.sqlite3'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql").new_database()
    app = create_app(settings_for(tmp_path, database_url=url))
    with app.app_context():
        command.upgrade(config_of(app), "0012")
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def two_sessions(app: Flask) -> tuple[int, int]:
    course = store("course", title="Core Awareness", slug="core-awareness", summary="")
    one, other = (
        store(
            "training_session", course_id=course, strand="core", format="in_person", status="published",
            first_day=THEN.date(), last_day=THEN.date(), starts_at=time(hour), counts_in_programme=True,
            changed_at=THEN, evaluation_mode="standard", capacity=24, priority_text="", source="", note="",
        )
        for hour in (9, 14)
    )  # fmt: skip
    return one, other


def alarm(session_id: int, kind: str, raised_at: datetime, looked_at: datetime | None = None) -> int:
    joined = None if looked_at is None else False
    return store(
        "evaluation_alarm", session_id=session_id, kind=kind, raised_at=raised_at, looked_at=looked_at, joined=joined
    )


def form(session_id: int, sent_at: datetime, *, in_doubt: bool = True) -> None:
    version = rows("instrument_version", "id")[0][0]
    store(
        "response", session_id=session_id, version_id=version, moment="after", submitted_at=sent_at, generated=False,
        in_doubt=in_doubt,
    )


def test_each_form_in_doubt_is_given_its_alarm_up_and_down_and_up(app, two_sessions):
    one, other = two_sessions
    first = alarm(one, "too_fast", THEN, looked_at=THEN + 5 * MINUTE)
    alarm(one, "too_many", THEN + 6 * MINUTE, looked_at=THEN + 7 * MINUTE)
    last = alarm(one, "wrong_codes", THEN + 10 * MINUTE)
    alarm(other, "too_fast", THEN)
    form(one, THEN + MINUTE)  # while the first was open
    form(one, THEN + 11 * MINUTE)  # while the last was open
    form(one, THEN + 10 * MINUTE - timedelta(seconds=1))  # a moment before it, by a clock behind
    form(one, THEN + 12 * MINUTE, in_doubt=False)
    form(other, THEN - MINUTE, in_doubt=False)
    before = rows("response", "id", "moment", "submitted_at", "in_doubt")
    for _ in range(2):
        command.upgrade(config_of(app), "0013")
        assert [alarm_id for (alarm_id,) in rows("response", "alarm_id")] == [first, last, last, None, None]
        command.downgrade(config_of(app), "0012")
        assert rows("response", "id", "moment", "submitted_at", "in_doubt") == before
