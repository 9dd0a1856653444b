"""How a place is taken, awaited, offered and given back.

Every act takes the session's lock first, so that of many who ask at once each sees what the one before left. It
then asks the rules, changes bookings, keeps each change, and queues the letters: all in the caller's transaction.
"""

from datetime import datetime

from sqlalchemy.exc import NoResultFound

from training_app.accounts.models import User
from training_app.agencies.queries import agency_as_at
from training_app.audit.commands import record
from training_app.bookings import messages, queries
from training_app.bookings.calendar import invitation
from training_app.bookings.messages import Words
from training_app.bookings.models import Booking, Offer
from training_app.bookings.rules import (
    ACTIVE,
    LONGEST_REASON,
    BookingFacts,
    BookingState,
    OfferOutcome,
    Places,
    WhyNot,
    after_lapse,
    may_take_last_minute,
    new_code,
    offer_ends,
    offers_to_make,
    state_given,
    why_not,
)
from training_app.clock import local
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.people.models import Person
from training_app.people.queries import post_on
from training_app.programme.commands import mark_cancelled, set_capacity
from training_app.programme.models import TrainingSession
from training_app.programme.rules import SessionStatus
from training_app.programme.wording import starts_at


class BookingRefused(Refused):
    """A booking that cannot be made or changed, with the reason as a value and as a sentence."""

    def __init__(self, why: WhyNot) -> None:
        super().__init__(why.sentence)
        self.why = why


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
    """Give someone a place, or else a place in line: see the state of what is returned.

    `overbook_why` gives a place beyond the capacity, in the name of the actor. `keeps_waiting`: they wish to stay
    in line if they miss an offer. `will_wait` False: only a place will do, nobody is put in a line unasked.
    Raises BookingRefused.
    """
    session = _locked_session(session_id)
    person = db.session.get_one(Person, person_id)
    why, overbook_why = _short(why or overbook_why), _short(overbook_why)
    office_why = _reason_of_office(person_id, actor_id, why)
    if overbook_why and actor_id is None:
        raise BookingRefused(WhyNot.NOBODY_NAMED)
    held = queries.active_booking(session_id, person_id)
    places = queries.places_of([session_id])[session_id]
    refusal = why_not(_facts(session, places, held, overbook_why, now), now)
    if refusal:
        raise BookingRefused(refusal)
    if held is not None:
        return _give_place_in_line(held, places, overbook_why, why, office_why, actor_id, now)
    state = state_given(places, starts_at(session), now)
    if state is BookingState.WAITLISTED and not (will_wait or overbook_why):
        raise BookingRefused(WhyNot.FULL)
    booking = _new_booking(session, person, actor_id, now)
    booking.needs, booking.keeps_waiting = needs.strip(), keeps_waiting
    _enter(booking, state, overbook_why, why, actor_id, now)
    _write(booking, _first_words(booking, places.waiting + 1, office_why), now)
    return booking


def _enter(
    booking: Booking, state: BookingState, overbook_why: str, why: str, actor_id: int | None, now: datetime
) -> None:
    """A new booking gets what there is: a place, or the last place in line; or one too many where staff say so."""
    if state is BookingState.WAITLISTED and overbook_why:
        state = BookingState.CONFIRMED
        _overbook(booking, actor_id, overbook_why)
    session_id = booking.session.id
    number = queries.end_of_line(session_id) if state is BookingState.WAITLISTED else None
    booking.move_to(state, actor_id=actor_id, now=now, why=why, queue_number=number)
    db.session.add(booking)
    db.session.flush()
    _note(booking, "booking.made", actor_id, now, session_id=session_id, overbooked=booking.overbooked_why != "")


def _first_words(booking: Booking, position: int, office_why: str) -> Words:
    if booking.state is BookingState.CONFIRMED:
        return messages.confirmed(booking, office_why=office_why)
    return messages.waiting(booking, position, office_why=office_why)


