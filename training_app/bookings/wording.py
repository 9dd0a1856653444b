"""What pages say of a booking: the place on the waiting list, what happened so far, what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from training_app.bookings.rules import ACTIVE, NEEDS_KEPT, OFFER_LASTS, BookingState, Overbooking, Places, WhoIsTold
from training_app.outbox.rules import LetterState
from training_app.words.numbers import counted
from training_app.words.times import how_long

if TYPE_CHECKING:
    from training_app.bookings.models import Booking, BookingChange

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
STATE_MARKS = {BookingState.WAITLISTED: "waiting"}  # the mark's own name, where it differs from the state's
MOST_NAMED = 3  # in a sentence; of more, it gives the number, and they stand in a list
BY_ITSELF = "by the booking system"
LOSES_TURN = "You lose your place on the waiting list."
OFF_WAITING_LIST = "Off the waiting list"
# What those who booked are told where the way to join was changed: the link itself is in no letter.
JOINING_CHANGED = "How to join online: it is on the page of your booking, once you have a place."

IN_YOUR_HISTORY: Mapping[tuple[BookingState | None, BookingState], str] = {
    (None, BookingState.CONFIRMED): "You got a place",
    (None, BookingState.WAITLISTED): "You joined the waiting list",
    (None, BookingState.REQUESTED): "You asked for a place",
    (BookingState.REQUESTED, BookingState.CONFIRMED): "You got a place",
    (BookingState.REQUESTED, BookingState.WAITLISTED): "You joined the waiting list",
    (BookingState.REQUESTED, BookingState.DECLINED): "Your request was declined",
    (BookingState.WAITLISTED, BookingState.OFFERED): "A place came free and was offered to you",
    (BookingState.OFFERED, BookingState.CONFIRMED): "You took the offered place",
    (BookingState.OFFERED, BookingState.WAITLISTED): "The offered place went on, and you kept waiting",
    (BookingState.OFFERED, BookingState.DECLINED): "You did not want the offered place",
    (BookingState.OFFERED, BookingState.LAPSED): "The offer ended without an answer",
    (BookingState.CONFIRMED, BookingState.TRANSFERRED): "You passed your place on",
}
IN_THEIR_HISTORY: Mapping[tuple[BookingState | None, BookingState], str] = {
    (None, BookingState.CONFIRMED): "Got a place",
    (None, BookingState.WAITLISTED): "Joined the waiting list",
    (None, BookingState.REQUESTED): "Asked for a place",
    (BookingState.REQUESTED, BookingState.CONFIRMED): "Got a place",
    (BookingState.REQUESTED, BookingState.WAITLISTED): "Joined the waiting list",
    (BookingState.REQUESTED, BookingState.DECLINED): "Request declined",
    (BookingState.WAITLISTED, BookingState.OFFERED): "Offered a place",
    (BookingState.WAITLISTED, BookingState.CANCELLED): OFF_WAITING_LIST,
    (BookingState.OFFERED, BookingState.CONFIRMED): "Took the offered place",
    (BookingState.OFFERED, BookingState.WAITLISTED): "Offer given on, kept waiting",
    (BookingState.OFFERED, BookingState.DECLINED): "Declined the offer",
    (BookingState.OFFERED, BookingState.LAPSED): "Offer ended without an answer",
    (BookingState.CONFIRMED, BookingState.TRANSFERRED): "Passed the place on",
}


@dataclass(frozen=True)
class Happening:
    """One thing that happened to a booking."""

    what: str
    at: datetime
    by: str
    why: str


def place_on_waiting_list(position: int) -> str:
    """third on the waiting list, 12th on the waiting list, 21st on the waiting list"""
    if position <= len(ORDINALS):
        return f"{ORDINALS[position - 1]} on the waiting list"
    ending = "th" if position % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(position % 10, "th")
    return f"{position}{ending} on the waiting list"


def places_beside(left: int, waiting: int) -> str:
    """2 places left · Full, waiting list · Full, waiting list with 3 people on it"""
    if left:
        return f"{counted(left, 'place')} left"
    return "Full, waiting list" + (f" with {counted(waiting, 'person', 'people')} on it" if waiting else "")


def offer_lasts() -> str:
    """How long someone has to take the place they are offered, as `offer_ends` works it out."""
    return f"{how_long(OFFER_LASTS)}, and over a weekend or holiday until noon of the next working day"


def needs_deleted() -> str:
    """Beside what would help someone take part, wherever it is asked for or shown."""
    return f"We delete this {counted(NEEDS_KEPT.days, 'day')} after the session."


def mark_of(state: BookingState) -> str:
    """Which mark of components/state.html shows this state of a booking."""
    return STATE_MARKS.get(state, state.value)


def state_words(booking: Booking) -> str:
    """What a booking's state is called where its usual word would mislead; empty where that word is right.

    Whoever only waited has no place that could be cancelled, unless the whole session was.
    """
    last = booking.changes[-1] if booking.changes else None
    only_waited = last is not None and last.from_state is BookingState.WAITLISTED
    ended = booking.state is BookingState.CANCELLED and not booking.session.is_cancelled
    return OFF_WAITING_LIST if ended and only_waited else ""


def if_cancelled(places: Places | None) -> str:
    """What becomes of one's place if one cancels now; `places` is None for someone who only waits for one."""
    if places is None:
        return LOSES_TURN
    if places.to_ask:
        return "People are waiting for a place, so you may not get yours back."
    if places.free:
        return "There are places left, so you can book again while there are."
    return "Every place is taken, so you may not get yours back if someone else books it."


