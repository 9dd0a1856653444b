"""What publishing counts: each expected table is worked out by hand."""

from datetime import timedelta

from sqlalchemy import delete, func, select

from tests.evaluation.answers import (
    BEFORE_START,
    CLOSED,
    NEXT_DAY,
    Row,
    after,
    answer,
    answered_by,
    attendee,
    before,
    patterns,
)
from tests.world.evaluation import make_response
from tests.world.people import agency
from tests.world.programme import DAY, make_session
from training_app.database import transaction
from training_app.evaluation.commands.publishing import publish, publish_if_due
from training_app.evaluation.commands.versions import new_version
from training_app.evaluation.models import Pairing, Publication, RatingPattern
from training_app.evaluation.queries.forms import sessions_to_publish
from training_app.evaluation.rules.answers import Moment
from training_app.evaluation.rules.publishing import WhyPublished
from training_app.extensions import db


def publications(session) -> list[tuple[int, int, str]]:
    rows = db.session.scalars(
        select(Publication).where(Publication.session_id == session.id).order_by(Publication.id)
    )
    return [(one.forms, one.pairs, one.why) for one in rows]


def test_every_moment_is_counted_by_pattern_question_and_agency(in_app):
    here, there = agency(0), agency(1)
    session = make_session()
    people = [attendee(session, at=at) for at in (here, here, here, there)]
    for person, rating in zip(people, (4, 4, 5, 4), strict=True):
        answer(session, person, before({"knowledge": rating}), BEFORE_START)
    answer(session, people[0], after({"knowledge": 8, "skills": 7}, {"knowledge": 3}))
    answer(session, people[1], after({"knowledge": 8}, {"knowledge": 3}))
    answer(session, people[2], after({"skills": 9}))
    answer(session, people[3], after({"knowledge": 8}, {"knowledge": 3}))
    # One who only came, and one whose register names no agency.
    answer(session, attendee(session), after({"confidence": 10}))

    with transaction():
        publish(session.id, WhyPublished.CLOSE, CLOSED)

    assert patterns(session) == {
        Row("knowledge", 4, 3, 8, 2, here.id),
        Row("knowledge", 5, None, None, 1, here.id),
        Row("knowledge", 4, 3, 8, 1, there.id),
        Row("skills", None, None, 7, 1, here.id),
        Row("skills", None, None, 9, 1, here.id),
        Row("confidence", None, None, 10, 1, None),
    }
    assert publications(session) == [(5, 4, "window_closed")]


def test_seven_forms_publish_nothing_the_eighth_does_then_every_five(in_app):
    session = make_session()
    answered_by(session, 7)
    assert publications(session) == [] and patterns(session) == set()
    answered_by(session, 1)
    assert publications(session) == [(8, 0, "first_forms")]
    assert patterns(session) == {Row("knowledge", None, None, 7, 8)}
    answered_by(session, 4)
    assert len(publications(session)) == 1
    assert patterns(session) == {Row("knowledge", None, None, 7, 8)}, "12 forms: nobody sees the further four yet"
    answered_by(session, 1, rating=9)
    assert publications(session) == [(8, 0, "first_forms"), (13, 0, "further_forms")]
    assert patterns(session) == {Row("knowledge", None, None, 7, 12), Row("knowledge", None, None, 9, 1)}


def test_forms_before_do_not_count_towards_the_eight(in_app):
    session = make_session()
    for _ in range(9):
        answer(session, attendee(session), before({"knowledge": 4}), BEFORE_START)
    answered_by(session, 7)
    assert publications(session) == []


def test_the_close_publishes_what_is_left_once(in_app):
    session = make_session()
    answered_by(session, 2)
    almost = CLOSED - timedelta(seconds=1)
    assert sessions_to_publish(almost) == []
    assert publish_if_due(session.id, almost) is None
    assert sessions_to_publish(CLOSED) == [session.id]
    with transaction():
        publish_if_due(session.id, CLOSED)
    assert publications(session) == [(2, 0, "window_closed")]
    assert sessions_to_publish(CLOSED) == []
    assert publish_if_due(session.id, CLOSED) is None