def _new_booking(session: TrainingSession, person: Person, actor_id: int | None, now: datetime) -> Booking:
    """A booking without a state yet, with the person's agency, area and job as they are today."""
    today = local(now).date()
    post = post_on(person.id, today)
    agency = agency_as_at(post.agency, today) if post else None
    return Booking(
        session=session, person=person, code=new_code(), booked_at=now, booked_by_id=actor_id,
        agency=agency, area=agency.area if agency else None, post_title=post.title if post else "",
        calendar_sequence=0, generated=person.generated,
    )


def _give_place_in_line(
    booking: Booking, places: Places, overbook_why: str, why: str, office_why: str, actor_id: int | None, now: datetime
) -> Booking:
    """Someone who waits gets a place at once: an offer that is accepted in the same moment."""
    if not places.free:
        _overbook(booking, actor_id, overbook_why)
    booking.offers.append(Offer(offered_at=now, expires_at=now, outcome=OfferOutcome.ACCEPTED, answered_at=now))
    booking.move_to(BookingState.OFFERED, actor_id=actor_id, now=now, why=why)
    booking.move_to(BookingState.CONFIRMED, actor_id=actor_id, now=now, why=why)
    db.session.flush()
    _note(booking, "booking.given_place", actor_id, now, overbooked=booking.overbooked_why != "")
    _write(booking, messages.confirmed(booking, office_why=office_why), now)
    return booking


def _overbook(booking: Booking, actor_id: int | None, why: str) -> None:
    booking.overbooked_by_id, booking.overbooked_why = actor_id, why


def cancel_booking(booking_id: int, *, actor_id: int | None, now: datetime, why: str = "") -> Booking:
    """Give a place, an offer or a place in line back; what comes free is offered to the next at once.

    A booking that is cancelled stays as it is, so that a form may be sent twice. The person can cancel until the
    start; somebody else needs a reason, and can do it later too. Raises BookingRefused.
    """
    session, booking = _locked_booking(booking_id)
    why = _short(why)
    office_why = _reason_of_office(booking.person_id, actor_id, why)
    before = booking.state
    if before is BookingState.CANCELLED:
        return booking
    if before not in ACTIVE:
        raise BookingRefused(WhyNot.OVER)
    if now >= starts_at(session) and not office_why:
        raise BookingRefused(WhyNot.HAS_STARTED)
    _withdraw_offer(booking, now)
    booking.move_to(BookingState.CANCELLED, actor_id=actor_id, now=now, why=why)
    db.session.flush()
    _note(booking, "booking.cancelled", actor_id, now, was=before.value)
    _write(booking, messages.cancelled(booking, before, office_why=office_why), now)
    _offer_free_places(session, now)
    return booking


def accept_offer(booking_id: int, *, actor_id: int | None, now: datetime) -> Booking:
    """Take the offered place. A place that is taken stays so. Raises BookingRefused."""
    _, booking = _locked_booking(booking_id)
    if booking.state is BookingState.CONFIRMED and booking.offers:
        return booking
    _answer(booking, OfferOutcome.ACCEPTED, now)
    booking.move_to(BookingState.CONFIRMED, actor_id=actor_id, now=now)
    db.session.flush()
    _note(booking, "offer.accepted", actor_id, now)
    _write(booking, messages.confirmed(booking), now)
    return booking


def decline_offer(booking_id: int, *, keep_waiting: bool, actor_id: int | None, now: datetime) -> Booking:
    """Leave the offered place to others, and the line too unless the person keeps waiting, then at its end.

    Where nobody else waits, the place comes straight back to who keeps waiting, with a new deadline.
    Raises BookingRefused.
    """
    session, booking = _locked_booking(booking_id)
    if booking.state is BookingState.DECLINED:
        return booking
    _answer(booking, OfferOutcome.DECLINED, now)
    if keep_waiting:
        _to_the_end_of_line(booking, actor_id, now)
    else:
        booking.move_to(BookingState.DECLINED, actor_id=actor_id, now=now)
        db.session.flush()
        _write(booking, messages.declined(booking), now)
    booking.keeps_waiting = keep_waiting
    _note(booking, "offer.declined", actor_id, now, keeps_waiting=keep_waiting)
    _offer_free_places(session, now)
    return booking


