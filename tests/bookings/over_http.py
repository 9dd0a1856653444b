"""People who book through the real pages of a running server: each with a cookie and connections of their own."""

import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from flask import Flask
from lxml import html
from sqlalchemy import select

from tests.world.accounts import make_browser, make_user
from tests.world.people import make_person, make_post
from training_app import clock
from training_app.agencies.models import Agency
from training_app.database import transaction
from training_app.extensions import db

PATIENCE_SECONDS = 300
CHECK, WAIT_FROM_START = "Check your answers, then book", "This session is full: join the waiting list"
TOO_LATE = "Sorry, this session is full"


class WentWrong(Exception):
    """A page that nobody who books should see."""


@dataclass(frozen=True)
class Answer:
    """What the server sent: the moments are those of a steady clock, when it was asked and when all had come."""

    path: str
    status: int
    location: str
    body: bytes
    asked: float
    came: float

    @property
    def heading(self) -> str:
        found = html.fromstring(self.body).findall(".//h1")
        return " ".join(found[0].text_content().split()) if found else ""

    @property
    def text(self) -> str:
        return " ".join(html.fromstring(self.body).text_content().split())

    def fields(self) -> dict[str, str]:
        """What the form on the page holds, its hidden fields and CSRF token among them."""
        forms = html.fromstring(self.body).xpath("//main//form[@method='post']")
        if len(forms) != 1:
            raise WentWrong(f"{len(forms)} forms on {self.path} ({self.status}): {self.heading}")
        return {name: value or "" for name, value in forms[0].fields.items()}


@dataclass
class Visitor:
    """One person's browser. Each request goes over a connection of its own, as it does from behind a proxy."""

    host: str
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: HTTPConnection | None = None

    def connect(self) -> None:
        """Open the connection of the next request before it is sent."""
        connection = HTTPConnection(self.host, self.port, timeout=PATIENCE_SECONDS)
        connection.connect()
        self._connection = connection

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, data: Mapping[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(data))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        if self._connection is None:
            self.connect()
        connection, self._connection = self._connection, None
        headers = {"Connection": "close", "Cookie": "; ".join(f"{name}={said}" for name, said in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        asked = time.monotonic()
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        self._keep_cookies(response)
        location = urlsplit(response.getheader("Location", "")).path
        return Answer(path, response.status, location, content, asked, time.monotonic())

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value


@dataclass(frozen=True)
class Booked:
    """How it ended for one person: the page they read at last, and the answer that gave them what they got."""

    decisive: Answer
    page: Answer
    was_too_late: bool

    @property
    def code(self) -> str:
        return self.decisive.location.rsplit("/", 1)[-1]


def open_form(visitor: Visitor, session_id: int) -> Answer:
    """The page to check one's answers on, before the button is pressed."""
    page = visitor.get(f"/sessions/{session_id}/book")
    if page.status != 200 or page.heading not in {CHECK, WAIT_FROM_START}:
        raise WentWrong(f"GET {page.path}: {page.status} {page.heading}")
    return page


def press_book(visitor: Visitor, form: Answer, **typed: str) -> Booked:
    """Press the button on that page and read on to the end.

    Whoever was shown a free place and came too late is asked whether they wish to wait, and says yes.
    """
    answer = visitor.post(form.path, form.fields() | typed)
    too_late = answer.status == 409 and answer.heading == TOO_LATE
    if too_late:
        answer = visitor.post(form.path, answer.fields())
    if answer.status != 302 or not answer.location.startswith("/bookings/"):
        raise WentWrong(f"POST {answer.path}: {answer.status} {answer.location or answer.heading}")
    page = visitor.get(answer.location)
    if page.status != 200:
        raise WentWrong(f"GET {page.path}: {page.status} {page.heading}")
    return Booked(answer, page, too_late)


def make_practitioners(app: Flask, number: int) -> list[str]:
    """So many people with a post and a sign-in, stored; the signed cookie of each."""
    mark = uuid4().hex[:12]
    with app.app_context(), transaction():
        agencies = db.session.scalars(select(Agency).order_by(Agency.id)).all()
        for turn in range(number):
            person = make_person(f"Person {turn}", email=f"p{turn}.{mark}@agency.example")
            make_post(person, agencies[turn % len(agencies)], clock.today(), title="Health visitor")
            make_browser(make_user(person=person), f"{mark}-{turn}")
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return [signer.dumps({"_user_id": f"{mark}-{turn}", "_fresh": True}) for turn in range(number)]


def visitors(app: Flask, host: str, port: int, cookies: Iterable[str]) -> list[Visitor]:
    """A browser for each of these people, who are signed in."""
    name = app.config["SESSION_COOKIE_NAME"]
    return [Visitor(host, port, {name: cookie}) for cookie in cookies]


@dataclass
class Rush:
    """How it went for everyone who pressed the button at the same moment."""

    booked: list[Booked] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    released: float = 0.0

    @property
    def seconds(self) -> float:
        """From the moment they were released to the last page that anyone read."""
        return max(one.page.came for one in self.booked) - self.released


def all_at_once(people: list[Visitor], session_id: int, *, opening: int = 16) -> Rush:
    """Everyone opens the form and a connection to send it by; then all press the button together.

    The forms are opened a few at a time: reading them is not what is tried here.
    """
    rush = Rush()
    a_few = threading.BoundedSemaphore(opening)

    def release() -> None:
        rush.released = time.monotonic()

    # One to see that everybody has the form, one to see that everybody is connected.
    ready, together = threading.Barrier(len(people)), threading.Barrier(len(people), action=release)

    def book(visitor: Visitor) -> None:
        try:
            with a_few:
                form = open_form(visitor, session_id)
            ready.wait(PATIENCE_SECONDS)
            visitor.connect()
            together.wait(PATIENCE_SECONDS)
            rush.booked.append(press_book(visitor, form))
        except Exception as error:
            ready.abort()  # whoever waits for this person need not wait longer
            rush.errors.append(repr(error))

    threads = [threading.Thread(target=book, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return rush
