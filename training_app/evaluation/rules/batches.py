"""Which figures may be shown, so that no figure, and no difference of figures, tells what a few people said.

About the content of answers only: how many came and how many answered is not content.

A place in the year is a path: ``("2024-25",)`` the year, ``("2024-25", 12)`` a course in it and
``("2024-25", 12, 345)`` one session of that course. A place's people are all those of the sessions under it, so the
shown places are sets of people of which any two are nested or apart. Call the *rest* of a shown place its people
less those of the shown places under it. The rests of all shown places are apart, and every shown place is a sum of
rests; so whatever a reader adds and subtracts, what is left is made of whole rests. It is therefore enough that
each rest is of nobody or of at least `LEAST_FOR_A_FIGURE` people, and that is what `shown_places` sees to.
"""

from collections.abc import Collection, Hashable, Mapping
from enum import StrEnum

LEAST_FOR_COUNTS = 5
LEAST_FOR_A_FIGURE = 8
"""How many different people have to stand behind anything that is shown of what people said."""

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


def shown_places(sessions: Mapping[Path, int], unpublished: Collection[Path] = ()) -> frozenset[Path]:
    """The places whose figures everyone with access may see, for one question.

    `sessions` is how many people of each session answered it both before and after; `unpublished` are places that
    have no figure of their own anywhere. Places of fewer than 8 people are hidden. Where the rest of a place would
    then be 1 to 7 people, the smallest rest under it is hidden too, with what stands between.

    >>> sorted(shown_places({("year", 1, 10): 9, ("year", 1, 11): 3}))
    [('year',), ('year', 1)]
    """
    totals = people(sessions)
    open_places = {path for path, n in totals.items() if n >= LEAST_FOR_A_FIGURE and path not in unpublished}
    left = rests(totals, open_places)
    # Deepest first: every rest under a place is right before the place is looked at, so one step mends it.
    for place in sorted(open_places, key=lambda path: (-len(path), repr(path))):
        if place in left and _is_few(left[place]):
            for hidden in _smallest_rest_under(place, totals, left):
                left[place] += left.pop(hidden)
    return frozenset(left)


def own_sessions(sessions: Mapping[Path, int], visible: Collection[Path], own: Collection[Path]) -> dict[Path, Detail]:
    """How much a trainer may see of their own sessions, for one question.

    A trainer sees the sessions they lead and, of the rest of the year, the shown places that are `visible` to
    them. A session of theirs joins what they see, from the largest down, only if what is then left of the place it
    belongs to is nobody or 8 people: so the argument above holds for them as well, their own sessions apart.

    >>> own_sessions({("year", 1, 10): 6, ("year", 1, 11): 6}, {("year", 1)}, {("year", 1, 10)})
    {('year', 1, 10): <Detail.NOTHING: 'nothing'>}
    >>> own_sessions({("year", 1, 10): 6, ("year", 1, 11): 9}, {("year", 1)}, {("year", 1, 10)})
    {('year', 1, 10): <Detail.COUNTS: 'counts'>}
    """
    totals = people(sessions)
    left = rests(totals, visible)
    details: dict[Path, Detail] = {}
    for path in sorted(own, key=lambda one: (-totals.get(one, 0), repr(one))):
        n = totals.get(path, 0)
        above = shown_above(path, left)
        gives_away = path not in left and above is not None and _is_few(left[above] - n)
        if n < LEAST_FOR_COUNTS or gives_away:
            details[path] = Detail.NOTHING
            continue
        details[path] = Detail.FIGURES if n >= LEAST_FOR_A_FIGURE else Detail.COUNTS
        if path not in left and above is not None:
            left[above] -= n
        left.setdefault(path, n)
    return details


def may_count(higher: int, same: int, lower: int) -> bool:
    """May these counts of 5 people or more be shown? Not where one of them holds everyone: it would name each."""
    n = higher + same + lower
    return n >= LEAST_FOR_COUNTS and (n >= LEAST_FOR_A_FIGURE or n not in (higher, same, lower))


def joined(
    groups: Mapping[str, tuple[int, int]], rest: str = "Everyone else", least: int = LEAST_FOR_A_FIGURE
) -> list[tuple[str, int, int]]:
    """Groups of people who came and who answered, the small ones joined until none is small; none if nothing stays.

    >>> joined({"Health": (30, 9), "Police": (20, 12), "Fire": (9, 1), "Probation": (4, 8)})
    [('Health', 30, 9), ('Police', 20, 12), ('Everyone else', 13, 9)]
    """
    apart = {label: counts for label, counts in groups.items() if min(counts) >= least}
    small = [counts for label, counts in groups.items() if label not in apart and any(counts)]
    came, answered = sum(one[0] for one in small), sum(one[1] for one in small)
    while apart and (came or answered) and min(came, answered) < least:
        label = min(apart, key=lambda one: (min(apart[one]), one))
        more = apart.pop(label)
        came, answered = came + more[0], answered + more[1]
    rows = [(label, *apart[label]) for label in sorted(apart, key=lambda one: (-apart[one][0], one))]
    if came or answered:
        rows.append((rest, came, answered))
    return rows if len(rows) > 1 else []


def _is_few(n: int) -> bool:
    return 0 < n < LEAST_FOR_A_FIGURE


def rests(totals: Mapping[Path, int], among: Collection[Path]) -> dict[Path, int]:
    """For each shown place, its people less those of the shown places under it."""
    left = {place: totals[place] for place in among}
    for place in among:
        above = shown_above(place, among)
        if above is not None:
            left[above] -= totals[place]
    return left


def shown_above(place: Path, among: Collection[Path]) -> Path | None:
    """The nearest shown place that this one belongs to."""
    for length in range(len(place) - 1, 0, -1):
        if place[:length] in among:
            return place[:length]
    return None


def _smallest_rest_under(place: Path, totals: Mapping[Path, int], left: Mapping[Path, int]) -> list[Path]:
    """The shown place under this one whose rest is the smallest that is not nobody, and what stands between."""
    under = [path for path in left if len(path) > len(place) and path[: len(place)] == place and left[path]]
    smallest = min(under, key=lambda path: (left[path], totals[path], repr(path)))
    between = [smallest[:length] for length in range(len(place) + 1, len(smallest) + 1)]
    return [path for path in between if path in left]
