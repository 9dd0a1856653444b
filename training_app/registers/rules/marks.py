"""Marks, who may make them when, and how many attendances a session has."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from training_app.programme.rules.parts import Timed
from training_app.words.times import how_long

Part = TypeVar("Part", bound=Timed)


class Mark(StrEnum):
    ATTENDED = "attended"
    PART_ATTENDED = "part_attended"
    ABSENT = "absent"

    @property
    def label(self) -> str:
        return {"attended": "Here", "part_attended": "Part", "absent": "Not here"}[self.value]


class RegisterState(StrEnum):
    """An open register takes marks; closing it writes completions."""

    OPEN = "open"
    CLOSED = "closed"


class AbsenceReason(StrEnum):
    """Why someone with a place was not there. A choice, not words: words could hold what is nobody's business."""

    ILL = "ill"
    CARING = "caring"
    EMERGENCY = "emergency"
    TROUBLE = "trouble"
    WORK = "work"
    NO_WORD = "no_word"

    @property
    def label(self) -> str:
        return {
            "ill": "Ill",
            "caring": "Family or caring",
            "emergency": "Called away to an emergency",
            "trouble": "Could not get here or get online",
            "work": "Too busy at work",
            "no_word": "No word from them",
        }[self.value]

    @property
    def is_justified(self) -> bool:
        return self not in {AbsenceReason.WORK, AbsenceReason.NO_WORD}


LONGEST_WHY_OFF = 150


def reason_label(reason: str) -> str:
    """A stored reason as people read it; one from elsewhere stands as it is."""
    return AbsenceReason(reason).label if reason in set(AbsenceReason) else reason


# Trainers put right what they marked; after this it is the business office's.
TRAINERS_CHANGE_FOR = timedelta(days=7)
LONGEST_REASON = 200
CAME = frozenset({Mark.ATTENDED, Mark.PART_ATTENDED})
# Of two marks made at once the one that says more of a person stands until someone decides.
_SAYS_MORE = (Mark.ABSENT, Mark.PART_ATTENDED, Mark.ATTENDED)


class Settled(StrEnum):
    """What becomes of one row that was sent."""

    KEEP = "keep"
    WRITE = "write"
    KEEP_AND_ASK = "keep_and_ask"
    WRITE_AND_ASK = "write_and_ask"


def settle(on_page: Mark | None, stored: Mark | None, wanted: Mark | None) -> Settled:
    """Two people may mark at once: `on_page` is what the page said, `stored` what the register says now.

    A row nobody touched says nothing. Where someone else changed it to something different meanwhile, the mark that
    says more of the person stands (attended is never lost), and whoever sent this is asked.

    >>> settle(on_page=None, stored=Mark.ATTENDED, wanted=Mark.ABSENT)
    <Settled.KEEP_AND_ASK: 'keep_and_ask'>
    """
    if wanted is None or wanted in (on_page, stored):
        return Settled.KEEP
    if stored is None or stored is on_page:
        return Settled.WRITE
    says_more = _SAYS_MORE.index(wanted) > _SAYS_MORE.index(stored)
    return Settled.WRITE_AND_ASK if says_more else Settled.KEEP_AND_ASK


class WhyNotNow(StrEnum):
    """Why a register cannot be changed now."""

    CANCELLED = "cancelled"
    NOT_YET = "not_yet"
    CLOSED = "closed"
    OFFICE_ONLY = "office_only"

    @property
    def sentence(self) -> str:
        return {
            "cancelled": "This session was cancelled, so there is nobody to mark.",
            "not_yet": "You can mark people from the day of the session.",
            "closed": "This register is closed. Open it again to change it.",
            "office_only": f"You could change this register for {how_long(TRAINERS_CHANGE_FOR)} after the session. "
            "Now ask the business office.",
        }[self.value]


@dataclass(frozen=True)
class RegisterFacts:
    """What decides whether a register may be changed."""

    cancelled: bool
    state: RegisterState
    first_day: date
    last_day: date


def why_not_open(facts: RegisterFacts, today: date, *, is_office: bool) -> WhyNotNow | None:
    """Why the register itself is out of reach, open or closed; None where this person may work on it."""
    if facts.cancelled:
        return WhyNotNow.CANCELLED
    if today < facts.first_day:
        return WhyNotNow.NOT_YET
    if not is_office and today > facts.last_day + TRAINERS_CHANGE_FOR:
        return WhyNotNow.OFFICE_ONLY
    return None


