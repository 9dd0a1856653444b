"""How a place that came free is offered along the waiting list, and what becomes of each offer.

Whoever says no to a place, or misses it, and keeps waiting is passed over for it, so that it does not come back to
them in the same second. Once everyone who waits was asked, the place is open to whoever books it. When another
place comes free, everyone who waits may be asked again.
"""

from datetime import datetime

from training_app.bookings import letters
from training_app.bookings.commands.holding import (
    BookingRefused,
    locked_booking,
    locked_session,
    reason_of_office,
    record_act,
    send_letter,
    short_reason,
)
from training_app.bookings.models import Booking, Offer
from training_app.bookings.queries import bookings as queries
from training_app.bookings.rules import (
    BookingState,
    OfferOutcome,
    WhyNot,
    after_lapse,
    next_on_waiting_list,
    offer_ends,
    offers_to_make,
    too_late_to_offer,
)
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import SessionStatus
from training_app.working_time import last_working_moment

WAITED_IN_VAIN = "No place came free before the session started."


def accept_offer(booking_id: int, *, actor_id: int | None, now: datetime, why: str = "") -> Booking:
    """Take the offered place. A place that is taken stays so; somebody else needs a reason. Raises BookingRefused."""
    session, booking = locked_booking(booking_id)
    office_why = reason_of_office(booking.person_id, actor_id, short_reason(why))
    if booking.state is BookingState.CONFIRMED and booking.offers:
        return booking
    _answer(session, booking, OfferOutcome.ACCEPTED, now)
    booking.move_to(BookingState.CONFIRMED, actor_id=actor_id, now=now, why=office_why)
    db.session.flush()
    record_act(booking, "offer.accepted", actor_id, now)
    send_letter(booking, letters.confirmed(booking, office_why=office_why), now)
    return booking


def decline_offer(booking_id: int, *, keep_waiting: bool, actor_id: int | None, now: datetime) -> Booking:
    """Leave the offered place to others, and the waiting list too unless the person keeps waiting, then at its end.

    Where nobody else is to be asked, the place is open to all. Raises BookingRefused.
    """
    session, booking = locked_booking(booking_id)
    if booking.state is BookingState.DECLINED:
        return booking
    _answer(session, booking, OfferOutcome.DECLINED, now)
    if keep_waiting:
        _to_the_end_of_the_waiting_list(booking, actor_id, now)
    else:
        booking.move_to(BookingState.DECLINED, actor_id=actor_id, now=now)
        db.session.flush()
        send_letter(booking, letters.declined(booking), now)
    booking.keeps_waiting = keep_waiting
    record_act(booking, "offer.declined", actor_id, now, keeps_waiting=keep_waiting)
    offer_free_places(session, now)
    tell_waiting_list_of_free_place(session, now)
    return booking


def choose_to_keep_waiting(booking_id: int, keep: bool, *, actor_id: int | None, now: datetime) -> Booking:
    """Say what is to happen if an offer is missed: stay on the waiting list, or be out. Raises BookingRefused."""
    _, booking = locked_booking(booking_id)
    if booking.state not in {BookingState.WAITLISTED, BookingState.OFFERED}:
        raise BookingRefused(WhyNot.NOT_WAITING)
    if booking.keeps_waiting != keep:
        booking.keeps_waiting = keep
        db.session.flush()
        record_act(booking, "booking.keeps_waiting", actor_id, now, keeps_waiting=keep)
    return booking


def lapse_offers(session_id: int, now: datetime) -> int:
    """End the offers of a session that nobody answered in time, and offer what is free to the next on the waiting list.

    Returns how many ended. The wish to keep waiting holds for one missed offer, so that a person who never
    answers does not hold a place for ever, a day at a time.
    """
    session = locked_session(session_id)
    ended = queries.expired_offers(session_id, now)
    for offer in ended:
        booking = offer.booking
        offer.outcome, offer.answered_at = OfferOutcome.LAPSED, now
        if after_lapse(booking.keeps_waiting, session.begins_at, now) is BookingState.WAITLISTED:
            _to_the_end_of_the_waiting_list(booking, None, now)
            booking.keeps_waiting = False
        else:
            booking.move_to(BookingState.LAPSED, actor_id=None, now=now)
            db.session.flush()
            send_letter(booking, letters.lapsed(booking), now)
        record_act(booking, "offer.lapsed", None, now)
    offer_free_places(session, now)
    if ended:
        tell_waiting_list_of_free_place(session, now)
    return len(ended)


