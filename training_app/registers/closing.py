"""From when on a register can be closed: nobody has attended the whole of a session that still goes on."""

from datetime import datetime, time

from training_app.clock import local
from training_app.programme.models import TrainingSession
from training_app.programme.wording import ends_at
from training_app.web.words import clock_time, long_date


def not_ended(session: TrainingSession, now: datetime) -> str:
    """Why it cannot be closed now, and when it can; empty where the session has ended."""
    ends = ends_at(session)
    if now >= ends:
        return ""
    here = local(ends)
    if here.time() == time(0):
        return f"This session ends on {long_date(session.last_day)}. Close the register after that day."
    day = "" if here.date() == local(now).date() else f" on {long_date(here.date())}"
    return f"This session ends{day} at {clock_time(here.time())}. Close the register then."
