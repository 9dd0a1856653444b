"""Two machines, each with the service in a folder of its own: one PostgreSQL and one Redis for both of them."""

import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPException
from pathlib import Path

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import func, select, text

from tests.accounts.letters import code_in
from tests.bookings.by_page import coming_session
from tests.bookings.over_http import Visitor, all_at_once, make_practitioners, open_form, press_book, visitors
from tests.conftest import settings_for
from tests.jobs.workers import Workplace, wait_until, workplace
from tests.outbox.letters import Sink, mail_server
from tests.postgres import UNTIL_LEFT_ALONE, Cluster
from tests.serving import Server, free_port, served
from tests.world.accounts import make_user
from tests.world.people import agency, make_person, make_post
from training_app import clock, create_app
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.config import ROOT
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of
from training_app.jobs.schedule import JOBS, MINUTE
from training_app.outbox.models import Letter
from training_app.outbox.rules import LetterState

pytestmark = [pytest.mark.long, pytest.mark.postgresql]
NEEDED = ("training_app", "migrations", "static", "templates", "wsgi.py", "pyproject.toml", "setup.cfg")
EMAIL = "ann@agency.example"
# Every beginning of a job, as the database itself sees it.
COUNT_RUNS = (
    "CREATE TABLE begun (name text, at timestamptz)",
    "CREATE FUNCTION note_begun() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN INSERT INTO begun VALUES (NEW.name, NEW.began_at); RETURN NEW; END $$",
    "CREATE TRIGGER note_begun AFTER INSERT OR UPDATE OF began_at ON job_run"
    " FOR EACH ROW EXECUTE FUNCTION note_begun()",
)


@dataclass(frozen=True)
class Machine:
    """A web server, and a worker that may be started beside it."""

    server: Server
    place: Workplace

    def kill(self) -> None:
        """What the machine loses when its power does."""
        os.killpg(self.server.group, signal.SIGKILL)
        for worker in self.place.started:
            worker.send_signal(signal.SIGKILL)


@dataclass(frozen=True)
class House:
    app: Flask
    machines: list[Machine]
    sink: Sink

    def ports(self) -> list[int]:
        return [one.server.port for one in self.machines]


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("there is no redis-server on this machine")
    port = free_port()
    with (folder / "redis.log").open("wb") as log:
        server = subprocess.Popen(
            ["sh", "-c", UNTIL_LEFT_ALONE, program, "--port", str(port), "--bind", "127.0.0.1", "--save", "",
             "--dir", str(folder)],
            stdin=subprocess.PIPE, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(30)


@pytest.fixture
def house(postgresql: Cluster, migrated_postgresql: str, tmp_path: Path) -> Iterator[House]:
    """Two machines that share the database, the queue and the key, and nothing on their disks."""
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(migrated_postgresql)))
    sink = Sink()
    with ExitStack() as stack:
        stack.callback(_let_go, app)
        given = {"TRAINING_QUEUE_URL": stack.enter_context(redis(tmp_path))}
        given |= {"TRAINING_SMTP_URL": stack.enter_context(mail_server(sink)), "TRAINING_LETTER_LEASE": "2"}
        machines = [_machine(stack, app, tmp_path / name, given) for name in ("one", "two")]
        yield House(app, machines, sink)


def _machine(stack: ExitStack, app: Flask, folder: Path, given: dict[str, str]) -> Machine:
    folder.mkdir()
    for name in NEEDED:
        (folder / name).symlink_to(ROOT / name)
    kept = {"TRAINING_KEPT_FOLDER": str(folder.parent / "kept")}  # on a disk of both, as the settings ask
    server = stack.enter_context(
        served(of(app).settings, folder, environment=given | kept, workers=1, root=folder)
    )
    return Machine(server, stack.enter_context(workplace(app, folder, root=folder, **given)))


