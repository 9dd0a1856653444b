"""Where the time of a booking goes: its three pages and its letter, sampled in one process, by room and by library."""

import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from flask import Flask
from flask.testing import FlaskClient

from bench.houses import House, Houses
from bench.letters import post_office
from bench.results import Row
from tests.bookings.over_http import Answer, make_practitioners
from training_app.config import ROOT
from training_app.extensions import db
from training_app.outbox.delivery import deliver_due

PART = "rooms"
PEOPLE = 400
WARM_UP = 30
EVERY = 0.001  # seconds of processor time between two looks
OURS, TEMPLATES = str(ROOT / "training_app"), str(ROOT / "templates")
# Of what somebody asked is theirs alone; a browser and a mail server are not part of the house.
BEGINNINGS = {"wsgi_app": "pages", "deliver_due": "letter"}
LEAST_SHARE = 0.01


class Looks:
    """Which line was at work at each look: the room nearest to it, and the library it was in."""

    def __init__(self) -> None:
        self.rooms: dict[str, Counter[str]] = {"pages": Counter(), "letter": Counter()}
        self.libraries: dict[str, Counter[str]] = {"pages": Counter(), "letter": Counter()}

    def look(self, number: int, frame: FrameType | None) -> None:
        library, room = _library(frame), ""
        while frame is not None:
            room = room or _room(frame)
            begun = BEGINNINGS.get(frame.f_code.co_name)
            if begun:
                self.rooms[begun][room or "Flask, before and after"] += 1
                self.libraries[begun][library] += 1
                return
            frame = frame.f_back

    @contextmanager
    def looking(self) -> Iterator[None]:
        before = signal.signal(signal.SIGPROF, self.look)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)


def _room(frame: FrameType) -> str:
    """Such as “bookings/queries”; a template has its folder's name."""
    file = frame.f_code.co_filename
    if file.startswith(TEMPLATES):
        return f"templates/{Path(file).relative_to(TEMPLATES).parts[0]}"
    if not file.startswith(OURS):
        return ""
    parts = Path(file).relative_to(OURS).with_suffix("").parts
    return "/".join(parts[:2])


def _library(frame: FrameType | None) -> str:
    file = frame.f_code.co_filename if frame else ""
    if file.startswith((OURS, TEMPLATES)):
        return "templates" if file.startswith(TEMPLATES) else "our own"
    return file.partition("site-packages/")[2].split("/")[0] or "Python"


def measure(houses: Houses) -> Iterator[Row]:
    looks = Looks()
    with houses.open(houses.databases()[0]) as house, post_office(house) as office:
        _book(house, WARM_UP)
        _send(office)
        began = time.process_time()
        with looks.looking():
            _book(house, PEOPLE)
        pages, began = time.process_time() - began, time.process_time()
        with looks.looking():
            _send(office)
        letters = time.process_time() - began
    for what, took in (("pages", pages), ("letter", letters)):
        yield _row(f"{what} of a booking, by room", looks.rooms[what], took)
        yield _row(f"{what} of a booking, by library", looks.libraries[what], took)


def _row(what: str, found: Counter[str], took: float) -> Row:
    whole = found.total()
    shares = {name: number / whole for name, number in found.most_common()}
    said = ", ".join(f"{name} {share:.0%}" for name, share in shares.items() if share >= LEAST_SHARE)
    return Row(
        PART, what, f"{1000 * took / PEOPLE:.1f} ms with the looking: {said}",
        numbers={name: [share] for name, share in shares.items()},
    )


def _book(house: House, people: int) -> None:
    """Each of them opens the form, presses the button and reads what they have."""
    session_id = house.new_session(people)
    for cookie in make_practitioners(house.app, people):
        client = house.app.test_client()
        client.set_cookie(house.app.config["SESSION_COOKIE_NAME"], cookie)
        _press(client, f"/sessions/{session_id}/book")


def _press(client: FlaskClient, path: str) -> None:
    form = Answer(path, 200, "", client.get(path).data, 0, 0)
    answer = client.post(path, data=form.fields())
    if answer.status_code != 302 or client.get(answer.location).status_code != 200:
        raise RuntimeError(f"booking ended with {answer.status}")


def _send(office: Flask) -> None:
    with office.app_context():
        done = deliver_due()
        db.session.remove()
    if done.failed or not done.sent:
        raise RuntimeError(f"the letters did not all go out: {done}")
