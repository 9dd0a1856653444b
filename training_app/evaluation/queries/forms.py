"""Reads: the form in force, when it may be answered and by whom, what the office has to read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import aliased, selectinload

from training_app.bookings.queries.bookings import active_booking
from training_app.clock import local
from training_app.evaluation.models import (
    Asking,
    EvaluationAlarm,
    InstrumentVersion,
    Pairing,
    Publication,
    Response,
)
from training_app.evaluation.rules.answers import (
    LONGEST_WINDOW,
    Evaluated,
    Facts,
    Moment,
    Window,
    refusal,
    window_after,
)
from training_app.evaluation.rules.publishing import why_publish
from training_app.extensions import db
from training_app.people.models import Person
from training_app.people.queries import agency_on
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus
from training_app.registers.models import AttendanceMark
from training_app.registers.queries.marks import (
    expected_at,
    is_expected,
    people_who_came,
    sessions_attended_by,
    sessions_expecting,
)

STANDARD = "standard"
EVALUATED = {
    EvaluationMode.STANDARD: Evaluated.HERE,
    EvaluationMode.SEPARATE: Evaluated.SEPARATELY,
    EvaluationMode.NONE: Evaluated.NOT_AT_ALL,
}


def session_with_parts(session_id: int) -> TrainingSession:
    """A session that people may know of, with its course and parts. A draft is not found."""
    return db.session.scalars(
        select(TrainingSession)
        .where(TrainingSession.id == session_id, TrainingSession.status != SessionStatus.DRAFT)
        .options(selectinload(TrainingSession.parts), selectinload(TrainingSession.course))
    ).one()


def current_version(instrument: str = STANDARD) -> InstrumentVersion:
    """The version people are asked now, with its questions."""
    return db.session.scalars(
        select(InstrumentVersion)
        .where(InstrumentVersion.instrument == instrument)
        .order_by(InstrumentVersion.number.desc())
        .limit(1)
        .options(selectinload(InstrumentVersion.questions))
    ).one()


def version_shown(version_id: int | None) -> InstrumentVersion:
    """The version a person had before them when they answered, where it is one of the standard form's."""
    version = db.session.get(InstrumentVersion, version_id) if version_id is not None else None
    return version if version is not None and version.instrument == STANDARD else current_version()


def window_of(session: TrainingSession) -> Window:
    """When after-forms are taken. A session with self-paced parts only ends with its last day."""
    return window_after(session.ends_at)


def came(session_id: int, person_id: int) -> bool:
    """Does the register say that this person came, to the whole or a part?"""
    return db.session.scalar(select(_marks(session_id, person_id).exists())) or False


def _marks(session_id: int, person_id: int) -> Select[AttendanceMark]:
    return select(AttendanceMark).where(
        AttendanceMark.session_id == session_id,
        AttendanceMark.person_id == person_id,
        AttendanceMark.came(),
    )


def agency_on_the_day(session: TrainingSession, person_id: int) -> int | None:
    """The agency as at that day: what the register says, else the booking, else the post held on the last day."""
    marked = db.session.scalar(
        _marks(session.id, person_id)
        .where(AttendanceMark.agency_id.is_not(None))
        .with_only_columns(AttendanceMark.agency_id)
        .order_by(AttendanceMark.part_id.desc())
        .limit(1)
    )
    booked = active_booking(session.id, person_id)
    agency_id = marked if marked is not None else booked.agency_id if booked else None
    if agency_id is not None:
        return agency_id
    agency = agency_on(person_id, session.last_day)
    return agency.id if agency else None


def has_answered(session_id: int, person_id: int, form: Moment) -> bool:
    answered = (
        select(Response.id)
        .join(Pairing, Pairing.pairing_id == Response.pairing_id)
        .where(Pairing.session_id == session_id, Pairing.person_id == person_id, Response.moment == form)
    )
    return db.session.scalar(select(answered.exists())) or False


def rated_before(person_id: int, session_ids: Collection[int]) -> dict[int, datetime]:
    """To which of these sessions this person has sent the form before them, and when."""
    rows = db.session.execute(_rated_before(), {"person_id": person_id, "session_ids": session_ids})
    return {session_id: at for session_id, at in rows}


@cache
def _rated_before() -> Select[int, datetime]:
    return (
        select(Pairing.session_id, Response.submitted_at)
        .join(Response, Response.pairing_id == Pairing.pairing_id)
        .where(
            Pairing.person_id == bindparam("person_id"),
            Pairing.session_id.in_(bindparam("session_ids", expanding=True)), Response.moment == Moment.BEFORE,
        )
    )


def has_answered_as(pairing_id: UUID, form: Moment) -> bool:
    answered = select(Response.id).where(Response.pairing_id == pairing_id, Response.moment == form)
    return db.session.scalar(select(answered.exists())) or False


def facts_for(session: TrainingSession, person_id: int | None, form: Moment) -> Facts:
    """What decides whether this person may answer. Nobody in particular: a paper form, keyed in without a name.

    Whoever calls to write holds the session, so that a booking is not cancelled meanwhile.
    """
    return Facts(
        evaluated=EVALUATED[session.evaluation_mode],
        cancelled=session.is_cancelled,
        starts_at=session.begins_at,
        window=window_of(session),
        answered=person_id is not None and has_answered(session.id, person_id, form),
        came=person_id is None or came(session.id, person_id) or is_expected(session.id, person_id),
        booked=person_id is not None and active_booking(session.id, person_id) is not None,
    )


def forms_returned(session_ids: Collection[int]) -> dict[int, int]:
    """After-forms returned by session, 0 included. Their number is not content: whoever may see the session sees it."""
    rows = db.session.execute(
        select(Response.session_id, func.count())
        .where(Response.session_id.in_(session_ids), Response.is_returned())
        .group_by(Response.session_id)
    )
    return dict.fromkeys(session_ids, 0) | {session_id: forms for session_id, forms in rows}


