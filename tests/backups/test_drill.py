"""The whole drill: people book while a backup is made, everything is killed, and the backup is restored.

Whatever a page had said yes to before the backup began is in it, the doctor finds nothing, and the yearly report is
that of the backup's moment, byte for byte.
"""

import os
import shutil
import signal
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.at_once.people import make_someone
from tests.at_once.together import Sending
from tests.backups.acts import let_go, made, refused, typed
from tests.conftest import settings_for
from tests.jobs.workers import workplace
from tests.serving import Server, served
from tests.world.programme import make_session
from training_app import clock, create_app
from training_app.accounts.rules.roles import Role
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.demo.loading import load_demonstration
from training_app.extensions import db
from training_app.installation import of
from training_app.programme.models import TrainingSession

PEOPLE, SESSIONS, BEFORE_BACKUP = 3, 16, 12
Booked = tuple[int, int]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def in_use(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """The demonstration, on either database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("demonstration_file"), tmp_path / "test.sqlite3")
        app = create_app(settings_for(tmp_path))
    else:
        cluster, like = (request.getfixturevalue(name) for name in ("postgresql", "migrated_postgresql"))
        app = create_app(settings_for(tmp_path, database_url=cluster.new_database(like)))
        with app.app_context(), transaction():
            load_demonstration(clock.now())
    yield app
    let_go(app)


class Load:
    """People who book one session after the other. `told`: whose page said that they have a place."""

    def __init__(self, server: Server, forms: Sequence[Sequence[tuple[Booked, Sending]]]) -> None:
        self.server = server
        self.told: list[Booked] = []
        self.enough = threading.Event()
        self.threads = [threading.Thread(target=self._book, args=(one,)) for one in forms]

    def _book(self, forms: Sequence[tuple[Booked, Sending]]) -> None:
        for booked, sending in forms:
            cookie = sending.browser.client.get_cookie("training")
            headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"training={cookie.value}"}
            try:
                connection = HTTPConnection(self.server.host, self.server.port, timeout=30)
                connection.request("POST", sending.path, urlencode(list(sending.data.items(multi=True))), headers)
                status = connection.getresponse().status
                connection.close()
            except (OSError, HTTPException):  # killed before it answered
                return
            assert status == 302, (status, sending.path)
            self.told.append(booked)
            if len(self.told) >= BEFORE_BACKUP:
                self.enough.set()


def forms_of(app: Flask) -> list[list[tuple[Booked, Sending]]]:
    """A few people with the forms of the same sessions to come open before them."""
    with app.app_context(), transaction():
        day = clock.today() + timedelta(days=30)
        sessions = [make_session("Drill", day + timedelta(days=turn), capacity=20).id for turn in range(SESSIONS)]
    forms = []
    for turn in range(PEOPLE):
        someone = make_someone(app, Role.PRACTITIONER, f"Booker{turn}")
        pages = [(one, someone.browser.get(f"/sessions/{one}/book")) for one in sessions]
        forms.append([((one, someone.person_id), Sending.of(someone.browser, page)) for one, page in pages])
    return forms


def change_the_year(app: Flask) -> None:
    """After the backup: what the yearly report says is another thing."""
    with app.app_context():
        with transaction():
            counted = TrainingSession.headcount.is_not(None) & TrainingSession.counts_in_programme
            db.session.execute(update(TrainingSession).where(counted).values(headcount=TrainingSession.headcount + 1))
        db.session.remove()


def report(app: Flask) -> str:
    done = typed(app, "report", "yearly", "--year", "2024-25", "--format", "json")
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_drill(in_use: Flask, file: Path, tmp_path: Path):
    forms = forms_of(in_use)
    at_the_moment = report(in_use)
    let_go(in_use)
    settings = of(in_use).settings
    with workplace(in_use, tmp_path) as place, served(settings, tmp_path) as server:
        worker, load = place.start(), Load(server, forms)
        for thread in load.threads:
            thread.start()
        assert load.enough.wait(60)
        before = list(load.told)
        made(in_use, file)
        assert "stop the web server and the worker" in refused(in_use, "restore", file)
        change_the_year(in_use)
        assert report(in_use) != at_the_moment
        os.killpg(server.group, signal.SIGKILL)
        worker.kill()
        for thread in load.threads:
            thread.join(60)
    left = [one.name for one in tmp_path.glob("test.sqlite3-*")]
    assert "test.sqlite3-wal" in left or not settings.database_url.startswith("sqlite")
    done = typed(in_use, "restore", file)
    assert done.exit_code == 0, done.output
    checked = typed(in_use, "doctor")
    assert checked.exit_code == 0, checked.output
    assert report(in_use) == at_the_moment
    with in_use.app_context():
        kept = {tuple(row) for row in db.session.execute(select(Booking.session_id, Booking.person_id))}
    assert len(before) >= BEFORE_BACKUP and set(before) <= kept
    assert in_use.test_client().get("/readyz").status_code == 200
