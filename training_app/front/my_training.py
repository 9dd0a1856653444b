"""My training: what is asked of me now, and what I have done."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import render_template
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from training_app import clock
from training_app.evaluation.queries import open_evaluations_for
from training_app.extensions import db
from training_app.front.blueprint import blueprint
from training_app.programme.models import SessionPart, TrainingSession
from training_app.programme.rules import BusinessYear
from training_app.registers.models import AttendanceMark
from training_app.registers.queries import sessions_attended_by
from training_app.registers.rules import Mark
from training_app.web.access import signed_in


@dataclass(frozen=True)
class Attended:
    """A session someone came to. Hours are those of its dated parts; of self-paced ones nobody knows the length."""

    session: TrainingSession
    came_to_all: bool
    hours: float | None
    hours_of_all: float | None


@blueprint.get("/my")
@signed_in
def my_training() -> str:
    person_id = current_user.person_id
    asked = open_evaluations_for(person_id, clock.now()) if person_id is not None else []
    done = _attended(person_id) if person_id is not None else []
    year = BusinessYear.of(clock.today())
    this_year = [one for one in done if one.session.business_year == year]
    return render_template(
        "front/my_training.html", asked=asked, attended=done, year=year, sessions_this_year=len(this_year),
        hours_this_year=sum(one.hours or 0 for one in this_year),
    )


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
            AttendanceMark.superseded_at.is_(None),
        )
    )
    return {part_id: mark for part_id, mark in rows}


def _as_attended(session: TrainingSession, marks: dict[int, Mark]) -> Attended:
    # A part without a mark is one nobody kept a register of, so it is not held against the person.
    full = [part for part in session.parts if marks.get(part.id, Mark.ATTENDED) is Mark.ATTENDED]
    sure = [part for part in full if part.id in marks]
    came_to_all = len(full) == len(session.parts)
    return Attended(session, came_to_all, _hours(sure) if sure else None, _hours(session.parts))


def _hours(parts: Collection[SessionPart]) -> float | None:
    lengths = [
        datetime.combine(date.min, part.ends_at) - datetime.combine(date.min, part.starts_at)
        for part in parts
        if part.starts_at is not None and part.ends_at is not None
    ]
    return sum(lengths, timedelta()) / timedelta(hours=1) if lengths else None
