"""Closing a register writes the learning record; reopening needs a reason; closing again puts the record right."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.registers.acts import (
    DAY,
    DURING,
    ENDED,
    a_day,
    book_for,
    close,
    live,
    marks,
    morning_session,
    save,
    sent_row,
)
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.records.models import Completion
from training_app.records.queries import completions_of_session
from training_app.registers.commands import register as register_commands
from training_app.registers.commands.marks import NotNow
from training_app.registers.models import RegisterChange
from training_app.registers.queries.marks import attendances_by_session, is_closed
from training_app.registers.rules.attendances import Basis
from training_app.registers.rules.marks import Mark, WhyNotNow

HERE, PART, ABSENT = Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT


def _who(session: TrainingSession) -> set[str]:
    return {one.person.name for one in completions_of_session(session.id)}


def reopen(session, why="The list on paper says otherwise", *, by, now=ENDED, is_office=False) -> None:
    db.session.commit()
    with transaction():
        register_commands.reopen_register(session.id, why, actor_id=by, now=now, is_office=is_office)


def state(session, number, why_none="", *, by, now=DURING) -> None:
    db.session.commit()
    with transaction():
        register_commands.state_number(session.id, number, why_none, actor_id=by, now=now, is_office=False)


def test_those_who_attended_every_part_have_completed_it(trainer):
    session = morning_session(days=(DAY, a_day(7)), self_paced=True)
    whole, half, partly, away = (book_for(session, name).person for name in ("Ann", "Bo", "Cy", "Di"))
    save(session, *(sent_row(session, one, HERE) for one in (whole, half, partly)), by=trainer)
    second = (sent_row(session, whole, HERE, part=1), sent_row(session, half, ABSENT, part=1),
              sent_row(session, partly, PART, part=1))  # fmt: skip
    last = ENDED + timedelta(days=7)
    save(session, *second, by=trainer, now=last)
    change = close(session, by=trainer, now=last, rest_absent=True)
    assert (change.added, change.withdrawn) == (1, 0)
    (completion,) = completions_of_session(session.id)
    assert completion.person_id == whole.id
    assert (completion.completed_on, completion.minutes) == (a_day(7), 360)
    assert (completion.recorded_by_id, completion.agency_id) == (trainer, marks(session)[0].agency_id)
    assert completion.course_id == session.course_id
    assert live(session)[away.name, 1] is ABSENT


def test_unknown_is_not_absent(trainer):
    session = morning_session()
    ann, _ = book_for(session, "Ann"), book_for(session, "Bo")
    save(session, sent_row(session, ann.person, HERE), by=trainer)
    with pytest.raises(Refused, match="Mark everyone"):
        close(session, by=trainer)
    assert not is_closed(session.id) and not _who(session)
    close(session, by=trainer, rest_absent=True)
    assert live(session) == {("Ann", 1): HERE, ("Bo", 1): ABSENT}
    assert _who(session) == {"Ann"}


def test_a_closed_register_takes_no_marks_and_no_number(trainer):
    session = morning_session()
    person = book_for(session).person
    save(session, sent_row(session, person, HERE), by=trainer)
    close(session, by=trainer)
    for act in (
        lambda: save(session, sent_row(session, person, ABSENT, on_page=HERE), by=trainer),
        lambda: state(session, 4, by=trainer),
        lambda: close(session, by=trainer),
    ):
        with pytest.raises(NotNow) as refused:
            act()
        assert refused.value.why is WhyNotNow.CLOSED
    assert len(marks(session)) == 1


def test_opening_again_needs_a_reason_and_closing_again_puts_the_record_right(trainer):
    session = morning_session()
    ann, bo, cy = (book_for(session, name).person for name in ("Ann", "Bo", "Cy"))
    save(session, sent_row(session, ann, HERE), sent_row(session, bo, ABSENT), sent_row(session, cy, HERE), by=trainer)
    close(session, by=trainer)
    kept = {one.person_id: one.id for one in completions_of_session(session.id)}
    with pytest.raises(Refused, match="Say why"):
        reopen(session, "  ", by=trainer)
    with pytest.raises(Refused, match="characters"):
        reopen(session, "y" * 201, by=trainer)
    reopen(session, by=trainer)
    assert _who(session) == {"Ann", "Cy"}, "what people completed stays until the register is closed again"
    save(session, sent_row(session, ann, PART, on_page=HERE), sent_row(session, bo, HERE, on_page=ABSENT), by=trainer)
    change = close(session, by=trainer, now=ENDED + timedelta(days=1))
    assert (change.added, change.withdrawn) == (1, 1)
    assert _who(session) == {"Bo", "Cy"}
    gone = db.session.scalars(select(Completion).where(Completion.withdrawn_at.is_not(None))).one()
    assert (gone.person_id, gone.withdrawn_by_id) == (ann.id, trainer)
    assert gone.withdrawn_why and gone.id == kept[ann.id]
    assert kept[cy.id] in {one.id for one in completions_of_session(session.id)}, "nobody else's was touched"
    changes = db.session.scalars(select(RegisterChange).order_by(RegisterChange.id)).all()
    assert [(one.state, one.actor_id) for one in changes] == [
        ("closed", trainer), ("open", trainer), ("closed", trainer)
    ]
    assert changes[1].why == "The list on paper says otherwise"
    acts = set(db.session.scalars(select(AuditEntry.action)))
    assert {"register.closed", "register.reopened", "completions.settled"} <= acts


def test_an_open_register_is_not_opened_again(trainer):
    session = morning_session()
    with pytest.raises(Refused, match="open already"):
        reopen(session, by=trainer)


def test_after_a_week_it_is_the_offices(trainer):
    session = morning_session()
    person = book_for(session).person
    save(session, sent_row(session, person, HERE), by=trainer)
    close(session, by=trainer)
    late = ENDED + timedelta(days=8)
    with pytest.raises(NotNow) as refused:
        reopen(session, by=trainer, now=late)
    assert refused.value.why is WhyNotNow.OFFICE_ONLY
    reopen(session, by=trainer, now=late, is_office=True)
    assert not is_closed(session.id)


@pytest.mark.parametrize("is_office", [False, True])
def test_not_before_the_last_part_has_ended(trainer, is_office):
    session = morning_session(days=(DAY, a_day(7)))
    person = book_for(session).person
    save(session, sent_row(session, person, HERE), by=trainer)
    last = ENDED + timedelta(days=7)
    for now, sentence in (
        (ENDED, "This session ends on Thursday 18 June 2026 at 12:30pm. Close the register then."),
        (last - timedelta(seconds=1), "This session ends at 12:30pm. Close the register then."),
    ):
        with pytest.raises(Refused) as refused:
            close(session, by=trainer, now=now, rest_absent=True, is_office=is_office)
        assert str(refused.value) == sentence
    assert live(session) == {(person.name, 1): HERE}, "and nobody was marked absent by the way"
    close(session, by=trainer, now=last, rest_absent=True, is_office=is_office)
    assert is_closed(session.id)


def test_elearning_alone_is_closed_after_its_last_day(trainer):
    session = morning_session(self_paced=True)
    session.parts.pop(0)
    person = book_for(session).person
    save(session, sent_row(session, person, HERE), by=trainer)
    midnight = datetime(2026, 6, 11, 23, 0, tzinfo=UTC)  # British Summer Time
    with pytest.raises(Refused, match="ends on Thursday 11 June 2026"):
        close(session, by=trainer, now=midnight - timedelta(seconds=1))
    close(session, by=trainer, now=midnight)
    assert is_closed(session.id)


def test_a_register_without_names_is_closed_on_a_number(trainer):
    session = morning_session()
    with pytest.raises(Refused, match="Mark who came"):
        close(session, by=trainer)
    state(session, 17, by=trainer)
    close(session, by=trainer)
    stands = attendances_by_session([session.id])[session.id]
    assert (stands.basis, stands.number) == (Basis.HEADCOUNT, 17)
    assert completions_of_session(session.id) == []


def test_or_on_why_nobody_knows_and_that_is_not_nought(trainer):
    session = morning_session()
    book_for(session)
    state(session, None, "The list was lost", by=trainer)
    close(session, by=trainer)
    stands = attendances_by_session([session.id])[session.id]
    assert (stands.basis, stands.number) == (Basis.NO_DATA, None)


def test_a_number_beside_names_is_not_counted_and_the_office_sees_both(trainer):
    session = morning_session()
    person = book_for(session).person
    save(session, sent_row(session, person, HERE), by=trainer)
    state(session, 4, by=trainer)
    stands = attendances_by_session([session.id])[session.id]
    assert (stands.basis, stands.number, stands.disagreement) == (Basis.NAMES, 1, 4)


@pytest.mark.parametrize(("number", "why_none"), [(None, ""), (None, "  "), (3, "lost"), (-1, "")])
def test_a_number_or_a_reason_and_one_of_them_only(trainer, number, why_none):
    session = morning_session()
    with pytest.raises(Refused):
        state(session, number, why_none, by=trainer)
    assert session.headcount is None


def test_what_was_stated_before_is_in_the_audit(trainer):
    session = morning_session()
    state(session, 17, by=trainer)
    state(session, 0, by=trainer)
    assert session.headcount == 0
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "register.number_stated")).all()
    assert [(one.detail["was"], one.detail["number"]) for one in lines] == [(None, 17), (17, 0)]
