"""Marks, and the learning record that follows a closed register."""

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    SQLColumnExpression,
    String,
    Subquery,
    and_,
    case,
    cast,
    extract,
    func,
    or_,
    select,
)

from training_app.agencies.rules import Area
from training_app.audit.models import AuditEntry
from training_app.bookings.models import Booking
from training_app.doctor.checking import Check, not_loaded_with_demonstration, rows_of
from training_app.programme.models import SessionPart, TrainingSession
from training_app.programme.rules.sessions import SessionStatus
from training_app.records.models import Completion
from training_app.records.rules import CompletionSource
from training_app.registers.models import AttendanceMark, RegisterChange
from training_app.registers.rules.marks import Mark, RegisterState

# Said here once more rather than taken from the model: the doctor would not see a fault in what it shares.
LIVE_MARK = AttendanceMark.superseded_at.is_(None)
LIVE_COMPLETION = and_(Completion.withdrawn_at.is_(None), Completion.source == CompletionSource.SESSION)


def _marked_twice() -> Select[int]:
    live = select(func.max(AttendanceMark.id)).where(LIVE_MARK)
    return live.group_by(AttendanceMark.part_id, AttendanceMark.person_id).having(func.count() > 1)


def _on_a_part_of_another_session() -> Select[int]:
    return (
        select(AttendanceMark.id)
        .join(SessionPart, SessionPart.id == AttendanceMark.part_id)
        .where(SessionPart.session_id != AttendanceMark.session_id)
    )


def _of_another_booking() -> Select[int]:
    return (
        select(AttendanceMark.id)
        .join(Booking, Booking.id == AttendanceMark.booking_id)
        .where(
            or_(
                Booking.session_id != AttendanceMark.session_id, Booking.person_id != AttendanceMark.person_id
            )
        )
    )


def _latest() -> Select[int]:
    return select(func.max(RegisterChange.id)).group_by(RegisterChange.session_id)


def _closed() -> Select[int]:
    return select(RegisterChange.session_id).where(
        RegisterChange.id.in_(_latest()), RegisterChange.state == RegisterState.CLOSED
    )


def _completers() -> Subquery:
    """Who was marked as attended on every part a register is kept of: those with a day or, where none has, all."""
    dated = func.count(SessionPart.on_day)
    needed = (
        select(
            SessionPart.session_id, dated.label("dated"), case((dated > 0, dated), else_=func.count()).label("parts")
        )
        .group_by(SessionPart.session_id)
        .subquery()
    )
    attended = func.sum(case((AttendanceMark.mark == Mark.ATTENDED, 1), else_=0))
    to_be_marked = or_(SessionPart.on_day.is_not(None), needed.c.dated == 0)
    return (
        select(AttendanceMark.session_id, AttendanceMark.person_id)
        .join(needed, needed.c.session_id == AttendanceMark.session_id)
        .join(SessionPart, SessionPart.id == AttendanceMark.part_id)
        .where(LIVE_MARK, to_be_marked)
        .group_by(AttendanceMark.session_id, AttendanceMark.person_id, needed.c.parts)
        .having(and_(func.count() == needed.c.parts, attended == needed.c.parts))
        .subquery()
    )


def _not_recorded() -> Select[int]:
    done = _completers()
    recorded = select(Completion.id).where(
        LIVE_COMPLETION, Completion.session_id == done.c.session_id, Completion.person_id == done.c.person_id
    )
    missing = select(done.c.session_id).where(done.c.session_id.in_(_closed()), ~recorded.exists())
    return missing.group_by(done.c.session_id)


def _not_completed() -> Select[int]:
    done = _completers()
    came = select(done.c.person_id).where(
        done.c.session_id == Completion.session_id, done.c.person_id == Completion.person_id
    )
    return select(Completion.id).where(LIVE_COMPLETION, Completion.session_id.in_(_closed()), ~came.exists())


def _never_closed() -> Select[int]:
    closed = select(RegisterChange.id).where(
        RegisterChange.session_id == Completion.session_id, RegisterChange.state == RegisterState.CLOSED
    )
    return select(Completion.id).where(LIVE_COMPLETION, ~closed.exists())


def _of_another_course() -> Select[int]:
    return (
        select(Completion.id)
        .join(TrainingSession, TrainingSession.id == Completion.session_id)
        .where(TrainingSession.course_id != Completion.course_id)
    )


def _minutes_of() -> Subquery:
    """How long the dated parts of each session last together; nothing where none has times."""
    hours = extract("hour", SessionPart.ends_at) - extract("hour", SessionPart.starts_at)
    minutes = extract("minute", SessionPart.ends_at) - extract("minute", SessionPart.starts_at)
    return (
        select(SessionPart.session_id, cast(func.sum(hours * 60 + minutes), Integer).label("minutes"))
        .group_by(SessionPart.session_id)
        .subquery()
    )


