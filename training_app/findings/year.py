"""What published counts say of a session, a course in a year, and a year.

Everything is read from counts: `RatingPattern` for what people said, `Response` only for how many answered. A page
costs the same few grouped queries at a thousand answers and at a million.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from training_app.clock import local
from training_app.evaluation.queries.forms import forms_returned, pairs_returned, with_made_up_forms
from training_app.evaluation.rules import batches
from training_app.evaluation.rules.batches import Detail
from training_app.extensions import db
from training_app.findings import queries as counts
from training_app.findings.queries import ItemKey
from training_app.findings.results import (
    BESIDE,
    PATH_LENGTH,
    PROGRAMME,
    Findings,
    ItemFinding,
    Level,
    PartFinding,
    Scope,
    SessionFinding,
    Viewer,
    response_of,
)
from training_app.programme.models import Course, TrainingSession
from training_app.programme.queries.sessions import PUBLISHED, to_come_of
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import EvaluationMode
from training_app.registers.queries.marks import attendances_by_session


def findings_of_session(session_id: int, now: datetime, viewer: Viewer | None = None) -> Findings:
    """One session. NoResultFound where there is none, or it is not published.

    Without a viewer: what everyone who may see impact sees. A trainer sees counts of their own from 5 people on.
    """
    last_day = db.session.execute(
        select(TrainingSession.last_day).where(TrainingSession.id == session_id, PUBLISHED)
    ).scalar_one()
    return YearOfCounts.read(BusinessYear.of(last_day), now).of_session(session_id, viewer or Viewer())


def findings_of_course(course_id: int, year: BusinessYear, now: datetime) -> Findings:
    """The sessions of a course in a year that count in the programme; where none do, those beside it.

    Never both together: a course less its part of the year would give away the few of a session beside the
    programme. NoResultFound where the course had no session that year.
    """
    return YearOfCounts.read(year, now).of_course(course_id)


def findings_of_year(year: BusinessYear, now: datetime) -> Findings:
    """The programme's sessions of a year. What stands beside the programme is counted as left out."""
    return YearOfCounts.read(year, now).of_year()


