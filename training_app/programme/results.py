"""A session as a list has read it: plain columns, for pages that show hundreds."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import NamedTuple

from training_app.agencies.rules import Area
from training_app.clock import LOCAL_ZONE
from training_app.programme.rules.parts import first_start
from training_app.programme.rules.sessions import Format, PartKind, Strand


class ListedVenue(NamedTuple):
    name: str
    area: Area | None


class ListedPart(NamedTuple):
    kind: PartKind
    on_day: date | None
    starts_at: time | None
    ends_at: time | None
    venue: ListedVenue | None

    @property
    def is_self_paced(self) -> bool:
        return self.on_day is None


class ListedCourse(NamedTuple):
    title: str


class ListedSession(NamedTuple):
    """A session as `wording` describes it."""

    id: int
    strand: Strand
    format: Format
    first_day: date
    last_day: date
    starts_at: time
    counts_in_programme: bool
    no_data_reason: str | None
    course: ListedCourse
    parts: Sequence[ListedPart]

    @property
    def dated_parts(self) -> list[ListedPart]:
        return [part for part in self.parts if not part.is_self_paced]

    @property
    def is_self_paced(self) -> bool:
        return not self.dated_parts

    @property
    def begins_at(self) -> datetime:
        """As of the row itself: the start of its first dated part."""
        return datetime.combine(*first_start(self.parts, self.first_day, self.starts_at), LOCAL_ZONE)