def _of_another_day_or_length() -> Select[int]:
    lasts = _minutes_of()
    return (
        select(Completion.id)
        .join(TrainingSession, TrainingSession.id == Completion.session_id)
        .outerjoin(lasts, lasts.c.session_id == TrainingSession.id)
        .where(
            LIVE_COMPLETION, Completion.session_id.in_(_closed()),
            or_(
                Completion.completed_on != TrainingSession.last_day,
                Completion.minutes.is_distinct_from(lasts.c.minutes),
            ),
        )
    )


def _attended_though_cancelled() -> Select[int]:
    marked = select(AttendanceMark.id).where(LIVE_MARK, AttendanceMark.session_id == TrainingSession.id)
    completed = select(Completion.id).where(LIVE_COMPLETION, Completion.session_id == TrainingSession.id)
    return select(TrainingSession.id).where(
        TrainingSession.status == SessionStatus.CANCELLED, or_(marked.exists(), completed.exists())
    )


def _completed_twice() -> Select[int]:
    live = select(func.max(Completion.id)).where(LIVE_COMPLETION)
    return live.group_by(Completion.person_id, Completion.session_id).having(func.count() > 1)


def _not_alternating() -> Select[int]:
    """Before the first change a register is open, so the first one closes it."""
    changes = select(
        RegisterChange.session_id,
        cast(RegisterChange.state, String).label("state"),
        func.lag(cast(RegisterChange.state, String), 1, RegisterState.OPEN.value)
        .over(partition_by=RegisterChange.session_id, order_by=RegisterChange.id)
        .label("before"),
    ).subquery()
    return select(changes.c.session_id).where(changes.c.state == changes.c.before).group_by(changes.c.session_id)


def _without_audit() -> Select[int]:
    noted = select(AuditEntry.id).where(
        AuditEntry.subject_type == "training_session", AuditEntry.subject_id == RegisterChange.session_id,
        AuditEntry.at == RegisterChange.at,
        AuditEntry.action == case(
            (RegisterChange.state == RegisterState.CLOSED, "register.closed"), else_="register.reopened"
        ),
    )
    return select(RegisterChange.id).where(~noted.exists(), not_loaded_with_demonstration(RegisterChange.at))


def _half_of(agency_id: SQLColumnExpression[int | None], area: SQLColumnExpression[Area | None]) -> ColumnElement[bool]:
    return (agency_id.is_(None)) != (area.is_(None))


CHECKS = (
    Check(
        "one-live-mark", "The register says one thing of a person at a part.", "mark", rows_of(_marked_twice())
    ),
    Check(
        "taken-off-is-off", "A mark that stands is not of someone taken off the register.", "mark",
        rows_of(select(AttendanceMark.id).where(LIVE_MARK, AttendanceMark.taken_off)),
    ),
    Check(
        "marks-on-own-parts", "A mark is on a part of its own session.", "mark",
        rows_of(_on_a_part_of_another_session()),
    ),
    Check(
        "marks-of-own-bookings", "The booking that a mark names is of the same person and session.", "mark",
        rows_of(_of_another_booking()),
    ),
    Check(
        "corrections-run-forward", "A mark was not superseded before it was made.", "mark",
        rows_of(select(AttendanceMark.id).where(AttendanceMark.superseded_at < AttendanceMark.marked_at)),
    ),
    Check(
        "marks-know-agency-and-area", "A mark holds agency and area as at that day, or neither.", "mark",
        rows_of(
            select(AttendanceMark.id).where(_half_of(AttendanceMark.agency_id, AttendanceMark.area))
        ),
    ),
    Check(
        "bookings-know-agency-and-area", "A booking holds agency and area as at that day, or neither.", "booking",
        rows_of(select(Booking.id).where(_half_of(Booking.agency_id, Booking.area))),
    ),
    Check(
        "closed-registers-recorded", "Whoever attended every part of a closed register has it on their record.",
        "session", rows_of(_not_recorded()),
    ),
    Check(
        "records-agree-with-registers", "What a closed register wrote on a record, the register says.",
        "completion", rows_of(_not_completed()),
    ),
    Check(
        "records-from-closed-registers", "Only a register that was closed has written on records.", "completion",
        rows_of(_never_closed()),
    ),
    Check(
        "completions-of-own-course", "A completion is of the course of its session.", "completion",
        rows_of(_of_another_course()),
    ),
    Check(
        "completions-of-day-and-length", "What a closed register wrote has the last day and the length of its session.",
        "completion", rows_of(_of_another_day_or_length()),
    ),
    Check(
        "nobody-attends-what-is-cancelled", "A cancelled session has no marks and stands on no record.", "session",
        rows_of(_attended_though_cancelled()),
    ),
    Check(
        "completed-once", "A session stands once on a person's record.", "completion", rows_of(_completed_twice())
    ),
    Check(
        "registers-open-and-close", "A register is closed, then opened, then closed, and never twice the same.",
        "session", rows_of(_not_alternating()),
    ),
    Check(
        "reopened-with-a-reason", "A register is opened again with a reason.", "register change",
        rows_of(
            select(RegisterChange.id).where(RegisterChange.state == RegisterState.OPEN, RegisterChange.why == "")
        ),
    ),
    Check(
        "registers-in-audit", "Who closed or opened a register stands in the audit.", "register change",
        rows_of(_without_audit()),
    ),
)
