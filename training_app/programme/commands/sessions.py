"""Sessions as the business office makes and changes them. Every act takes the session's lock and leaves a line.

Who holds a place is not known here: telling people of a change is for whoever calls.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from training_app.accounts.models import RoleGrant, User
from training_app.accounts.rules.roles import Role
from training_app.audit import commands as audit
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.commands.arranging import arrange, refuse_twin, store_part
from training_app.programme.commands.office_changes import (
    field_values,
    forget_changes,
    note_fields_changed,
    note_fields_set,
)
from training_app.programme.models import (
    Course,
    Provider,
    SessionTrainer,
    TrainingSession,
)
from training_app.programme.queries.registers import contents_of_register, refuse_for
from training_app.programme.queries.sessions import priorities_in_force, trainer_ids
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import (
    MOST_PLACES,
    SET_WITH_A_NEW_SESSION,
    EvaluationMode,
    SessionStatus,
    Strand,
    why_not_another_course,
    why_not_cancel,
)
from training_app.programme.snapshots import Snapshot

SUBJECT = "training_session"


@dataclass(frozen=True)
class About:
    """What a session is, besides its parts, places, priorities and trainers."""

    course_id: int
    strand: Strand
    provider_id: int | None = None
    evaluation_mode: EvaluationMode = EvaluationMode.STANDARD
    counts_in_programme: bool = True
    note: str = ""


def add_session(
    about: About, part: PartFacts, capacity: int, *, actor_id: int | None, now: datetime
) -> TrainingSession:
    """A new draft with its first part. Nobody but the office sees it until it is published."""
    _refuse_places(capacity)
    lock_rows(Course, [about.course_id])
    session = TrainingSession(
        status=SessionStatus.DRAFT, capacity=capacity, priority_text="", source="", changed_at=now
    )
    with db.session.no_autoflush:  # it is stored when it is whole
        db.session.add(session)
        _set_about(session, about)
        store_part(session, None, part)
        arrange(session)
    db.session.flush()
    note_fields_set(session.id, SET_WITH_A_NEW_SESSION, actor_id=actor_id, now=now)
    _note(session.id, "session_drafted", actor_id, now, **snapshots.parts_snapshot(session))
    return session


def change_about(
    session_id: int, about: About, *, seen: Snapshot, actor_id: int | None, now: datetime
) -> TrainingSession:
    """Change what a session is. Raises ChangedMeanwhile where it is no longer as `seen`."""
    session = locked_session(session_id)
    before = snapshots.about_snapshot(session)
    snapshots.refuse_if_changed(seen, before)
    if about.course_id != session.course_id:
        refuse_for(why_not_another_course(contents_of_register(session_id)))
    lock_rows(Course, [about.course_id])
    values = field_values(session)
    _set_about(session, about)
    refuse_twin(session)
    db.session.flush()
    note_fields_changed(session, values, actor_id=actor_id, now=now)
    note_change(session, before, snapshots.about_snapshot(session), actor_id=actor_id, now=now)
    return session


def _set_about(session: TrainingSession, about: About) -> None:
    provider = db.session.get_one(Provider, about.provider_id) if about.provider_id else None
    session.course = db.session.get_one(Course, about.course_id)
    session.strand = about.strand
    session.provider = provider
    session.evaluation_mode = about.evaluation_mode
    session.counts_in_programme = about.counts_in_programme
    session.note = about.note


def check_places(session_id: int, capacity: int, *, seen: Snapshot) -> TrainingSession:
    """Lock a session whose number of places is about to be changed, and hold the number against what was seen."""
    session = locked_session(session_id)
    snapshots.refuse_if_changed(seen, snapshots.places_snapshot(session))
    _refuse_places(capacity)
    return session


def _refuse_places(capacity: int) -> None:
    if not 0 < capacity <= MOST_PLACES:
        raise Refused(f"Enter a number of places from 1 to {MOST_PLACES:,}")


def choose_priorities(
    session_id: int, priority_ids: Collection[int], *, seen: Snapshot, actor_id: int | None, now: datetime
) -> TrainingSession:
    """Say which priorities a session serves: none, one or several, of a plan in force on its last day."""
    session = locked_session(session_id)
    before = snapshots.priorities_snapshot(session.priorities)
    snapshots.refuse_if_changed(seen, before)
    in_force = {one.id: one for one in priorities_in_force(session.last_day)}
    if not set(priority_ids) <= in_force.keys():
        raise Refused("Choose from the priorities in force on the last day of the session.")
    values = field_values(session)
    session.priorities = [one for one in in_force.values() if one.id in set(priority_ids)]
    db.session.flush()
    note_fields_changed(session, values, actor_id=actor_id, now=now)
    note_change(session, before, snapshots.priorities_snapshot(session.priorities), actor_id=actor_id, now=now)
    return session


def choose_trainers(
    session_id: int, user_ids: Collection[int], *, seen: Snapshot, actor_id: int | None, now: datetime
) -> None:
    """Say who leads a session. They must hold the role; who leads it already may stay without."""
    locked_session(session_id)
    were = trainer_ids(session_id)
    before = snapshots.trainers_snapshot(were)
    snapshots.refuse_if_changed(seen, before)
    wanted = set(user_ids)
    if not wanted <= were | _who_may_train():
        raise Refused("Choose from the people who have the role of a trainer.")
    db.session.execute(
        delete(SessionTrainer).where(
            SessionTrainer.session_id == session_id, SessionTrainer.user_id.in_(were - wanted)
        )
    )
    db.session.add_all(SessionTrainer(session_id=session_id, user_id=one) for one in sorted(wanted - were))
    db.session.flush()
    changed = snapshots.changes(before, snapshots.trainers_snapshot(wanted))
    if changed:
        _note(session_id, "session_changed", actor_id, now, **changed)


def _who_may_train() -> set[int]:
    holds = select(RoleGrant.user_id).where(RoleGrant.role == Role.TRAINER, RoleGrant.ended_at.is_(None))
    return set(db.session.scalars(select(User.id).where(User.closed_at.is_(None), User.id.in_(holds))))


def publish_session(session_id: int, *, actor_id: int | None, now: datetime) -> TrainingSession:
    """Show a draft to everyone."""
    session = locked_session(session_id)
    if session.status is not SessionStatus.DRAFT:
        raise Refused("This session is published already.")
    session.status = SessionStatus.PUBLISHED
    session.note_revision(now)
    db.session.flush()
    _note(session_id, "session_published", actor_id, now)
    return session


def discard_draft(session_id: int, *, actor_id: int | None, now: datetime) -> None:
    """Delete a session that nobody ever saw. A published one is cancelled instead, and kept."""
    session = locked_session(session_id)
    if session.status is not SessionStatus.DRAFT:
        raise Refused("This session is published, so it cannot be deleted. Cancel it instead.")
    detail = {"Course": session.course.title, **snapshots.parts_snapshot(session)}
    db.session.execute(delete(SessionTrainer).where(SessionTrainer.session_id == session_id))
    forget_changes(session_id)
    session.priorities = []
    db.session.delete(session)
    db.session.flush()
    _note(session_id, "draft_deleted", actor_id, now, **detail)


def locked_session(session_id: int) -> TrainingSession:
    """The session, locked and fresh. Raises NoResultFound for none, Refused for a cancelled one."""
    locked = lock_rows(TrainingSession, [session_id])
    session = locked[0] if locked else db.session.get_one(TrainingSession, session_id)
    if session.is_cancelled:
        raise Refused("This session is cancelled. It stays as it was; copy it to run it on another day.")
    db.session.expire(session)  # its parts and priorities too are read again under the lock
    for part in session.parts:
        db.session.refresh(part)
    return session


def note_change(
    session: TrainingSession, before: Snapshot, after: Snapshot, *, actor_id: int | None, now: datetime, why: str = ""
) -> None:
    """One line of what changed, with the reason where one was given; none where nothing did."""
    changed = snapshots.changes(before, after)
    if changed:
        session.note_revision(now)
        _note(session.id, "session_changed", actor_id, now, **changed, **({"why": why} if why else {}))


def _note(session_id: int, action: str, actor_id: int | None, now: datetime, **detail: object) -> None:
    audit.record(action, SUBJECT, session_id, actor_id=actor_id, now=now, **detail)
    db.session.flush()


def set_joining(
    session_id: int, joining: str, *, seen: Snapshot, actor_id: int | None, now: datetime
) -> TrainingSession:
    """Say how to join online. Telling those who have a place is for the bookings."""
    session = locked_session(session_id)
    before = snapshots.joining_snapshot(session)
    snapshots.refuse_if_changed(seen, before)
    session.joining = joining.strip()
    db.session.flush()
    note_change(session, before, snapshots.joining_snapshot(session), actor_id=actor_id, now=now)
    return session


def set_capacity(
    session_id: int, capacity: int, *, actor_id: int | None, now: datetime, why: str = ""
) -> TrainingSession:
    """Say how many places a session has. Offering new places to those who wait is for the bookings."""
    session = locked_session(session_id)
    _refuse_places(capacity)
    before, values = snapshots.places_snapshot(session), field_values(session)
    session.capacity = capacity
    db.session.flush()
    note_fields_changed(session, values, actor_id=actor_id, now=now)
    note_change(session, before, snapshots.places_snapshot(session), actor_id=actor_id, now=now, why=why)
    return session


def why_not_cancelled(session: TrainingSession, now: datetime) -> str | None:
    """Why this session cannot be called off any more; None where it can."""
    return why_not_cancel(contents_of_register(session.id), begun=now >= session.begins_at)


def mark_cancelled(session_id: int, why: str, *, actor_id: int | None, now: datetime) -> TrainingSession:
    """Call a published session off, and keep why. Telling those with a booking is for the bookings."""
    session = locked_session(session_id)
    if not why.strip():
        raise Refused("Say why the session is cancelled.")
    if session.status is SessionStatus.DRAFT:
        raise Refused("This session is a draft that nobody has seen: delete it instead.")
    refuse_for(why_not_cancelled(session, now))
    session.status = SessionStatus.CANCELLED
    session.note_revision(now)
    db.session.flush()
    _note(session_id, "session_cancelled", actor_id, now, why=why.strip())
    return session
