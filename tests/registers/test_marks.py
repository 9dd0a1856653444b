"""Marks: who and when, as at that day, corrected without losing what was there, by two people at once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.registers.acts import BEFORE, DAY, DURING, a_day, book_for, live, marks, morning_session, save, sent_row
from tests.world.people import agency, make_person, make_post
from training_app.audit.models import AuditEntry
from training_app.bookings.rules import BookingState
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme.rules.sessions import SessionStatus
from training_app.registers.commands.marks import NotNow
from training_app.registers.queries.marks import attendances_by_session
from training_app.registers.queries.sheet import sheet_of
from training_app.registers.rules.attendances import Basis
from training_app.registers.rules.marks import Mark, WhyNotNow

HERE, PART, ABSENT = Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT


def test_a_mark_keeps_who_when_and_what_was_booked(trainer):
    session = morning_session()
    place = book_for(session)
    saved = save(session, sent_row(session, place.person, HERE), by=trainer)
    assert saved.marks == 1 and not saved.differences
    (mark,) = marks(session)
    assert (mark.mark, mark.marked_by_id, mark.marked_at) == (HERE, trainer, DURING)
    assert (mark.booking_id, mark.agency_id, mark.post_title) == (place.id, place.agency_id, "Nurse")
    assert mark.area is place.area


def test_an_unchanged_row_writes_nothing(trainer):
    session = morning_session()
    place = book_for(session)
    save(session, sent_row(session, place.person, HERE), by=trainer)
    again = save(session, sent_row(session, place.person, HERE, on_page=HERE), by=trainer)
    untouched = save(session, sent_row(session, place.person, None, on_page=None), by=trainer)
    assert (again.marks, untouched.marks) == (0, 0)
    assert len(marks(session)) == 1
    assert db.session.scalar(select(func.count()).where(AuditEntry.action == "register.marked")) == 1


def test_a_correction_keeps_the_earlier_mark(trainer, other_trainer):
    session = morning_session()
    place = book_for(session)
    save(session, sent_row(session, place.person, HERE), by=trainer)
    later = DURING + timedelta(minutes=40)
    save(session, sent_row(session, place.person, PART, on_page=HERE), by=other_trainer, now=later)
    first, second = marks(session)
    assert (first.mark, first.marked_by_id, first.superseded_at) == (HERE, trainer, later)
    assert (second.mark, second.marked_by_id, second.superseded_at) == (PART, other_trainer, None)
    assert (second.booking_id, second.agency_id) == (place.id, place.agency_id)


def test_what_the_booking_lacks_comes_from_the_post_held_that_day(trainer):
    session = morning_session()
    person = make_person()
    make_post(person, agency(1), a_day(-400), a_day(-1))
    make_post(person, agency(2), a_day(0))
    place = book_for(session, person=person)
    place.agency = None
    save(session, sent_row(session, person, HERE), by=trainer)
    (mark,) = marks(session)
    assert mark.agency_id == agency(2).id
    assert mark.booking_id == place.id


def test_someone_who_moves_on_keeps_the_agency_of_that_day(trainer):
    session = morning_session()
    person = make_person()
    make_post(person, agency(0), a_day(-400))
    book_for(session, person=person)
    save(session, sent_row(session, person, HERE), by=trainer)
    make_post(person, agency(3), a_day(1))
    save(session, sent_row(session, person, ABSENT, on_page=HERE), by=trainer, now=DURING + timedelta(days=5))
    assert {mark.agency_id for mark in marks(session)} == {agency(0).id}


def test_each_part_has_its_own_mark_and_one_to_come_takes_none(trainer):
    session = morning_session(days=(DAY, a_day(7)))
    person = book_for(session).person
    save(session, sent_row(session, person, HERE), by=trainer)
    with pytest.raises(NotNow) as refused:
        save(session, sent_row(session, person, HERE, part=1), by=trainer)
    assert refused.value.why is WhyNotNow.NOT_YET
    save(session, sent_row(session, person, PART, part=1), by=trainer, now=DURING + timedelta(days=7))
    assert live(session) == {(person.name, 1): HERE, (person.name, 2): PART}
    assert attendances_by_session([session.id])[session.id].number == 1, "one person came, once"


def test_why_someone_was_not_there_is_a_choice_and_a_change_of_it_is_kept(trainer):
    session = morning_session()
    person = book_for(session).person
    save(session, sent_row(session, person, ABSENT, reason=""), by=trainer)
    save(session, sent_row(session, person, ABSENT, on_page=ABSENT, reason="ill"), by=trainer)
    assert [(one.mark, one.reason) for one in marks(session)] == [(ABSENT, ""), (ABSENT, "ill")]
    ill = {"on_page": ABSENT, "reason_on_page": "ill"}
    same = save(session, sent_row(session, person, ABSENT, **ill, reason="ill"), by=trainer)
    assert same.marks == 0
    with pytest.raises(Refused, match="Choose a reason"):
        save(session, sent_row(session, person, ABSENT, **ill, reason="a tale"), by=trainer)
    save(session, sent_row(session, person, HERE, **ill, reason="ill"), by=trainer)
    assert marks(session)[-1].reason == "", "someone who was there has no reason not to have been"


def test_nobody_who_is_not_on_the_register_can_be_marked(trainer):
    session, stranger = morning_session(), make_person()
    with pytest.raises(Refused, match="no longer on the register"):
        save(session, sent_row(session, stranger, HERE), by=trainer)
    assert marks(session) == []


@pytest.mark.parametrize("state", [BookingState.CANCELLED, BookingState.WAITLISTED])
def test_only_confirmed_bookings_stand_on_it(trainer, state):
    session = morning_session()
    book_for(session, state=state)
    assert sheet_of(session, DAY).people == 0


def test_not_before_the_day_nor_for_a_cancelled_session(trainer):
    session = morning_session()
    person = book_for(session).person
    with pytest.raises(NotNow) as refused:
        save(session, sent_row(session, person, HERE), by=trainer, now=BEFORE)
    assert refused.value.why is WhyNotNow.NOT_YET
    session.status = SessionStatus.CANCELLED
    with pytest.raises(NotNow) as refused:
        save(session, sent_row(session, person, HERE), by=trainer)
    assert refused.value.why is WhyNotNow.CANCELLED


def test_two_who_say_the_same_at_once_are_one_mark(trainer, other_trainer):
    session = morning_session()
    person = book_for(session).person
    save(session, sent_row(session, person, HERE), by=trainer)
    second = save(session, sent_row(session, person, HERE), by=other_trainer)
    assert second.marks == 0 and not second.differences
    assert len(marks(session)) == 1


def test_attended_stands_against_someone_who_had_not_seen_it(trainer, other_trainer):
    session = morning_session()
    person = book_for(session).person
    save(session, sent_row(session, person, HERE), by=trainer)
    second = save(session, sent_row(session, person, ABSENT), by=other_trainer)
    (one,) = second.differences
    assert (one.theirs, one.theirs_by_id, one.yours, one.stands) == (HERE, trainer, ABSENT, HERE)
    assert live(session) == {(person.name, 1): HERE}
    both = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "register.marks_differed")).one()
    assert (both.detail["theirs"], both.detail["yours"], both.detail["stands"]) == ("attended", "absent", "attended")
    # Having seen it, they may say so: a person decides.
    save(session, sent_row(session, person, ABSENT, on_page=HERE), by=other_trainer)
    assert live(session) == {(person.name, 1): ABSENT}


def test_attended_that_comes_second_stands_too_and_is_told(trainer, other_trainer):
    session = morning_session()
    person = book_for(session).person
    save(session, sent_row(session, person, ABSENT), by=trainer)
    second = save(session, sent_row(session, person, HERE), by=other_trainer)
    assert second.differences[0].stands is HERE
    assert [one.mark for one in marks(session)] == [ABSENT, HERE]


def test_a_row_left_alone_does_not_put_back_what_someone_else_changed(trainer, other_trainer):
    session = morning_session()
    person = book_for(session).person
    save(session, sent_row(session, person, HERE), by=trainer)
    save(session, sent_row(session, person, PART, on_page=HERE), by=other_trainer)
    late = save(session, sent_row(session, person, HERE, on_page=HERE), by=trainer)
    assert late.marks == 0 and not late.differences
    assert live(session) == {(person.name, 1): PART}


def test_a_register_with_only_absent_people_is_nought_and_not_unknown(trainer):
    session = morning_session()
    person = book_for(session).person
    assert attendances_by_session([session.id])[session.id].basis is Basis.NO_DATA
    save(session, sent_row(session, person, ABSENT), by=trainer)
    stands = attendances_by_session([session.id])[session.id]
    assert (stands.basis, stands.number) == (Basis.NAMES, 0)
