"""The command that keeps answers: who, when, once, and what is stored."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.evaluation.answers import BEFORE_START, CLOSED, ENDED, NEXT_DAY, after, answer, attendee, before
from tests.evaluation.racing import answered_at_once
from tests.world.bookings import make_booking
from tests.world.people import agency, make_person, make_post
from tests.world.programme import DAY, make_part, make_self_paced_part, make_session
from tests.world.registers import make_mark
from training_app.audit.models import AuditEntry
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.errors import Refused
from training_app.evaluation.commands import answers as commands
from training_app.evaluation.commands.answers import CannotAnswer, Outcome
from training_app.evaluation.models import Comment, Pairing, Response
from training_app.evaluation.queries.forms import current_version, forms_returned, open_evaluations_for
from training_app.evaluation.results import Answers
from training_app.evaluation.rules.answers import CommentState, Moment, Refusal
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.rules.sessions import EvaluationMode, PartKind, SessionStatus
from training_app.registers.rules.marks import Mark


def responses(session) -> dict[Moment, Response]:
    rows = db.session.scalars(select(Response).where(Response.session_id == session.id)).all()
    made = {one.moment: one for one in rows}
    assert len(made) == len(rows)
    return made


def answers_of(person: Person) -> list[Response]:
    joined = select(Response).join(Pairing, Pairing.pairing_id == Response.pairing_id)
    return list(db.session.scalars(joined.where(Pairing.person_id == person.id).order_by(Response.id)))


def ratings(response: Response) -> dict[int, int]:
    keys = {question.id: question.key for question in current_version().questions}
    return {keys[one.question_id]: one.value for one in response.ratings}


def test_one_form_makes_two_moments_with_one_random_pairing(in_app):
    session = make_session()
    person = attendee(session)
    outcome = answer(
        session, person,
        after({"knowledge": 8, "skills": 7}, {"knowledge": 5}, {"better": " More time ", "most_useful": "  "}, True),
    )
    assert outcome is Outcome.KEPT
    made = responses(session)
    assert set(made) == {Moment.AFTER, Moment.LOOKING_BACK}
    assert ratings(made[Moment.AFTER]) == {"knowledge": 8, "skills": 7}
    assert ratings(made[Moment.LOOKING_BACK]) == {"knowledge": 5}
    pairing = db.session.scalars(select(Pairing)).one()
    assert (pairing.person_id, pairing.session_id) == (person.id, session.id)
    assert pairing.pairing_id.version == 4
    assert {one.pairing_id for one in made.values()} == {pairing.pairing_id}
    comment = db.session.scalars(select(Comment)).one()
    assert (comment.text, comment.may_quote, comment.state) == ("More time", True, CommentState.NEW)


@pytest.mark.parametrize("who", ["cancelled", "never_booked", "nobody"])
def test_the_form_before_is_kept_for_a_booking_alone(in_app, who):
    """Whatever the page said when it was opened: the booking is looked at under the session's lock."""
    session, person = make_session(), make_person()
    if who == "cancelled":
        states = (BookingState.CONFIRMED, BookingState.CANCELLED)
        make_booking(session.id, person.id, states, now=BEFORE_START)
    db.session.commit()
    person_id = None if who == "nobody" else person.id
    with pytest.raises(CannotAnswer) as refused, transaction():
        commands.answer(session.id, person_id, before({"knowledge": 4}), BEFORE_START)
    assert refused.value.why is Refusal.NOT_BOOKED
    assert db.session.scalar(select(func.count()).select_from(Response)) == 0


def test_the_form_before_and_the_form_after_share_the_pairing(in_app):
    session = make_session()
    person = attendee(session)
    answer(session, person, before({"knowledge": 4}), BEFORE_START)
    answer(session, person, after({"knowledge": 8}))
    answer(session, attendee(session), before({"knowledge": 4}), BEFORE_START)
    other = make_session("Neglect")
    assert forms_returned([session.id, other.id]) == {session.id: 1, other.id: 0}, "forms are those after a session"
    made = {one.moment: one for one in answers_of(person)}
    assert set(made) == {Moment.BEFORE, Moment.AFTER}
    assert made[Moment.BEFORE].pairing_id == made[Moment.AFTER].pairing_id


