"""Forms that came as people do not send them: they are made known, and somebody looks at them.

Whoever calls to raise one holds the session. No line of the audit says who sent what.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update

from training_app.audit import commands as audit
from training_app.database import lock_rows
from training_app.evaluation.commands.publishing import publish_if_due
from training_app.evaluation.models import EvaluationAlarm, EvaluationCode, Response
from training_app.evaluation.queries.room import open_alarms
from training_app.evaluation.rules.alarms import MOST_WRONG_CODES, AlarmKind, wrong_codes_now
from training_app.extensions import db
from training_app.programme.models import TrainingSession


def raise_alarm(session_id: int, kind: AlarmKind, now: datetime) -> None:
    """Somebody is to look at it. Once, however often it happens until they have."""
    if any(alarm.kind is kind for alarm in open_alarms([session_id]).get(session_id, [])):
        return
    db.session.add(EvaluationAlarm(session_id=session_id, kind=kind, raised_at=now))
    db.session.flush()
    audit.record(
        "evaluation.alarm_raised", "training_session", session_id, actor_id=None, now=now, odd=kind.label
    )


def codes_are_paused(session_id: int, now: datetime) -> bool:
    """Were so many wrong codes tried of late that none is looked at for now?"""
    return _wrong_codes(_code_of(session_id), now) >= MOST_WRONG_CODES


def count_wrong_code(session_id: int, now: datetime) -> None:
    """Someone typed a feedback code that is nobody's at this session."""
    code = _code_of(session_id)
    counted = _wrong_codes(code, now)
    if not counted:
        code.wrong_since = now
    code.wrong_codes = counted + 1
    db.session.flush()
    if code.wrong_codes >= MOST_WRONG_CODES:
        raise_alarm(session_id, AlarmKind.WRONG_CODES, now)


def _code_of(session_id: int) -> EvaluationCode:
    return db.session.scalars(select(EvaluationCode).where(EvaluationCode.session_id == session_id)).one()


def _wrong_codes(code: EvaluationCode, now: datetime) -> int:
    return wrong_codes_now(code.wrong_codes, code.wrong_since, now)


def look_at_alarms(
    session_id: int, seen: Collection[int], *, join: bool, actor_id: int | None, now: datetime
) -> bool:
    """Somebody has looked at these: the forms that they put in doubt make pairs, or never do.

    What was raised since stays to be looked at. False where nothing of what they saw was to be looked at any more.
    """
    lock_rows(TrainingSession, [session_id])
    alarms = [one for one in open_alarms([session_id]).get(session_id, []) if one.id in seen]
    if not alarms:
        return False
    for alarm in alarms:
        alarm.looked_at, alarm.looked_by_id, alarm.joined = now, actor_id, join
    if join:
        db.session.execute(
            update(Response)
            .where(Response.session_id == session_id, Response.alarm_id.in_([alarm.id for alarm in alarms]))
            .values(alarm_id=None)
        )
    db.session.flush()
    audit.record(
        "evaluation.alarm_looked_at", "training_session", session_id, actor_id=actor_id, now=now,
        odd=", ".join(alarm.kind.label for alarm in alarms), joined="yes" if join else "no",
    )
    publish_if_due(session_id, now)
    return True