def if_cancelled_for(places: Places | None) -> str:
    """The same, to the office that cancels for someone."""
    if places is None:
        return "They lose their place on the waiting list."
    return "The place goes to someone on the waiting list." if places.to_ask else "The place is free again."


def own_history(booking: Booking, user_id: int) -> list[Happening]:
    """What happened to someone's own booking, the first thing first."""
    return [
        Happening(_to_you(change, user_id), change.at, _by(change, user_id), change.why) for change in booking.changes
    ]


def _to_you(change: BookingChange, user_id: int) -> str:
    if change.from_state is BookingState.WAITLISTED and change.to_state is BookingState.CANCELLED:
        return "You left the waiting list" if change.actor_id == user_id else "You were taken off the waiting list"
    return IN_YOUR_HISTORY.get((change.from_state, change.to_state), "Your booking was cancelled")


def _by(change: BookingChange, user_id: int) -> str:
    if change.actor_id is None:
        return BY_ITSELF
    return "by you" if change.actor_id == user_id else "by the business office"


def booking_history(booking: Booking, names: Mapping[int, str], *, with_reasons: bool) -> list[Happening]:
    """What happened to a booking, for those who look after it: with who did it. Reasons are for the office alone."""
    return [
        Happening(
            IN_THEIR_HISTORY.get((change.from_state, change.to_state), "Cancelled"),
            change.at,
            f"by {names.get(change.actor_id, 'someone who has left')}" if change.actor_id else BY_ITSELF,
            change.why if with_reasons else "",
        )
        for change in booking.changes
    ]


def left_waiting_list(booking: Booking, user_id: int) -> bool:
    """Did this user leave the waiting list themselves? Not where the office took them off, or the session began."""
    return bool(state_words(booking)) and booking.changes[-1].actor_id == user_id


def why_it_ended(booking: Booking) -> str:
    """The reason kept with the latest change, where one was given."""
    return booking.changes[-1].why if booking.changes else ""


def overbooking_in_words(overbooking: Overbooking) -> str:
    """2 places are taken. With 1 place the session is overbooked by 1."""
    taken = counted(overbooking.held, "place is", "places are")
    return (
        f"{taken} taken. With {counted(overbooking.capacity, 'place')} the session is overbooked by "
        f"{overbooking.over:,}."
    )


def told_in_words(told: WhoIsTold, one: str, several: str) -> str:
    """3 people are being told by letter. Tell Nora Bell yourself: no email is known. Many are counted, not named."""
    said = [f"{counted(told.by_letter, one, several)} told by letter."] if told.by_letter else []
    return " ".join([*said, *filter(None, [tell_yourself(told.without_email)])])


def tell_yourself(without_email: Sequence[str]) -> str:
    """Tell Nora Bell yourself: no email is known. Many are counted, not named; of nobody nothing is said."""
    if len(without_email) > MOST_NAMED:
        return f"{len(without_email):,} people have no email here: tell them yourself."
    return f"Tell {_listed(without_email)} yourself: no email is known." if without_email else ""


def told_of_the_end(ended: Sequence[Booking], letters: Mapping[int, LetterState]) -> str:
    """2 people were told by letter. 32 people have no email here: the business office tells them.

    `letters`: what became of the letter that was written then, by booking.
    """
    untold = [one for one in ended if one.id not in letters]
    went = Counter(letters.values())
    told, failed = went[LetterState.SENT], went[LetterState.FAILED]
    on_the_way, have_none = len(letters) - told - failed, sum(1 for one in untold if not one.person.email)
    had_none = len(untold) - have_none
    said = [f"{counted(told, 'person was', 'people were')} told by letter."] if told else []
    said += [f"{counted(on_the_way, 'person is', 'people are')} being told by letter."] if on_the_way else []
    said += [f"The letter to {counted(failed, 'person', 'people')} could not be sent."] if failed else []
    why = [f"{counted(have_none, 'person has', 'people have')} no email here"] if have_none else []
    if had_none:
        had = f"{counted(had_none, 'person', 'people')} had no email then"
        why.append(f"{had_none:,} had none then" if why else had)
    if why:
        said.append(f"{' and '.join(why)}: the business office tells them.")
    return " ".join(said)


def whom_to_tell(
    bookings: Iterable[Booking], ended: Collection[Booking], letters: Mapping[int, LetterState]
) -> dict[int, str]:
    """What to say beside each of these bookings of whose owner no letter has told, by booking.

    `ended`: those that the calling off of the session ended; `letters`: what became of the letter of it, by booking.
    """
    said = {}
    for one in bookings:
        if one in ended and letters.get(one.id) is LetterState.FAILED:
            said[one.id] = "The letter could not be sent: tell them yourself"
        elif one in ended and one.id not in letters:
            said[one.id] = f"{'No letter went' if one.person.email else 'No email'}: tell them yourself"
        elif one.state in ACTIVE and not one.person.email:
            said[one.id] = "No email: tell them yourself"
    return said


def _listed(names: Sequence[str]) -> str:
    """Nora, Zoë and Ann"""
    return " and ".join([*([", ".join(names[:-1])] if len(names) > 1 else []), *names[-1:]])


def email_not_kept(owner: str) -> str:
    """Of an e-mail that was typed for whoever was booked, and is not theirs. `owner` is whose it is, where anyone's."""
    return f"The email you typed is not kept with them{f': it is {owner}’s' if owner else ''}."


# What every template may say of a booking.
IN_TEMPLATES = (
    booking_history, mark_of, needs_deleted, offer_lasts, place_on_waiting_list, places_beside, state_words,
)
