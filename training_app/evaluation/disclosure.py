"""Which figures may be shown, so that no figure, and no difference of figures, tells what a few people said.

About the content of answers only: how many came and how many answered is not content.

A place in the year is a path: ``("2024-25",)`` the year, ``("2024-25", 12)`` a course in it and
``("2024-25", 12, 345)`` one session of that course. A place's people are all those of the sessions under it, so the
shown places are sets of people of which any two are nested or apart. Call the *rest* of a shown place its people
less those of the shown places under it. The rests of all shown places are apart, and every shown place is a sum of
rests; so whatever a reader adds and subtracts, what is left is made of whole rests. It is therefore enough that
each rest is of nobody or of at least `LEAST_FOR_A_FIGURE` people, and that is what `shown` sees to.
"""

from collections.abc import Collection, Hashable, Mapping
from enum import StrEnum

LEAST_FOR_COUNTS = 5
LEAST_FOR_A_FIGURE = 8

Path = tuple[Hashable, ...]


class Detail(StrEnum):
    """How much of what people said may be shown."""

    NOTHING = "nothing"
    COUNTS = "counts"
    FIGURES = "figures"


def people(sessions: Mapping[Path, int]) -> dict[Path, int]:
    """How many people stand behind every place: the sessions given and all that they belong to.

    >>> people({("year", 1, 10): 4, ("year", 1, 11): 5})[("year", 1)]
    9
    """
    totals: dict[Path, int] = {}
    for path, n in sessions.items():
        for length in range(1, len(path) + 1):
            totals[path[:length]] = totals.get(path[:length], 0) + n
    return totals


def shown(sessions: Mapping[Path, int], unpublished: Collection[Path] = ()) -> frozenset[Path]:
    """The places whose figures everyone with access may see, for one question.

    `sessions` is how many people of each session answered it both before and after; `unpublished` are places that
    have no figure of their own anywhere. Places of fewer than 8 people are hidden. Where the rest of a place would
    then be 1 to 7 people, the smallest rest under it is hidden too, with what stands between.

    >>> sorted(shown({("year", 1, 10): 9, ("year", 1, 11): 3}))
    [('year',), ('year', 1)]
    """
    totals = people(sessions)
    open_places = {path for path, n in totals.items() if n >= LEAST_FOR_A_FIGURE and path not in unpublished}
    for place in sorted(open_places, key=lambda path: (-len(path), repr(path))):
        if place not in open_places:
            continue
        while 0 < rests(totals, open_places)[place] < LEAST_FOR_A_FIGURE:
            open_places -= _smallest_rest_under(place, totals, open_places)
    return frozenset(open_places)


def rests(totals: Mapping[Path, int], shown_places: Collection[Path]) -> dict[Path, int]:
    """For each shown place, its people less those of the shown places under it."""
    left = {place: totals[place] for place in shown_places}
    for place in shown_places:
        above = shown_above(place, shown_places)
        if above is not None:
            left[above] -= totals[place]
    return left


def shown_above(place: Path, shown_places: Collection[Path]) -> Path | None:
    """The nearest shown place that this one belongs to."""
    for length in range(len(place) - 1, 0, -1):
        if place[:length] in shown_places:
            return place[:length]
    return None


def _smallest_rest_under(place: Path, totals: Mapping[Path, int], open_places: set[Path]) -> set[Path]:
    """The shown place under this one whose rest is the smallest that is not nobody, and what stands between."""
    left = rests(totals, open_places)
    under = [path for path in open_places if len(path) > len(place) and path[: len(place)] == place and left[path]]
    smallest = min(under, key=lambda path: (left[path], totals[path], repr(path)))
    return {smallest[:length] for length in range(len(place) + 1, len(smallest) + 1)} & open_places
