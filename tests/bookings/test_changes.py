"""What a change by the office means to those who have booked: one act, and everyone concerned is told in it."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from tests.bookings.scenarios import DAY, NOW, START, kinds, letters, make_people, make_sign_in, session_to_book
from tests.world.programme import make_course
from training_app.audit.models import AuditEntry
from training_app.bookings.commands import changes
from training_app.bookings.commands.places import book_place
from training_app.bookings.rules import Overbooking, WhoIsTold
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme import snapshots
from training_app.programme.commands.sessions import About
from training_app.programme.models import TrainingSession
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import PartKind, SessionStatus, Strand

pytestmark = pytest.mark.usefixtures("in_app")
WHY = "The big room is being painted."


def stored(session_id: int) -> TrainingSession:
    db.session.rollback()
    return db.session.get_one(TrainingSession, session_id)


def booked(session_id: int, number: int) -> None:
    for person_id in make_people(number):
        with transaction():
            book_place(session_id, person_id, actor_id=None, now=NOW)


def act(command, *arguments, now=NOW, **named):
    with transaction():
        return command(*arguments, actor_id=make_sign_in(), now=now, **named)


def dated(day: date = DAY, starts: int = 13) -> PartFacts:
    return PartFacts(PartKind.IN_PERSON, day, time(starts), time(starts + 2))


def rearranged(how: str, session_id: int, now=NOW) -> None:
    """Do one of the three things that can be done with the parts of a session."""
    parts = stored(session_id).parts
    if how == "added":
        act(changes.add_part_and_tell, session_id, dated(DAY + timedelta(days=30)), now=now)
    elif how == "changed":
        seen = snapshots.part_snapshot(parts[0])
        act(changes.change_part_and_tell, session_id, parts[0].id, dated(), seen=seen, now=now)
    else:
        act(changes.remove_part_and_tell, session_id, parts[1].id, now=now)


def told_in_audit() -> int:
    return len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "session.change_told")).all())


@pytest.mark.parametrize("how", ["added", "changed", "removed"])
def test_whoever_holds_or_awaits_a_place_is_told_of_other_parts(how):
    session_id = session_to_book(1, days=2)
    booked(session_id, 2)
    rearranged(how, session_id)
    assert kinds().count("session changed") == 2 and told_in_audit() == 1


@pytest.mark.parametrize("how", ["added", "changed", "removed"])
def test_nobody_is_told_of_a_session_that_nobody_booked(how):
    session_id = session_to_book(1, days=2)
    rearranged(how, session_id)
    assert kinds() == [] and told_in_audit() == 0


def test_nobody_is_told_of_one_that_was_over_though_it_is_to_come_by_the_change():
    session_id = session_to_book(days=1)
    booked(session_id, 1)
    rearranged("added", session_id, now=START + timedelta(days=2))
    assert stored(session_id).ends_at > START + timedelta(days=2)
    assert "session changed" not in kinds()


def test_nobody_is_told_of_parts_that_are_what_they_were():
    session_id = session_to_book()
    booked(session_id, 1)
    part = stored(session_id).parts[0]
    facts = PartFacts(part.kind, part.on_day, part.starts_at, part.ends_at)
    act(changes.change_part_and_tell, session_id, part.id, facts, seen=snapshots.part_snapshot(part))
    assert kinds() == ["booking confirmed"] and told_in_audit() == 0


def test_a_draft_is_changed_in_silence():
    session_id = session_to_book()
    booked(session_id, 1)
    with transaction():
        stored(session_id).status = SessionStatus.DRAFT
    rearranged("changed", session_id)
    assert "session changed" not in kinds()


def test_the_way_to_join_is_told_of_when_it_is_another():
    session_id = session_to_book()
    booked(session_id, 1)
    for joining, told in (("Ring 0116 496 0000", 1), ("Ring 0116 496 0000 ", 1), ("Ask at the desk", 2)):
        seen = snapshots.joining_snapshot(stored(session_id))
        act(changes.set_joining_and_tell, session_id, joining, seen=seen)
        assert kinds().count("session changed") == told
    assert not any("0116 496 0000" in one.body for one in letters()), "letters are forwarded"
    seen = snapshots.joining_snapshot(stored(session_id))
    act(changes.set_joining_and_tell, session_id, "Too late", seen=seen, now=START + timedelta(days=1))
    assert kinds().count("session changed") == 2


def another_course(session_id: int) -> About:
    with transaction():
        other = make_course("Another course")
    return About(course_id=other.id, strand=stored(session_id).strand)


def test_people_who_booked_a_course_are_not_sent_to_another():
    session_id = session_to_book(1)
    booked(session_id, 2)
    about, seen = another_course(session_id), snapshots.about_snapshot(stored(session_id))
    with pytest.raises(changes.CourseIsBooked) as refused:
        act(changes.change_about, session_id, about, seen=seen)
    assert refused.value.people == 2
    same = About(course_id=stored(session_id).course_id, strand=Strand.BRIEFING)
    assert act(changes.change_about, session_id, same, seen=seen).strand is Strand.BRIEFING


def test_a_session_that_nobody_booked_becomes_one_of_another_course():
    session_id = session_to_book()
    about, seen = another_course(session_id), snapshots.about_snapshot(stored(session_id))
    act(changes.change_about, session_id, about, seen=seen)
    assert stored(session_id).course.title == "Another course"


def lowered(session_id: int, capacity: int, agreed: Overbooking | None = None, why: str = "") -> None:
    seen = snapshots.places_snapshot(stored(session_id))
    act(changes.change_capacity_as_agreed, session_id, capacity, agreed=agreed, why=why, seen=seen)


@pytest.mark.parametrize(
    ("agreed", "why"),
    [(None, WHY), (Overbooking(3, 1), ""), (Overbooking(2, 1), WHY), (Overbooking(3, 2), WHY)],
)
def test_fewer_places_than_people_take_these_numbers_and_a_reason(agreed, why):
    session_id = session_to_book(3)
    booked(session_id, 3)
    with pytest.raises(changes.WouldOverbook) as refused:
        lowered(session_id, 1, agreed, why)
    assert refused.value.overbooking == Overbooking(3, 1)
    assert str(refused.value) == "3 places are taken. With 1 place the session is overbooked by 2."
    assert stored(session_id).capacity == 3
    lowered(session_id, 1, refused.value.overbooking, WHY)
    assert stored(session_id).capacity == 1


def test_a_number_that_makes_nobody_one_too_many_needs_no_agreement():
    session_id = session_to_book(3)
    booked(session_id, 3)
    lowered(session_id, 1, Overbooking(3, 1), WHY)
    lowered(session_id, 1)
    lowered(session_id, 2)
    assert stored(session_id).capacity == 2


def test_who_calls_a_session_off_learns_who_was_told():
    session_id = session_to_book(1)
    booked(session_id, 2)
    with transaction():
        db.session.scalars(select(Person).where(Person.name == "Person 0")).one().email = None
    assert act(changes.cancel_session, session_id, "Snow") == WhoIsTold(1, ("Person 0",))
    assert kinds().count("session cancelled") == 1
