"""Loading a programme file: sessions are added or brought up to date, and none is ever deleted.

The key of a session is its course's title, its day and its start. Names on its register are not touched, and what
the business office set by hand stays: the file and the session then differ, and the outcome says so.

Who holds a place is not known here: `rearranged` tells whoever calls what people must be told of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import selectinload

from training_app.audit import commands as audit
from training_app.database import lock_rows
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.files.rows import FileRefused, Problem, Row, read_file, read_rows
from training_app.programme.models import (
    BusinessPlan,
    Course,
    Priority,
    Provider,
    SessionPart,
    TrainingSession,
    Venue,
)
from training_app.programme.queries.office_changes import earlier_starts, fields_set_by_hand
from training_app.programme.queries.registers import contents_of_registers
from training_app.programme.rules import sessions
from training_app.programme.rules.names import area_of_venue, is_online_room, slug_of, unused_slug
from training_app.programme.rules.sessions import Format, PartKind, RegisterContents, SessionField
from training_app.programme.snapshots import Snapshot
from training_app.words.dates import long_date
from training_app.words.names import same_name
from training_app.words.times import time_range

Key = tuple[str, date, time]
Thing = TypeVar("Thing", Venue, Provider)
# The columns of the file that the fields of a session come from.
COLUMN_OF = {
    "strand": "course_type", "provider": "provider", "note": "note", "capacity": "capacity", "priorities": "priority",
    "headcount": "attendees", "no_data_reason": "attendees",
}
# What stays as it is where the parts do.
FOLLOWS_FROM_PARTS = frozenset({"parts", "last_day", "format"})
CANCELLED = (
    "this session is cancelled and stays as it was: nothing of this row was taken over. "
    "Copy it on its page to run it on another day."
)
ATTENDED = (
    "people are marked on the register of this session or it is closed, so its day, times and places stay "
    "“{stands}”. The rest of the row was taken over."
)


@dataclass(frozen=True)
class Rearranged:
    """A session whose places or parts a row changed, with what they were before."""

    session: TrainingSession
    line: int
    capacity: int
    parts: Snapshot
    was_over: bool


@dataclass
class ImportOutcome:
    """What an import did, in numbers of sessions; and what those who booked them may have to be told."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    warnings: list[str] = field(default_factory=list)
    rearranged: list[Rearranged] = field(default_factory=list)

    @property
    def total(self) -> int:
        return self.added + self.changed + self.unchanged


def import_programme(
    source: str | Path, *, beside_programme: bool, actor_id: int | None, now: datetime
) -> ImportOutcome:
    """Load a programme file (a path, or its text): all of it, or nothing.

    Raises FileRefused, naming every bad row with its column and reason, before anything is written.
    """
    reading = read_file(source.read_bytes()) if isinstance(source, Path) else read_rows(source)
    if reading.problems:
        raise FileRefused(reading.problems)
    outcome = ImportOutcome(warnings=[str(warning) for warning in reading.warnings])
    shelf = _Shelf(reading.rows, outcome)
    for row in reading.rows:
        _store(row, shelf, beside_programme, actor_id, now, outcome)
    db.session.flush()
    if outcome.added or outcome.changed:
        audit.record(
            "programme_imported",
            "programme",
            None,
            actor_id=actor_id,
            now=now,
            added=outcome.added,
            changed=outcome.changed,
            unchanged=outcome.unchanged,
            beside_programme=beside_programme,
        )
        db.session.flush()
    return outcome