def test_only_sessions_with_answers_that_are_not_published_are_due(in_app):
    nobody, all_published, some_left = (make_session(f"Course {n}") for n in range(3))
    answered_by(all_published, 8)
    answered_by(some_left, 9)
    assert sessions_to_publish(CLOSED) == [some_left.id]
    assert publish_if_due(nobody.id, CLOSED) is None


def test_a_publishing_that_was_lost_is_found_again(in_app):
    session = make_session()
    answered_by(session, 8)
    with transaction():
        db.session.execute(delete(RatingPattern))
        db.session.execute(delete(Publication))
    assert sessions_to_publish(NEXT_DAY) == [session.id]


def test_publishing_again_replaces_the_counts_of_that_session_only(in_app):
    session, other = make_session(), make_session("Neglect")
    answered_by(session, 8)
    answered_by(other, 8, rating=3)
    for _ in range(2):
        with transaction():
            publish(session.id, WhyPublished.FURTHER, NEXT_DAY)
    assert patterns(session) == {Row("knowledge", None, None, 7, 8)}
    assert patterns(other) == {Row("knowledge", None, None, 3, 8)}
    assert len(publications(session)) == 3


def test_the_pairs_outlive_the_pairing_row(in_app):
    session = make_session()
    person = attendee(session)
    answer(session, person, before({"knowledge": 4}), BEFORE_START)
    answer(session, person, after({"knowledge": 9}))
    with transaction():
        db.session.execute(delete(Pairing).where(Pairing.person_id == person.id))
    with transaction():
        publish(session.id, WhyPublished.CLOSE, CLOSED)
    assert patterns(session) == {Row("knowledge", 4, None, 9, 1)}
    assert publications(session) == [(1, 1, "window_closed")]


def test_a_paper_form_joins_its_own_moments_and_nobody(in_app):
    session = make_session()
    answer(session, None, after({"knowledge": 8}, {"knowledge": 5}))
    answer(session, None, after({"knowledge": 8}, {"knowledge": 6}))
    with transaction():
        publish(session.id, WhyPublished.CLOSE, CLOSED)
    assert patterns(session) == {Row("knowledge", None, 5, 8, 1), Row("knowledge", None, 6, 8, 1)}
    assert db.session.scalar(select(func.count()).select_from(Pairing)) == 0


def test_responses_that_nothing_joins_count_each_alone(in_app):
    session = make_session()
    with transaction():
        for moment, rating in ((Moment.BEFORE, 4), (Moment.AFTER, 8), (Moment.AFTER, 8)):
            make_response(session.id, moment, {"knowledge": rating}, submitted_at=NEXT_DAY)
    with transaction():
        publish(session.id, WhyPublished.CLOSE, CLOSED)
    assert patterns(session) == {Row("knowledge", 4, None, None, 1), Row("knowledge", None, None, 8, 2)}


def test_versions_are_joined_where_key_and_scale_agree_under_the_newer_question(in_app):
    session = make_session()
    person = attendee(session)
    answer(session, person, before({"knowledge": 4, "skills": 5}), BEFORE_START)
    with transaction():
        second = new_version(
            "standard", {"knowledge": {"text": "What you know"}, "skills": {"scale_max": 5}}, actor_id=None,
            now=BEFORE_START,
        )
    first = db.session.get_one(type(second), second.id - 1)
    answer(session, person, after({"knowledge": 9, "skills": 3}))
    with transaction():
        publish(session.id, WhyPublished.CLOSE, CLOSED)
    by_id = {
        (row.question_id, row.before, row.after)
        for row in db.session.scalars(select(RatingPattern).where(RatingPattern.session_id == session.id))
    }
    new = {question.key: question.id for question in second.questions}
    old = {question.key: question.id for question in first.questions}
    assert by_id == {(new["knowledge"], 4, 9), (old["skills"], 5, None), (new["skills"], None, 3)}


def test_publishing_asks_the_same_number_of_questions_however_many_answered(in_app):
    from tests.browser import watched

    def statements(forms: int) -> int:
        session = make_session(f"Course of {forms}", DAY)
        answered_by(session, forms)
        with watched(in_app) as seen, transaction():
            publish(session.id, WhyPublished.CLOSE, CLOSED)
        return seen.count

    assert statements(3) == statements(30) <= 10