def why_not_change(facts: RegisterFacts, today: date, *, is_office: bool) -> WhyNotNow | None:
    """Why no mark may be made now; None where it may."""
    reason = why_not_open(facts, today, is_office=is_office)
    if reason is None and facts.state is RegisterState.CLOSED:
        return WhyNotNow.CLOSED
    return reason


def is_open_for_marks(on_day: date | None, today: date) -> bool:
    """May a part be marked yet? From its day on; one without a day at any time."""
    return on_day is None or on_day <= today


def part_to_join(parts: Sequence[Part], here: datetime) -> Part | None:
    """At which of these parts someone turns up by `here` (a local time): the one that is on, or was last."""
    begun = [one for one in parts if one.starts_at is None or (one.on_day, one.starts_at) <= (here.date(), here.time())]
    return begun[-1] if begun else parts[0] if parts else None


class WhyNotClose(StrEnum):
    """What is missing before a register can be closed."""

    NOT_ENDED = "not_ended"
    UNMARKED = "unmarked"
    NOTHING_KNOWN = "nothing_known"

    @property
    def sentence(self) -> str:
        return {
            "not_ended": "This session has not ended yet.",
            "unmarked": "Mark everyone, or say that the unmarked people were not here",
            "nothing_known": "Mark who came, or say how many did or why nobody knows",
        }[self.value]


def why_not_close(*, unmarked: int, marked: int, number_said: bool, ended: bool) -> WhyNotClose | None:
    """Unknown is not absent: once the session has ended, and each person on it has a mark at each part."""
    if not ended:
        return WhyNotClose.NOT_ENDED
    if not marked and not number_said:
        return WhyNotClose.NOTHING_KNOWN
    # A session whose register holds no names at all, only a number, is closed on that number.
    return WhyNotClose.UNMARKED if unmarked and (marked or not number_said) else None


def has_completed(marks: Collection[Mark], parts: int) -> bool:
    """Did someone attend every part that has a mark to give? Part-attended is not attended.

    >>> has_completed([Mark.ATTENDED, Mark.PART_ATTENDED], 2)
    False
    """
    return len(marks) == parts and all(mark is Mark.ATTENDED for mark in marks)


def attended_all(part_ids: Iterable[int], marks: Mapping[int, Mark]) -> bool:
    """Did someone attend every part, as far as anybody knows? `marks` of theirs by part.

    A part without a mark is one nobody kept a register of, so it is not counted against the person.

    >>> attended_all([1, 2], {2: Mark.ATTENDED}), attended_all([1, 2], {2: Mark.PART_ATTENDED})
    (True, False)
    """
    return all(marks.get(part_id, Mark.ATTENDED) is Mark.ATTENDED for part_id in part_ids)


@dataclass(frozen=True)
class SentRow:
    """One row of the page as it was sent: what it showed, and what is wanted now."""

    part_id: int
    person_id: int
    on_page: Mark | None
    reason_on_page: str
    wanted: Mark | None
    reason: str


@dataclass(frozen=True)
class MarksDiffer:
    """Someone else marked this row differently while the page was open. `stands` is what the register says now."""

    part_id: int
    person_id: int
    theirs: Mark
    theirs_by_id: int | None
    yours: Mark
    stands: Mark
    theirs_reason: str = ""
    yours_reason: str = ""
    stands_reason: str = ""


@dataclass(frozen=True)
class SavedMarks:
    """How many marks were written, the rows that someone else had marked differently, and who was marked but is not
    on the register any more. Of the marks `rest` were made of everyone else at once. `taken_back`: how many that
    were so made were undone; None where nobody asked for it."""

    marks: int
    differences: Sequence[MarksDiffer]
    gone: Sequence[int] = ()
    rest: int = 0
    taken_back: int | None = None


def left_for_the_rest(
    rows: Iterable[SentRow], unmarked: Collection[tuple[int, int]], part_id: int
) -> set[tuple[int, int]]:
    """Whom “everyone else” means at a part: who was on the page without a mark, had none chosen, and has none now.

    `unmarked`: part and person of those with a place whom nobody has marked.
    """
    untouched = {
        (row.part_id, row.person_id)
        for row in rows
        if row.part_id == part_id and row.on_page is None and row.wanted is None
    }
    return untouched & set(unmarked)
