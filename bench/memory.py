"""The memory of all processes together, once they have worked a while, and whether the web server's goes on growing.

Measured once: memory does not depend on what else the machine does.
"""

from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from itertools import cycle
from uuid import uuid4

from bench.houses import POSTGRESQL, House, Houses
from bench.processes import children_of, megabytes
from bench.results import Row
from tests.bookings.over_http import make_practitioners, open_form, press_book, visitors
from tests.jobs.workers import Workplace, wait_until, workplace
from tests.serving import Server, served
from training_app.extensions import db
from training_app.jobs.queries import last_runs
from training_app.jobs.schedule import JOBS, MINUTE

PART = "memory"
# The last two are other addresses each time: what a server keeps of those grows for ever.
PAGES = ("/programme", "/programme?year=2024-25", "/calendar.ics", "/contact", "/programme?words={}", "/nothing/{}")
BOOKINGS = 40  # enough for each of eight threads to have made every page
AFTER = (1_000, 10_000)
CONNECTIONS = 8
# The jobs of every minute wait for the next one to begin.
WORKER_SECONDS = 90
WHOLE_AIM = 240


def measure(houses: Houses) -> Iterator[Row]:
    with houses.open(houses.databases()[0]) as house:
        database = house.postmaster() if house.database == POSTGRESQL else 0
        with served(house.settings, house.folder) as server, workplace(house.app, house.folder) as place:
            worker = place.start()
            _book(house, server)
            yield from _growing(server)
            _wait_for_jobs(house, place)
            _let_go(house)
            found = {
                "gunicorn": sum(map(megabytes, server.processes())), "the job worker": megabytes(worker.pid),
                "PostgreSQL": sum(map(megabytes, [database, *children_of(database)])) if database else 0.0,
            }
    for what, size in found.items():
        yield _row(what, [size])
    yield _row("all processes together", [sum(found.values())], aim=WHOLE_AIM)


def _row(what: str, found: Sequence[float], *, aim: float | None = None) -> Row:
    said = " and ".join(f"{one:.0f}" for one in found)
    return Row(
        PART, f"PSS of {what}", f"{said} MB", aim=f"≤ {aim} MB" if aim else "",
        met=sum(found) <= aim if aim else None, numbers={"megabytes": found},
    )


def _growing(server: Server) -> Iterator[Row]:
    """The web server after so many pages, and so many more."""
    asked = 0
    for until in AFTER:
        _ask(server, until - asked)
        asked = until
        keeper, *workers = (megabytes(one) for one in server.processes())
        yield _row(f"gunicorn after {until:,} pages: its keeper and each worker", [keeper, *workers])


def _ask(server: Server, times: int) -> None:
    connections = [HTTPConnection(server.host, server.port, timeout=30) for _ in range(CONNECTIONS)]
    pages, lines = cycle(PAGES), cycle(connections)
    for _ in range(times):
        path, connection = next(pages), next(lines)
        connection.request("GET", path.format(uuid4().hex))
        answer = connection.getresponse()
        answer.read()
        if answer.status >= 500:
            raise RuntimeError(f"{path} said {answer.status}")
    for connection in connections:
        connection.close()


def _book(house: House, server: Server) -> None:
    session_id = house.new_session(BOOKINGS)
    for visitor in visitors(house.app, server.host, server.port, make_practitioners(house.app, BOOKINGS)):
        press_book(visitor, open_form(visitor, session_id))


def _wait_for_jobs(house: House, place: Workplace) -> None:
    """Until the worker has sent the letters of those bookings and run each job of every minute."""
    labels = {job.label for job in JOBS if job.every == MINUTE}

    def has_run() -> bool:
        with house.app.app_context():
            ended = {run.label for run in last_runs() if run.ended_at}
            db.session.remove()
        return labels <= ended

    wait_until(has_run, WORKER_SECONDS, place)


def _let_go(house: House) -> None:
    """The bench's own connections are no part of an installation."""
    with house.app.app_context():
        db.session.remove()
        db.engine.dispose()
