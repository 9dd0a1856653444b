"""The memory of the web server's workers and of the job worker, once they have worked a while.

Measured once: memory does not depend on what else the machine does.
"""

from collections.abc import Iterator
from http.client import HTTPConnection

from bench.houses import House, Houses
from bench.processes import megabytes
from bench.results import Row
from tests.bookings.over_http import make_practitioners, open_form, press_book, visitors
from tests.jobs.workers import wait_until, workplace
from tests.serving import Server, served
from training_app.extensions import db
from training_app.jobs.queries import last_runs
from training_app.jobs.schedule import JOBS, MINUTE

PART = "memory"
PAGES = ("/programme", "/programme?year=2024-25", "/calendar.ics", "/contact")
TIMES = 40  # enough for each of eight threads to have made every page
# The jobs of every minute wait for the next one to begin.
WORKER_SECONDS = 90


def measure(houses: Houses) -> Iterator[Row]:
    with houses.open(houses.databases()[0]) as house:
        with served(house.settings, house.folder) as server:
            _warm_up(house, server)
            keeper, *workers = (megabytes(one) for one in server.processes())
        yield _row("a web worker", workers)
        yield _row("gunicorn whole: its workers and their keeper", [keeper + sum(workers)])
        yield _row("the job worker", [_job_worker(house)])


def _row(what: str, found: list[float]) -> Row:
    said = " and ".join(f"{one:.0f}" for one in found)
    return Row(PART, f"PSS of {what}", f"{said} MB", numbers={"megabytes": found})


def _warm_up(house: House, server: Server) -> None:
    session_id = house.new_session(TIMES)
    for visitor in visitors(house.app, server.host, server.port, make_practitioners(house.app, TIMES)):
        press_book(visitor, open_form(visitor, session_id))
    for path in PAGES * TIMES:
        connection = HTTPConnection(server.host, server.port, timeout=30)
        connection.request("GET", path)
        assert connection.getresponse().status == 200
        connection.close()


def _job_worker(house: House) -> float:
    """After it has sent the letters of those bookings and run each job of every minute."""
    labels = {job.label for job in JOBS if job.every == MINUTE}

    def has_run() -> bool:
        with house.app.app_context():
            ended = {run.label for run in last_runs() if run.ended_at}
            db.session.remove()
        return labels <= ended

    with workplace(house.app, house.folder) as place:
        worker = place.start()
        wait_until(has_run, WORKER_SECONDS, place)
        return megabytes(worker.pid)
