"""Sessions and their parts, priorities, agencies and posts."""

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from training_app.agencies.models import Agency, AgencyAlias
from training_app.audit.models import AuditEntry
from training_app.doctor.checking import Check, rows_of
from training_app.people.models import Post
from training_app.programme.models import (
    BusinessPlan,
    FieldSetByHand,
    Priority,
    PriorityAlias,
    SessionMovedFrom,
    SessionPart,
    TrainingSession,
    session_priority,
)


def _days_differ() -> Select[int]:
    first, last = func.min(SessionPart.on_day), func.max(SessionPart.on_day)
    return (
        select(TrainingSession.id)
        .join(SessionPart, SessionPart.session_id == TrainingSession.id)
        .where(SessionPart.on_day.is_not(None))
        .group_by(TrainingSession.id, TrainingSession.first_day, TrainingSession.last_day)
        .having(or_(TrainingSession.first_day != first, TrainingSession.last_day != last))
    )


def _priorities_out_of_force() -> Select[int]:
    return (
        select(TrainingSession.id)
        .join(session_priority, session_priority.c.session_id == TrainingSession.id)
        .join(Priority, Priority.id == session_priority.c.priority_id)
        .join(BusinessPlan, BusinessPlan.id == Priority.plan_id)
        .where(~TrainingSession.last_day.between(BusinessPlan.starts_on, BusinessPlan.ends_on))
        .group_by(TrainingSession.id)
    )


def _set_without_audit() -> Select[int]:
    noted = select(AuditEntry.id).where(
        AuditEntry.subject_type == "training_session", AuditEntry.subject_id == FieldSetByHand.session_id,
        AuditEntry.at == FieldSetByHand.set_at,
    )
    return select(FieldSetByHand.session_id).where(~noted.exists()).group_by(FieldSetByHand.session_id)


def _moved_from_where_it_is() -> Select[int]:
    return (
        select(TrainingSession.id)
        .join(SessionMovedFrom, SessionMovedFrom.session_id == TrainingSession.id)
        .where(
            SessionMovedFrom.first_day == TrainingSession.first_day,
            SessionMovedFrom.starts_at == TrainingSession.starts_at,
        )
    )


def _same_priority_name() -> Select[int]:
    """Within one plan a name, or another name of it, means one priority."""
    named = (
        select(Priority.plan_id, Priority.id, func.lower(Priority.name).label("name"))
        .union(
            select(Priority.plan_id, Priority.id, func.lower(PriorityAlias.name)).join(
                PriorityAlias, PriorityAlias.priority_id == Priority.id
            )
        )
        .subquery()
    )
    twice = func.count(named.c.id.distinct()) > 1
    return select(func.max(named.c.id)).group_by(named.c.plan_id, named.c.name).having(twice)


def _plans_overlap() -> Select[int]:
    other = aliased(BusinessPlan)
    return (
        select(BusinessPlan.id)
        .join(other, and_(other.id < BusinessPlan.id, other.starts_on <= BusinessPlan.ends_on))
        .where(other.ends_on >= BusinessPlan.starts_on)
        .group_by(BusinessPlan.id)
    )


def _merged_in_a_circle() -> Select[int]:
    """An agency that merged into itself, or into one that merged into it."""
    into = aliased(Agency)
    return (
        select(Agency.id)
        .outerjoin(into, into.id == Agency.merged_into_id)
        .where(or_(Agency.merged_into_id == Agency.id, into.merged_into_id == Agency.id))
    )


CHECKS = (
    Check(
        "days-of-parts", "A session's first and last day are those of its dated parts.", "session",
        rows_of(_days_differ()),
    ),
    Check(
        "days-in-order", "A session does not end before it begins, nor does a part.", "session",
        rows_of(
            select(TrainingSession.id)
            .outerjoin(SessionPart, SessionPart.session_id == TrainingSession.id)
            .where(
                or_(
                    TrainingSession.first_day > TrainingSession.last_day, SessionPart.starts_at >= SessionPart.ends_at
                )
            )
            .group_by(TrainingSession.id)
        ),
    ),
    Check(
        "parts-dated-or-not", "A part has a day and times, or none of them.", "session",
        rows_of(
            select(SessionPart.session_id)
            .where(
                or_(
                    (SessionPart.on_day.is_(None)) != (SessionPart.starts_at.is_(None)),
                    (SessionPart.on_day.is_(None)) != (SessionPart.ends_at.is_(None)),
                )
            )
            .group_by(SessionPart.session_id)
        ),
    ),
    Check(
        "headcount-or-reason", "A session has a headcount or a reason why there is none, and never both.", "session",
        rows_of(
            select(TrainingSession.id).where(
                TrainingSession.headcount.is_not(None), TrainingSession.no_data_reason.is_not(None)
            )
        ),
    ),
    Check(
        "numbers-not-negative", "No session has a capacity or a headcount below nought.", "session",
        rows_of(select(TrainingSession.id).where(or_(TrainingSession.capacity < 0, TrainingSession.headcount < 0))),
    ),
    Check(
        "priorities-in-force", "A session serves only priorities of a plan in force on its last day.", "session",
        rows_of(_priorities_out_of_force()),
    ),
    Check(
        "set-by-hand-in-audit", "Who set a field of a session by hand stands in the audit.", "session",
        rows_of(_set_without_audit()),
    ),
    Check(
        "moved-sessions-begin-elsewhere", "A session was not moved away from the day and start at which it begins.",
        "session", rows_of(_moved_from_where_it_is()),
    ),
    Check("plans-follow", "Business plans do not overlap.", "business plan", rows_of(_plans_overlap())),
    Check(
        "priority-names-differ", "Within a plan, a name or another name means one priority.", "priority",
        rows_of(_same_priority_name()),
    ),
    Check(
        "aliases-differ", "What people write for an agency means one agency.", "agency",
        rows_of(
            select(func.max(AgencyAlias.agency_id)).group_by(AgencyAlias.comparable).having(func.count() > 1)
        ),
    ),
    Check(
        "agencies-merge-forward", "No agency merged into itself, by one step or two.", "agency",
        rows_of(_merged_in_a_circle()),
    ),
    Check(
        "posts-run-forward", "A post does not end before it begins.", "post",
        rows_of(select(Post.id).where(Post.ended_on < Post.started_on)),
    ),
)
