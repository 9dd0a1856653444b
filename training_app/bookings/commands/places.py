"""How a place is taken, awaited and given back; `offers` tells how a freed one goes along the waiting list.

Every act takes the session's lock first, so that of many who ask at once each sees what the one before left. It
then asks the rules, changes bookings, keeps each change, and queues the letters: all in the caller's transaction.
"""

from datetime import datetime

from training_app.agencies.queries import agency_as_at
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
from training_app.bookings.commands.offers import (
    ask_all_again,
    offer_free_places,
    tell_waiting_list_of_free_place,
    withdraw_offer,
)
from training_app.bookings.models import Booking, Offer
from training_app.bookings.queries import bookings as queries
from training_app.bookings.rules import (
    ACTIVE,
    HOLDING,
    BookingState,
    OfferOutcome,
    Places,
    WhyNot,
    facts_of,
    has_booked,
    new_code,
    state_given,
    why_not,
)
from training_app.clock import local
from training_app.extensions import db
from training_app.outbox.letters import LetterText
from training_app.people.models import Person
from training_app.people.queries import post_on
from training_app.programme.models import TrainingSession


def book_place(
    session_id: int,
    person_id: int,
    *,
    actor_id: int | None,
    now: datetime,
    needs: str = "",
    why: str = "",
    overbook_why: str = "",
    keeps_waiting: bool = False,
    will_wait: bool = True,
) -> Booking:
    """Give someone a place, or else a place on the waiting list: see the state of what is returned.

    `overbook_why` gives a place beyond the capacity, in the name of the actor. `keeps_waiting`: they wish to stay
    on the waiting list if they miss an offer. `will_wait` False: only a place will do,
    and nobody is put on a waiting list unasked.
    Raises BookingRefused.
    """
    session = locked_session(session_id)
    person = db.session.get_one(Person, person_id)
    why, overbook_why = short_reason(why or overbook_why), short_reason(overbook_why)
    office_why = reason_of_office(person_id, actor_id, why)
    if overbook_why and actor_id is None:
        raise BookingRefused(WhyNot.NOBODY_NAMED)
    earlier = queries.active_booking(session_id, person_id)
    places = queries.places_of([session_id])[session_id]
    _refuse_unless_open(session, earlier, places, now, overbook=bool(overbook_why))
    if earlier is not None:
        return _give_waiting_person_a_place(earlier, places, overbook_why, why, office_why, actor_id, now)
    state = state_given(places, session.begins_at, now)
    if state is BookingState.WAITLISTED and not (will_wait or overbook_why):
        raise BookingRefused(WhyNot.FULL)
    booking = _new_booking(session, person, actor_id, now)
    booking.needs, booking.keeps_waiting = needs.strip(), keeps_waiting
    _enter(booking, state, overbook_why, why, actor_id, now)
    send_letter(booking, _first_letter(booking, places.waiting + 1, office_why), now, is_first=True)
    return booking


def _refuse_unless_open(
    session: TrainingSession, earlier: Booking | None, places: Places, now: datetime, *, overbook: bool
) -> None:
    """Raises BookingRefused where the session takes no booking of this person."""
    state = earlier.state if earlier else None
    already = has_booked(state, places, session.begins_at, now, overbook=overbook)
    refusal = why_not(facts_of(session, already_booked=already), now)
    if refusal:
        raise BookingRefused(refusal)


def _enter(
    booking: Booking, state: BookingState, overbook_why: str, why: str, actor_id: int | None, now: datetime
) -> None:
    """A new booking gets a place, or else the end of the waiting list; one too many where the office says so."""
    if state is BookingState.WAITLISTED and overbook_why:
        state = BookingState.CONFIRMED
        booking.overbook(actor_id, overbook_why)
    session_id = booking.session.id
    number = queries.end_of_waiting_list(session_id) if state is BookingState.WAITLISTED else None
    booking.move_to(state, actor_id=actor_id, now=now, why=why, queue_number=number)
    db.session.add(booking)
    db.session.flush()
    record_act(booking, "booking.made", actor_id, now, session_id=session_id, overbooked=booking.overbooked_why != "")


def _first_letter(booking: Booking, position: int, office_why: str) -> LetterText:
    if booking.state is BookingState.CONFIRMED:
        return letters.confirmed(booking, office_why=office_why)
    return letters.waiting(booking, position, office_why=office_why)


def _new_booking(session: TrainingSession, person: Person, actor_id: int | None, now: datetime) -> Booking:
    """A booking without a state yet, with the person's agency, area and job as they are today."""
    today = local(now).date()
    post = post_on(person.id, today)
    agency = agency_as_at(post.agency, today) if post else None
    return Booking(
        session=session, person=person, code=new_code(), booked_at=now, booked_by_id=actor_id,
        agency=agency, area=agency.area if agency else None, post_title=post.title if post else "",
        calendar_sequence=1, calendar_entries=[], generated=person.generated,
    )


def _give_waiting_person_a_place(
    booking: Booking, places: Places, overbook_why: str, why: str, office_why: str, actor_id: int | None, now: datetime
) -> Booking:
    """Someone who waits gets a place at once: an offer that is accepted in the same moment."""
    if not places.free:
        booking.overbook(actor_id, overbook_why)
    booking.offers.append(Offer(offered_at=now, expires_at=now, outcome=OfferOutcome.ACCEPTED, answered_at=now))
    booking.move_to(BookingState.OFFERED, actor_id=actor_id, now=now, why=why)
    booking.move_to(BookingState.CONFIRMED, actor_id=actor_id, now=now, why=why)
    db.session.flush()
    record_act(booking, "booking.given_place", actor_id, now, overbooked=booking.overbooked_why != "")
    send_letter(booking, letters.confirmed(booking, office_why=office_why), now)
    return booking


def cancel_booking(booking_id: int, *, actor_id: int | None, now: datetime, why: str = "") -> Booking:
    """Give a place, an offer or a place on the waiting list back; what comes free is offered to the next at once.

    A booking that is cancelled stays as it is, so that a form may be sent twice. The person can cancel until the
    start; somebody else needs a reason, and can do it later too. Raises BookingRefused.
    """
    session, booking = locked_booking(booking_id)
    why = short_reason(why)
    office_why = reason_of_office(booking.person_id, actor_id, why)
    before = booking.state
    if before is BookingState.CANCELLED:
        return booking
    if before not in ACTIVE:
        raise BookingRefused(WhyNot.OVER)
    if now >= session.begins_at and not office_why:
        raise BookingRefused(WhyNot.HAS_STARTED)
    withdraw_offer(booking, now)
    booking.move_to(BookingState.CANCELLED, actor_id=actor_id, now=now, why=why)
    db.session.flush()
    record_act(booking, "booking.cancelled", actor_id, now, was=before.value)
    send_letter(booking, letters.cancelled(booking, before, office_why=office_why), now)
    # A place that was only offered is going round already; one beyond the number of places is none.
    if before is BookingState.CONFIRMED and queries.places_taken(session.id) < session.capacity:
        ask_all_again(session.id)
    offer_free_places(session, now)
    if before in HOLDING:
        tell_waiting_list_of_free_place(session, now)
    return booking