def pairs_returned(session_ids: Collection[int]) -> dict[int, int]:
    """People who sent both a form before and a form after, by session, 0 included. What is in doubt makes no pair."""
    before = aliased(Response)
    rows = db.session.execute(
        select(Response.session_id, func.count())
        .join(before, and_(before.pairing_id == Response.pairing_id, before.moment == Moment.BEFORE))
        .where(Response.session_id.in_(session_ids), Response.moment == Moment.AFTER, Response.is_in_no_doubt())
        .group_by(Response.session_id)
    )
    return dict.fromkeys(session_ids, 0) | {session_id: pairs for session_id, pairs in rows}


def with_made_up_forms(session_ids: Collection[int]) -> set[int]:
    """Which of these sessions have a form after that was made up for a demonstration."""
    made_up = select(Response.session_id).where(
        Response.session_id.in_(session_ids), Response.moment == Moment.AFTER, Response.generated
    )
    return set(db.session.scalars(made_up.distinct()))


def latest_publication(session_id: int) -> Publication | None:
    """The latest publishing of a session; None where nothing was published."""
    return db.session.scalar(
        select(Publication).where(Publication.session_id == session_id).order_by(Publication.id.desc()).limit(1)
    )


def sessions_to_publish(now: datetime) -> list[int]:
    """Ids of the sessions whose publishing is due, lowest first. Also those that a lost publishing left behind."""
    latest = select(func.max(Publication.id)).group_by(Publication.session_id)
    published = (
        select(Publication.session_id, Publication.forms, Publication.pairs)
        .where(Publication.id.in_(latest))
        .subquery()
    )
    forms = func.count().filter(Response.moment == Moment.AFTER)
    # Forms that were in doubt may have become pairs since.
    joined = select(EvaluationAlarm.session_id).where(EvaluationAlarm.joined.is_(True))
    rows = db.session.execute(
        select(Response.session_id, forms, published.c.forms, published.c.pairs)
        .outerjoin(published, published.c.session_id == Response.session_id)
        .group_by(Response.session_id, published.c.forms, published.c.pairs)
        .having(or_(published.c.forms.is_(None), forms > published.c.forms, Response.session_id.in_(joined)))
    ).all()
    pairs = pairs_returned([one.session_id for one in rows])
    waiting = {one: (number, before, pairs[one] - (held or 0)) for one, number, before, held in rows}
    sessions = db.session.scalars(
        select(TrainingSession)
        .where(TrainingSession.id.in_(waiting))
        .order_by(TrainingSession.id)
        .options(selectinload(TrainingSession.parts))
    )
    return [one.id for one in sessions if _is_due(waiting[one.id], window_of(one).is_over(now))]


def _is_due(waiting: tuple[int, int | None, int], is_over: bool) -> bool:
    forms, published, more_pairs = waiting
    return why_publish(forms, published, is_over, more_pairs) is not None


@dataclass(frozen=True)
class OpenEvaluation:
    """A form that is asked of a person now."""

    session: TrainingSession
    closes_at: datetime


def open_evaluations_for(person_id: int, now: datetime) -> list[OpenEvaluation]:
    """The forms this person may answer now, the one that closes first at the head."""
    recent = local(now - LONGEST_WINDOW).date() - timedelta(days=1)
    answered = (
        select(Pairing.session_id)
        .join(Response, Response.pairing_id == Pairing.pairing_id)
        .where(Pairing.person_id == person_id, Response.moment == Moment.AFTER)
    )
    sessions = db.session.scalars(
        select(TrainingSession)
        .where(
            TrainingSession.id.in_([*sessions_attended_by(person_id), *sessions_expecting(person_id, recent)]),
            TrainingSession.last_day >= recent,
            TrainingSession.id.not_in(answered),
        )
        .options(selectinload(TrainingSession.parts), selectinload(TrainingSession.course))
    )
    asked = []
    for session in sessions:
        facts = Facts(
            EVALUATED[session.evaluation_mode], session.is_cancelled,
            session.begins_at, window_of(session), answered=False, came=True, booked=False,
        )
        if refusal(Moment.AFTER, facts, now) is None:
            asked.append(OpenEvaluation(session, facts.window.closes_at))
    return sorted(asked, key=lambda one: (one.closes_at, one.session.id))


def sessions_to_ask_about(now: datetime) -> list[int]:
    """Ids of the sessions that have ended and whose form is open, lowest first."""
    today = local(now).date()
    sessions = db.session.scalars(
        select(TrainingSession)
        .where(
            TrainingSession.last_day.between(today - LONGEST_WINDOW, today),
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.evaluation_mode == EvaluationMode.STANDARD,
        )
        .options(selectinload(TrainingSession.parts))
        .order_by(TrainingSession.id)
    )
    return [one.id for one in sessions if window_of(one).is_open(now)]


def people_to_ask(session_id: int) -> Sequence[Person]:
    """Whom the register names as having come or, where it is still open, who is expected to have.

    Only people with an e-mail of their own who have neither answered nor been asked.
    """
    there = [*people_who_came(session_id), *expected_at(session_id)]
    answered = (
        select(Pairing.person_id)
        .join(Response, Response.pairing_id == Pairing.pairing_id)
        .where(Pairing.session_id == session_id, Response.moment == Moment.AFTER)
    )
    asked = select(Asking.person_id).where(Asking.session_id == session_id, Asking.moment == Moment.AFTER)
    query = select(Person).where(
        Person.id.in_(there), Person.email.is_not(None), Person.generated.is_(False),
        Person.id.not_in(answered), Person.id.not_in(asked),
    )
    return db.session.scalars(query.order_by(Person.id)).all()
