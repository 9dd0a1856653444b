"""May this person book, what do they get, and who is next on the waiting list? Pure decisions."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

from training_app.programme.rules.joining import Joined, ToJoin, to_join
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus
from training_app.working_time import has_working_time, last_working_moment, moved_into_working_hours

OFFER_LASTS = timedelta(hours=24)
# So close to the start nobody can be waited for: a free place is open to whoever books first.
NO_OFFERS_BEFORE_START = timedelta(hours=2)
# Nor where those who wait are hardly at work before it, as on the Sunday before a Monday morning.
LEAST_TIME_TO_ANSWER = timedelta(hours=1)
# No vowels, so that no code is a word; no two that look alike on paper (0 O Q, 1 I L, 2 Z, 5 S, 6 G, 8 B, U V).
CODE_LETTERS = "3479CDFGHJKMNPRTVWXY"
CODE_LENGTH = 8
LONGEST_REASON = 200
# What would help someone may tell of their health or faith: it is kept while somebody may still ask about it.
NEEDS_KEPT = timedelta(days=30)
LATELY = timedelta(days=365)
# The kind of letter that tells people their session was called off: by it we know who was told.
LETTER_OF_THE_END = "session cancelled"


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
    FULL = "full"
    NO_OFFER = "no_offer"
    OFFER_OVER = "offer_over"
    TAKEN = "taken"
    OVER = "over"
    HAS_STARTED = "has_started"
    NOT_WAITING = "not_waiting"
    NO_REASON = "no_reason"
    NOBODY_NAMED = "nobody_named"

    @property
    def sentence(self) -> str:
        return {
            "not_open": "Sorry, this session is not open for booking.",
            "cancelled": "Sorry, this session has been cancelled. Look for another date of the course.",
            "started": "Sorry, this session has started. Look for another date of the course.",
            "already": "You have booked this session before. My training shows your booking.",
            "no_places": "Sorry, this session takes no bookings: it has no places.",
            "full": "Sorry, this session is full. You can join the waiting list.",
            "no_offer": "There is no offered place here to answer.",
            "offer_over": "Sorry, this offer has ended. The place is not held for you any more.",
            "taken": "You have already taken this place. To give it up, cancel it.",
            "over": "This booking is over: it cannot be changed any more.",
            "has_started": "The session has started, so this booking cannot be cancelled here any more.",
            "not_waiting": "This booking is not waiting for a place.",
            "no_reason": "Say why you do this for someone else.",
            "nobody_named": "Only a named member of staff can go beyond the number of places.",
        }[self.value]


@dataclass(frozen=True)
class Places:
    """The places of a session: how many there are, are held (confirmed or offered), and how many people wait.

    `passed_over` of those who wait said no to the places that are free now, or missed them.
    """

    capacity: int
    held: int
    waiting: int
    passed_over: int = 0

    @property
    def people(self) -> int:
        """Everyone who holds a place or waits for one."""
        return self.held + self.waiting

    @property
    def free(self) -> int:
        """Places that nobody holds; never below nought where the office overbooked."""
        return max(0, self.capacity - self.held)

    @property
    def over(self) -> int:
        """How many more people hold a place than there are places."""
        return max(0, self.held - self.capacity)

    @property
    def to_ask(self) -> int:
        """How many of those on the waiting list are still to be asked before a free place is open to all."""
        return self.waiting - self.passed_over

    @property
    def open_to_all(self) -> int:
        """Places that the next person may simply take: none while others wait to be asked."""
        return 0 if self.to_ask else self.free


class Bookable(Protocol):
    """A session, as far as it decides on a booking."""

    @property
    def status(self) -> SessionStatus: ...
    @property
    def begins_at(self) -> datetime: ...
    @property
    def capacity(self) -> int: ...


@dataclass(frozen=True)
class BookingFacts:
    """What must be known to decide on a booking."""

    status: SessionStatus
    starts_at: datetime
    capacity: int
    already_booked: bool = False


def facts_of(session: Bookable, *, already_booked: bool = False) -> BookingFacts:
    return BookingFacts(session.status, session.begins_at, session.capacity, already_booked)


def why_not(facts: BookingFacts, now: datetime) -> WhyNot | None:
    """The reason to refuse, or None where the person gets a place or a place on the waiting list."""
    if facts.status is SessionStatus.CANCELLED:
        return WhyNot.CANCELLED
    if facts.status is SessionStatus.DRAFT:
        return WhyNot.NOT_OPEN
    if now >= facts.starts_at:
        return WhyNot.STARTED
    if facts.already_booked:
        return WhyNot.ALREADY
    return WhyNot.NO_PLACES if not facts.capacity else None


def has_booked(
    state: BookingState | None, places: Places, starts_at: datetime, now: datetime, *, overbook: bool
) -> bool:
    """Does a booking in this state (None: there is none) stand in the way of another?

    Not where someone waits who may take a place at once, or is given one beyond the number.
    """
    if state is BookingState.WAITLISTED and overbook:
        return False
    return state is not None and not may_take(state, places, starts_at, now)


def may_cancel(state: BookingState, starts_at: datetime, now: datetime) -> bool:
    """May someone give their place, offer or place on the waiting list back? Until the session starts."""
    return state in ACTIVE and now < starts_at


def may_book_again(state: BookingState, facts: BookingFacts, now: datetime) -> bool:
    """Is this booking over, and does the session still take bookings?"""
    return state not in ACTIVE and why_not(facts, now) is None


def ended_lately(state: BookingState, last_day: date, today: date) -> bool:
    """Is this a booking that came to an end, of a session of the last year or to come?"""
    return state not in ACTIVE and last_day >= today - LATELY


def is_asked_before(state: BookingState, mode: EvaluationMode, starts_at: datetime, now: datetime) -> bool:
    """Is someone with this booking asked to rate themselves before the session?"""
    return state is BookingState.CONFIRMED and mode is EvaluationMode.STANDARD and now < starts_at


class Joinable(Protocol):
    """A session, as far as it decides on joining it online."""

    @property
    def status(self) -> SessionStatus: ...
    @property
    def joining(self) -> str: ...
    @property
    def parts(self) -> Iterable[Joined]: ...


def may_join(state: BookingState, session: Joinable, now: datetime) -> ToJoin | None:
    """What someone with this booking joins online today, until it is over: with a place alone. `now` is local."""
    if state is not BookingState.CONFIRMED or session.status is not SessionStatus.PUBLISHED:
        return None
    return to_join(session.parts, session.joining, now)


def is_to_come(status: SessionStatus, starts_at: datetime, now: datetime) -> bool:
    """Can the office still change who has booked: is the session neither called off nor begun?"""
    return status is not SessionStatus.CANCELLED and now < starts_at


def state_given(places: Places, starts_at: datetime, now: datetime) -> BookingState:
    """What a new booking gets: a place if one is open to all, else a place on the waiting list.

    Close to the start nobody is offered a place any more, so a free one goes to whoever asks.
    """
    return BookingState.CONFIRMED if open_places(places, starts_at, now) else BookingState.WAITLISTED


def open_places(places: Places, starts_at: datetime, now: datetime) -> int:
    """How many places the next person may simply take. Close to the start nobody is waited for."""
    return places.free if too_late_to_offer(starts_at, now) else places.open_to_all


def too_late_to_offer(starts_at: datetime, now: datetime) -> bool:
    """Is there no time left to wait for someone's answer? `starts_at` is on a local clock: working hours are."""
    here = now.astimezone(starts_at.tzinfo)
    close = now > starts_at - NO_OFFERS_BEFORE_START
    return close or not has_working_time(LEAST_TIME_TO_ANSWER, here, starts_at)


