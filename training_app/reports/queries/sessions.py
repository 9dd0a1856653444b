from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import selectinload

from training_app.clock import local
from training_app.extensions import db
from training_app.programme.models import BusinessPlan, TrainingSession
from training_app.programme.queries.sessions import PUBLISHED, to_come_of
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import time_of_day
from training_app.registers.queries.marks import attendances_by_session
from training_app.registers.rules.attendances import attendances_of
from training_app.reports.models import StatedFact
from training_app.reports.rules.tally import SessionLine


def session_lines(year: BusinessYear, now: datetime) -> list[SessionLine]:
    """Every published session whose last part fell in the year, beside the programme or in it, by date.

    Of one that is not over nothing is counted yet, whoever is marked so far.
    """
    sessions = list(
        db.session.scalars(
            select(TrainingSession)
            .where(PUBLISHED, TrainingSession.in_year(year))
            .options(
                selectinload(TrainingSession.course),
                selectinload(TrainingSession.provider),
                selectinload(TrainingSession.priorities),
            )
            .order_by(TrainingSession.first_day, TrainingSession.starts_at, TrainingSession.id)
        )
    )
    attendances = attendances_by_session([session.id for session in sessions])
    to_come = to_come_of(sessions, now)
    attendances |= dict.fromkeys(to_come, attendances_of(None, None))
    return [
        SessionLine(
            session_id=session.id,
            course_title=session.course.title,
            strand=session.strand,
            format=session.format,
            last_day=session.last_day,
            time_of_day=time_of_day(session.starts_at),
            capacity=session.capacity,
            provider=session.provider.name if session.provider else "",
            in_programme=session.counts_in_programme,
            evaluation_mode=session.evaluation_mode,
            no_data_reason=session.no_data_reason,
            priorities=tuple(priority.name for priority in session.priorities),
            attendances=attendances[session.id],
            is_today=session.id in to_come and session.last_day == local(now).date(),
        )
        for session in sessions
    ]


def priorities_in_force(year: BusinessYear) -> list[str]:
    """Names of the priorities of every plan that ran on some day of the year, in the plans' order."""
    plans = db.session.scalars(
        select(BusinessPlan)
        .where(BusinessPlan.starts_on <= year.last_day, BusinessPlan.ends_on >= year.first_day)
        .options(selectinload(BusinessPlan.priorities))
        .order_by(BusinessPlan.starts_on)
    )
    return [priority.name for plan in plans for priority in plan.priorities]


def stated_facts(year: BusinessYear, *, withdrawn: bool = False) -> Sequence[StatedFact]:
    """Facts the office has stated for the year; with `withdrawn`, also those taken back."""
    return db.session.scalars(
        select(StatedFact)
        .where(
            StatedFact.business_year == year.first_calendar_year,
            true() if withdrawn else StatedFact.withdrawn_at.is_(None),
        )
        .order_by(StatedFact.kind, StatedFact.dated, StatedFact.id)
    ).all()


def stated_fact(year: BusinessYear, fact_id: int) -> StatedFact:
    """One fact of the year. Raises NoResultFound."""
    query = select(StatedFact).where(
        StatedFact.id == fact_id, StatedFact.business_year == year.first_calendar_year
    )
    return db.session.execute(query).scalar_one()
