"""Pairs of ratings, before and after, whose averages print as wanted. Pure and reproducible."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random

LOWEST, HIGHEST = 1, 10


@dataclass(frozen=True)
class Target:
    """The averages one question should print: before, and how much higher after."""

    key: str
    before: float
    change: float


# As the yearly report 2024-25 prints them.
TARGETS_2024_25 = (
    Target("knowledge", 6.4, 2.1),
    Target("skills", 6.4, 2.0),
    Target("confidence", 6.2, 2.2),
)
Pair = tuple[int, int]


def paired_ratings(people: int, targets: Sequence[Target], rng: Random) -> list[dict[str, Pair]]:
    """Before and after of so many people, per question key, spread like real self-ratings.

    A person who rates their knowledge high tends to rate their skills high; most rise, some stay, a few fall.
    The sums are then met exactly by moving single ratings by one point.
    """
    levels = [rng.gauss(0, 1.3) for _ in range(people)]
    rises = [rng.gauss(0, 1.1) for _ in range(people)]
    columns = [_column(target, levels, rises, rng) for target in targets]
    return [
        {target.key: column[person] for target, column in zip(targets, columns, strict=True)}
        for person in range(people)
    ]


def _column(target: Target, levels: Sequence[float], rises: Sequence[float], rng: Random) -> list[Pair]:
    people = len(levels)
    before = [_on_scale(target.before + level + rng.gauss(0, 0.8)) for level in levels]
    _meet(before, round(target.before * people), rng)
    # Whoever starts low has more room to rise.
    after = [
        _on_scale(start + target.change + rise + 0.45 * (target.before - start) + rng.gauss(0, 0.9))
        for start, rise in zip(before, rises, strict=True)
    ]
    _meet(after, sum(before) + round(target.change * people), rng)
    return list(zip(before, after, strict=True))


def _on_scale(value: float) -> int:
    return min(HIGHEST, max(LOWEST, round(value)))


def _meet(ratings: list[int], wanted: int, rng: Random) -> None:
    """Move ratings by single points, at random, until they add up as wanted."""
    while (gap := wanted - sum(ratings)) != 0:
        step = 1 if gap > 0 else -1
        person = rng.randrange(len(ratings))
        if LOWEST <= ratings[person] + step <= HIGHEST:
            ratings[person] += step


def spread(forms: int, room: Sequence[int], rng: Random) -> list[int]:
    """Share forms out over sessions with so much room each: many get few, a few get many.

    Raises ValueError where there is not enough room.
    """
    if forms > sum(room):
        raise ValueError(f"{forms} forms do not fit into {sum(room)} places")
    keenness = [sqrt(places) * rng.choice((0.1, 0.3, 0.6, 1.0, 1.0, 2.2)) for places in room]
    shares = [0] * len(room)
    for _ in range(forms):
        open_sessions = [at for at, places in enumerate(room) if shares[at] < places]
        weights = [keenness[at] for at in open_sessions]
        shares[rng.choices(open_sessions, weights)[0]] += 1
    return shares
