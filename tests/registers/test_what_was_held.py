"""A session that people attended stays what it was: it is not called off, and its parts do not move under the marks."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from tests.registers.acts import DAY, ENDED, a_day, book_for, close, morning_session, save, sent_row
from tests.world.programme import make_course
from training_app.bookings.commands.changes import cancel_session
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.programme import snapshots
from training_app.programme.commands.arranging import facts_of
from training_app.programme.commands.parts import add_part, change_part, remove_part
from training_app.programme.commands.sessions import About, change_about
from training_app.programme.models import Course, TrainingSession
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import PartKind, SessionStatus
from training_app.records.queries import completions_of_session
from training_app.registers.commands.register import reopen_register
from training_app.registers.rules.marks import Mark

HERE, PART, ABSENT = Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT
EARLY = datetime(2026, 6, 11, 7, tzinfo=UTC)


def cancel(session: TrainingSession, *, by: int, now: datetime) -> int:
    db.session.commit()
    with transaction():
        return cancel_session(session.id, "Snow", actor_id=by, now=now)


def test_a_session_that_was_held_is_not_called_off(trainer):
    session = morning_session()
    place = book_for(session, "Ann", email="ann@agency.example")
    save(session, sent_row(session, place.person, HERE), by=trainer)
    close(session, by=trainer)
    with pytest.raises(Refused, match="has begun, so it can no longer be cancelled"):
        cancel(session, by=trainer, now=ENDED)
    db.session.expire_all()
    assert (session.status, place.state) == (SessionStatus.PUBLISHED, BookingState.CONFIRMED)
    assert db.session.query(Letter).count() == 0


def test_from_its_start_on_it_has_begun(trainer):
    start = datetime(2026, 6, 11, 8, 30, tzinfo=UTC)
    session = morning_session()
    with pytest.raises(Refused, match="has begun"):
        cancel(session, by=trainer, now=start)
    book_for(session, "Ann")
    assert cancel(session, by=trainer, now=start.replace(minute=29)).people == 1


@pytest.mark.parametrize("mark", Mark)
def test_people_marked_on_the_morning_hold_it_too(trainer, mark):
    session = morning_session()
    save(session, sent_row(session, book_for(session, "Ann").person, mark), by=trainer, now=EARLY)
    with pytest.raises(Refused, match="People are marked on the register of this session, so it cannot be cancelled"):
        cancel(session, by=trainer, now=EARLY)


E_LEARNING = PartFacts(PartKind.E_LEARNING)
LATER = PartFacts(PartKind.IN_PERSON, a_day(7), time(9, 30), time(12, 30))


def change(session: TrainingSession, facts: PartFacts, *, part: int = 0) -> None:
    db.session.commit()
    db.session.expire_all()
    one = session.parts[part]
    with transaction():
        change_part(session.id, one.id, facts, seen=snapshots.part_snapshot(one), actor_id=None, now=ENDED)


def add(session: TrainingSession, facts: PartFacts) -> None:
    db.session.commit()
    with transaction():
        add_part(session.id, facts, actor_id=None, now=ENDED)


def another_course(session: TrainingSession) -> None:
    course = make_course("Another course")
    db.session.commit()
    about = About(course_id=course.id, strand=session.strand)
    with transaction():
        change_about(session.id, about, seen=snapshots.about_snapshot(session), actor_id=None, now=ENDED)


def closed(trainer: int, *, days=(DAY,)) -> TrainingSession:
    """A session that Ann attended whole, with its register closed."""
    session = morning_session(days=days)
    ann = book_for(session, "Ann").person
    last = ENDED + (days[-1] - days[0])
    save(session, *(sent_row(session, ann, HERE, part=number) for number, _ in enumerate(days)), by=trainer, now=last)
    close(session, by=trainer, now=last)
    return session


def reopen(session: TrainingSession, *, by: int, now: datetime = ENDED) -> None:
    with transaction():
        reopen_register(session.id, "A name was missing", actor_id=by, now=now, is_office=False)


@pytest.mark.parametrize(
    "act",
    [
        lambda session: add(session, LATER),
        lambda session: add(session, E_LEARNING),
        lambda session: change(session, replace(facts_of(session.parts[0]), on_day=a_day(1))),
        lambda session: change(session, replace(facts_of(session.parts[0]), ends_at=time(13))),
        lambda session: change(session, replace(facts_of(session.parts[0]), kind=PartKind.ONLINE)),
        lambda session: change(session, E_LEARNING, part=1),
        another_course,
    ],
)  # fmt: skip
def test_a_closed_register_holds_its_session(trainer, act):
    session = closed(trainer, days=(DAY, a_day(3)))
    before = (snapshots.parts_snapshot(session), session.course_id)
    with pytest.raises(Refused, match="register of this"):
        act(session)
    db.session.expire_all()
    assert (snapshots.parts_snapshot(session), session.course_id) == before


def test_a_register_closed_on_a_number_is_opened_first(trainer):
    session = morning_session()
    session.headcount = 12
    close(session, by=trainer)
    one_hour_more = replace(facts_of(session.parts[0]), ends_at=time(13, 30))
    for act in (lambda: add(session, LATER), lambda: change(session, one_hour_more), lambda: another_course(session)):
        with pytest.raises(Refused, match="Open the register first"):
            act()
        db.session.execute(Course.__table__.delete().where(Course.slug == "another"))
    reopen(session, by=trainer)
    change(session, one_hour_more)
    add(session, LATER)
    assert len(session.parts) == 2


def test_a_part_goes_only_while_the_register_is_open(trainer):
    session = morning_session(days=(DAY,), self_paced=True)
    save(session, sent_row(session, book_for(session, "Ann").person, HERE), by=trainer)
    close(session, by=trainer)
    e_learning = session.parts[1].id
    with pytest.raises(Refused, match="Open the register first"), transaction():
        remove_part(session.id, e_learning, actor_id=None, now=ENDED)
    reopen(session, by=trainer)
    with transaction():
        remove_part(session.id, e_learning, actor_id=None, now=ENDED)
    assert len(session.parts) == 1


def test_snow_on_the_second_day_moves_that_day_alone(trainer):
    """Marks hold the part they stand on; what nobody was marked at may still move."""
    session = morning_session(days=(DAY, a_day(1)))
    ann = book_for(session, "Ann").person
    save(session, sent_row(session, ann, HERE), by=trainer)
    with pytest.raises(Refused, match="Marks stand on the register of this part"):
        change(session, replace(facts_of(session.parts[0]), on_day=a_day(2)))
    change(session, replace(facts_of(session.parts[1]), on_day=a_day(7)), part=1)
    last = ENDED.replace(day=DAY.day + 7)
    save(session, sent_row(session, ann, HERE, part=1), by=trainer, now=last)
    close(session, by=trainer, now=last)
    assert [(one.completed_on, one.minutes) for one in completions_of_session(session.id)] == [(a_day(7), 360)]


def test_the_venue_may_be_put_right_at_any_time(trainer):
    session = closed(trainer)
    one = session.parts[0]
    change(session, facts_of(one))
    assert one.starts_at == time(9, 30)


def test_e_learning_with_marks_stays_what_is_marked(trainer):
    session = morning_session()
    session.parts[0].kind, session.parts[0].on_day = PartKind.E_LEARNING, None
    session.parts[0].starts_at = session.parts[0].ends_at = None
    save(session, sent_row(session, book_for(session, "Ann").person, HERE), by=trainer)
    with pytest.raises(Refused, match="Marks stand"):
        add(session, LATER)


def test_what_is_closed_again_says_the_day_and_length_of_now(trainer):
    """A day added while the register is open: who attended it too has the record of the whole, and the earlier one
    stays as withdrawn."""
    session = closed(trainer)
    ann = completions_of_session(session.id)[0].person
    reopen(session, by=trainer)
    add(session, LATER)
    last = ENDED.replace(day=DAY.day + 7)
    save(session, sent_row(session, ann, HERE, part=1), by=trainer, now=last)
    change_made = close(session, by=trainer, now=last)
    assert (change_made.added, change_made.withdrawn) == (1, 1)
    assert [(one.completed_on, one.minutes) for one in completions_of_session(session.id)] == [(a_day(7), 360)]


def test_a_mark_on_what_is_not_marked_decides_nothing(trainer):
    """A session of before this rule: its first part was marked, then became e-learning."""
    session = morning_session(days=(DAY, a_day(1)))
    ann = book_for(session, "Ann").person
    last = ENDED.replace(day=DAY.day + 1)
    save(session, sent_row(session, ann, ABSENT), sent_row(session, ann, HERE, part=1), by=trainer, now=last)
    session.parts[0].kind, session.parts[0].on_day = PartKind.E_LEARNING, None
    session.parts[0].starts_at = session.parts[0].ends_at = None
    close(session, by=trainer, now=last)
    assert [one.person_id for one in completions_of_session(session.id)] == [ann.id]
