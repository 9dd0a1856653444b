"""Requests a second: the catalogue and a session page against a page that asks the database for one thing."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask

from bench import ONE_READ
from bench.houses import House, Houses
from bench.load import Load, load
from bench.processes import cpu_seconds
from bench.results import ROUNDS, Figure, Row, ratio
from tests.bookings.over_http import make_practitioners
from tests.serving import Server, served
from training_app import clock
from training_app.extensions import db
from training_app.programme.queries.sessions import coming_sessions

PART = "pages"
SECONDS = 3.0
WARM_UP_SECONDS = 1.0
# So many times the processor time of one read; for someone signed in, by so much of it more.
AIMS = {"catalogue": 3.5, "session page": 2.0}
MORE_SIGNED_IN = 0.7


@dataclass(frozen=True)
class Asked:
    """One page in one round, with what each answer cost the server."""

    load: Load
    cpu_ms: float


def measure(houses: Houses) -> Iterator[Row]:
    for database in houses.databases():
        with houses.open(database) as house:
            cookies = {"not signed in": "", "signed in": _cookie(house.app)}
            paths = {"one read": ONE_READ, "catalogue": "/programme", "session page": _session_page(house.app)}
            with served(house.settings, house.folder, application="bench.wsgi:app") as server:
                rounds = {visitor: _rounds(server, paths, cookie) for visitor, cookie in cookies.items()}
        least = [one.load.per_second for one in rounds["not signed in"]["one read"]]
        for visitor, asked in rounds.items():
            yield from _rows(house, visitor, asked, least)


def _rounds(server: Server, paths: dict[str, str], cookie: str) -> dict[str, list[Asked]]:
    """The pages in turn, once to warm up and then round by round."""
    rounds: dict[str, list[Asked]] = {name: [] for name in paths}
    for turn in range(1 + ROUNDS):
        for name, path in paths.items():
            seconds = SECONDS if turn else WARM_UP_SECONDS
            before = cpu_seconds(server.processes())
            came = load(server.host, server.port, path, cookie=cookie, seconds=seconds)
            used = cpu_seconds(server.processes()) - before
            if turn:
                rounds[name].append(Asked(came, 1000 * used / came.answers))
    return rounds


def _cookie(app: Flask) -> str:
    return f"{app.config['SESSION_COOKIE_NAME']}={make_practitioners(app, 1)[0]}"


def _session_page(app: Flask) -> str:
    """A session to come that has other dates, as most have."""
    with app.app_context():
        sessions = coming_sessions(clock.today())
        courses = [one.course_id for one in sessions]
        session_id = next((one.id for one in sessions if courses.count(one.course_id) > 1), sessions[0].id)
        db.session.remove()
    return f"/sessions/{session_id}"


def _rows(house: House, visitor: str, rounds: dict[str, list[Asked]], least: list[float]) -> Iterator[Row]:
    """`least`: how many times a second the least page comes, for someone not signed in, round by round."""
    for name, asked in rounds.items():
        speed, times = [one.load.per_second for one in asked], ratio(least, [one.load.per_second for one in asked])
        aim = AIMS[name] + (MORE_SIGNED_IN if visitor == "signed in" else 0) if name in AIMS else None
        p95, cpu = Figure([one.load.p95_ms for one in asked]), Figure([one.cpu_ms for one in asked])
        share = Figure([one.load.client_share for one in asked])
        yield Row(
            PART,
            f"{name}, {visitor}, {house.database}",
            f"{Figure(speed)} requests/s, p95 {p95} ms, {cpu} ms of gunicorn’s processor time each: "
            f"{times} times one read not signed in; client’s share of a core {share}",
            aim=f"≤ {aim:.1f} times" if aim else "",
            met=times.median <= aim if aim else None,
            numbers={
                "requests_per_second": speed, "p95_ms": p95.samples, "cpu_ms": cpu.samples,
                "times_one_read": times.samples, "client_share_of_a_core": share.samples,
            },
        )
