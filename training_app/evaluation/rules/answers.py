"""Moments, windows, who may answer when. Decisions only, from plain facts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from training_app.words.times import how_long
from training_app.working_time import CLOSES, moved_into_working_hours


class Moment(StrEnum):
    """When a rating was made. “Looking back” is a moment of its own, never pooled with a true before."""

    BEFORE = "before"
    LOOKING_BACK = "looking_back"
    AFTER = "after"
    LATER = "later"


class QuestionKind(StrEnum):
    RATING = "rating"
    WORDS = "words"


class CommentState(StrEnum):
    """What the office decided about words someone wrote."""

    NEW = "new"
    RELEASED = "released"
    WITHHELD = "withheld"

    @property
    def label(self) -> str:
        return {"new": "To read", "released": "Released", "withheld": "Kept back"}[self.value]


# Withdrawing a released comment keeps it back; one kept back may still be released. Nothing becomes unread again.
COMMENT_TRANSITIONS: Mapping[CommentState, frozenset[CommentState]] = {
    CommentState.NEW: frozenset({CommentState.RELEASED, CommentState.WITHHELD}),
    CommentState.RELEASED: frozenset({CommentState.WITHHELD}),
    CommentState.WITHHELD: frozenset({CommentState.RELEASED}),
}


class WhyWithheld(StrEnum):
    """Why words are kept back, as the office says it."""

    NO_CONSENT = "no_consent"
    NAMES_A_CHILD = "names_a_child"
    WORRY = "worry"
    ABOUT_A_PERSON = "about_a_person"
    NOTHING_TO_QUOTE = "nothing_to_quote"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        return {
            "no_consent": "The person did not agree to be quoted",
            "names_a_child": "It could tell who a child or a family is",
            "worry": "It tells of a worry about a child, which has been passed on",
            "about_a_person": "It is about one person, such as a trainer",
            "nothing_to_quote": "There is nothing in it to quote",
            "withdrawn": "It was released and has been taken back",
        }[self.value]


WINDOW_LENGTH = timedelta(days=28)
# Four days at Christmas or Easter are the longest that people are away from work at a stretch; the evening before goes
# with them.
LONGEST_WINDOW = WINDOW_LENGTH + timedelta(days=7)
ROOM_OPENS_BEFORE_END = timedelta(minutes=30)
LONGEST_WORDS = 4000
LEAST_FORMS_TO_NAME = 5
"""Below this many forms, words are not shown with the session they are about: one could guess who wrote them."""

LEAST_FORMS_FOR_TRAINERS = 8
"""Below this many forms of a course in a year, its trainers see no words: they know who was there."""


@dataclass(frozen=True)
class Window:
    """When after-forms are taken: from `opens_at`, and before `closes_at`."""

    opens_at: datetime
    closes_at: datetime

    def is_open(self, now: datetime) -> bool:
        return self.opens_at <= now < self.closes_at

    def is_over(self, now: datetime) -> bool:
        return now >= self.closes_at


def window_after(last_end: datetime) -> Window:
    """Open from the end of the last dated part, as long as WINDOW_LENGTH says.

    Where that is in a night, at a weekend or on a holiday it stays open to the end of the next day on which people
    are at work. Give the end on a local clock: across a change of the clocks the window then closes at
    the time it opened.
    """
    return Window(last_end, moved_into_working_hours(last_end + WINDOW_LENGTH, CLOSES))


def window_in_the_room(window: Window) -> Window:
    """By the code on the trainer's screen the form opens a little before the end, while people sit together."""
    return Window(window.opens_at - ROOM_OPENS_BEFORE_END, window.closes_at)


def moments_asked(form: Moment) -> tuple[Moment, ...]:
    """The moments a form asks about. The form after also asks how it was, looking back; nothing is asked for twice."""
    return (Moment.AFTER, Moment.LOOKING_BACK) if form is Moment.AFTER else (form,)


class Refusal(StrEnum):
    """Why a form cannot be answered. The first that fits is what the person is told."""

    CANCELLED = "cancelled"
    SEPARATE = "separate"
    NO_EVALUATION = "no_evaluation"
    ANSWERED = "answered"
    NOT_ENDED = "not_ended"
    STARTED = "started"
    CLOSED = "closed"
    NOT_ON_REGISTER = "not_on_register"
    NOT_BOOKED = "not_booked"

    @property
    def heading(self) -> str:
        return _REFUSED[self][0]

    @property
    def sentence(self) -> str:
        return _REFUSED[self][1]


