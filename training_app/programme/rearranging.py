"""Changing the parts of a session, and running it again on other days."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError, NoResultFound

from training_app.audit import commands as audit
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme import shown
from training_app.programme.commands import SUBJECT, held, note_change, priorities_in_force, trainer_ids
from training_app.programme.editing import MARKED, MOST_COPIES, PartFacts, why_not_rearrange
from training_app.programme.models import Course, SessionPart, SessionTrainer, TrainingSession
from training_app.programme.parts import arrange, facts_of, store_part
from training_app.programme.rules import SessionStatus
from training_app.programme.shown import Shown
from training_app.programme.written import refuse_for, written_of
from training_app.web.words import long_date


def add_part(
    session_id: int, facts: PartFacts, *, actor_id: int | None, now: datetime
) -> TrainingSession:
    """One more part. The parts are put in order by day and start."""
    session = _held_with_course(session_id)
    refuse_for(why_not_rearrange(written_of(session_id)))
    before = _as_it_stands(session)
    with db.session.no_autoflush:
        store_part(session, None, facts)
        return _finish(session, before, actor_id, now)


def change_part(
    session_id: int, part_id: int, facts: PartFacts, *, seen: Shown, actor_id: int | None, now: datetime
) -> TrainingSession:
    """Another day, time, way or venue. The part keeps its row: marks and calendar entries refer to it."""
    session = _held_with_course(session_id)
    part = part_of(session, part_id)
    shown.refuse_if_changed(seen, shown.part_shown(part))
    if replace(facts_of(part), venue_id=facts.venue_id) != facts:
        written = written_of(session_id)
        refuse_for(why_not_rearrange(written, marked=part_id in written.marked_parts))
    before = _as_it_stands(session)
    with db.session.no_autoflush:
        store_part(session, part, facts)
        return _finish(session, before, actor_id, now)


def remove_part(session_id: int, part_id: int, *, actor_id: int | None, now: datetime) -> TrainingSession:
    """Take a part out. Refused for the last dated one, and where its register holds names."""
    session = _held_with_course(session_id)
    refuse_for(why_not_rearrange(written_of(session_id)))
    before = _as_it_stands(session)
    session.parts.remove(part_of(session, part_id))
    if all(part.is_self_paced for part in session.parts):
        raise Refused("A session needs at least one part with a day and times.")
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refused("The register of this part holds names, so it stays.") from error
    return _finish(session, before, actor_id, now)


def _held_with_course(session_id: int) -> TrainingSession:
    """The session first, then its course: two sessions of one course move one after the other."""
    session = held(session_id)
    lock_rows(Course, [session.course_id])
    return session


def part_of(session: TrainingSession, part_id: int) -> SessionPart:
    """Raises NoResultFound where the part is not one of this session."""
    for part in session.parts:
        if part.id == part_id:
            return part
    raise NoResultFound


def _as_it_stands(session: TrainingSession) -> dict[str, str]:
    return shown.parts_shown(session) | shown.priorities_shown(session.priorities)


def _finish(
    session: TrainingSession, before: Shown, actor_id: int | None, now: datetime
) -> TrainingSession:
    """Put everything in order again; a priority of a plan no longer in force on the last day goes.

    E-learning that has marks because nothing else could be marked stays all there is to mark.
    """
    arrange(session)
    if any(part.is_self_paced for part in session.parts):
        marked = written_of(session.id).marked_parts
        refuse_for(MARKED if any(part.is_self_paced and part.id in marked for part in session.parts) else None)
    in_force = {one.id for one in priorities_in_force(session.last_day)}
    if not {one.id for one in session.priorities} <= in_force:
        session.priorities = [one for one in session.priorities if one.id in in_force]
    db.session.flush()
    note_change(session, before, _as_it_stands(session), actor_id=actor_id, now=now)
    return session


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
    detail = {"copied_from": source.id, **shown.parts_shown(copy)}
    audit.record("session_copied", SUBJECT, copy.id, actor_id=actor_id, now=now, **detail)
    db.session.flush()
    return copy


def _refuse_closed_provider(session: TrainingSession) -> None:
    provider = session.provider
    if provider and provider.ended_on and provider.ended_on < session.last_day:
        raise Refused(
            f"{provider.name} closed before {long_date(session.last_day)}. Change who leads the session first."
        )
