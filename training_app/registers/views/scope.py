"""Whose register it is, and how it stands now: what every page of a register begins with."""

from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.programme.models import TrainingSession
from training_app.registers.queries.sheet import Sheet, session_to_mark, sheet_of
from training_app.registers.wording import ends_later
from training_app.web.access import may
from training_app.web.rules import Permission

Answer = Response | str | tuple[str, int]


def sees_all_registers() -> bool:
    return may(Permission.TAKE_ANY_REGISTER)


def session_of(session_id: int) -> TrainingSession:
    return session_to_mark(session_id, current_user.id, sees_all=sees_all_registers())


def sheet_now(session: TrainingSession) -> Sheet:
    return sheet_of(session, clock.today())


def too_early(session: TrainingSession) -> str:
    """When its register can be closed; empty where it can now."""
    now = clock.now()
    return "" if session.is_over(now) else ends_later(session.ends_at, session.last_day, now)
