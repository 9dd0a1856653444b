"""What people ask about a session before they book it, and it does not say yet. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from training_app.programme.rules.sessions import PartKind


class Lacking(StrEnum):
    """A kind of fact that a session should say."""

    VENUE = "venue"
    PROVIDER = "provider"
    PRIORITY = "priority"
    JOINING = "joining"


class PartHeld(Protocol):
    """A part of a session, as far as it should say something."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> PartKind: ...
    @property
    def venue(self) -> object | None: ...


class Described(Protocol):
    """A session, as far as it should say something."""

    @property
    def parts(self) -> Sequence[PartHeld]: ...
    @property
    def dated_parts(self) -> Sequence[PartHeld]: ...
    @property
    def provider(self) -> object | None: ...
    @property
    def priorities(self) -> Sequence[object]: ...
    @property
    def counts_in_programme(self) -> bool: ...
    @property
    def joining(self) -> str: ...


@dataclass(frozen=True)
class MissingFact:
    """One fact that a session does not say; `part_id` where it is one of its parts that does not."""

    fact: Lacking
    part_id: int | None = None


def missing_facts(session: Described) -> list[MissingFact]:
    """Every fact that it should say and does not, each part's venue by itself.

    Online there need be no venue, and whoever is asked how to join says it in the joining note; beside the programme
    no priority of its plan is served.
    """
    missing = [
        MissingFact(Lacking.VENUE, part.id)
        for part in session.dated_parts
        if part.venue is None and part.kind is PartKind.IN_PERSON
    ]
    if session.provider is None:
        missing.append(MissingFact(Lacking.PROVIDER))
    if session.counts_in_programme and not session.priorities:
        missing.append(MissingFact(Lacking.PRIORITY))
    if any(part.kind is PartKind.ONLINE for part in session.parts) and not session.joining:
        missing.append(MissingFact(Lacking.JOINING))
    return missing


def sessions_lacking(sessions: Iterable[Described]) -> Mapping[Lacking, int]:
    """How many of these sessions lack each kind of fact; a kind that none lacks is left out."""
    counts = Counter(fact for one in sessions for fact in {missing.fact for missing in missing_facts(one)})
    return {fact: counts[fact] for fact in Lacking if counts[fact]}
