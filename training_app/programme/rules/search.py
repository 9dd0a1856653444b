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
from training_app.programme.rules.abbreviations import with_other_names
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import Format, Strand, TimeOfDay, time_of_day
from training_app.programme.rules.words_sought import Texts
from training_app.words.names import folded

Choice = TypeVar("Choice", bound=StrEnum)
DSL = "dsl"
WITH_PLACES = "left"
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
    has_places: bool = False

    @property
    def texts(self) -> Texts:
        """What is written of it, and its month, day, time, way and places as people would type them."""
        facts = _facts(self.strand, self.format, self.first_day, self.starts_at, self.areas)
        return Texts(with_other_names(self.text), facts)


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
    with_places: bool = False

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
            with_places=given.get("places") == WITH_PLACES,
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
            "places": WITH_PLACES if self.with_places else "",
        }
        return {name: str(value) for name, value in values.items() if value}

    @property
    def without_filters(self) -> "CatalogueSearch":
        """The same words and year, and no filter."""
        return CatalogueSearch(words=self.words, year=self.year)

    def with_filter(self, **filters: Any) -> "CatalogueSearch":
        """The same with this filter too, in the place of another of its kind."""
        return replace(self, **filters)

    def without(self, name: str) -> "CatalogueSearch":
        """The same with that one taken off."""
        return replace(self, **{name: getattr(CatalogueSearch(), name)})

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
        return sum(map(bool, (self.strand, self.format, self.month, self.area, self.time, self.with_places)))

    def sift(self, entry: Entry) -> bool:
        """Does this session answer to the filters? Its words are sought by `words_sought`."""
        return (
            (not self.strand or _is_of(entry.strand, self.strand))
            and self.format in (None, entry.format)
            and (self.month is None or self.month == entry.first_day.replace(day=1))
            and (self.area is None or self.area in entry.areas)
            and (self.time is None or self.time is time_of_day(entry.starts_at))
            and (entry.has_places or not self.with_places)
        )

    def count(self, entries: Collection[Entry]) -> int:
        """How many of these sessions answer."""
        return sum(map(self.sift, entries))


@lru_cache(maxsize=1024)
def _facts(strand: Strand, way: Format, day: date, starts_at: time, areas: frozenset[Area]) -> frozenset[str]:
    part = time_of_day(starts_at)
    said = [
        f"{day:%A} {day:%B} {day.year} {part} {part}s {strand.label}",
        {Format.ONLINE: "online virtual", Format.IN_PERSON: "in person"}.get(way, "e-learning blended"),
        *(area.label for area in areas if area is not Area.ACROSS),
    ]
    return frozenset(folded(" ".join(said)).split())


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
