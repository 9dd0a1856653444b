"""Bookings through the real pages: how many a second, and what each costs the web server and the database."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from sqlalchemy import text

from bench.houses import POSTGRESQL, House, Houses
from bench.processes import cpu_seconds, cpu_seconds_with_ended, parent_of
from bench.results import ROUNDS, Figure, Row
from tests.bookings.over_http import Visitor, make_practitioners, open_form, press_book, visitors
from tests.serving import Server, served
from training_app.extensions import db

PART = "bookings"
CLIENTS = (1, 16)
SESSIONS = 16
# So many people stand ready for one round; what they do not use up in the time, they leave.
PEOPLE = 400
SECONDS = 8.0
CPU_AIM_MS, STATEMENTS_AIM = 30, 25


@dataclass(frozen=True)
class Round:
    """What one round of bookings came to, for each booking: form, button, confirmation."""

    per_second: float
    web_ms: float
    database_ms: float
    statements: float
    transactions: float
    client_share: float


def measure(houses: Houses) -> Iterator[Row]:
    if POSTGRESQL not in houses.databases():
        yield Row(PART, "bookings through the pages", "not measured: there is no PostgreSQL here")
        return
    with houses.open(POSTGRESQL) as house:
        counted = house.folder / "statements"
        told = {"BENCH_STATEMENTS": str(counted)}
        with served(house.settings, house.folder, application="bench.wsgi:app", environment=told) as server:
            _round(house, server, counted, CLIENTS[-1], people=40)  # to warm up
            rounds: dict[int, list[Round]] = {clients: [] for clients in CLIENTS}
            for _ in range(ROUNDS):
                for clients in CLIENTS:
                    rounds[clients].append(_round(house, server, counted, clients, people=PEOPLE))
    for clients, took in rounds.items():
        yield from _rows("1 client" if clients == 1 else f"{clients} clients", took)


def _round(house: House, server: Server, counted: Path, clients: int, people: int) -> Round:
    sessions = [house.new_session(people) for _ in range(SESSIONS)]
    with house.app.app_context():
        postmaster = parent_of(db.session.scalar(text("SELECT pg_backend_pid()")) or 0)
        db.session.remove()
    everyone = visitors(house.app, server.host, server.port, make_practitioners(house.app, people))
    web = server.processes()
    counted.write_bytes(b"")
    before, own = (cpu_seconds(web), cpu_seconds_with_ended(postmaster)), time.process_time()
    began = time.monotonic()
    booked = _book(everyone, sessions, clients)
    took = time.monotonic() - began
    after = cpu_seconds(web), cpu_seconds_with_ended(postmaster)
    statements, transactions = _counted(counted)
    return Round(
        per_second=booked / took,
        web_ms=1000 * (after[0] - before[0]) / booked,
        database_ms=1000 * (after[1] - before[1]) / booked,
        statements=statements / booked,
        transactions=transactions / booked,
        client_share=(time.process_time() - own) / took,
    )


def _book(everyone: Sequence[Visitor], sessions: Sequence[int], clients: int) -> int:
    """So many clients book for one person after the other until the time is over; how many bookings there were."""
    waiting, lock = iter(zip(everyone, cycle(sessions), strict=False)), threading.Lock()
    until = time.monotonic() + SECONDS
    booked, errors = list[str](), list[BaseException]()

    def client() -> None:
        try:
            while time.monotonic() < until:
                with lock:
                    visitor, session_id = next(waiting, (None, 0))
                if visitor is None:
                    return
                booked.append(press_book(visitor, open_form(visitor, session_id)).code)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=client) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return len(booked)


def _counted(file: Path) -> tuple[int, int]:
    """Statements and transactions of all requests since the file was emptied."""
    lines = [line.split() for line in file.read_text(encoding="utf-8").splitlines()]
    return sum(int(line[2]) for line in lines), sum(int(line[3]) for line in lines)


def _rows(clients: str, took: Sequence[Round]) -> Iterator[Row]:
    def figure(name: str) -> Figure:
        return Figure([getattr(one, name) for one in took])

    cpu, statements = figure("web_ms"), figure("statements")
    yield Row(
        PART, f"bookings through the pages, {clients}",
        f"{figure('per_second')} a second; client's share of a core {figure('client_share')}",
        numbers={"bookings_per_second": figure("per_second").samples, "client_share": figure("client_share").samples},
    )
    yield Row(
        PART, f"processor time a booking, {clients}",
        f"{cpu} ms in gunicorn, and {figure('database_ms')} ms in PostgreSQL",
        aim=f"≤ {CPU_AIM_MS} ms in gunicorn", met=cpu.median <= CPU_AIM_MS,
        numbers={"web_ms": cpu.samples, "database_ms": figure("database_ms").samples},
    )
    yield Row(
        PART, f"statements a booking, {clients}",
        f"{statements} in {figure('transactions')} transactions, whose BEGIN and COMMIT are not counted",
        aim=f"≤ {STATEMENTS_AIM}", met=statements.median <= STATEMENTS_AIM,
        numbers={"statements": statements.samples, "transactions": figure("transactions").samples},
    )