class _Shelf:
    """What the rows refer to, read in a few queries and held while the file is loaded."""

    def __init__(self, rows: list[Row], outcome: ImportOutcome) -> None:
        self.outcome = outcome
        titles = {same_name(row.title) for row in rows}
        self.matched = {row.key for row in rows}
        self.courses = {same_name(one.title): one for one in db.session.scalars(select(Course).order_by(Course.id))}
        self.slugs = {one.slug: one.title for one in self.courses.values()}
        self.venues = {one.name: one for one in db.session.scalars(select(Venue).order_by(Venue.id))}
        self.providers = {one.name: one for one in db.session.scalars(select(Provider).order_by(Provider.id))}
        self.sessions = self._sessions_of(
            [self.courses[title].id for title in titles if title in self.courses]
        )
        session_ids = [session.id for session in self.sessions.values()]
        self.set_by_hand = fields_set_by_hand(session_ids)
        self.moved_from = self._by_earlier_key(earlier_starts(session_ids))
        registers = contents_of_registers(session_ids)
        self.with_register = {number for number, holds in registers.items() if holds != RegisterContents()}
        self.plans = list(
            db.session.scalars(
                select(BusinessPlan)
                .order_by(BusinessPlan.starts_on, BusinessPlan.id)
                .options(selectinload(BusinessPlan.priorities).selectinload(Priority.aliases))
            )
        )

    def _sessions_of(self, course_ids: list[int]) -> dict[Key, TrainingSession]:
        of_courses = TrainingSession.course_id.in_(course_ids)
        lock_rows(TrainingSession, db.session.scalars(select(TrainingSession.id).where(of_courses)))
        found = db.session.scalars(
            select(TrainingSession)
            .where(of_courses)
            .order_by(TrainingSession.id)
            .options(
                selectinload(TrainingSession.parts).selectinload(SessionPart.venue),
                selectinload(TrainingSession.priorities),
                selectinload(TrainingSession.provider),
                selectinload(TrainingSession.course),
            )
        )
        return {(same_name(one.course.title), one.first_day, one.starts_at): one for one in found}

    def _by_earlier_key(self, starts: Mapping[int, Iterable[tuple[date, time]]]) -> dict[Key, TrainingSession]:
        """Sessions that no row names as they are now, by the keys they had until the office moved them."""
        moved: dict[Key, TrainingSession] = {}
        for key, session in self.sessions.items():
            if key not in self.matched:
                for day, start in starts[session.id]:
                    moved.setdefault((key[0], day, start), session)
        return moved

    def session(self, row: Row) -> TrainingSession | None:
        """The session of the row: by its key, or by the key it had until the office moved it."""
        return self.sessions.get(row.key) or self.moved_from.get(row.key)

    def course(self, title: str) -> Course:
        name = same_name(title)
        if name not in self.courses:
            usual = slug_of(title)
            if usual in self.slugs:
                self.outcome.warnings.append(
                    f"“{title}” is a new course, though its name is close to “{self.slugs[usual]}”."
                )
            slug = unused_slug(title, self.slugs)
            self.slugs[slug] = title
            self.courses[name] = _added(Course(title=title, slug=slug, summary=""))
        return self.courses[name]

    def venue(self, row: Row) -> Venue | None:
        name = row.venue
        if name is None:
            return None
        known = _named(self.venues, name)
        if known is None:
            online = is_online_room(name) or (row.format is Format.ONLINE and area_of_venue(name) is None)
            known = self.venues[name] = _added(Venue(name=name, area=area_of_venue(name), is_online=online))
        return known

    def provider(self, name: str | None) -> Provider | None:
        if name is None:
            return None
        known = _named(self.providers, name)
        if known is None:
            known = self.providers[name] = _added(Provider(name=name))
        return known

    def priorities(self, text: str, last_day: date) -> list[Priority]:
        """The priorities a text names, of plans in force on that day; those it does not name are left out."""
        by_name = {
            same_name(name): priority
            for plan in self.plans
            if plan.starts_on <= last_day <= plan.ends_on
            for priority in plan.priorities
            for name in [priority.name, *(alias.name for alias in priority.aliases)]
        }
        if same_name(text) in by_name:
            return [by_name[same_name(text)]]
        named = {by_name[same_name(piece)] for piece in text.split(";") if same_name(piece) in by_name}
        return sorted(named, key=lambda priority: (priority.plan_id, priority.position))


def _named(things: Mapping[str, Thing], name: str) -> Thing | None:
    """The one of exactly this name; else the first whose name is the same, however it is written."""
    wanted = same_name(name)
    return things.get(name) or next((one for other, one in things.items() if same_name(other) == wanted), None)


def _added(thing: Any) -> Any:
    db.session.add(thing)
    return thing


def _store(
    row: Row,
    shelf: _Shelf,
    beside_programme: bool,
    actor_id: int | None,
    now: datetime,
    outcome: ImportOutcome,
) -> None:
    """Add the row's session, or bring the one with its key up to date."""
    session = shelf.session(row)
    if session is None:
        session = TrainingSession(course=shelf.course(row.title), first_day=row.day, starts_at=row.starts_at)
        db.session.add(session)
        _bring_up_to_date(session, row, shelf, beside_programme)
        outcome.added += 1
        session.imported_at = session.changed_at = now
        return
    if session.is_cancelled:
        outcome.warnings.append(str(Problem(row.line, None, session.course.title, CANCELLED)))
        outcome.unchanged += 1
        return
    before = Rearranged(session, row.line, session.capacity, snapshots.parts_snapshot(session), session.is_over(now))
    changes = _bring_up_to_date(session, row, shelf, beside_programme)
    if not changes:
        outcome.unchanged += 1
        return
    outcome.changed += 1
    session.imported_at = now
    session.note_revision(now)
    if (before.capacity, before.parts) != (session.capacity, snapshots.parts_snapshot(session)):
        outcome.rearranged.append(before)
    audit.record(
        "session_changed_by_import", "training_session", session.id, actor_id=actor_id, now=now, **changes
    )