def choose_to_keep_waiting(booking_id: int, keep: bool, *, actor_id: int | None, now: datetime) -> Booking:
    """Say what is to happen if an offer is missed: stay in line, or be out. Raises BookingRefused."""
    _, booking = _locked_booking(booking_id)
    if booking.state not in {BookingState.WAITLISTED, BookingState.OFFERED}:
        raise BookingRefused(WhyNot.NOT_WAITING)
    if booking.keeps_waiting != keep:
        booking.keeps_waiting = keep
        db.session.flush()
        _note(booking, "booking.keeps_waiting", actor_id, now, keeps_waiting=keep)
    return booking


def lapse_offers(session_id: int, now: datetime) -> int:
    """End the offers of a session that nobody answered in time, and offer what is free to the next in line.

    Returns how many ended. The wish to keep waiting holds for one missed offer, so that a person who never
    answers does not hold a place for ever, a day at a time.
    """
    session = _locked_session(session_id)
    ended = queries.expired_offers(session_id, now)
    for offer in ended:
        booking = offer.booking
        offer.outcome, offer.answered_at = OfferOutcome.LAPSED, now
        if after_lapse(booking.keeps_waiting, starts_at(session), now) is BookingState.WAITLISTED:
            _to_the_end_of_line(booking, None, now)
            booking.keeps_waiting = False
        else:
            booking.move_to(BookingState.LAPSED, actor_id=None, now=now)
            db.session.flush()
            _write(booking, messages.lapsed(booking), now)
        _note(booking, "offer.lapsed", None, now)
    _offer_free_places(session, now)
    return len(ended)


def change_capacity(session_id: int, capacity: int, *, actor_id: int | None, now: datetime, why: str = "") -> Places:
    """Say how many places there are. New ones are offered at once; nobody ever loses a place.

    `over` of what is returned says how many more people hold a place than there are. The last of them are noted as
    overbooked by the actor, so that whoever counts can tell this from a fault. Raises Refused.
    """
    session = _locked_session(session_id)
    if capacity < queries.places_of([session_id])[session_id].held and actor_id is None:
        raise BookingRefused(WhyNot.NOBODY_NAMED)
    set_capacity(session_id, capacity, actor_id=actor_id, now=now, why=_short(why))
    holding = [one for one in queries.active_bookings(session_id) if one.holds_a_place and not one.overbooked_why]
    for booking in holding[capacity:]:
        _overbook(booking, actor_id, _short(why) or f"The number of places was lowered to {capacity}.")
    db.session.flush()
    _offer_free_places(session, now)
    return queries.places_of([session_id])[session_id]


def cancel_session(session_id: int, why: str, *, actor_id: int | None, now: datetime) -> int:
    """Call a session off: every booking ends, no offer stands, everyone is told why. Returns how many were told.

    Raises Refused without a reason, and for a session that is off already.
    """
    session = mark_cancelled(session_id, why, actor_id=actor_id, now=now)
    bookings = queries.active_bookings(session.id)
    for booking in bookings:
        _withdraw_offer(booking, now)
        booking.move_to(BookingState.CANCELLED, actor_id=actor_id, now=now, why=_short(why))
    db.session.flush()
    for booking in bookings:
        _note(booking, "booking.cancelled", actor_id, now, session_cancelled=True)
        _write(booking, messages.session_cancelled(booking, why.strip()), now)
    return len(bookings)


def tell_of_change(session_id: int, what: str, *, actor_id: int | None, now: datetime) -> int:
    """Write to everyone who holds, is offered or awaits a place that the session changed. Returns how many."""
    _locked_session(session_id)
    bookings = queries.active_bookings(session_id)
    line = {one.id: place for place, one in enumerate(queries.line_of(session_id), 1)}
    for booking in bookings:
        _write(booking, messages.changed(booking, what.strip(), line.get(booking.id, 0)), now)
    record(
        "session.change_told", "training_session", session_id, actor_id=actor_id, now=now, what=what.strip(),
        bookings=len(bookings),
    )
    return len(bookings)


def _locked_session(session_id: int) -> TrainingSession:
    """The session, held until the transaction ends. Raises NoResultFound."""
    found = lock_rows(TrainingSession, [session_id])
    if not found:
        raise NoResultFound("There is no such session.")
    return found[0]


