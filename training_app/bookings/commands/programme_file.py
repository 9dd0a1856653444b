"""A programme file meets the people who booked: nobody loses a place by it, and who is concerned is told."""

from datetime import datetime
from pathlib import Path

from training_app.bookings.commands.changes import tell_of_change
from training_app.bookings.commands.offers import offer_new_places
from training_app.bookings.queries import places_of
from training_app.bookings.rules import Places
from training_app.programme import snapshots
from training_app.programme.files.loading import ImportOutcome, Rearranged, import_programme
from training_app.programme.files.rows import FileRefused, Problem
from training_app.programme.rules.sessions import SessionStatus
from training_app.words.dates import long_date
from training_app.words.numbers import counted


def import_and_tell(
    source: str | Path, *, beside_programme: bool, actor_id: int | None, now: datetime
) -> ImportOutcome:
    """Load a programme file: all of it, or nothing. Every session it names is held until the transaction ends.

    New places are offered to those who wait, and a change of time, venue or way is written to everyone who booked,
    as if the office had made it on the pages. Raises FileRefused, and where fewer places are left than are held.
    """
    outcome = import_programme(source, beside_programme=beside_programme, actor_id=actor_id, now=now)
    counted_places = places_of([one.session.id for one in outcome.rearranged])
    concerned = [
        (one, counted_places[one.session.id]) for one in sorted(outcome.rearranged, key=lambda one: one.session.id)
    ]
    problems = [_too_few(one, places) for one, places in concerned if _loses_places(one, places)]
    if problems:
        raise FileRefused(sorted(problems, key=lambda problem: problem.line or 0))
    for one, places in concerned:
        _follow(one, places, actor_id, now)
    return outcome


def _loses_places(one: Rearranged, places: Places) -> bool:
    """Fewer than there were, and fewer than are held. Places given beyond the number by name stand as they are."""
    return places.capacity < one.capacity and places.capacity < places.held


def _too_few(one: Rearranged, places: Places) -> Problem:
    session = one.session
    reason = (
        f"“{session.course.title}” on {long_date(session.first_day)} has {counted(places.held, 'place')} taken or "
        "offered. To have fewer, lower the number on the page of the session, where it is kept who decided it."
    )
    return Problem(one.line, "capacity", str(places.capacity), reason)


def _follow(one: Rearranged, places: Places, actor_id: int | None, now: datetime) -> None:
    session = one.session
    if session.status is not SessionStatus.PUBLISHED or one.was_over:
        return
    if one.capacity < places.capacity and places.held < places.capacity:
        offer_new_places(session.id, now)
    is_now = snapshots.parts_snapshot(session)
    if one.parts != is_now and places.held + places.waiting:
        tell_of_change(session.id, snapshots.changes_in_words(one.parts, is_now), actor_id=actor_id, now=now)
