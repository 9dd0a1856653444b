"""What the office changes on a session that people may have booked, and what that means to those who have.

Everyone whom a change concerns is told in the same act; nobody ever loses a place by one.
"""

from collections.abc import Callable
from datetime import datetime

from training_app.audit.commands import record
from training_app.bookings import letters
from training_app.bookings.commands.holding import (
    BookingRefused,
    locked_session,
    record_act,
    send_letter,
    short_reason,
)
from training_app.bookings.commands.offers import (
    ask_all_again,
    end_offers_by_the_start,
    offer_free_places,
    tell_waiting_list_of_free_place,
    withdraw_offer,
)
from training_app.bookings.queries import bookings as queries
from training_app.bookings.queries.told import names_offered_without_email, whom_a_change_concerns
from training_app.bookings.rules import (
    BookingState,
    Overbooking,
    PlacesChanged,
    WhoIsTold,
    WhyNot,
    concerns_anyone,
    overbooking_by,
)
from training_app.bookings.wording import JOINING_CHANGED, overbooking_in_words
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme import snapshots
from training_app.programme.commands import parts, sessions
from training_app.programme.models import TrainingSession
from training_app.programme.rules.parts import PartFacts
from training_app.programme.snapshots import Snapshot


class CourseIsBooked(Refused):
    """A session that people have booked stays one of its course. `people`: how many have."""

    def __init__(self, people: int) -> None:
        super().__init__("People have booked this course. Make a session of the other one, and cancel this.")
        self.people = people


class WouldOverbook(Refused):
    """The number of places is lower than those that people hold, and nobody has agreed to that in these numbers."""

    def __init__(self, overbooking: Overbooking) -> None:
        super().__init__(overbooking_in_words(overbooking))
        self.overbooking = overbooking


def change_about(
    session_id: int, about: sessions.About, *, seen: Snapshot, actor_id: int | None, now: datetime
) -> TrainingSession:
    """Change what a session is; of which course it is only while nobody has booked it. Raises Refused."""
    session = sessions.locked_session(session_id)
    if about.course_id != session.course_id and (concerned := whom_a_change_concerns(session, now)):
        raise CourseIsBooked(concerned.people)
    return sessions.change_about(session_id, about, seen=seen, actor_id=actor_id, now=now)


def add_part_and_tell(session_id: int, facts: PartFacts, *, actor_id: int | None, now: datetime) -> int:
    """Returns how many people were written to. Raises Refused. So do the two below."""
    return _rearrange_and_tell(
        session_id, lambda: parts.add_part(session_id, facts, actor_id=actor_id, now=now), actor_id, now
    )


def change_part_and_tell(
    session_id: int, part_id: int, facts: PartFacts, *, seen: Snapshot, actor_id: int | None, now: datetime
) -> int:
    return _rearrange_and_tell(
        session_id,
        lambda: parts.change_part(session_id, part_id, facts, seen=seen, actor_id=actor_id, now=now),
        actor_id, now,
    )


def remove_part_and_tell(session_id: int, part_id: int, *, actor_id: int | None, now: datetime) -> int:
    return _rearrange_and_tell(
        session_id, lambda: parts.remove_part(session_id, part_id, actor_id=actor_id, now=now), actor_id, now
    )


def _rearrange_and_tell(
    session_id: int, rearrange: Callable[[], TrainingSession], actor_id: int | None, now: datetime
) -> int:
    before = sessions.locked_session(session_id)
    was_over, parts_before = before.is_over(now), snapshots.parts_snapshot(before)
    return tell_of_new_parts(rearrange(), parts_before, was_over=was_over, actor_id=actor_id, now=now)


def tell_of_new_parts(
    session: TrainingSession, before: Snapshot, *, was_over: bool, actor_id: int | None, now: datetime
) -> int:
    """Write to everyone whom another day, time, venue or way concerns. Returns how many were written to.

    `before` and `was_over`: its parts, and whether it was over, before they were changed.
    """
    is_now = snapshots.parts_snapshot(session)
    if before == is_now or not _concerns_anyone(session, was_over):
        return 0
    return tell_of_change(session.id, snapshots.changes_in_words(before, is_now), actor_id=actor_id, now=now)


def set_joining_and_tell(
    session_id: int, joining: str, *, seen: Snapshot, actor_id: int | None, now: datetime
) -> int:
    """Say how to join online, and to everyone whom it concerns that it has changed.

    Returns how many people were written to. Raises Refused.
    """
    before = sessions.locked_session(session_id).joining
    session = sessions.set_joining(session_id, joining, seen=seen, actor_id=actor_id, now=now)
    if before == session.joining or not _concerns_anyone(session, session.is_over(now)):
        return 0
    return tell_of_change(session_id, JOINING_CHANGED, actor_id=actor_id, now=now)


