"""My training: offers to answer, what is coming, what is asked of me now, and what I have done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask_login import current_user

from training_app import clock
from training_app.bookings.models import Booking, Offer
from training_app.bookings.queries.bookings import bookings_of_person, positions_on_waiting_list
from training_app.bookings.rules import ACTIVE, BookingState, ended_lately, is_asked_before, may_cancel, may_join
from training_app.bookings.wording import mark_of, place_on_waiting_list
from training_app.evaluation.queries.forms import open_evaluations_for, rated_before
from training_app.evaluation.views.own import feedback_code
from training_app.front.blueprint import blueprint
from training_app.front.queries import attended_by
from training_app.programme.models import TrainingSession
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.joining import ToJoin
from training_app.web.access import signed_in

MOST_ENDED = 10


@dataclass(frozen=True)
class Coming:
    """A session someone has booked and that is not over: with a place, an offer of one, or on the waiting list."""

    booking: Booking
    mark: str
    on_list: str
    offer: Offer | None
    may_cancel: bool
    join: ToJoin | None
    feedback_code: str | None

    @property
    def session(self) -> TrainingSession:
        return self.booking.session


@blueprint.get("/my")
@signed_in
def my_training() -> str:
    person_id, now = current_user.person_id, clock.now()
    asked = open_evaluations_for(person_id, now) if person_id is not None else []
    done = attended_by(person_id) if person_id is not None else []
    bookings = bookings_of_person(person_id) if person_id is not None else []
    year = BusinessYear.of(clock.today())
    this_year = [one for one in done if one.session.business_year == year]
    return render_template(
        "front/my_training.html", asked=asked, asked_before=_asked_before(bookings, now), attended=done,
        year=year, sessions_this_year=len(this_year), coming=_coming(bookings, now), ended=_ended(bookings),
        codes={one.session.id: feedback_code(one.session, person_id) for one in asked} if person_id else {},
        hours_this_year=sum(one.hours or 0 for one in this_year),
    )


def _asked_before(bookings: Sequence[Booking], now: datetime) -> list[TrainingSession]:
    """Sessions to come whose form before them this person has not sent; the soonest first."""
    sessions = [
        one.session
        for one in bookings
        if is_asked_before(one.state, one.session.evaluation_mode, one.session.begins_at, now)
    ]
    sent = rated_before(bookings[0].person_id, [one.id for one in sessions]) if sessions else {}
    return [one for one in sessions if one.id not in sent]


def _coming(bookings: Sequence[Booking], now: datetime) -> list[Coming]:
    """Bookings of sessions to come: what there is to join today, offers that wait for an answer, then by date."""
    to_come = [one for one in bookings if one.state in ACTIVE and not one.session.is_over(now)]
    positions = positions_on_waiting_list(one for one in to_come if one.state is BookingState.WAITLISTED)
    coming = [_as_coming(one, positions.get(one.id, 0), now) for one in to_come]
    return sorted(coming, key=lambda one: (one.join is None, one.offer is None))


def _as_coming(booking: Booking, position: int, now: datetime) -> Coming:
    offer = booking.live_offer
    return Coming(
        booking,
        mark=mark_of(booking.state),
        on_list=place_on_waiting_list(position) if position else "",
        offer=offer if offer and now < offer.expires_at else None,
        may_cancel=may_cancel(booking.state, booking.session.begins_at, now),
        join=may_join(booking.state, booking.session, clock.local(now)),
        feedback_code=_code_of_today(booking, now),
    )


def _code_of_today(booking: Booking, now: datetime) -> str | None:
    """What joins their feedback in the room with what they gave before, from the day on which it begins."""
    session = booking.session
    begun = booking.state is BookingState.CONFIRMED and session.first_day <= clock.local(now).date()
    return feedback_code(session, booking.person_id) if begun else None


def _ended(bookings: Sequence[Booking]) -> list[tuple[str, Booking]]:
    """What they booked in the last year and ended without a place, the latest session first."""
    today = clock.today()
    ended = [one for one in reversed(bookings) if ended_lately(one.state, one.session.last_day, today)]
    return [(mark_of(one.state), one) for one in ended[:MOST_ENDED]]