def offers_to_make(places: Places, starts_at: datetime, now: datetime) -> int:
    """How many people on the waiting list are to be offered a place now."""
    return 0 if too_late_to_offer(starts_at, now) else min(places.free, places.to_ask)


def next_on_waiting_list(passed_over: Sequence[bool], number: int) -> list[int]:
    """Whose turn it is, as places on the list counted from nought. `passed_over` says it of each, in their order.

    Who said no to a place that is free now, or missed it, does not get it again before another one comes free.

    >>> next_on_waiting_list([True, False, False], 1)
    [1]
    """
    return [turn for turn, said_no in enumerate(passed_over) if not said_no][:number]


def offer_ends(now: datetime, starts_at: datetime) -> datetime:
    """As long as an offer lasts, moved on into working hours, and never past the last of them before the start.

    `starts_at` is on a local clock, and so is what comes back.
    """
    ends = moved_into_working_hours((now + OFFER_LASTS).astimezone(starts_at.tzinfo))
    return min(ends, last_working_moment(starts_at))


def may_take(state: BookingState | None, places: Places, starts_at: datetime, now: datetime) -> bool:
    """May someone who waits simply take a free place? As anyone may: once it is offered to nobody who waits."""
    waits = state is BookingState.WAITLISTED and now < starts_at
    return waits and bool(open_places(places, starts_at, now))


