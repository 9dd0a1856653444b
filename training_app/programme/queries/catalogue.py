"""The catalogue: the sessions that a search finds, with its quick filters and their counts."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, select

from training_app.agencies.rules import Area
from training_app.extensions import db
from training_app.programme.models import Course, Priority, Provider, SessionPart, TrainingSession, Venue
from training_app.programme.queries.listing import published_between
from training_app.programme.queries.sessions import PUBLISHED
from training_app.programme.results import ListedSession
from training_app.programme.rules.search import DSL, CatalogueSearch, Entry, months_of
from training_app.programme.rules.sessions import Format, TimeOfDay
from training_app.programme.rules.words_sought import sought
from training_app.words.names import folded


def _none(sessions: Sequence[ListedSession]) -> Collection[int]:
    return ()


@dataclass(frozen=True)
class Chip:
    """A quick filter: the search it leads to, and how many sessions that finds. One that is `current` leads to the
    search without it."""

    label: str
    search: CatalogueSearch
    count: int
    current: bool


@dataclass(frozen=True)
class Catalogue:
    """What a search found, all pages of it. `online_instead`: how many it would find online, where it asked for a
    place. `shown_for`: the words that were guessed, where nothing fits those that were typed.
    """

    sessions: Sequence[ListedSession]
    chips: Sequence[Chip]
    months: Sequence[date]
    online_instead: int
    in_period: int
    in_programme: int
    shown_for: str = ""

    @property
    def total(self) -> int:
        return len(self.sessions)


def catalogue(
    search: CatalogueSearch, today: date, with_places: Callable[[Sequence[ListedSession]], Collection[int]] = _none
) -> Catalogue:
    """Sessions to come, or of the year that is asked for, sifted by the search.

    `with_places` says which of them have a place left: that is known to the bookings.
    """
    first, last = (search.year.first_day, search.year.last_day) if search.year else (today, date.max)
    sessions = published_between(first, last)
    texts = texts_of(PUBLISHED & TrainingSession.last_day.between(first, last)) if search.words else {}
    open_ids = with_places(sessions)
    entries = [_entry(session, texts.get(session.id, ""), session.id in open_ids) for session in sessions]
    wanted = sought(search.words, (entry.texts for entry in entries))
    fitting = [
        (session, entry)
        for session, entry in zip(sessions, entries, strict=True)
        if not wanted.words or wanted.finds(entry.texts)
    ]
    found = [entry for _, entry in fitting]
    return Catalogue(
        sessions=[session for session, entry in fitting if search.sift(entry)],
        chips=_chips(search, found),
        months=months_of(entries),
        online_instead=search.online.count(found) if search.area else 0,
        in_period=len(sessions),
        in_programme=sum(session.counts_in_programme for session in sessions),
        shown_for=wanted.said if wanted.guessed else "",
    )


def _entry(session: ListedSession, text: str, has_places: bool) -> Entry:
    """What the search knows of a session; its text is needed only where words are sought."""
    areas = frozenset(part.venue.area for part in session.parts if part.venue and part.venue.area)
    return Entry(text, session.strand, session.format, session.first_day, session.starts_at, areas, has_places)


def those_with(typed: str, within: ColumnElement[bool]) -> tuple[list[int] | None, str]:
    """Which of these sessions have what was typed, as the catalogue finds it, and what was guessed; None: all have.

    For lists of sessions other than the catalogue.
    """
    if not typed:
        return None, ""
    texts = {one: entry.texts for one, entry in _entries_of(within).items()}
    wanted = sought(typed, texts.values())
    if not wanted.words:
        return None, ""
    return [one for one, text in texts.items() if wanted.finds(text)], wanted.said if wanted.guessed else ""


def _entries_of(wanted: ColumnElement[bool]) -> dict[int, Entry]:
    """Each of these sessions as the search sees it, by its id."""
    # One that was stored between the reads has no text yet, and is found by it the next time.
    texts = texts_of(wanted)
    rows = db.session.execute(
        select(
            TrainingSession.id, TrainingSession.strand, TrainingSession.format, TrainingSession.first_day,
            TrainingSession.starts_at, Venue.area,
        )
        .outerjoin(TrainingSession.parts)
        .outerjoin(SessionPart.venue)
        .where(wanted)
    )
    found: dict[int, Entry] = {}
    for number, strand, way, day, starts_at, area in rows:
        one = found.get(number) or Entry(texts.get(number, ""), strand, way, day, starts_at, frozenset())
        found[number] = replace(one, areas=one.areas | {area}) if area else one
    return found


def texts_of(wanted: ColumnElement[bool]) -> dict[int, str]:
    """The words by which each of these sessions is found, by its id."""
    of_session: dict[int, list[str]] = {}
    for query in (
        select(TrainingSession.id, Course.title, Course.summary, Provider.name)
        .join(TrainingSession.course)
        .outerjoin(TrainingSession.provider),
        select(TrainingSession.id, Priority.name).join(TrainingSession.priorities),
        select(TrainingSession.id, Venue.name).join(TrainingSession.parts).join(SessionPart.venue),
    ):
        for session_id, *texts in db.session.execute(query.where(wanted)):
            of_session.setdefault(session_id, []).extend(filter(None, texts))
    return {session_id: folded(" ".join(texts)) for session_id, texts in of_session.items()}


def _chips(search: CatalogueSearch, entries: Sequence[Entry]) -> list[Chip]:
    """The quick filters, each together with all else that is chosen; first, none at all."""
    everything = search.without_filters
    chips = [Chip("All", everything, everything.count(entries), current=not search.filters)]
    quick: Sequence[tuple[str, str, object]] = [
        ("With places left", "with_places", True),
        ("Evenings", "time", TimeOfDay.EVENING),
        ("Online", "format", Format.ONLINE),
        ("DSL", "strand", DSL),
        ("Rutland", "area", Area.RUTLAND),
    ]
    for label, name, value in quick:
        current = getattr(search, name) == value
        leads_to = search.without(name) if current else search.with_filter(**{name: value})
        chips.append(Chip(label, leads_to, leads_to.count(entries), current))
    return chips
