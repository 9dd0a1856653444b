"""A programme file meets the people who booked: nobody loses a place by it, and who is concerned is told."""

from datetime import datetime
from pathlib import Path

from training_app.bookings.commands.changes import tell_of_new_parts
from training_app.bookings.commands.offers import offer_new_places
from training_app.bookings.queries.bookings import places_of
from training_app.bookings.rules import Places, concerns_anyone, overbooking_by
from training_app.programme.files.loading import ImportOutcome, Rearranged, import_programme
from training_app.programme.files.rows import FileRefused, Problem
from training_app.words.dates import long_date
from training_app.words.numbers import counted


def import_and_tell(
    source: str | Path, *, beside_programme: bool, actor_id: int | None, now: datetime
) -> ImportOutcome:
    """Load a programme file: all of it, or nothing. Every session it names is locked until the transaction ends.

    New places are offered to those who wait, and a change of time, venue or way is written to everyone who booked,
    as if the office had made it on the pages. Raises FileRefused, and where fewer places are left than are held.
    """
    outcome = import_programme(source, beside_programme=beside_programme, actor_id=actor_id, now=now)
    counted_places = places_of([one.session.id for one in outcome.rearranged])
    concerned = [
        (one, counted_places[one.session.id]) for one in sorted(outcome.rearranged, key=lambda one: one.session.id)
    ]
    problems = [
        _too_few(one, places)
        for one, places in concerned
        if overbooking_by(places.capacity, before=one.capacity, held=places.held)
    ]
    if problems:
        raise FileRefused(sorted(problems, key=lambda problem: problem.line or 0))
    for one, places in concerned:
        _follow(one, places, actor_id, now)
    return outcome


def _too_few(one: Rearranged, places: Places) -> Problem:
    session = one.session
    reason = (
        f"“{session.course.title}” on {long_date(session.first_day)} has {counted(places.held, 'place')} taken or "
        "offered. To have fewer, lower the number on the page of the session, where it is kept who decided it."
    )
    return Problem(one.line, "capacity", str(places.capacity), reason)


def _follow(one: Rearranged, places: Places, actor_id: int | None, now: datetime) -> None:
    session = one.session
    has_more = one.capacity < places.capacity and places.free
    if has_more and concerns_anyone(places, session.status, is_over=one.was_over):
        offer_new_places(session.id, now)
    tell_of_new_parts(session, one.parts, was_over=one.was_over, actor_id=actor_id, now=now)