def _locked_booking(booking_id: int) -> tuple[TrainingSession, Booking]:
    """A booking and its session, both held: the session first, as everywhere. Raises NoResultFound."""
    session_id = db.session.get_one(Booking, booking_id).session_id
    session = _locked_session(session_id)
    return session, lock_rows(Booking, [booking_id])[0]


def _facts(
    session: TrainingSession, places: Places, held: Booking | None, overbook_why: str, now: datetime
) -> BookingFacts:
    """What the rules must know. Someone in line who is to get a place at once has not booked in their sense."""
    start = starts_at(session)
    lifted = held is not None and (
        may_take_last_minute(held.state, places, start, now)
        or (held.state is BookingState.WAITLISTED and bool(overbook_why))
    )
    return BookingFacts(
        published=session.status is not SessionStatus.DRAFT,
        cancelled=session.status is SessionStatus.CANCELLED,
        starts_at=start,
        already_booked=held is not None and not lifted,
        places=places,
    )


def _reason_of_office(person_id: int, actor_id: int | None, why: str) -> str:
    """The reason of someone who acts for another person; empty where people act for themselves, or the system does.

    Raises BookingRefused where there is none.
    """
    if actor_id is None or db.session.get_one(User, actor_id).person_id == person_id:
        return ""
    if not why:
        raise BookingRefused(WhyNot.NO_REASON)
    return why


def _short(why: str) -> str:
    return " ".join(why.split())[:LONGEST_REASON]


def _live_offer(booking: Booking) -> Offer | None:
    return next((one for one in booking.offers if one.outcome is None), None)


def _answer(booking: Booking, outcome: OfferOutcome, now: datetime) -> None:
    offer = _live_offer(booking)
    if booking.state is not BookingState.OFFERED or offer is None:
        raise BookingRefused(WhyNot.OFFER_OVER if booking.offers else WhyNot.NO_OFFER)
    if now >= offer.expires_at:
        raise BookingRefused(WhyNot.OFFER_OVER)
    offer.outcome, offer.answered_at = outcome, now


def _withdraw_offer(booking: Booking, now: datetime) -> None:
    offer = _live_offer(booking)
    if offer is not None:
        offer.outcome, offer.answered_at = OfferOutcome.WITHDRAWN, now


def _to_the_end_of_line(booking: Booking, actor_id: int | None, now: datetime) -> None:
    number = queries.end_of_line(booking.session_id)
    _overbook(booking, None, "")
    booking.move_to(BookingState.WAITLISTED, actor_id=actor_id, now=now, queue_number=number)
    db.session.flush()
    _write(booking, messages.still_waiting(booking, queries.position_in_line(booking)), now)


def _offer_free_places(session: TrainingSession, now: datetime) -> None:
    """Offer each free place to the next in line. Nobody is passed over, and nobody else can take it meanwhile."""
    if session.status is not SessionStatus.PUBLISHED:
        return
    places = queries.places_of([session.id])[session.id]
    start = starts_at(session)
    number = offers_to_make(places, start, now)
    for booking in queries.line_of(session.id)[:number] if number else []:
        offer = Offer(offered_at=now, expires_at=offer_ends(now, start))
        booking.offers.append(offer)
        booking.move_to(BookingState.OFFERED, actor_id=None, now=now)
        db.session.flush()
        _note(booking, "place.offered", None, now)
        _write(booking, messages.offered(booking, offer.expires_at), now)


def _note(booking: Booking, action: str, actor_id: int | None, now: datetime, **detail: object) -> None:
    record(action, "booking", booking.id, actor_id=actor_id, now=now, **detail)


def _write(booking: Booking, words: Words, now: datetime) -> None:
    """Queue a letter with the calendar entry as it is now. Someone without an e-mail of their own gets none."""
    booking.calendar_sequence += 1
    if booking.person.email is not None:
        enqueue(
            kind=words.kind, recipient=booking.person.email, subject=words.subject, body=words.body, now=now,
            about=f"booking {booking.id}", attachment=invitation(booking, now),
        )