def end_waits(session_id: int, now: datetime) -> int:
    """Once a session has started nobody waits for it any more. Returns for how many the wait ended."""
    session = locked_session(session_id)
    waiting = queries.waiting_list_of(session_id) if now >= session.begins_at else []
    for booking in waiting:
        booking.move_to(BookingState.CANCELLED, actor_id=None, now=now, why=WAITED_IN_VAIN)
    db.session.flush()
    for booking in waiting:
        record_act(booking, "booking.wait_ended", None, now)
        send_letter(booking, letters.waited_in_vain(booking), now)
    return len(waiting)


def end_offers_by_the_start(session: TrainingSession) -> None:
    """A session that was moved forward takes the deadlines of its offers along: no answer is good after the start."""
    for booking in queries.active_bookings(session.id):
        offer = booking.live_offer
        if offer is not None:
            latest = last_working_moment(session.begins_at)
            offer.expires_at = max(offer.offered_at, min(offer.expires_at, latest))
    db.session.flush()


def ask_all_again(session_id: int) -> None:
    """Another place came free, not one that is going round: those passed over so far may be asked about it."""
    for booking in queries.waiting_list_of(session_id):
        booking.passed_over = False
    db.session.flush()


def offer_new_places(session_id: int, now: datetime) -> None:
    """Offer places that were added where this room did not see it, as by a programme file."""
    session = locked_session(session_id)
    ask_all_again(session_id)
    offer_free_places(session, now)


def offer_free_places(session: TrainingSession, now: datetime) -> int:
    """Offer each free place to the next who waits and was not asked about it. Nobody else can take it meanwhile.

    Returns how many people were written to.
    """
    if session.status is not SessionStatus.PUBLISHED:
        return 0
    places = queries.places_of([session.id])[session.id]
    for booking in queries.overbooked(session.id)[places.over :]:
        booking.overbook(None, "")  # there is a place for them now: the next one too many is a fault again
    start = session.begins_at
    number = offers_to_make(places, start, now)
    waiting = queries.waiting_list_of(session.id) if number else []
    written_to = 0
    for booking in [waiting[turn] for turn in next_on_waiting_list([one.passed_over for one in waiting], number)]:
        offer = Offer(offered_at=now, expires_at=offer_ends(now, start))
        booking.offers.append(offer)
        booking.move_to(BookingState.OFFERED, actor_id=None, now=now)
        db.session.flush()
        record_act(booking, "place.offered", None, now)
        written_to += send_letter(booking, letters.offered(booking, offer.expires_at), now)
    return written_to


def tell_waiting_list_of_free_place(session: TrainingSession, now: datetime) -> int:
    """So close to the start that no place is held for anyone, all who wait and want one hear that it is free.

    Returns how many people were written to.
    """
    start = session.begins_at
    if not too_late_to_offer(start, now) or now >= start or not queries.places_of([session.id])[session.id].free:
        return 0
    to_tell = [booking for booking in queries.waiting_list_of(session.id) if not booking.passed_over]
    return sum(send_letter(booking, letters.first_come(booking), now) for booking in to_tell)


def withdraw_offer(booking: Booking, now: datetime) -> None:
    offer = booking.live_offer
    if offer is not None:
        offer.outcome, offer.answered_at = OfferOutcome.WITHDRAWN, now


def _answer(session: TrainingSession, booking: Booking, outcome: OfferOutcome, now: datetime) -> None:
    offer = booking.live_offer
    if booking.state is BookingState.CONFIRMED and booking.offers:
        raise BookingRefused(WhyNot.TAKEN)
    if booking.state is not BookingState.OFFERED or offer is None:
        raise BookingRefused(WhyNot.OFFER_OVER if booking.offers else WhyNot.NO_OFFER)
    if now >= min(offer.expires_at, session.begins_at):
        raise BookingRefused(WhyNot.OFFER_OVER)
    offer.outcome, offer.answered_at = outcome, now


def _to_the_end_of_the_waiting_list(booking: Booking, actor_id: int | None, now: datetime) -> None:
    number = queries.end_of_waiting_list(booking.session_id)
    booking.overbook(None, "")
    booking.move_to(BookingState.WAITLISTED, actor_id=actor_id, now=now, queue_number=number)
    booking.passed_over = True
    db.session.flush()
    send_letter(booking, letters.still_waiting(booking, queries.position_on_waiting_list(booking)), now)
