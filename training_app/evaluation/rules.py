"""Moments, windows, and when answers may be published and shown."""

from enum import StrEnum


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
    """What staff decided about words someone wrote."""

    NEW = "new"
    RELEASED = "released"
    WITHHELD = "withheld"
