"""Made-up bookings of the coming sessions: some sessions have plenty of places, some few, some a waiting list.

They are stored whole, with their history, and no letter is queued: nobody real could read one. What a visitor does
in the demonstration afterwards goes through the ordinary commands, letters to addresses in .example and all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from random import Random

from training_app.bookings.models import Booking, Offer
from training_app.bookings.rules import OFFER_LASTS, BookingState, OfferOutcome, new_code, offer_ends
from training_app.demo.people import Crowd, Someone
from training_app.extensions import db
from training_app.programme.models import TrainingSession

# How full the coming sessions are in turn: a share of the places, and how many wait where that is all of them.
FULLNESS = ((1.0, 4), (0.55, 0), (0.92, 0), (0.3, 0), (1.0, 9), (0.75, 0), (0.97, 0), (0.15, 0), (1.0, 0), (0.45, 0))
# The large event has room for everyone: a third of it is enough to show.
MOST_BOOKED = 70
OFFER_MADE = timedelta(hours=3)
NEEDS = (
    "Large print, please.",
    "I lip-read: a seat near the front would help.",
    "A step-free room, please.",
    "A break every hour would help.",
)
ONE_IN_NEEDS = 18


@dataclass
class Diary:
    """Writes bookings of one session down in the order people made them."""

    session: TrainingSession
    rng: Random
    now: datetime
    waiting: int = 0

    def __post_init__(self) -> None:
        self._moment = self.now - timedelta(days=27, minutes=self.rng.randrange(600))

    def _next_moment(self) -> datetime:
        # Late enough after the one before, and long before today's offer.
        self._moment += timedelta(minutes=self.rng.randrange(7, 400))
        return min(self._moment, self.now - timedelta(hours=5))

    def confirm(self, one: Someone) -> Booking:
        return self._book(one, BookingState.CONFIRMED)

    def wait(self, one: Someone) -> Booking:
        return self._book(one, BookingState.WAITLISTED)

    def _book(self, one: Someone, state: BookingState) -> Booking:
        at = self._next_moment()
        number = None
        if state is BookingState.WAITLISTED:
            self.waiting += 1
            number = self.waiting
        booking = Booking(
            session_id=self.session.id, person_id=one.person_id, code=new_code(self.rng.choice), booked_at=at,
            agency_id=one.agency_id, area=one.area, post_title=one.post_title, generated=True, calendar_sequence=1,
            needs=self.rng.choice(NEEDS) if self.rng.randrange(ONE_IN_NEEDS) == 0 else "",
        )
        booking.move_to(state, actor_id=None, now=at, queue_number=number)
        db.session.add(booking)
        return booking

    def cancel(self, booking: Booking, at: datetime) -> None:
        booking.move_to(BookingState.CANCELLED, actor_id=None, now=at)
        booking.calendar_sequence += 1

    def offer(self, booking: Booking, at: datetime, outcome: OfferOutcome | None = None) -> None:
        """Offer a freed place; where an outcome is given, the person answered an hour later."""
        offer = Offer(offered_at=at, expires_at=offer_ends(at, self.session.begins_at))
        booking.offers.append(offer)
        booking.move_to(BookingState.OFFERED, actor_id=None, now=at)
        booking.calendar_sequence += 1
        if outcome is OfferOutcome.ACCEPTED:
            offer.outcome, offer.answered_at = outcome, at + timedelta(hours=1)
            booking.move_to(BookingState.CONFIRMED, actor_id=None, now=offer.answered_at)
            booking.calendar_sequence += 1


def book_coming_sessions(
    sessions: Sequence[TrainingSession], participant: Someone, crowd: Crowd, now: datetime
) -> None:
    """Fill the coming sessions. The participant holds a place, waits for another and is offered a third.

    `sessions`: published sessions that have not started, in the order of their dates.
    """
    rng = Random("bookings")
    confirms, waits, is_offered = _for_the_participant(sessions, now)
    for session, (share, waiting) in zip(sessions, cycle(FULLNESS), strict=False):
        diary = Diary(session, rng, now)
        if session is is_offered:
            _full_with_an_offer(diary, participant, crowd)
        elif session is waits:
            _full_with_a_line(diary, [*crowd.gather(2), participant, *crowd.gather(1)], crowd)
        elif session is confirms:
            diary.confirm(participant)
            _fill(diary, [participant], round(session.capacity * 0.7), crowd)
        elif session.capacity > MOST_BOOKED:
            _fill(diary, [], MOST_BOOKED, crowd)
        elif share == 1.0:
            _full_with_a_line(diary, crowd.gather(waiting), crowd)
        else:
            _fill(diary, [], round(session.capacity * share), crowd)
    db.session.flush()


def _for_the_participant(sessions: Sequence[TrainingSession], now: datetime) -> list[TrainingSession | None]:
    """Three sessions of ordinary size, with days enough for an offer to stand."""
    far_enough = [
        one for one in sessions if one.begins_at > now + 2 * OFFER_LASTS and one.capacity <= MOST_BOOKED
    ]
    return [*far_enough[1:6:2], None, None, None][:3]


def _fill(diary: Diary, but_not: Sequence[Someone], number: int, crowd: Crowd) -> list[Booking]:
    """So many people book, none of them one of those who are spoken for."""
    taken = {one.person_id for one in but_not}
    others = [one for one in crowd.gather(number + len(taken)) if one.person_id not in taken]
    return [diary.confirm(one) for one in others[:number]]


def _full_with_a_line(diary: Diary, line: Sequence[Someone], crowd: Crowd) -> None:
    """Every place is taken; where people wait, one place changed hands this morning."""
    line = list({one.person_id: one for one in line}.values())
    booked = _fill(diary, line, diary.session.capacity, crowd)
    if not line:
        return
    first = diary.wait(crowd.newcomer())
    for one in line:
        diary.wait(one)
    diary.cancel(diary.rng.choice(booked), diary.now - timedelta(hours=4))
    diary.offer(first, diary.now - timedelta(hours=4), OfferOutcome.ACCEPTED)


def _full_with_an_offer(diary: Diary, participant: Someone, crowd: Crowd) -> None:
    """A place came free this morning, and the participant was the first on the waiting list."""
    others = crowd.gather(3)
    booked = _fill(diary, others, diary.session.capacity, crowd)
    first = diary.wait(participant)
    for one in others:
        diary.wait(one)
    diary.cancel(diary.rng.choice(booked), diary.now - OFFER_MADE)
    diary.offer(first, diary.now - OFFER_MADE)
