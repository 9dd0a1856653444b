"""An upgrade that is killed at any moment is begun again, and ends like one that nothing broke off."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from tests.conftest import settings_for
from tests.whole.migrating import config_of, store
from tests.whole.schemas import Schema, description, differences
from tests.whole.upgrading import ENDED, FAILED, Upgrades, moments, upgrades
from tests.whole.version_seven import DAY, THEN, VersionSeven
from training_app import create_app
from training_app.extensions import db

Copy = Callable[[], str]
KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(scope="module")
def upgrading() -> Iterator[Upgrades]:
    with upgrades() as program:
        yield program


def version_two() -> None:
    """People and sessions as the first versions stored them, enough that every later step has work."""
    course = store("course", title="Core Awareness", slug="core-awareness", summary="")
    for turn in range(150):
        email = f"person{turn}@agency.example"
        store("person", name=f"Person van {turn}", email=email, created_at=THEN, generated=False)
        store(
            "training_session", course_id=course, strand="core", format="in_person", status="published",
            first_day=DAY + timedelta(days=turn), last_day=DAY + timedelta(days=turn), starts_at=time(9),
            capacity=24, counts_in_programme=True, evaluation_mode="standard", headcount=18, priority_text="",
            source="", note="",
        )  # fmt: skip


def version_seven() -> None:
    """A programme with its history in the audit, bookings, and the letters that went with them."""
    old = VersionSeven()
    for turn in range(60):
        session_id, part_id = old.session_and_part(DAY + timedelta(days=turn))
        old.changed(session_id, Places=["24", "30"])
        booking = old.booking(session_id, f"B{turn}")
        old.letter(booking, f"B{turn}", ":20270608T093000")
        old.mark(session_id, part_id, old.person(f"Person {turn}"))


MADE = {"0002": version_two, "0007": version_seven}


@pytest.fixture(scope="module", params=MADE)
def since(request: pytest.FixtureRequest) -> str:
    """The version to begin from."""
    return str(request.param)


@pytest.fixture(scope="module", params=KINDS)
def copy(request: pytest.FixtureRequest, since: str, tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """Gives the address of one more copy of a database of that version with data in it."""
    folder, numbers = tmp_path_factory.mktemp("killed"), count(1)
    cluster = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    url = cluster.new_database() if cluster else f"sqlite:///{folder / 'template.sqlite3'}"
    app = create_app(settings_for(folder, database_url=url))
    with app.app_context():
        command.upgrade(config_of(app), since)
        MADE[since]()
        if cluster is None:
            with db.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
    if cluster is not None:
        return lambda: str(cluster.new_database(url))
    return lambda: f"sqlite:///{shutil.copy(folder / 'template.sqlite3', folder / f'copy{next(numbers)}.sqlite3')}"


def held_by(url: str, begun: datetime) -> Schema:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = description(connection)
    engine.dispose()
    # What a step can only stamp with its own moment differs from one upgrade to the next.
    days = [begun + timedelta(days=more) for more in (0, 1)]
    for table in found.values():
        table["rows"] = sorted(_without_today(row, days) for row in table["rows"])  # type: ignore[attr-defined]
    return found


def _without_today(row: str, days: list[datetime]) -> str:
    for day in days:
        as_text = rf"'{day:%Y-%m-%d} [\d:.+]+'"
        as_instant = rf"datetime\.datetime\({day.year}, {day.month}, {day.day}, [^)]*\)"
        row = re.sub(f"{as_text}|{as_instant}", "now", row)
    return row


def kill_and_begin_again(upgrading: Upgrades, copy: Copy, kills: int, since: str) -> None:
    begun = datetime.now(UTC)
    url = copy()
    ended, took = upgrading.run(url)
    assert ended == ENDED
    whole, broken_off = held_by(url, begun), 0
    for moment in moments(kills, 0.9 * took):
        url = copy()
        broken_off += upgrading.run(url, moment)[0] == FAILED
        assert upgrading.run(url)[0] == ENDED, f"killed after {moment:.3f} s, it cannot be begun again"
        found = held_by(url, begun)
        assert not differences(found, whole), f"killed after {moment:.3f} s"
        Path(url.removeprefix("sqlite:///")).unlink(missing_ok=True)
    print(f"\nfrom {since}: {broken_off} of {kills} upgrades of {took:.2f} s were killed on their way")
    assert broken_off, "no kill fell into an upgrade"


def test_killed_anywhere(upgrading, copy, since):
    kill_and_begin_again(upgrading, copy, 6, since)


@pytest.mark.long
def test_killed_anywhere_at_length(upgrading, copy, since):
    kill_and_begin_again(upgrading, copy, 60, since)
