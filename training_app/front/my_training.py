"""My training: offers to answer, what is coming, what is asked of me now, and what I have done."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import render_template
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from training_app import clock
from training_app.bookings.models import Booking, Offer
from training_app.bookings.queries import bookings_of_person, positions_in_line
from training_app.bookings.rules import ACTIVE, BookingState
from training_app.bookings.wording import mark_of, place_in_line
from training_app.clock import LOCAL_ZONE
from training_app.evaluation.queries.forms import open_evaluations_for, rated_before
from training_app.extensions import db
from training_app.front.blueprint import blueprint
from training_app.programme.models import SessionPart, TrainingSession
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import EvaluationMode
from training_app.programme.wording import minutes_together
from training_app.registers.models import AttendanceMark
from training_app.registers.queries.marks import sessions_attended_by
from training_app.registers.rules import Mark
from training_app.web.access import signed_in


@dataclass(frozen=True)
class Attended:
    """A session someone came to. Hours are those of its dated parts; of self-paced ones nobody knows the length."""

    session: TrainingSession
    came_to_all: bool
    hours: float | None
    hours_of_all: float | None


@dataclass(frozen=True)
class Coming:
    """A session someone has booked and that is not over: with a place, an offer of one, or in the line."""

    booking: Booking
    mark: str
    in_line: str
    offer: Offer | None
    may_cancel: bool

    @property
    def session(self) -> TrainingSession:
        return self.booking.session


@blueprint.get("/my")
@signed_in
def my_training() -> str:
    person_id = current_user.person_id
    asked = open_evaluations_for(person_id, clock.now()) if person_id is not None else []
    done = _attended(person_id) if person_id is not None else []
    bookings = bookings_of_person(person_id) if person_id is not None else []
    year = BusinessYear.of(clock.today())
    this_year = [one for one in done if one.session.business_year == year]
    return render_template(
        "front/my_training.html", asked=asked, asked_before=_asked_before(bookings, clock.now()), attended=done,
        year=year, sessions_this_year=len(this_year), coming=_coming(bookings, clock.now()),
        ended=_ended(bookings, clock.now()),
        hours_this_year=sum(one.hours or 0 for one in this_year),
    )


def _asked_before(bookings: Sequence[Booking], now: datetime) -> list[TrainingSession]:
    """Sessions to come whose form before them this person has not sent; the soonest first."""
    sessions = [
        one.session
        for one in bookings
        if one.state is BookingState.CONFIRMED
        and one.session.evaluation_mode is EvaluationMode.STANDARD
        and now < one.session.begins_at
    ]
    sent = rated_before(bookings[0].person_id, [one.id for one in sessions]) if sessions else {}
    return [one for one in sessions if one.id not in sent]


def _coming(bookings: Sequence[Booking], now: datetime) -> list[Coming]:
    """Bookings of sessions to come: offers that wait for an answer first, then by date."""
    to_come = [one for one in bookings if one.state in ACTIVE and one.session.ends_at > now]
    positions = positions_in_line(one for one in to_come if one.state is BookingState.WAITLISTED)
    coming = [_as_coming(one, positions.get(one.id, 0), now) for one in to_come]
    return sorted(coming, key=lambda one: one.offer is None)


def _as_coming(booking: Booking, position: int, now: datetime) -> Coming:
    live = booking.state is BookingState.OFFERED and booking.offers[-1].expires_at > now
    return Coming(
        booking,
        mark=mark_of(booking),
        in_line=place_in_line(position) if position else "",
        offer=booking.offers[-1] if live else None,
        may_cancel=now < booking.session.begins_at,
    )


def _ended(bookings: Sequence[Booking], now: datetime) -> list[tuple[str, Booking]]:
    """Requests for sessions of the last year that ended without a place, the latest session first."""
    since = (now - timedelta(days=365)).astimezone(LOCAL_ZONE).date()
    ended = [
        (mark_of(one), one)
        for one in reversed(bookings)
        if one.state not in ACTIVE and one.session.last_day >= since
    ]
    return ended[:10]


def _attended(person_id: int) -> list[Attended]:
    """What the register says this person came to, latest first."""
    ids = sessions_attended_by(person_id)
    sessions = {
        one.id: one
        for one in db.session.scalars(
            select(TrainingSession)
            .where(TrainingSession.id.in_(ids))
            .options(selectinload(TrainingSession.parts), selectinload(TrainingSession.course))
        )
    }
    marks = _marks_by_part(person_id, ids)
    return [_as_attended(sessions[session_id], marks) for session_id in ids]


def _marks_by_part(person_id: int, session_ids: Collection[int]) -> dict[int, Mark]:
    rows = db.session.execute(
        select(AttendanceMark.part_id, AttendanceMark.mark).where(
            AttendanceMark.person_id == person_id,
            AttendanceMark.session_id.in_(session_ids),
            AttendanceMark.stands(),
        )
    )
    return {part_id: mark for part_id, mark in rows}


def _as_attended(session: TrainingSession, marks: dict[int, Mark]) -> Attended:
    # A part without a mark is one nobody kept a register of, so it is not held against the person.
    full = [part for part in session.parts if marks.get(part.id, Mark.ATTENDED) is Mark.ATTENDED]
    sure = [part for part in full if part.id in marks]
    came_to_all = len(full) == len(session.parts)
    return Attended(session, came_to_all, _hours(sure) if sure else None, _hours(session.parts))


def _hours(parts: Iterable[SessionPart]) -> float | None:
    minutes = minutes_together(parts)
    return None if minutes is None else minutes / 60