@dataclass(frozen=True)
class YearOfCounts:
    """All that is counted of a year's sessions, and from it the findings of any part of the year.

    A whole year is read even for one session, because what may be shown of it depends on its neighbours.
    """

    year: BusinessYear
    sessions: tuple[SessionFinding, ...]
    pairs: Mapping[ItemKey, Mapping[batches.Path, int]]
    places_shown: Mapping[ItemKey, frozenset[batches.Path]]
    looking_back_places_shown: Mapping[ItemKey, frozenset[batches.Path]]

    @classmethod
    def read(cls, year: BusinessYear, now: datetime) -> "YearOfCounts":
        sessions = _sessions_of(year, now)
        path_of = {one.id: one.path for one in sessions}
        pairs: dict[ItemKey, dict[batches.Path, int]] = {}
        looking_back: dict[ItemKey, dict[batches.Path, int]] = {}
        for session_id, item, n_pairs, n_looking_back in counts.people_by_session_and_item(year):
            pairs.setdefault(item, {})[path_of[session_id]] = n_pairs
            looking_back.setdefault(item, {})[path_of[session_id]] = n_looking_back
        unpublished = places_without_a_page(sessions)
        return cls(
            year,
            sessions,
            pairs,
            {item: batches.shown_places(n, unpublished) for item, n in pairs.items()},
            {item: batches.shown_places(n, unpublished) for item, n in looking_back.items()},
        )

    def of_year(self) -> Findings:
        """The programme of the year."""
        programme = [one for one in self.sessions if one.in_programme]
        beside = [one for one in self.sessions if not one.in_programme]
        scope = Scope(Level.YEAR, self.year, str(self.year))
        return self._findings(scope, self._shown_at((PROGRAMME,)), programme, beside, self._courses())

    def of_course(self, course_id: int) -> Findings:
        """A course in the programme, or beside it where it has no session in it."""
        of_course = [one for one in self.sessions if one.course_id == course_id]
        if not of_course:
            raise NoResultFound(f"Course {course_id} had no session in {self.year}")
        counted = [one for one in of_course if one.in_programme] or of_course
        beside = [one for one in of_course if one not in counted]
        first = counted[0]
        scope = Scope(Level.COURSE, self.year, first.course_title, first.course_id, first.course_slug)
        parts = [self._part(one.path, [one]) for one in of_course]
        return self._findings(scope, self._shown_at(first.path[:2]), counted, beside, parts)

    def of_session(self, session_id: int, viewer: Viewer) -> Findings:
        """One session, whether or not it counts in the programme."""
        (one,) = [one for one in self.sessions if one.id == session_id]
        scope = Scope(Level.SESSION, self.year, one.course_title, one.course_id, one.course_slug, one.id)
        details = self._shown_at(one.path) if viewer.sees_all else {}
        if session_id in viewer.own_sessions:
            details = self._own_details(one, viewer)
        return self._findings(scope, details, [one], [], [])

    def _shown_at(self, place: batches.Path) -> dict[ItemKey, Detail]:
        return {item: Detail.FIGURES for item, places in self.places_shown.items() if place in places}

    def _own_details(self, session: SessionFinding, viewer: Viewer) -> dict[ItemKey, Detail]:
        own = {one.path for one in self.sessions if one.id in viewer.own_sessions}
        return {
            item: batches.own_sessions(
                self.pairs[item], places if viewer.sees_all else places & {(PROGRAMME,)}, own
            )[session.path]
            for item, places in self.places_shown.items()
        }

    def _courses(self) -> list[PartFinding]:
        """The courses of the programme, and those wholly beside it, by name."""
        of_course: dict[batches.Path, list[SessionFinding]] = {}
        for one in self.sessions:
            of_course.setdefault(one.path[:2], []).append(one)
        without_a_page = places_without_a_page(self.sessions)
        return [self._part(path, some) for path, some in of_course.items() if path not in without_a_page]

    def _part(self, place: batches.Path, sessions: list[SessionFinding]) -> PartFinding:
        return PartFinding(
            title=sessions[0].course_title,
            course_slug=sessions[0].course_slug,
            session_id=sessions[0].id if len(place) == PATH_LENGTH[Level.SESSION] else None,
            in_programme=sessions[0].in_programme,
            sessions=tuple(sessions),
            response=response_of(sessions),
            pairs=max((sum(n.get(one.path, 0) for one in sessions) for n in self.pairs.values()), default=0),
            shows_figures=any(place in places for places in self.places_shown.values()),
        )

    def _findings(
        self,
        scope: Scope,
        details: Mapping[ItemKey, Detail],
        counted: list[SessionFinding],
        beside: list[SessionFinding],
        parts: list[PartFinding],
    ) -> Findings:
        ids = [one.id for one in counted if one.mode is EvaluationMode.STANDARD]
        published_at, forms_published = counts.published(ids)
        return Findings(
            scope=scope,
            items=tuple(self._items(counted[0].path[: PATH_LENGTH[scope.level]] if counted else (), details, ids)),
            response=response_of(counted, beside),
            sessions=tuple(counted),
            parts=tuple(parts),
            forms=sum(one.forms for one in counted),
            forms_published=forms_published,
            published_at=published_at,
            generated=any(one.generated for one in counted),
        )

    def _items(
        self, place: batches.Path, details: Mapping[ItemKey, Detail], session_ids: Collection[int]
    ) -> Iterator[ItemFinding]:
        for item, (table, looking_back) in counts.tables(session_ids).items():
            key, low, high = item
            yield ItemFinding(
                key=key,
                label=key.replace("_", " ").capitalize(),
                scale=(low, high),
                table=table,
                looking_back=looking_back,
                detail=details.get(item, Detail.NOTHING),
                looking_back_shown=place in self.looking_back_places_shown.get(item, ()),
            )


def places_without_a_page(sessions: Iterable[SessionFinding]) -> set[batches.Path]:
    """What stands beside the programme has no total, nor has the part beside it of a course that is also in it."""
    in_programme = {one.course_id for one in sessions if one.in_programme}
    return {(BESIDE,)} | {(BESIDE, course_id) for course_id in in_programme}


def _sessions_of(year: BusinessYear, now: datetime) -> tuple[SessionFinding, ...]:
    rows = db.session.execute(
        select(TrainingSession, Course.title, Course.slug)
        .join(Course)
        .where(PUBLISHED, TrainingSession.in_year(year))
        .order_by(func.lower(Course.title), TrainingSession.first_day, TrainingSession.starts_at, TrainingSession.id)
    ).all()
    ids = [session.id for session, _, _ in rows]
    attendances, forms, pairs = attendances_by_session(ids), forms_returned(ids), pairs_returned(ids)
    made_up = with_made_up_forms(ids)
    today, to_come = local(now).date(), to_come_of([session for session, _, _ in rows], now)
    return tuple(
        SessionFinding(
            id=session.id,
            course_id=session.course_id,
            course_title=title,
            course_slug=slug,
            first_day=session.first_day,
            last_day=session.last_day,
            mode=session.evaluation_mode,
            in_programme=session.counts_in_programme,
            no_data_reason=session.no_data_reason,
            attendances=attendances[session.id],
            forms=forms[session.id],
            pairs=pairs[session.id],
            to_come=session.id in to_come,
            is_today=session.id in to_come and session.last_day == today,
            generated=session.id in made_up,
        )
        for session, title, slug in rows
    )
