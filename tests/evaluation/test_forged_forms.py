"""Forms that nobody in the room wrote: none is joined to another person's, and there are no more than people."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.browser import Browser
from tests.evaluation.answers import after, before, code_of
from tests.registers.acts import BEFORE, DURING, ENDED, book_for, morning_session
from tests.world.people import make_person
from tests.world.registers import make_mark, make_register_change
from training_app import clock
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.evaluation.commands import answers as commands
from training_app.evaluation.commands import room
from training_app.evaluation.models import Pairing, Response
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.results import Sender
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db
from training_app.installation import settings
from training_app.programme.models import TrainingSession
from training_app.registers.rules.marks import Mark

RATED = {"after_knowledge": "1"}
BOOKED, CAME = 20, 14


@pytest.fixture(autouse=True)
def just_after() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(ENDED + timedelta(minutes=5), tick=False) as traveller:
        yield traveller


def email_of(number: int) -> str:
    return f"p{number}@school.example"


@pytest.fixture
def held(app: Flask) -> tuple[str, int, list[str]]:
    """The room's code, a session of twenty bookings of which fourteen people came and six had rated themselves before,
    and everyone's booking code."""
    with app.app_context():
        with transaction():
            session = morning_session()
            bookings = [book_for(session, f"P{one}", email=email_of(one)) for one in range(BOOKED)]
            session_id, people = session.id, [one.person_id for one in bookings]
            codes = [one.code for one in bookings]
            code = room.make_code(session_id, actor_id=None, now=DURING)
        for person_id in people[:6]:
            with transaction():
                commands.answer(session_id, person_id, before({"knowledge": 3}), BEFORE)
    return code, session_id, codes


def close_register(app: Flask, session_id: int) -> None:
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        people = [one.person for one in session_bookings(session_id)]
        for number, person in enumerate(people):
            make_mark(session, person, Mark.ATTENDED if number < CAME else Mark.ABSENT, marked_at=DURING)
        make_register_change(session, ENDED)


def session_bookings(session_id: int):  # type: ignore[no-untyped-def]
    return db.session.scalars(select(Booking).where(Booking.session_id == session_id).order_by(Booking.id)).all()


def try_to_send(app: Flask, code: str, who: str) -> int:
    """A browser that nobody knows, as an attacker has one for each form."""
    browser = Browser(app)
    page = browser.get(f"/e/{code}")
    (token,) = {one.get("value") for one in page.tree.iter() if one.get("name") == "csrf_token" and one.get("id")}
    version = next(one.get("value") for one in page.tree.iter() if one.get("name") == "version")
    sent = {"csrf_token": token, "version": version, "who": who, **RATED}
    return browser.client.post(f"/e/{code}", data=sent).status_code


def kept(app: Flask, session_id: int) -> tuple[int, int]:
    """How many forms after there are, and how many pairs."""
    with app.app_context():
        counts = room_queries.live_counts(session_id)
        forms = db.session.scalar(
            select(func.count()).where(Response.session_id == session_id, Response.moment == Moment.AFTER)
        )
        assert forms == counts.answered
        return counts.answered, counts.pairs


def test_others_emails_and_booking_codes_pair_nobody(app, held):
    code, session_id, booking_codes = held
    for number in range(6):
        for who in (email_of(number), booking_codes[number]):
            try_to_send(app, code, who)
    assert kept(app, session_id)[1] == 0
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Pairing)) == 6, "those who rated themselves before"


def test_nameless_forms_are_no_more_than_those_who_came_and_are_not_yet_paired(app, held):
    code, session_id, _ = held
    close_register(app, session_id)
    statuses = [try_to_send(app, code, "") for _ in range(40)]
    assert kept(app, session_id) == (CAME, 0)
    assert (statuses.count(302), statuses.count(429)) == (CAME, 40 - CAME)


def test_until_the_register_closes_they_are_no_more_than_have_a_place_or_walked_in(app, held):
    code, session_id, _ = held
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        make_mark(session, make_person("Walk In"), marked_at=DURING)
    assert [try_to_send(app, code, "") for _ in range(40)].count(302) == BOOKED + 1


def at_once(app: Flask, session_id: int, senders: list[Sender]) -> list[str]:
    """What became of these forms, sent all at the same moment."""
    outcomes: list[str] = []
    together = threading.Barrier(len(senders))

    def send(sender: Sender) -> None:
        with app.app_context():
            answers, key = after({"knowledge": 7}), settings().secret_key
            together.wait()
            try:
                with transaction():
                    outcomes.append(
                        str(room.answer_in_the_room(session_id, sender, answers, clock.now(), secret_key=key))
                    )
            except Exception as error:
                outcomes.append(repr(error))

    threads = [threading.Thread(target=send, args=(sender,)) for sender in senders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_two_at_once_with_one_code_are_one_form(app, held):
    _, session_id, _ = held
    with app.app_context():
        own = code_of(session_id, session_bookings(session_id)[0].person_id)
    outcomes = at_once(app, session_id, [Sender(uuid4(), own) for _ in range(4)])
    assert outcomes == ["kept", "sent_twice", "sent_twice", "sent_twice"]
    assert kept(app, session_id) == (1, 1)


def test_strangers_all_at_once_are_no_more_than_can_be_there(app, held):
    _, session_id, _ = held
    with app.app_context(), transaction():
        db.session.get_one(TrainingSession, session_id).headcount = 2
    outcomes = at_once(app, session_id, [Sender(uuid4()) for _ in range(6)])
    assert outcomes == ["kept"] * 2 + ["too_many"] * 4
    assert kept(app, session_id) == (2, 0)
    with app.app_context():
        assert len(room_queries.open_alarms([session_id])[session_id]) == 1
