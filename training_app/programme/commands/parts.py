"""Changing the parts of a session, and running it again on other days."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy.exc import IntegrityError, NoResultFound

from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.commands.arranging import arrange, facts_of, store_part
from training_app.programme.commands.office_changes import (
    FieldValues,
    field_values,
    note_fields_changed,
    note_move,
)
from training_app.programme.commands.sessions import locked_session, note_change
from training_app.programme.models import Course, SessionPart, TrainingSession
from training_app.programme.queries.registers import contents_of_register, refuse_for
from training_app.programme.queries.sessions import priorities_in_force
from training_app.programme.rules.parts import MARKED, PartFacts, why_not_rearrange
from training_app.programme.snapshots import Snapshot


def add_part(
    session_id: int, facts: PartFacts, *, actor_id: int | None, now: datetime
) -> TrainingSession:
    """One more part. The parts are put in order by day and start."""
    session = _locked_with_course(session_id)
    refuse_for(why_not_rearrange(contents_of_register(session_id)))
    before = _as_it_is(session)
    with db.session.no_autoflush:
        store_part(session, None, facts)
        return _finish(session, before, actor_id, now)


def change_part(
    session_id: int, part_id: int, facts: PartFacts, *, seen: Snapshot, actor_id: int | None, now: datetime
) -> TrainingSession:
    """Another day, time, way or venue. The part keeps its row: marks and calendar entries refer to it."""
    session = _locked_with_course(session_id)
    part = part_of(session, part_id)
    snapshots.refuse_if_changed(seen, snapshots.part_snapshot(part))
    if replace(facts_of(part), venue_id=facts.venue_id) != facts:
        register = contents_of_register(session_id)
        refuse_for(why_not_rearrange(register, marked=part_id in register.marked_parts))
    before = _as_it_is(session)
    with db.session.no_autoflush:
        store_part(session, part, facts)
        return _finish(session, before, actor_id, now)


def remove_part(session_id: int, part_id: int, *, actor_id: int | None, now: datetime) -> TrainingSession:
    """Take a part out. Refused for the last dated one, and where its register holds names."""
    session = _locked_with_course(session_id)
    refuse_for(why_not_rearrange(contents_of_register(session_id)))
    before = _as_it_is(session)
    session.parts.remove(part_of(session, part_id))
    if all(part.is_self_paced for part in session.parts):
        raise Refused("A session needs at least one part with a day and times.")
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refused("The register of this part holds names, so it stays.") from error
    return _finish(session, before, actor_id, now)


def _locked_with_course(session_id: int) -> TrainingSession:
    """The session first, then its course: two sessions of one course move one after the other."""
    session = locked_session(session_id)
    lock_rows(Course, [session.course_id])
    return session


def part_of(session: TrainingSession, part_id: int) -> SessionPart:
    """Raises NoResultFound where the part is not one of this session."""
    for part in session.parts:
        if part.id == part_id:
            return part
    raise NoResultFound


@dataclass(frozen=True)
class _Before:
    """A session before its parts change: as words for the audit, by field, and when it began."""

    words: Snapshot
    values: FieldValues
    began: tuple[date, time]


def _as_it_is(session: TrainingSession) -> _Before:
    return _Before(_in_words(session), field_values(session), (session.first_day, session.starts_at))


def _in_words(session: TrainingSession) -> dict[str, str]:
    return snapshots.parts_snapshot(session) | snapshots.priorities_snapshot(session.priorities)


def _finish(
    session: TrainingSession, before: _Before, actor_id: int | None, now: datetime
) -> TrainingSession:
    """Put everything in order again; a priority of a plan no longer in force on the last day goes.

    E-learning that has marks because nothing else could be marked stays all there is to mark.
    """
    arrange(session)
    if any(part.is_self_paced for part in session.parts):
        marked = contents_of_register(session.id).marked_parts
        refuse_for(MARKED if any(part.is_self_paced and part.id in marked for part in session.parts) else None)
    in_force = {one.id for one in priorities_in_force(session.last_day)}
    if not {one.id for one in session.priorities} <= in_force:
        session.priorities = [one for one in session.priorities if one.id in in_force]
    db.session.flush()
    note_fields_changed(session, before.values, actor_id=actor_id, now=now)
    note_move(session, before.began, actor_id=actor_id, now=now)
    note_change(session, before.words, _in_words(session), actor_id=actor_id, now=now)
    return session
