"""The same with the server's own processes: two workers of gunicorn answer, none of which knows of the other."""

import threading
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from tests.at_once.people import Someone
from tests.at_once.together import Sending, held
from tests.registers.acts import book_for, morning_session
from tests.serving import Server, served
from tests.world.programme import make_trainer
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of
from training_app.outbox.models import Letter
from training_app.registers.models import AttendanceMark
from training_app.registers.rules.marks import Mark

pytestmark = pytest.mark.long
# From sending a form to its waiting for the database, with all processors busy.
ON_THE_WAY_SECONDS = 1.5


def at_once_by(server: Server, app: Flask, *sendings: Sending) -> list[tuple[int, str]]:
    """Send all of them while the line is held, then let it go: the status and the text of each answer, in order."""
    answers: list[tuple[int, str] | None] = [None] * len(sendings)

    def send(turn: int, one: Sending) -> None:
        cookie = one.browser.client.get_cookie("training")
        connection = HTTPConnection(server.host, server.port, timeout=30)
        headers = {
            "Content-Type": "application/x-www-form-urlencoded", "Cookie": f"training={cookie.value if cookie else ''}"
        }
        connection.request("POST", one.path, urlencode(list(one.data.items(multi=True))), headers)  # type: ignore[attr-defined]
        answer = connection.getresponse()
        answers[turn] = answer.status, answer.read().decode()
        connection.close()

    threads = [threading.Thread(target=send, args=(turn, one)) for turn, one in enumerate(sendings)]
    with held(app):
        for thread in threads:
            thread.start()
        time.sleep(ON_THE_WAY_SECONDS)
        assert answers == [None] * len(sendings), "all of them wait"
    for thread in threads:
        thread.join(30)
    assert server.faults() == []
    return [one for one in answers if one is not None]


@pytest.fixture
def server(either_house: Flask, tmp_path: Path):
    with served(of(either_house).settings, tmp_path) as running:
        yield running


def test_a_register_of_thirty_marked_by_two(either_house: Flask, server: Server, someone: Callable[..., Someone]):
    trainers = [someone(Role.TRAINER, "Sian"), someone(Role.TRAINER, "Tom")]
    with either_house.app_context(), transaction():
        session = morning_session(days=(clock.today(),))
        for one in trainers:
            make_trainer(session.id, one.user_id)
        people = [book_for(session, f"Person {turn:02}").person_id for turn in range(30)]
        part, path = session.parts[0].id, f"/sessions/{session.id}/register"
    sendings = []
    for trainer, differs in zip(trainers, (Mark.ATTENDED, Mark.ABSENT), strict=True):
        marks = dict.fromkeys(people, Mark.ATTENDED) | dict.fromkeys(people[:10], differs)
        typed = {f"mark-{part}-{person}": mark.value for person, mark in marks.items()}
        sendings.append(Sending.of(trainer.browser, trainer.browser.get(path), typed, action="/register"))
    answers = at_once_by(server, either_house, *sendings)
    assert sorted(status for status, _ in answers) == [302, 409]
    told = next(text for status, text in answers if status == 409)
    assert told.count("while your page was open") == 10
    with either_house.app_context():
        live = db.session.scalars(select(AttendanceMark).where(AttendanceMark.superseded_at.is_(None))).all()
        assert {one.person_id: one.mark for one in live} == dict.fromkeys(people, Mark.ATTENDED)
        assert len(live) == 30


def test_a_booking_sent_four_times(either_house: Flask, server: Server, someone: Callable[..., Someone]):
    ann = someone(Role.PRACTITIONER, "Ann")
    with either_house.app_context(), transaction():
        session_id = morning_session(days=(clock.today().replace(year=clock.today().year + 1, day=1),), capacity=1).id
    sending = Sending.of(ann.browser, ann.browser.get(f"/sessions/{session_id}/book"))
    answers = at_once_by(server, either_house, sending, sending.again(), sending.again(), sending.again())
    assert [status for status, _ in answers] == [302] * 4
    with either_house.app_context():
        assert list(db.session.scalars(select(Booking.state))) == [BookingState.CONFIRMED]
        assert len(db.session.scalars(select(Letter)).all()) == 1
