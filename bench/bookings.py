"""Bookings through the real pages: how many a second, and what each costs the web server and the database."""

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from flask import Flask

from bench import ONE_READ
from bench.houses import POSTGRESQL, House, Houses, analyse
from bench.letters import Sent, post_office, send_all
from bench.load import load
from bench.processes import cpu_seconds, cpu_seconds_with_ended
from bench.results import ROUNDS, Figure, Row
from tests.bookings.over_http import Visitor, make_practitioners, open_form, press_book, visitors
from tests.serving import Server, served

PART = "bookings"
CLIENTS = (1, 16)
SESSIONS = 16
# So many people stand ready for one round; what they do not use up in the time, they leave.
PEOPLE = 400
SECONDS = 8.0
ONE_READ_SECONDS = 2.0
STATEMENTS_AIM = 25
# A whole booking, its letter too, in all processes together, for each time that the least page takes.
WHOLE_AIM = 18


@dataclass(frozen=True)
class Round:
    """What one round of bookings came to, for each booking: form, button, confirmation."""

    per_second: float
    web_ms: float
    database_ms: float
    letter: Sent
    one_read_ms: float
    statements: float
    transactions: float
    client_share: float

    @property
    def worker_ms(self) -> float:
        return self.letter.worker_ms

    @property
    def database_of_letter_ms(self) -> float:
        return self.letter.database_ms

    @property
    def whole_ms(self) -> float:
        """All that one booking costs: its three pages and its letter, in every process."""
        return self.web_ms + self.database_ms + self.worker_ms + self.database_of_letter_ms

    @property
    def of_one_read(self) -> float:
        return self.whole_ms / self.one_read_ms


def measure(houses: Houses) -> Iterator[Row]:
    if POSTGRESQL not in houses.databases():
        yield Row(PART, "bookings through the pages", "not measured: there is no PostgreSQL here")
        return
    with houses.open(POSTGRESQL) as house:
        counted = house.folder / "statements"
        told = {"BENCH_STATEMENTS": str(counted)}
        with (
            served(house.settings, house.folder, application="bench.wsgi:app", environment=told) as server,
            post_office(house) as office,
        ):
            _round(house, server, office, counted, CLIENTS[-1], people=40)  # to warm up
            rounds: dict[int, list[Round]] = {clients: [] for clients in CLIENTS}
            for _ in range(ROUNDS):
                for clients in CLIENTS:
                    rounds[clients].append(_round(house, server, office, counted, clients, people=PEOPLE))
    for clients, took in rounds.items():
        yield from _rows("1 client" if clients == 1 else f"{clients} clients", took)


def _round(house: House, server: Server, office: Flask, counted: Path, clients: int, people: int) -> Round:
    sessions = [house.new_session(people) for _ in range(SESSIONS)]
    postmaster = house.postmaster()
    everyone = visitors(house.app, server.host, server.port, make_practitioners(house.app, people))
    analyse(house.app)
    web = server.processes()
    counted.write_bytes(b"")
    before, own = (cpu_seconds(web), cpu_seconds_with_ended(postmaster)), time.process_time()
    began = time.monotonic()
    booked = _book(everyone, sessions, clients)
    took = time.monotonic() - began
    after = cpu_seconds(web), cpu_seconds_with_ended(postmaster)
    statements, transactions = _counted(counted)
    letter, one_read_ms = send_all(office, postmaster), _one_read_ms(server, postmaster)
    return Round(
        letter=letter,
        one_read_ms=one_read_ms,
        per_second=booked / took,
        web_ms=1000 * (after[0] - before[0]) / booked,
        database_ms=1000 * (after[1] - before[1]) / booked,
        statements=statements / booked,
        transactions=transactions / booked,
        client_share=(time.process_time() - own) / took,
    )


def _one_read_ms(server: Server, postmaster: int) -> float:
    """What the least page costs the web server and the database, for each time it is asked."""
    web = server.processes()
    before = cpu_seconds(web) + cpu_seconds_with_ended(postmaster)
    came = load(server.host, server.port, ONE_READ, seconds=ONE_READ_SECONDS)
    return 1000 * (cpu_seconds(web) + cpu_seconds_with_ended(postmaster) - before) / came.answers


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

    statements = figure("statements")
    yield Row(
        PART, f"bookings through the pages, {clients}",
        f"{figure('per_second')} a second; client's share of a core {figure('client_share')}",
        numbers={"bookings_per_second": figure("per_second").samples, "client_share": figure("client_share").samples},
    )
    yield Row(
        PART, f"processor time a booking, {clients}",
        f"{figure('web_ms')} ms in gunicorn, {figure('database_ms')} ms in PostgreSQL; its letter "
        f"{figure('worker_ms')} ms in the worker, {figure('database_of_letter_ms')} ms in PostgreSQL",
        numbers={
            name: figure(name).samples for name in ("web_ms", "database_ms", "worker_ms", "database_of_letter_ms")
        },
    )
    yield Row(
        PART, f"a whole booking with its letter, {clients}",
        f"{figure('whole_ms')} ms of processor time: {figure('of_one_read')} times one read, at "
        f"{figure('one_read_ms')} ms",
        aim=f"≤ {WHOLE_AIM} times one read", met=figure("of_one_read").median <= WHOLE_AIM,
        numbers={name: figure(name).samples for name in ("whole_ms", "of_one_read", "one_read_ms")},
    )
    yield Row(
        PART, f"statements a booking, {clients}",
        f"{statements} in {figure('transactions')} transactions, whose BEGIN and COMMIT are not counted",
        aim=f"≤ {STATEMENTS_AIM}", met=statements.median <= STATEMENTS_AIM,
        numbers={"statements": statements.samples, "transactions": figure("transactions").samples},
    )