def _let_go(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _letters(house: House, *which: object) -> int:
    with house.app.app_context():
        return db.session.scalar(select(func.count()).select_from(Letter).where(*which)) or 0


def _all_sent(house: House) -> bool:
    return _letters(house, Letter.state != LetterState.SENT) == 0


def test_sign_in_on_one_and_book_on_the_other(house: House):
    with house.app.app_context(), transaction():
        person = make_person("Ann Lee", email=EMAIL)
        make_post(person, agency(), clock.today(), title="Health visitor")
        make_user(person=person)
    with house.app.app_context():
        session_id = coming_session()
    for one in house.machines:
        one.place.start()
    first, second = house.ports()
    ann = Visitor("127.0.0.1", first)
    asked = ann.post("/sign-in", ann.get("/sign-in").fields() | {"email": EMAIL})
    assert asked.status == 302
    wait_until(lambda: bool(house.sink.arrived), 30, house.machines[0].place)
    ann.port = second
    page = ann.get(asked.location)
    form = {name: value for name, value in _fields_of(page.body, "/sign-in/code").items()}
    assert ann.post("/sign-in/code", form | {"code": code_in(house.sink.arrived[-1])}).status == 302
    ann.port = first
    form_page = open_form(ann, session_id)
    ann.port = second
    assert press_book(ann, form_page).page.heading == "Your place is booked"
    wait_until(lambda: len(house.sink.arrived) == 2, 30, house.machines[0].place)


def _fields_of(body: bytes, action: str) -> dict[str, str]:
    form = html.fromstring(body).xpath(f"//main//form[@action='{action}']")[0]
    return {name: value or "" for name, value in form.fields.items()}


def test_three_hundred_for_thirty_over_both(house: House):
    with house.app.app_context():
        session_id = coming_session(capacity=30, in_days=30)
    everyone = visitors(house.app, "127.0.0.1", 0, make_practitioners(house.app, 300))
    for turn, one in enumerate(everyone):
        one.port = house.ports()[turn % 2]
    rush = all_at_once(everyone, session_id)
    assert rush.errors == [] and [one.server.faults() for one in house.machines] == [[], []]
    with house.app.app_context():
        states = Counter(db.session.scalars(select(Booking.state)))
    assert states == {BookingState.CONFIRMED: 30, BookingState.WAITLISTED: 270}
    doctor = house.app.test_cli_runner().invoke(args=["doctor"])
    assert doctor.exit_code == 0, doctor.output


@pytest.mark.parametrize("killed", [0, 1])
def test_either_dies_in_the_middle_and_nothing_is_lost(house: House, killed: int):
    """Whoever read that a place is theirs has it, and every letter comes, while the other machine goes on."""
    with house.app.app_context():
        session_id = coming_session(capacity=200, in_days=30)
    for one in house.machines:
        one.place.start()
    everyone = visitors(house.app, "127.0.0.1", 0, make_practitioners(house.app, 60))
    for turn, one in enumerate(everyone):
        one.port = house.ports()[turn % 2]
    booked: list[str] = []
    threads = [
        threading.Thread(target=_book_each, args=(everyone[turn::4], session_id, house.ports(), booked))
        for turn in range(4)
    ]
    for thread in threads:
        thread.start()
    while len(booked) < 15:
        time.sleep(0.01)
    house.machines[killed].kill()
    for thread in threads:
        thread.join()
    assert len(booked) == 60, "everybody got their place in the end, on the machine that was left"
    with house.app.app_context():
        stored = Counter(db.session.scalars(select(Booking.code).where(Booking.state == BookingState.CONFIRMED)))
    assert stored == Counter(booked)
    left = house.machines[1 - killed].place
    wait_until(lambda: _all_sent(house), 60, left)
    with house.app.app_context():
        written = set(db.session.scalars(select(Letter.message_id)))
    assert len(written) == 60 and set(house.sink.ids) == written
    assert len(house.sink.ids) <= 61, "at most the one in hand is sent again, under its own Message-ID"


def _book_each(people: list[Visitor], session_id: int, ports: list[int], booked: list[str]) -> None:
    """Each books; whoever gets no answer opens the page again on the other machine, as a proxy would send them."""
    for one in people:
        while True:
            try:
                booked.append(press_book(one, open_form(one, session_id)).code)
                break
            except (OSError, HTTPException):
                one.port = next(port for port in ports if port != one.port)
                page = one.get(f"/sessions/{session_id}/book")
                if page.status == 302:  # the act was stored and only its answer was lost
                    booked.append(page.location.rsplit("/", 1)[-1])
                    break


def test_every_job_runs_once_though_both_workers_hold_the_clock(house: House):
    with house.app.app_context(), db.engine.begin() as connection:
        for statement in COUNT_RUNS:
            connection.execute(text(statement))
    for one in house.machines:
        one.place.start()
    minutely = {job.name for job in JOBS if job.every == MINUTE}

    def runs() -> Counter[tuple[str, datetime]]:
        with house.app.app_context(), db.engine.begin() as connection:
            rows = connection.execute(text("SELECT name, at FROM begun")).all()
        return Counter((name, at.astimezone(UTC).replace(second=0, microsecond=0)) for name, at in rows)

    def seen_twice() -> bool:
        times = Counter(name for name, _ in runs())
        return all(times[name] >= 2 for name in minutely)

    wait_until(seen_twice, 200, house.machines[0].place)
    assert minutely and max(runs().values()) == 1
    assert not re.search("failed", "".join(one.place.printed for one in house.machines), re.IGNORECASE)