def _bring_up_to_date(
    session: TrainingSession, row: Row, shelf: _Shelf, beside_programme: bool
) -> dict[str, list[Any]]:
    """Set what the row says, but for what the office set by hand and what people attended; returns what changed."""
    set_by_hand = shelf.set_by_hand.get(session.id, set())
    facts = _facts(row, shelf, beside_programme)
    for name in sorted(set_by_hand & facts.keys()):
        if getattr(session, name) != facts[name]:
            shelf.outcome.warnings.append(str(_stays(row, name, _plain(facts[name]), _plain(getattr(session, name)))))
    parts_stay = SessionField.PARTS in set_by_hand or session.id in shelf.with_register
    stays = set_by_hand | (FOLLOWS_FROM_PARTS if parts_stay else frozenset())
    changes = _set(session, {name: value for name, value in facts.items() if name not in stays})
    if not parts_stay:
        return changes | _set_parts(session, row, shelf.venue(row))
    stands, stated = ". ".join(snapshots.parts_snapshot(session).values()), _part_in_words(row)
    if stated != stands and SessionField.PARTS in set_by_hand:
        shelf.outcome.warnings.append(str(_stays(row, "parts", stated, stands)))
    elif stated != stands:
        shelf.outcome.warnings.append(str(Problem(row.line, None, stated, ATTENDED.format(stands=stands))))
    return changes


def _stays(row: Row, name: str, stated: Any, stands: Any) -> Problem:
    reason = (
        f"the business office set this to “{stands or sessions.NOTHING}” by hand, and it stays. "
        "Change it on the page of the session if the file is right."
    )
    return Problem(row.line, COLUMN_OF.get(name), str(stated or sessions.NOTHING), reason)


def _part_in_words(row: Row) -> str:
    """What the row says of its parts, in the words of `snapshots.part_in_words`."""
    when = f"{long_date(row.day)}, {time_range(row.starts_at, row.ends_at)}"
    dated = ", ".join([when, snapshots.KINDS[row.dated_kind], *([row.venue] if row.venue else [])])
    return f"{snapshots.KINDS[PartKind.E_LEARNING]}. {dated}" if row.format is Format.BLENDED else dated


def _facts(row: Row, shelf: _Shelf, beside_programme: bool) -> dict[str, Any]:
    """What the row says of its session, by the name of the field."""
    return {
        "last_day": row.day,
        "strand": row.strand,
        "format": row.format,
        "capacity": row.capacity,
        "provider": shelf.provider(row.provider),
        "counts_in_programme": not beside_programme,
        "evaluation_mode": row.evaluation_mode(beside_programme),
        "headcount": row.attendees,
        "no_data_reason": row.no_data_reason,
        "priority_text": row.priority_text,
        "priorities": shelf.priorities(row.priority_text, row.day),
        "source": row.source,
        "note": row.note,
    }


def _set(thing: Any, facts: dict[str, Any]) -> dict[str, list[Any]]:
    """Set what differs; returns each such field with what it was and what it is now."""
    changes = {}
    for name, value in facts.items():
        was = getattr(thing, name)
        if was != value:
            changes[name] = [_plain(was), _plain(value)]
            setattr(thing, name, value)
    return changes


def _plain(value: Any) -> Any:
    """A value as the audit keeps it."""
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | time):
        return value.isoformat()
    return getattr(value, "name", value)


def _set_parts(session: TrainingSession, row: Row, venue: Venue | None) -> dict[str, list[Any]]:
    """One dated part, and before it one at one's own pace where the format says so.

    A part keeps its row: marks and calendar entries refer to it.
    """
    dated = next((part for part in session.parts if not part.is_self_paced), None)
    self_paced = next((part for part in session.parts if part.is_self_paced), None)
    two_parts = row.format is Format.BLENDED
    if self_paced is not None and not two_parts:
        _remove_part(session, self_paced, row)
    if dated is None:
        dated = SessionPart()
        session.parts.append(dated)
    facts = {
        "position": 2 if two_parts else 1,
        "kind": row.dated_kind,
        "on_day": row.day,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "venue": venue,
    }
    changes = _set(dated, facts)
    if self_paced is None and two_parts:
        session.parts.insert(0, SessionPart(position=1, kind=PartKind.E_LEARNING))
    return changes


def _remove_part(session: TrainingSession, part: SessionPart, row: Row) -> None:
    session.parts.remove(part)
    try:
        db.session.flush()
    except IntegrityError as error:
        reason = "the register of the e-learning part holds names, so the session keeps its two parts."
        raise FileRefused([Problem(row.line, "format", row.format, reason)]) from error
