"""What the office changes on a session that people have booked: its places, its times, or whether it takes place.

Everyone concerned is told in the same act.
"""

from datetime import datetime

from training_app.audit.commands import record
from training_app.bookings import letters, queries
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
    tell_line_of_free_place,
    withdraw_offer,
)
from training_app.bookings.rules import (
    BookingState,
    Places,
    WhyNot,
)
from training_app.extensions import db
from training_app.programme.commands.sessions import mark_cancelled, set_capacity


def change_capacity(session_id: int, capacity: int, *, actor_id: int | None, now: datetime, why: str = "") -> Places:
    """Say how many places there are. New ones are offered at once; nobody ever loses a place.

    `over` of what is returned says how many more people hold a place than there are. The last of them are noted as
    overbooked by the actor, so that whoever counts can tell this from a fault. Raises Refused.
    """
    session = locked_session(session_id)
    if capacity < queries.places_of([session_id])[session_id].held and actor_id is None:
        raise BookingRefused(WhyNot.NOBODY_NAMED)
    has_more = capacity > session.capacity
    set_capacity(session_id, capacity, actor_id=actor_id, now=now, why=short_reason(why))
    holding = [one for one in queries.active_bookings(session_id) if one.holds_a_place and not one.overbooked_why]
    for booking in holding[capacity:]:
        booking.overbook(actor_id, short_reason(why) or f"The number of places was lowered to {capacity}.")
    db.session.flush()
    if has_more:
        ask_all_again(session_id)
    offer_free_places(session, now)
    if has_more:
        tell_line_of_free_place(session, now)
    return queries.places_of([session_id])[session_id]


def cancel_session(session_id: int, why: str, *, actor_id: int | None, now: datetime) -> int:
    """Call a session off: every booking ends, no offer stands, everyone is told why. Returns how many were told.

    Raises Refused without a reason, and for a session that is off already.
    """
    session = mark_cancelled(session_id, why, actor_id=actor_id, now=now)
    bookings = queries.active_bookings(session.id)
    for booking in bookings:
        withdraw_offer(booking, now)
        booking.move_to(BookingState.CANCELLED, actor_id=actor_id, now=now, why=short_reason(why))
    db.session.flush()
    for booking in bookings:
        record_act(booking, "booking.cancelled", actor_id, now, session_cancelled=True)
        send_letter(booking, letters.session_cancelled(booking, why.strip()), now)
    return len(bookings)


def tell_of_change(session_id: int, what: str, *, actor_id: int | None, now: datetime) -> int:
    """Write to everyone who holds, is offered or awaits a place that the session changed. Returns how many."""
    end_offers_by_the_start(locked_session(session_id))
    bookings = queries.active_bookings(session_id)
    line = {one.id: place for place, one in enumerate(queries.line_of(session_id), 1)}
    for booking in bookings:
        send_letter(booking, letters.changed(booking, what.strip(), line.get(booking.id, 0)), now)
    record(
        "session.change_told", "training_session", session_id, actor_id=actor_id, now=now, what=what.strip(),
        bookings=len(bookings),
    )
    return len(bookings)
