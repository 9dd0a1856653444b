"""What a calculation answers: a figure, an interval, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeGuard, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotCalculable:
    """A figure that does not exist for these data, with the reason in words.

    It is an answer, not a failure: it becomes ``null`` in JSON and a sentence on a page, and it can
    never be mistaken for a number because arithmetic with it raises ``TypeError``.

    >>> NotCalculable("there are no pairs").reason
    'there are no pairs'
    """

    reason: str


class Interval(NamedTuple):
    """The two limits of an interval, in the unit of the figure it belongs to.

    >>> Interval(0.25, 0.75).high
    0.75
    """

    low: float
    high: float


Figure = float | NotCalculable
Limits = Interval | NotCalculable


def is_calculable(value: T | NotCalculable) -> TypeGuard[T]:
    """Tell whether a field holds a figure (True) or the reason why there is none (False).

    >>> is_calculable(0.0), is_calculable(NotCalculable("there are no pairs"))
    (True, False)
    """
    return not isinstance(value, NotCalculable)


def plain(value: int | float | Interval | NotCalculable) -> int | float | list[float] | None:
    """Give a figure as JSON holds it: a number, a list of two limits, or ``None`` for "not calculable".

    >>> plain(Interval(1.0, 2.0)), plain(3), plain(NotCalculable("there are no pairs"))
    ([1.0, 2.0], 3, None)
    """
    if isinstance(value, NotCalculable):
        return None
    if isinstance(value, Interval):
        return [value.low, value.high]
    return value
