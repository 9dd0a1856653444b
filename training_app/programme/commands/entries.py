"""Courses, venues and providers: adding and changing them. None is ever deleted, because the past names them."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, select

from training_app.agencies.rules import Area
from training_app.audit import commands as audit
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.models import Course, Provider, SessionPart, TrainingSession, Venue
from training_app.programme.rules.names import unused_slug
from training_app.programme.snapshots import Snapshot
from training_app.words.names import same_name

Thing = TypeVar("Thing", Course, Venue, Provider)


def add_course(title: str, summary: str, *, actor_id: int | None, now: datetime) -> Course:
    """A new entry for the catalogue. Its address follows from its title, once and for good."""
    _refuse_double(title, db.session.scalars(select(Course.title)), "course")
    slug = unused_slug(title, set(db.session.scalars(select(Course.slug))))
    course = Course(title=title, summary=summary, slug=slug)
    return _added(course, "course", snapshots.course_snapshot(course), actor_id, now)


def change_course(
    course_id: int, title: str, summary: str, *, seen: Snapshot, actor_id: int | None, now: datetime
) -> Course:
    """Another title or summary. The address stays: people have it in letters and bookmarks."""
    named = _lock_sessions(TrainingSession.course_id == course_id)
    course = _locked(Course, course_id)
    before = snapshots.course_snapshot(course)
    snapshots.refuse_if_changed(seen, before)
    others = db.session.scalars(select(Course.title).where(Course.id != course_id))
    _refuse_double(title, others, "course")
    course.title, course.summary = title, summary
    return _changed(course, "course", before, snapshots.course_snapshot(course), actor_id, now, named)


def add_venue(
    name: str, area: Area | None, is_online: bool, address: str = "", *, actor_id: int | None, now: datetime
) -> Venue:
    _refuse_double(name, db.session.scalars(select(Venue.name)), "venue")
    venue = Venue(name=name, area=Area.ACROSS if is_online else area, is_online=is_online, address=address)
    return _added(venue, "venue", snapshots.venue_snapshot(venue), actor_id, now)


def change_venue(
    venue_id: int, name: str, area: Area | None, is_online: bool, address: str = "", *, seen: Snapshot,
    actor_id: int | None, now: datetime,
) -> Venue:
    held_there = select(SessionPart.session_id).where(SessionPart.venue_id == venue_id)
    named = _lock_sessions(TrainingSession.id.in_(held_there))
    venue = _locked(Venue, venue_id)
    before = snapshots.venue_snapshot(venue)
    snapshots.refuse_if_changed(seen, before)
    _refuse_double(name, db.session.scalars(select(Venue.name).where(Venue.id != venue_id)), "venue")
    venue.name, venue.area, venue.is_online = name, Area.ACROSS if is_online else area, is_online
    venue.address = address
    return _changed(venue, "venue", before, snapshots.venue_snapshot(venue), actor_id, now, named)


def add_provider(name: str, ended_on: date | None, *, actor_id: int | None, now: datetime) -> Provider:
    _refuse_double(name, db.session.scalars(select(Provider.name)), "provider")
    provider = Provider(name=name, ended_on=ended_on)
    return _added(provider, "provider", snapshots.provider_snapshot(provider), actor_id, now)


def change_provider(
    provider_id: int, name: str, ended_on: date | None, *, seen: Snapshot, actor_id: int | None, now: datetime
) -> Provider:
    """Another name, or the day it closed. What it delivered stays its own."""
    provider = _locked(Provider, provider_id)
    before = snapshots.provider_snapshot(provider)
    snapshots.refuse_if_changed(seen, before)
    others = db.session.scalars(select(Provider.name).where(Provider.id != provider_id))
    _refuse_double(name, others, "provider")
    provider.name, provider.ended_on = name, ended_on
    return _changed(provider, "provider", before, snapshots.provider_snapshot(provider), actor_id, now)


def _locked(kind: type[Thing], thing_id: int) -> Thing:
    locked = lock_rows(kind, [thing_id])
    return locked[0] if locked else db.session.get_one(kind, thing_id)


def _lock_sessions(which: ColumnElement[bool]) -> list[TrainingSession]:
    """The sessions that name a thing, held before it is, as whoever changes a session holds both."""
    return lock_rows(TrainingSession, db.session.scalars(select(TrainingSession.id).where(which)))


def _refuse_double(name: str, others, what: str) -> None:  # type: ignore[no-untyped-def]
    wanted = same_name(name)
    for other in others:
        if same_name(other) == wanted:
            raise Refused(f"There is already a {what} called “{other}”.")


def _added(thing: Thing, subject: str, detail: Snapshot, actor_id: int | None, now: datetime) -> Thing:
    db.session.add(thing)
    db.session.flush()
    audit.record(f"{subject}_added", subject, thing.id, actor_id=actor_id, now=now, **detail)
    db.session.flush()
    return thing


def _changed(
    thing: Thing, subject: str, before: Snapshot, after: Snapshot, actor_id: int | None, now: datetime,
    named: Sequence[TrainingSession] = (),
) -> Thing:
    """`named`: the sessions whose entry in a calendar says something of it."""
    db.session.flush()
    changed = snapshots.changes(before, after)
    if changed:
        for session in named:
            session.note_revision(now)
        audit.record(f"{subject}_changed", subject, thing.id, actor_id=actor_id, now=now, **changed)
        db.session.flush()
    return thing
