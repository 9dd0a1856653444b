"""From when on a register can be closed: nobody has attended the whole of a session that still goes on."""

from datetime import datetime, time, timedelta

from training_app.clock import LOCAL_ZONE, local
from training_app.programme.models import TrainingSession
from training_app.web.words import clock_time, long_date


def ends_at(session: TrainingSession) -> datetime:
    """When the last dated part ends. A session of self-paced parts only ends with its last day."""
    ends = [
        datetime.combine(part.on_day, part.ends_at, LOCAL_ZONE)
        for part in session.parts
        if part.on_day is not None and part.ends_at is not None
    ]
    return max(ends, default=datetime.combine(session.last_day + timedelta(days=1), time(0), LOCAL_ZONE))


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
