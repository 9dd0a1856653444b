"""Running a session again on other days: drafts like it, one for each first day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from training_app.audit import commands as audit
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.commands.arranging import arrange, facts_of, store_part
from training_app.programme.commands.office_changes import note_fields_set
from training_app.programme.commands.sessions import SUBJECT
from training_app.programme.models import Course, SessionTrainer, TrainingSession
from training_app.programme.queries.sessions import priorities_in_force, trainer_ids
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import MOST_COPIES, SET_WITH_A_NEW_SESSION, SessionStatus
from training_app.words.dates import long_date


def copy_session(
    session_id: int, days: Sequence[date], *, actor_id: int | None, now: datetime
) -> list[TrainingSession]:
    """Drafts like this session, one for each first day: same times on the clock, same everything.

    Priorities go along where their plan is in force on the copy's last day, else those of the same name.
    """
    if not days:
        raise Refused("Enter at least one day.")
    if len(days) > MOST_COPIES:
        raise Refused(f"Copy to at most {MOST_COPIES} days at once.")
    if len(set(days)) < len(days):
        raise Refused("The same day is there twice.")
    source = db.session.get_one(TrainingSession, session_id)
    lock_rows(Course, [source.course_id])
    leaders = trainer_ids(session_id)
    return [_copy(source, day - source.first_day, leaders, actor_id, now) for day in days]


def _copy(
    source: TrainingSession, later: timedelta, leaders: set[int], actor_id: int | None, now: datetime
) -> TrainingSession:
    copy = TrainingSession(
        strand=source.strand, status=SessionStatus.DRAFT, capacity=source.capacity,
        provider=source.provider, counts_in_programme=source.counts_in_programme,
        evaluation_mode=source.evaluation_mode, note="", priority_text="", source="",
        changed_at=now,
    )
    with db.session.no_autoflush:  # it is stored when it is whole
        db.session.add(copy)
        copy.course = source.course
        for part in source.parts:
            facts = facts_of(part)
            day = facts.on_day + later if facts.on_day else None
            store_part(copy, None, PartFacts(facts.kind, day, facts.starts_at, facts.ends_at, facts.venue_id))
        arrange(copy)
        _refuse_closed_provider(copy)
        served = {one.name for one in source.priorities}
        copy.priorities = [one for one in priorities_in_force(copy.last_day) if one.name in served]
    db.session.flush()
    db.session.add_all(SessionTrainer(session_id=copy.id, user_id=one) for one in sorted(leaders))
    note_fields_set(copy.id, SET_WITH_A_NEW_SESSION, actor_id=actor_id, now=now)
    detail = {"copied_from": source.id, **snapshots.parts_snapshot(copy)}
    audit.record("session_copied", SUBJECT, copy.id, actor_id=actor_id, now=now, **detail)
    db.session.flush()
    return copy


def _refuse_closed_provider(session: TrainingSession) -> None:
    provider = session.provider
    if provider and provider.ended_on and provider.ended_on < session.last_day:
        raise Refused(
            f"{provider.name} closed before {long_date(session.last_day)}. Change who leads the session first."
        )
