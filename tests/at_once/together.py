"""Forms that are on their way at the same moment: every sender has read, none has written, and then all go on.

The line is held: somebody else has the database for themselves until each sending waits for it. So every request has
decided what it can decide from what it read before, which is the worst that a slow line or two quick hands can do.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import psycopg
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from tests.browser import Browser, Page, filled
from training_app.extensions import db
from training_app.installation import of

WRITES = ("INSERT", "UPDATE", "DELETE")
LONGEST_SECONDS = 20.0


@dataclass(frozen=True)
class Sending:
    """A form as one browser sends it."""

    browser: Browser
    path: str
    data: Mapping[str, object]

    @classmethod
    def of(
        cls, browser: Browser, page: Page, typed: Mapping[str, object] | None = None, *, action: str | None = None
    ) -> "Sending":
        return cls(browser, *filled(page, typed, action=action))

    def again(self) -> "Sending":
        """The same form from the same browser once more, before the first was answered."""
        twin = Browser(self.browser.app)
        cookie = self.browser.client.get_cookie("training")
        if cookie is not None:
            twin.client.set_cookie("training", cookie.value)
        return Sending(twin, self.path, self.data)


def at_once(app: Flask, *sendings: Sending) -> list[Page]:
    """Send all of them at the same moment, each from a thread with a connection of its own. Their answers, in order."""
    answers: list[TestResponse | None] = [None] * len(sendings)

    def send(turn: int, one: Sending) -> None:
        with app.app_context():
            answers[turn] = one.browser.client.post(one.path, data=one.data)

    _all_together(app, [partial(send, turn, one) for turn, one in enumerate(sendings)])
    pages = []
    for one, answer in zip(sendings, answers, strict=True):
        assert answer is not None, f"{one.path} was never answered"
        assert answer.status_code < 500, f"{one.path}: {answer.status_code}"
        pages.append(one.browser.read(answer))
    return pages


def _all_together(app: Flask, acts: Sequence[Callable[[], None]]) -> None:
    with app.app_context():
        db.session.remove()
    threads = [threading.Thread(target=act) for act in acts]
    with _waiting(app) as there, held(app):
        for thread in threads:
            thread.start()
        deadline = time.perf_counter() + LONGEST_SECONDS
        while len(there) + sum(not thread.is_alive() for thread in threads) < len(threads):
            assert time.perf_counter() < deadline, "not every sending came as far as the database"
            time.sleep(0.01)
        time.sleep(0.05)  # from asking to waiting
    for thread in threads:
        thread.join(LONGEST_SECONDS)
        assert not thread.is_alive(), "a sending hangs"


@contextmanager
def _waiting(app: Flask) -> Iterator[set[int]]:
    """The threads that have asked for a lock or begun to write."""
    there: set[int] = set()

    def asked(connection, cursor, statement, parameters, context, many):  # type: ignore[no-untyped-def]
        if statement.lstrip().upper().startswith(WRITES) or "FOR UPDATE" in statement:
            there.add(threading.get_ident())

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", asked)
    try:
        yield there
    finally:
        event.remove(engine, "before_cursor_execute", asked)


@contextmanager
def held(app: Flask) -> Iterator[None]:
    """Somebody else holds what every act on a session takes first."""
    url = str(of(app).settings.database_url)
    if url.startswith("sqlite:///"):
        holder = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=LONGEST_SECONDS, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holder.execute("ROLLBACK")
            holder.close()
        return
    with psycopg.connect(url.replace("+psycopg", "", 1)) as connection:
        connection.execute("LOCK TABLE training_session IN EXCLUSIVE MODE")
        yield
        connection.rollback()
