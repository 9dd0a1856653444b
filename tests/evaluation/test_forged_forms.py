"""Forms that nobody in the room wrote: none is joined to another person's, and there are no more than people."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.evaluation.answers import after, code_of
from tests.evaluation.crowd import BOOKED, CAME, close_register, email_of, kept, session_bookings, try_to_send
from tests.registers.acts import DURING, ENDED
from tests.world.people import make_person
from tests.world.registers import make_mark
from training_app import clock
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.models import Pairing
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.results import Sender
from training_app.extensions import db
from training_app.installation import settings
from training_app.programme.models import TrainingSession


@pytest.fixture(autouse=True)
def just_after() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(ENDED + timedelta(minutes=5), tick=False) as traveller:
        yield traveller


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