def test_without_looking_back_there_is_no_such_row(in_app):
    session = make_session()
    answer(session, attendee(session), after({"knowledge": 8}))
    assert set(responses(session)) == {Moment.AFTER}


def test_sent_twice_the_first_stands(in_app):
    session = make_session()
    person = attendee(session)
    answer(session, person, after({"knowledge": 8}))
    assert answer(session, person, after({"knowledge": 2}, words={"better": "All"})) is Outcome.ALREADY_HERE
    assert ratings(responses(session)[Moment.AFTER]) == {"knowledge": 8}
    assert db.session.scalar(select(func.count()).select_from(Comment)) == 0


def test_words_alone_are_a_form_and_nothing_at_all_is_not(in_app):
    session = make_session()
    person = attendee(session)
    with pytest.raises(Refused, match="Answer at least one question"):
        answer(session, person, after({}, {}, {"better": "  \n "}, may_quote=True))
    assert responses(session) == {} and db.session.scalar(select(func.count()).select_from(Pairing)) == 0
    answer(session, person, after(words={"better": "More time"}))
    assert forms_returned([session.id]) == {session.id: 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {"ratings": {Moment.AFTER: {"knowledge": 11}}},
        {"ratings": {Moment.AFTER: {"knowledge": 0}}},
        {"ratings": {Moment.AFTER: {"better": 5}}},
        {"ratings": {Moment.AFTER: {"no_such": 5}}},
        {"ratings": {Moment.BEFORE: {"knowledge": 5}}},
        {"words": {"knowledge": "five"}},
        {"words": {"better": "x" * 4001}},
    ],
)
def test_what_is_not_on_the_form_is_refused(in_app, wrong):
    session = make_session()
    person = attendee(session)
    with pytest.raises(Refused):
        answer(session, person, Answers(Moment.AFTER, current_version(), **wrong))
    assert responses(session) == {}


@pytest.mark.parametrize(
    ("now", "why"), [(ENDED - timedelta(seconds=1), Refusal.NOT_ENDED), (CLOSED, Refusal.CLOSED)]
)
def test_answers_are_taken_in_the_window_only(in_app, now, why):
    session = make_session()
    person = attendee(session)
    with pytest.raises(CannotAnswer) as caught:
        answer(session, person, after({"knowledge": 8}), now)
    assert caught.value.why is why
    assert open_evaluations_for(person.id, now) == []


def test_the_window_opens_with_the_last_dated_part_whatever_is_self_paced(in_app):
    session = make_session()
    later = DAY + timedelta(days=7)
    make_part(session, later, kind=PartKind.ONLINE)
    make_self_paced_part(session)
    session.last_day = later
    person = attendee(session)
    with pytest.raises(CannotAnswer):
        answer(session, person, after({"knowledge": 8}), ENDED)
    answer(session, person, after({"knowledge": 8}), ENDED + timedelta(days=7))


def test_a_self_paced_course_can_be_evaluated_from_the_day_after_its_last(in_app):
    session = make_session()
    (part,) = session.parts
    part.kind, part.on_day, part.starts_at, part.ends_at = PartKind.E_LEARNING, None, None, None
    person = attendee(session)
    with pytest.raises(CannotAnswer):
        answer(session, person, after({"knowledge": 8}), ENDED)
    answer(session, person, after({"knowledge": 8}), NEXT_DAY)


@pytest.mark.parametrize(
    ("marked", "counts"), [(Mark.ATTENDED, True), (Mark.PART_ATTENDED, True), (Mark.ABSENT, False), (None, False)]
)
def test_only_those_who_came_are_asked(in_app, marked, counts):
    session = make_session()
    person = make_person()
    if marked:
        make_mark(session, person, marked)
    assert bool(open_evaluations_for(person.id, NEXT_DAY)) is counts
    if counts:
        assert answer(session, person, after({"knowledge": 8})) is Outcome.KEPT
    else:
        with pytest.raises(CannotAnswer, match="people who came"):
            answer(session, person, after({"knowledge": 8}))


