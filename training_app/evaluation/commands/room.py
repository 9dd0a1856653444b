"""The code on the trainer's screen: people in the room answer by it, without signing in.

Whoever gives a booking code or an e-mail that the register or a booking of this session knows is paired exactly.
Anyone else is counted without a pair. Nothing that is answered tells which of the two it was.

Once the register is closed it is the one truth of who came. Whoever gives a booking code that it does not name as
having come is told so; an e-mail that it does not name is nobody's, for others know it too.
"""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from training_app.audit import commands as audit
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.evaluation.commands.answers import CannotAnswer, Outcome, answer
from training_app.evaluation.models import EvaluationCode
from training_app.evaluation.queries.forms import has_answered_as
from training_app.evaluation.queries.room import code_of, forms_of_strangers, person_meant, was_not_there
from training_app.evaluation.results import Answers
from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules.answers import Moment, Refusal
from training_app.evaluation.rules.room import CODE_LENGTH, LETTERS, TOO_MANY
from training_app.extensions import db
from training_app.programme.models import TrainingSession


class TooManyStrangers(Refused):
    """More forms without a known sender than there can be people in the room."""


def make_code(session_id: int, *, actor_id: int | None, now: datetime) -> str:
    """Give a session its code; asked again, the same one."""
    lock_rows(TrainingSession, [session_id])
    existing = code_of(session_id)
    if existing is not None:
        return existing
    taken = set(db.session.scalars(select(EvaluationCode.code)))
    code = _new_code()
    while code in taken:
        code = _new_code()
    db.session.add(EvaluationCode(session_id=session_id, code=code, made_at=now))
    db.session.flush()
    audit.record("evaluation.code_made", "training_session", session_id, actor_id=actor_id, now=now)
    return code


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def answer_in_the_room(
    session_id: int, typed: str, answers: Answers, now: datetime, *, stranger: UUID
) -> Outcome:
    """Keep the answers of someone in the room: paired where they are known, counted alone where not.

    Raises TooManyStrangers where more unknown people answered than the room can hold, CannotAnswer where the form is
    shut or a closed register does not name the owner of the booking code.
    """
    (session,) = lock_rows(TrainingSession, [session_id])
    person_id = person_meant(session_id, typed) if typed else None
    if person_id is not None and was_not_there(session_id, person_id):
        if "@" not in typed:
            raise CannotAnswer(Refusal.NOT_ON_REGISTER)
        person_id = None
    if person_id is not None:
        return answer(session_id, person_id, answers, now, in_the_room=True)
    most = session.capacity + rules.STRANGERS_BEYOND_PLACES
    if not has_answered_as(stranger, Moment.AFTER) and forms_of_strangers(session_id) >= most:
        raise TooManyStrangers(TOO_MANY)
    return answer(session_id, None, answers, now, stranger=stranger, in_the_room=True)
