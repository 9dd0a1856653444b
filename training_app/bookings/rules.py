"""May this person book, what do they get, and who is next in line? Pure decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

OFFER_LASTS = timedelta(hours=24)
# So close to the start nobody can be waited for: a free place is open to whoever books first.
NO_OFFERS_BEFORE_START = timedelta(hours=2)


class BookingState(StrEnum):
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    DECLINED = "declined"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    TRANSFERRED = "transferred"

    @property
    def label(self) -> str:
        return {
            "requested": "Requested",
            "confirmed": "Confirmed",
            "waitlisted": "Waiting",
            "offered": "Offered a place",
            "declined": "Declined",
            "lapsed": "Lapsed",
            "cancelled": "Cancelled",
            "transferred": "Passed on",
        }[self.value]


# What a booking may become. A declined or lapsed offer ends it, unless the person chose to keep waiting.
TRANSITIONS: Mapping[BookingState, frozenset[BookingState]] = {
    BookingState.REQUESTED: frozenset(
        {BookingState.CONFIRMED, BookingState.WAITLISTED, BookingState.DECLINED, BookingState.CANCELLED}
    ),
    BookingState.WAITLISTED: frozenset({BookingState.OFFERED, BookingState.CANCELLED}),
    BookingState.OFFERED: frozenset(
        {
            BookingState.CONFIRMED, BookingState.DECLINED, BookingState.LAPSED, BookingState.WAITLISTED,
            BookingState.CANCELLED,
        }
    ),
    BookingState.CONFIRMED: frozenset({BookingState.CANCELLED, BookingState.TRANSFERRED}),
    BookingState.DECLINED: frozenset(),
    BookingState.LAPSED: frozenset(),
    BookingState.CANCELLED: frozenset(),
    BookingState.TRANSFERRED: frozenset(),
}
FIRST_STATES = frozenset({BookingState.REQUESTED, BookingState.CONFIRMED, BookingState.WAITLISTED})
ACTIVE = frozenset(state for state, following in TRANSITIONS.items() if following)
# States that hold a place of the session.
HOLDING = frozenset({BookingState.CONFIRMED, BookingState.OFFERED})


def may_move(before: BookingState | None, after: BookingState) -> bool:
    """May a booking go from one state to another? `None` is a booking that is being made."""
    return after in (FIRST_STATES if before is None else TRANSITIONS[before])


class OfferOutcome(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class WhyNot(StrEnum):
    """Why a booking is refused, each with a sentence that says what to do instead."""

    NOT_OPEN = "not_open"
    CANCELLED = "cancelled"
    STARTED = "started"
    ALREADY = "already"
    NO_PLACES = "no_places"

    @property
    def sentence(self) -> str:
        return {
            "not_open": "Sorry, this session is not open for booking.",
            "cancelled": "Sorry, this session has been cancelled. Look for another date of the course.",
            "started": "Sorry, this session has started. Look for another date of the course.",
            "already": "You have booked this session before. My training shows your booking.",
            "no_places": "Sorry, this session takes no bookings: it has no places.",
        }[self.value]


@dataclass(frozen=True)
class Places:
    """The places of a session: how many there are, are held (confirmed or offered), and how many people wait."""

    capacity: int
    held: int
    waiting: int

    @property
    def free(self) -> int:
        """Places that nobody holds; never below nought where staff overbooked."""
        return max(0, self.capacity - self.held)

    @property
    def open_to_all(self) -> int:
        """Places that the next person may simply take: none while others wait in line."""
        return 0 if self.waiting else self.free


@dataclass(frozen=True)
class BookingFacts:
    """What must be known to decide on a booking."""

    published: bool
    cancelled: bool
    starts_at: datetime
    already_booked: bool
    places: Places


def why_not(facts: BookingFacts, now: datetime) -> WhyNot | None:
    """The reason to refuse, or None where the person gets a place or a place in line."""
    if facts.cancelled:
        return WhyNot.CANCELLED
    if not facts.published:
        return WhyNot.NOT_OPEN
    if now >= facts.starts_at:
        return WhyNot.STARTED
    if facts.already_booked:
        return WhyNot.ALREADY
    return WhyNot.NO_PLACES if not facts.places.capacity else None


def state_given(places: Places, starts_at: datetime, now: datetime) -> BookingState:
    """What a new booking gets: a place if one is open to all, else a place in line.

    Within two hours of the start nobody is offered a place any more, so a free one goes to whoever asks.
    """
    open_places = places.free if too_late_to_offer(starts_at, now) else places.open_to_all
    return BookingState.CONFIRMED if open_places else BookingState.WAITLISTED


def too_late_to_offer(starts_at: datetime, now: datetime) -> bool:
    return now > starts_at - NO_OFFERS_BEFORE_START


def offers_to_make(places: Places, starts_at: datetime, now: datetime) -> int:
    """How many people at the head of the line are to be offered a place now."""
    return 0 if too_late_to_offer(starts_at, now) else min(places.free, places.waiting)


def offer_ends(now: datetime, starts_at: datetime) -> datetime:
    """24 hours to answer, and never past the start."""
    return min(now + OFFER_LASTS, starts_at)
