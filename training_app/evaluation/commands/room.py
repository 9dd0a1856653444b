"""The code on the trainer's screen: people in the room answer by it, without signing in.

Whoever is signed in, or gives their own feedback code, and has a place or a mark at this session is paired exactly.
Anyone else is counted without a pair, and no more of them than can have been there. An e-mail or a booking code pairs
nobody: others know it.

Once the register is closed it is the one truth of who came. Whoever it does not name as having come is told so.
"""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from training_app.audit import commands as audit
from training_app.database import lock_rows
from training_app.evaluation.commands.alarms import codes_are_paused, count_wrong_code, raise_alarm
from training_app.evaluation.commands.answers import CannotAnswer, Outcome, answer
from training_app.evaluation.models import EvaluationCode
from training_app.evaluation.queries.forms import has_answered_as
from training_app.evaluation.queries.room import (
    code_of,
    forms_of_strangers,
    is_here,
    open_alarms,
    people_here,
    people_there_at_most,
    strangers_still_taken,
    was_not_there,
    why_not_in_the_room,
)
from training_app.evaluation.results import Answers, Sender
from training_app.evaluation.rules.alarms import FAST, AlarmKind, is_too_fast
from training_app.evaluation.rules.answers import Moment, Refusal
from training_app.evaluation.rules.feedback_codes import owner_of
from training_app.evaluation.rules.room import CODE_LENGTH, LETTERS, AskAgain
from training_app.extensions import db
from training_app.programme.models import TrainingSession


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
    session_id: int, sender: Sender, answers: Answers, now: datetime, *, secret_key: str
) -> Outcome | AskAgain:
    """Keep the answers of someone in the room: paired where they are known, counted alone where not.

    What is not taken is given back as what to ask of them, and not raised: a wrong code is counted, and too many
    strangers are made known. Raises CannotAnswer where the form is shut, or where a closed register does not name
    whoever signed in or owns the code.
    """
    (session,) = lock_rows(TrainingSession, [session_id])
    shut = why_not_in_the_room(session, now)
    if shut:  # before anything is counted: nobody is warned of a form that nobody can send
        raise CannotAnswer(shut)
    if sender.signed_in_as is not None:
        if not is_here(session_id, sender.signed_in_as):
            raise CannotAnswer(Refusal.NOT_ON_REGISTER)
        return _answer_as(session_id, sender.signed_in_as, answers, now)
    if not sender.typed:
        return _answer_as_a_stranger(session_id, sender.stranger, answers, now)
    if codes_are_paused(session_id, now):
        return AskAgain.CODES_PAUSED
    owner = owner_of(sender.typed, session_id, people_here(session_id), secret_key)
    if owner is None:
        count_wrong_code(session_id, now)
        return AskAgain.WRONG_CODE
    latest = next(reversed(open_alarms([session_id]).get(session_id, [])), None)
    return _answer_as(session_id, owner, answers, now, alarm_id=latest.id if latest else None)


def _answer_as(
    session_id: int, person_id: int, answers: Answers, now: datetime, *, alarm_id: int | None = None
) -> Outcome:
    if was_not_there(session_id, person_id):
        raise CannotAnswer(Refusal.NOT_ON_REGISTER)
    return answer(session_id, person_id, answers, now, in_the_room=True, alarm_id=alarm_id)


def _answer_as_a_stranger(session_id: int, stranger: UUID, answers: Answers, now: datetime) -> Outcome | AskAgain:
    again = has_answered_as(stranger, Moment.AFTER)
    if not again and not strangers_still_taken(session_id):
        raise_alarm(session_id, AlarmKind.TOO_MANY, now)
        return AskAgain.TOO_MANY
    outcome = answer(session_id, None, answers, now, stranger=stranger, in_the_room=True)
    if is_too_fast(forms_of_strangers(session_id, since=now - FAST), people_there_at_most(session_id)):
        raise_alarm(session_id, AlarmKind.TOO_FAST, now)
    return outcome
