"""How the parts of a session are stored, and what follows from them: its days, its start, its format."""

from datetime import date, time

from sqlalchemy import select

from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme.models import SessionPart, TrainingSession, Venue
from training_app.programme.rules.parts import PartFacts, format_of, in_order, why_not_part, why_not_together
from training_app.programme.rules.sessions import PartKind

# Positions are unique at every moment, so parts step aside before they take their new places.
ASIDE = 1000


def facts_of(part: SessionPart) -> PartFacts:
    return PartFacts(part.kind, part.on_day, part.starts_at, part.ends_at, part.venue_id)


def store_part(session: TrainingSession, part: SessionPart | None, facts: PartFacts) -> None:
    """Bring a part of the session up to these facts, or add it as a new one. Call `arrange` afterwards."""
    wrong = why_not_part(facts)
    if wrong:
        raise Refused(wrong)
    venue = db.session.get_one(Venue, facts.venue_id) if facts.venue_id else None
    if venue and venue.is_online and facts.kind is PartKind.IN_PERSON:
        raise Refused(f"{venue.name} is an online room. Choose another venue, or say that the part is online.")
    if part is None:
        part = SessionPart(position=2 * ASIDE + len(session.parts))
        session.parts.append(part)
    part.kind, part.venue = facts.kind, venue
    part.on_day, part.starts_at, part.ends_at = facts.on_day, facts.starts_at, facts.ends_at


def arrange(session: TrainingSession) -> None:
    """Put the parts in order and set what follows from them. The course must be held.

    Raises Refused where they cannot stand together, and where the course runs then already.
    """
    by_facts = [(_facts_with_venue(part), part) for part in session.parts]
    wrong = why_not_together([facts for facts, _ in by_facts])
    if wrong:
        raise Refused(wrong)
    ordered = in_order(facts for facts, _ in by_facts)
    parts = sorted(session.parts, key=lambda part: ordered.index(_facts_with_venue(part)))
    days = [(part.on_day, part.starts_at) for part in parts if part.on_day and part.starts_at]
    session.first_day, session.starts_at = min(days)
    session.last_day = max(day for day, _ in days)
    session.format = format_of(part.kind for part in parts)
    refuse_twin(session)
    if [part.position for part in parts] == list(range(1, len(parts) + 1)):
        return
    if session.id is not None:
        for position, part in enumerate(parts, 1):
            part.position = ASIDE + position
        db.session.flush()
    for position, part in enumerate(parts, 1):
        part.position = position
    session.parts.sort(key=lambda part: part.position)


def _facts_with_venue(part: SessionPart) -> PartFacts:
    return PartFacts(part.kind, part.on_day, part.starts_at, part.ends_at, part.venue.id if part.venue else None)


def refuse_twin(session: TrainingSession) -> None:
    """One course, one day, one start: that is how files, letters and people tell sessions apart."""
    with db.session.no_autoflush:
        if _is_taken(session.course.id, session.first_day, session.starts_at, but_for=session.id):
            raise Refused("There is already a session of this course on that day at that time. Change one of them.")


def _is_taken(course_id: int, day: date, at: time, *, but_for: int | None) -> bool:
    same = select(TrainingSession.id).where(
        TrainingSession.course_id == course_id,
        TrainingSession.first_day == day,
        TrainingSession.starts_at == at,
        TrainingSession.id != (but_for or 0),
    )
    return db.session.scalar(same.limit(1)) is not None
