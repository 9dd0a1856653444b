"""Writes to the learning record. A completion that was wrong is withdrawn with its reason, never deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from training_app.audit import commands as audit
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.records.models import Completion
from training_app.records.queries import completions_of_session
from training_app.records.rules import CompletionSource


@dataclass(frozen=True)
class Completer:
    """Someone who completed a session: the agency is as at that day."""

    agency_id: int | None
    generated: bool = False


@dataclass(frozen=True)
class Change:
    """How many completions were added and withdrawn."""

    added: int
    withdrawn: int


def settle_session(
    session: TrainingSession,
    completers: Mapping[int, Completer],
    minutes: int | None,
    *,
    actor_id: int | None,
    now: datetime,
    why: str,
) -> Change:
    """Make the record say what the register says: add what is missing, withdraw what no longer holds.

    The caller holds the session's lock. What still holds is left alone, with the day it was first recorded; what
    says another course, day or length than the session does now is withdrawn and written anew.
    """
    said = (session.course_id, session.last_day, minutes)
    live = {one.person_id: one for one in completions_of_session(session.id)}
    holds = {
        person_id for person_id, one in live.items()
        if person_id in completers and (one.course_id, one.completed_on, one.minutes) == said
    }
    gone = [one for person_id, one in live.items() if person_id not in holds]
    for completion in gone:
        completion.withdrawn_at, completion.withdrawn_by_id, completion.withdrawn_why = now, actor_id, why
    db.session.flush()  # before the new ones: a session stands once on a person's record
    missing = sorted(completers.keys() - holds)
    db.session.add_all(
        Completion(
            person_id=person_id, course_id=session.course_id, session_id=session.id, source=CompletionSource.SESSION,
            completed_on=session.last_day, minutes=minutes, agency_id=completers[person_id].agency_id,
            recorded_at=now, recorded_by_id=actor_id, generated=completers[person_id].generated,
        )
        for person_id in missing
    )
    db.session.flush()
    if missing or gone:
        audit.record(
            "completions.settled", "training_session", session.id, actor_id=actor_id, now=now,
            added=len(missing), withdrawn=len(gone),
        )
    return Change(len(missing), len(gone))