_REFUSED: Mapping[Refusal, tuple[str, str]] = {
    Refusal.CANCELLED: ("This session was cancelled", "So there is nothing to ask you about it."),
    Refusal.SEPARATE: (
        "This session has a form of its own",
        "Its organiser asks everyone who came, so nothing is asked here.",
    ),
    Refusal.NO_EVALUATION: ("This session has no evaluation", "Nothing is asked of you."),
    Refusal.ANSWERED: ("We already have your answers", "Thank you. There is nothing more to do."),
    Refusal.NOT_ENDED: ("This form opens after the session", "Come back when the session has ended."),
    Refusal.STARTED: (
        "This form closed when the session started", "For those who come there is another one afterwards."
    ),
    Refusal.CLOSED: (
        "This form has closed",
        f"Answers are taken for at least {how_long(WINDOW_LENGTH)} after a session, and that time is over.",
    ),
    Refusal.NOT_ON_REGISTER: (
        "This form is for people who came",
        (
            "The register of this session does not say that you came. It may not be filled in yet: try again in a"
            " day or two. If you were there, tell the business office and they will put it right."
        ),
    ),
    Refusal.NOT_BOOKED: (
        "This form is for people with a booking",
        "Book the session first. Then this form is open to you until the session starts.",
    ),
}


class Evaluated(StrEnum):
    """How a session is evaluated, as far as a form here is concerned."""

    HERE = "here"
    SEPARATELY = "separately"
    NOT_AT_ALL = "not_at_all"


@dataclass(frozen=True)
class Facts:
    """What decides whether one person may answer a form of one session now."""

    evaluated: Evaluated
    cancelled: bool
    starts_at: datetime
    window: Window
    answered: bool
    came: bool
    booked: bool


def refusal(form: Moment, facts: Facts, now: datetime) -> Refusal | None:
    """Why this form may not be answered now; None where it may."""
    if facts.cancelled:
        return Refusal.CANCELLED
    if facts.evaluated is not Evaluated.HERE:
        return Refusal.SEPARATE if facts.evaluated is Evaluated.SEPARATELY else Refusal.NO_EVALUATION
    if facts.answered:
        return Refusal.ANSWERED
    if form is Moment.BEFORE:
        if now >= facts.starts_at:
            return Refusal.STARTED
        return None if facts.booked else Refusal.NOT_BOOKED
    if now < facts.window.opens_at:
        return Refusal.NOT_ENDED
    if facts.window.is_over(now):
        return Refusal.CLOSED
    return None if facts.came else Refusal.NOT_ON_REGISTER


GAP = re.compile(r"\[?(?:…|\.\.\.)\]?")
# A word with its apostrophes and hyphens, or one mark that is neither letter nor space.
TOKEN = re.compile(r"\w+(?:['-]\w+)*|[^\w\s]")


def is_redaction_of(printed: str, original: str) -> bool:
    """Are these the person's own words, whole and in their order, with a gap (“…” or “[…]”) wherever some are left out?

    At either end too: “The trainer was helpful” is not what someone said who went on “to nobody”. Spaces, the shape
    of quotation marks and a last full stop do not matter.

    >>> is_redaction_of("Good day … more time.", "Good day with Ann, but more time.")
    True
    >>> is_redaction_of("helpful", "It was unhelpful")
    False
    >>> is_redaction_of("The trainer was helpful", "The trainer was helpful to nobody")
    False
    """
    pieces = [TOKEN.findall(_plain(piece)) for piece in GAP.split(printed)]
    if not any(pieces):
        return False
    rest = TOKEN.findall(_plain(original))
    if pieces[-1] and (pieces[-1][-1] == ".") != (rest[-1:] == ["."]):
        pieces[-1], rest = _without_stop(pieces[-1]), _without_stop(rest)
    if len(pieces) == 1:
        return pieces[0] == rest
    first, *between, last = pieces
    middle = rest[len(first) : len(rest) - len(last)]
    if len(first) + len(last) > len(rest) or first != rest[: len(first)] or last != rest[len(rest) - len(last) :]:
        return False
    return _in_order(between, middle)


def _without_stop(tokens: list[str]) -> list[str]:
    return tokens[:-1] if tokens[-1:] == ["."] else tokens


def _in_order(pieces: list[list[str]], tokens: list[str]) -> bool:
    """Do these runs of words stand one after the other, with anything between them?"""
    at = 0
    for piece in pieces:
        while tokens[at : at + len(piece)] != piece:
            at += 1
            if at + len(piece) > len(tokens):
                return False
        at += len(piece)
    return True


def _plain(text: str) -> str:
    return " ".join(text.translate(QUOTES).split())


QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"'})
