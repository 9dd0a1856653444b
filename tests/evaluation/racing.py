"""Many forms sent at the same moment, whatever the database."""

import threading

from flask import Flask
from sqlalchemy import select

from tests.evaluation.answers import NEXT_DAY, after, attendee
from tests.world.programme import make_session
from training_app.database import transaction
from training_app.evaluation.commands import answers as commands
from training_app.evaluation.models import Publication, Response
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db


def answered_at_once(app: Flask) -> tuple[list[str], list[int]]:
    """Six have answered; two more send four times each, all at once. What became of the eight sendings, in order of
    their names, and how many forms each publishing held."""
    with app.app_context():
        with transaction():
            session = make_session()
            people = [attendee(session).id for _ in range(8)]
            session_id = session.id
        for person_id in people[:6]:
            with transaction():
                commands.answer(session_id, person_id, after({"knowledge": 7}), NEXT_DAY)
    outcomes: list[str] = []
    together = threading.Barrier(8)

    def send(person_id: int) -> None:
        with app.app_context():
            answers = after({"knowledge": 7})
            together.wait()
            try:
                with transaction():
                    outcomes.append(str(commands.answer(session_id, person_id, answers, NEXT_DAY)))
            except Exception as error:
                outcomes.append(repr(error))

    threads = [threading.Thread(target=send, args=(person_id,)) for person_id in people[6:] * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        responses = db.session.scalars(select(Response).where(Response.moment == Moment.AFTER)).all()
        assert len(responses) == 8
        return sorted(outcomes), [one.forms for one in db.session.scalars(select(Publication))]