def after_lapse(keeps_waiting: bool, starts_at: datetime, now: datetime) -> BookingState:
    """What becomes of a booking whose offer ended unanswered. Nobody waits for a session that has started."""
    return BookingState.WAITLISTED if keeps_waiting and now < starts_at else BookingState.LAPSED


def new_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """A booking's code: short, fit to be read out or copied off a screen, and not to be guessed."""
    return "".join(choose(CODE_LETTERS) for _ in range(CODE_LENGTH))


def typed_code(text: str) -> str:
    """A booking's code as a person may type it.

    >>> typed_code(" k7cm-9xwd ")
    'K7CM9XWD'
    """
    return "".join(one for one in text.upper() if one.isalnum())


@dataclass(frozen=True)
class Overbooking:
    """Fewer places than people hold: in these numbers somebody must agree to it, with a reason."""

    held: int
    capacity: int

    @property
    def over(self) -> int:
        """How many people hold a place too many."""
        return self.held - self.capacity


def overbooking_by(capacity: int, *, before: int, held: int) -> Overbooking | None:
    """What a new number of places would overbook; None where nobody is one too many by it.

    Places that were given beyond the number by name stand as they are: a higher number makes none of them too many.

    >>> overbooking_by(1, before=3, held=2)
    Overbooking(held=2, capacity=1)
    >>> overbooking_by(2, before=1, held=3) is None
    True
    """
    return Overbooking(held, capacity) if capacity < min(before, held) else None


def concerns_anyone(places: Places, status: SessionStatus, *, is_over: bool) -> bool:
    """Must anybody be told of a change? Where people hold or await a place at a session that is published and not
    over. `is_over`: as it was before the change."""
    return status is SessionStatus.PUBLISHED and not is_over and bool(places.people)


@dataclass(frozen=True)
class PlacesChanged:
    """What another number of places brought about: how many `more` there are (below nought: fewer), how many people
    who wait were `offered` one, how many were written to, and by name those who were offered one and have no e-mail.

    `over`: by how many more people hold a place than there are.
    """

    more: int
    offered: int = 0
    written_to: int = 0
    without_email: Sequence[str] = ()
    over: int = 0


@dataclass(frozen=True)
class WhoIsTold:
    """Everyone a change concerns (they hold a place, are offered one, or wait): how many by letter, and by name those
    to whom none can go."""

    by_letter: int
    without_email: Sequence[str] = ()

    @property
    def people(self) -> int:
        return self.by_letter + len(self.without_email)


def needs_end_on(today: date) -> date:
    """What people said would help them is deleted where the session's last day is this one or an earlier one."""
    return today - NEEDS_KEPT
