"""Finding sessions in the catalogue: what may be asked, and which sessions answer. Pure.

A period of the programme is some hundreds of sessions at most, so they are read once and sifted here:
words are compared without case and accents alike on every database, and each quick filter knows its count.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, time
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from training_app.agencies.rules import Area
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import Format, Strand, TimeOfDay, time_of_day
from training_app.words.names import folded

Choice = TypeVar("Choice", bound=StrEnum)
DSL = "dsl"
LONGEST_SEARCH = 200


@dataclass(frozen=True)
class Entry:
    """One session as the search sees it."""

    text: str
    strand: Strand
    format: Format
    first_day: date
    starts_at: time
    areas: frozenset[Area]


@dataclass(frozen=True)
class CatalogueSearch:
    """What a person asked the catalogue for. `year` None: the sessions to come."""

    words: str = ""
    strand: str = ""
    format: Format | None = None
    month: date | None = None
    area: Area | None = None
    time: TimeOfDay | None = None
    year: BusinessYear | None = None

    @classmethod
    def from_address(cls, given: Mapping[str, str]) -> "CatalogueSearch":
        """Read the part of an address behind “?”. A filter that is not one is left out.

        Raises ValueError where the year is not a business year, because then nothing would be shown rightly.
        """
        strand = given.get("strand", "")
        return cls(
            words=" ".join(given.get("q", "")[:LONGEST_SEARCH].split()),
            strand=strand if strand == DSL or strand in set(Strand) else "",
            format=_member(Format, given.get("format")),
            month=_month(given.get("month", "")),
            area=_member(Area, given.get("area")),
            time=_member(TimeOfDay, given.get("time")),
            year=BusinessYear.parse(given["year"]) if given.get("year") else None,
        )

    def to_address(self) -> dict[str, Any]:
        """The same as values for an address; what was not asked is left out."""
        values = {
            "q": self.words,
            "strand": self.strand,
            "format": self.format or "",
            "month": f"{self.month:%Y-%m}" if self.month else "",
            "area": self.area or "",
            "time": self.time or "",
            "year": str(self.year) if self.year else "",
        }
        return {name: str(value) for name, value in values.items() if value}

    def only(self, **filters: object) -> "CatalogueSearch":
        """The same words and year with these filters and no others."""
        return replace(CatalogueSearch(words=self.words, year=self.year), **filters)  # type: ignore[arg-type]

    @property
    def cleared(self) -> "CatalogueSearch":
        """Everything of the same year."""
        return CatalogueSearch(year=self.year)

    @property
    def online(self) -> "CatalogueSearch":
        """The same asked of online sessions, which are open to everyone wherever they work."""
        return replace(self, area=None, format=Format.ONLINE)

    @property
    def filters(self) -> int:
        """How many filters are set besides the words."""
        return sum(map(bool, (self.strand, self.format, self.month, self.area, self.time)))

    def finds(self, entry: Entry) -> bool:
        """Does this session answer? Every word must be in it somewhere."""
        return (
            (not self.strand or _is_of(entry.strand, self.strand))
            and self.format in (None, entry.format)
            and (self.month is None or self.month == entry.first_day.replace(day=1))
            and (self.area is None or self.area in entry.areas)
            and (self.time is None or self.time is time_of_day(entry.starts_at))
            and all(word in entry.text for word in _sought(self.words))
        )

    def count(self, entries: Collection[Entry]) -> int:
        """How many of these sessions answer."""
        return sum(map(self.finds, entries))


@lru_cache(maxsize=64)
def _sought(words: str) -> tuple[str, ...]:
    """The words as they stand in a text; asked anew for each of some hundred sessions."""
    return tuple(folded(words).split())


def months_of(entries: Collection[Entry]) -> list[date]:
    """The months in which these sessions begin, in order."""
    return sorted({entry.first_day.replace(day=1) for entry in entries})


def _is_of(strand: Strand, asked: str) -> bool:
    return strand.is_dsl if asked == DSL else strand == asked


def _member(kind: type[Choice], given: str | None) -> Choice | None:
    return kind(given) if given in set(kind) else None


def _month(given: str) -> date | None:
    try:
        return date.fromisoformat(f"{given}-01") if len(given) == 7 else None
    except ValueError:
        return None