def _concerns_anyone(session: TrainingSession, was_over: bool) -> bool:
    return concerns_anyone(queries.places_of([session.id])[session.id], session.status, is_over=was_over)


def change_capacity_as_agreed(
    session_id: int, capacity: int, *, agreed: Overbooking | None, why: str, seen: Snapshot, actor_id: int | None,
    now: datetime,
) -> PlacesChanged:
    """Say how many places there are, unless that overbooks the session and nobody agreed to it with a reason.

    `agreed`: the numbers that were on the page, so that nobody agrees to others than they saw. Raises WouldOverbook,
    and Refused.
    """
    before = sessions.check_places(session_id, capacity, seen=seen).capacity
    places = queries.places_of([session_id])[session_id]
    if capacity == before:
        return PlacesChanged(more=0, over=places.over)
    overbooking = overbooking_by(capacity, before=before, held=places.held)
    if overbooking is not None and not (why and agreed == overbooking):
        raise WouldOverbook(overbooking)
    return change_capacity(session_id, capacity, actor_id=actor_id, now=now, why=why)


def change_capacity(
    session_id: int, capacity: int, *, actor_id: int | None, now: datetime, why: str = ""
) -> PlacesChanged:
    """Say how many places there are. New ones are offered at once; nobody ever loses a place.

    Where more people hold a place than there are now, the last of them are noted as overbooked by the actor, so that
    whoever counts can tell this from a fault. Raises Refused.
    """
    session = locked_session(session_id)
    held_before = queries.places_of([session_id])[session_id].held
    if capacity < held_before and actor_id is None:
        raise BookingRefused(WhyNot.NOBODY_NAMED)
    more = capacity - session.capacity
    sessions.set_capacity(session_id, capacity, actor_id=actor_id, now=now, why=short_reason(why))
    holding = [one for one in queries.active_bookings(session_id) if one.holds_a_place and not one.overbooked_why]
    for booking in holding[capacity:]:
        booking.overbook(actor_id, short_reason(why) or f"The number of places was lowered to {capacity}.")
    db.session.flush()
    if more > 0 and capacity > held_before:  # where the session stays overbooked, no place has come free
        ask_all_again(session_id)
    written_to = offer_free_places(session, now)
    if more > 0:
        written_to += tell_waiting_list_of_free_place(session, now)
    places = queries.places_of([session_id])[session_id]
    return PlacesChanged(
        more=more, offered=places.held - held_before, written_to=written_to,
        without_email=names_offered_without_email(session_id, now), over=places.over,
    )


def cancel_session(session_id: int, why: str, *, actor_id: int | None, now: datetime) -> WhoIsTold:
    """Call a session off: every booking ends, no offer stands, everyone is told why. Returns who that is.

    Raises Refused without a reason, and for a session that is off already.
    """
    session = sessions.mark_cancelled(session_id, why, actor_id=actor_id, now=now)
    bookings = queries.active_bookings(session.id)
    for booking in bookings:
        withdraw_offer(booking, now)
        booking.move_to(BookingState.CANCELLED, actor_id=actor_id, now=now, why=short_reason(why))
    db.session.flush()
    without_letter: list[Person] = []
    for booking in bookings:
        record_act(booking, "booking.cancelled", actor_id, now, session_cancelled=True)
        if not send_letter(booking, letters.session_cancelled(booking, why.strip()), now):
            without_letter.append(booking.person)
    names = [one.name for one in sorted(without_letter, key=lambda one: (one.sort_name, one.id))]
    return WhoIsTold(len(bookings) - len(names), tuple(names))


def tell_of_change(session_id: int, what: str, *, actor_id: int | None, now: datetime) -> int:
    """Write to everyone who holds, is offered or awaits a place that the session changed.

    Returns how many were written to: nobody can who has no e-mail.
    """
    end_offers_by_the_start(locked_session(session_id))
    bookings = queries.active_bookings(session_id)
    turns = {one.id: place for place, one in enumerate(queries.waiting_list_of(session_id), 1)}
    written_to = sum(
        send_letter(one, letters.changed(one, what.strip(), turns.get(one.id, 0)), now) for one in bookings
    )
    record(
        "session.change_told", "training_session", session_id, actor_id=actor_id, now=now, what=what.strip(),
        bookings=len(bookings), written_to=written_to,
    )
    return written_to