def test_a_mark_that_was_corrected_does_not_count(in_app):
    session = make_session()
    person = make_person()
    make_mark(session, person).superseded_at = NEXT_DAY
    make_mark(session, person, Mark.ABSENT)
    with pytest.raises(CannotAnswer):
        answer(session, person, after({"knowledge": 8}))


@pytest.mark.parametrize(
    "session_is",
    [
        {"evaluation_mode": EvaluationMode.SEPARATE},
        {"evaluation_mode": EvaluationMode.NONE},
        {"status": SessionStatus.CANCELLED},
    ],
)
def test_a_session_not_evaluated_here_takes_no_form(in_app, session_is):
    session = make_session(**session_is)
    person = attendee(session)
    for answers, now in ((before({"knowledge": 4}), BEFORE_START), (after({"knowledge": 8}), NEXT_DAY)):
        with pytest.raises(CannotAnswer):
            answer(session, person, answers, now)
    assert open_evaluations_for(person.id, NEXT_DAY) == []


def test_a_form_before_needs_no_mark_and_stops_at_the_start(in_app):
    session = make_session()
    person = make_person()
    with pytest.raises(CannotAnswer, match="closed when the session started"):
        answer(session, person, before({"knowledge": 4}), BEFORE_START + timedelta(minutes=1))
    assert answer(session, person, before({"knowledge": 4}), BEFORE_START) is Outcome.KEPT
    assert answer(session, person, before({"knowledge": 9}), BEFORE_START) is Outcome.ALREADY_HERE


def test_what_is_open_is_listed_until_answered_the_first_to_close_first(in_app):
    second, first = make_session(), make_session("Neglect", DAY - timedelta(days=7))
    person = attendee(second)
    make_mark(first, person)
    assert [one.session.id for one in open_evaluations_for(person.id, NEXT_DAY)] == [first.id, second.id]
    answer(first, person, after({"knowledge": 8}))
    assert [one.session.id for one in open_evaluations_for(person.id, NEXT_DAY)] == [second.id]
    assert open_evaluations_for(person.id, NEXT_DAY)[0].closes_at == CLOSED


def test_the_agency_is_that_of_the_register_else_of_the_post_on_that_day(in_app):
    session = make_session()
    on_register = attendee(session, at=agency(2))
    before_move, nobody_knows = attendee(session), attendee(session)
    make_post(on_register, agency(0), date(2020, 1, 1))
    make_post(before_move, agency(0), date(2020, 1, 1), DAY)
    make_post(before_move, agency(1), DAY + timedelta(days=1))
    make_post(nobody_knows, agency(0), date(2020, 1, 1), DAY - timedelta(days=1))
    found = []
    for person in (on_register, before_move, nobody_knows):
        answer(session, person, after({"knowledge": 8}))
        found.append(db.session.scalars(select(Response).order_by(Response.id.desc())).first().agency_id)
    assert found == [agency(2).id, agency(0).id, None]


def test_answers_of_made_up_people_say_so(in_app):
    session = make_session()
    for made_up in (True, False):
        person = make_person(generated=made_up)
        make_mark(session, person)
        answer(session, person, after({"knowledge": 8}, {"knowledge": 5}))
        assert [one.generated for one in answers_of(person)] == [made_up, made_up]


def test_the_audit_does_not_say_who_answered(in_app):
    session = make_session()
    answer(session, attendee(session), after({"knowledge": 8}))
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_sent_at_the_same_time_it_is_kept_once_and_published_once(app: Flask):
    """Two people are the seventh and the eighth, and each taps four times: eight forms, one publishing, no error."""
    assert answered_at_once(app) == (["kept"] * 2 + ["sent_twice"] * 6, [8])
