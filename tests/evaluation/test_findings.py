"""What counts say of a session, a course and a year: denominators, what is left out, and pooling."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import NoResultFound

from tests.browser import watched
from tests.evaluation.published import (
    SPRING,
    add_course,
    add_forms,
    add_marks,
    add_session,
    agencies_of,
    days,
    publish,
    rose,
)
from tests.world.evaluation import make_pattern, make_question, make_version
from training_app import clock
from training_app.database import transaction
from training_app.evaluation.models import RatingPattern
from training_app.evaluation.rules.batches import Detail
from training_app.findings import queries as counts
from training_app.findings.results import LeftOut, Viewer
from training_app.findings.wording.who_answered import Mix, mix_of, numbers, sessions_with_names, summary_line
from training_app.findings.year import findings_of_course, findings_of_session, findings_of_year
from training_app.impact import is_calculable
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus
from training_app.registers.rules.attendances import Basis

YEAR = BusinessYear(2024)


def test_response_rate_leaves_out_what_has_no_place_in_it(in_app: Flask) -> None:
    course = add_course("Neglect")
    first, second, lost, separate, unevaluated = (
        add_session(course, days(5)[0]),
        add_session(course, days(5)[1], headcount=30),
        add_session(course, days(5)[2], headcount=None, no_data_reason="Records lost."),
        add_session(course, days(5)[3], headcount=183, evaluation_mode=EvaluationMode.SEPARATE),
        add_session(course, days(5)[4], headcount=7, evaluation_mode=EvaluationMode.NONE),
    )
    beside = add_session(add_course("Forum"), counts_in_programme=False, headcount=400)
    for session_id, forms in ((first, 9), (second, 10), (lost, 4), (separate, 50), (beside, 20)):
        add_forms(session_id, forms, pairs=forms - 1)
    response = findings_of_year(YEAR, clock.now()).response
    assert (response.forms, response.pairs, response.attendances, response.sessions) == (19, 17, 50, 2)
    assert response.rate.rate == pytest.approx(19 / 50)
    assert response.pair_rate.rate == pytest.approx(17 / 50)
    assert response.no_data == LeftOut(sessions=1, attendances=0, forms=4, without_data=1)
    assert response.separate == LeftOut(sessions=1, attendances=183, forms=50)
    assert response.not_evaluated == LeftOut(sessions=1, attendances=7)
    assert response.beside_programme == LeftOut(sessions=1, attendances=400, forms=20)
    assert unevaluated in {one.id for one in findings_of_year(YEAR, clock.now()).sessions}
    left_out = " ".join(numbers(findings_of_year(YEAR, clock.now()))[1].definition)
    assert "Here 19 of 50: 38.0%" in left_out
    assert "1 session evaluated separately (183 attendances, 50 forms)" in left_out
    assert "1 session with no attendance data (4 forms)" in left_out


def test_unknown_attendances_are_not_nought(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"), headcount=None, no_data_reason="No data: records lost. Held.")
    add_forms(session_id, 6, pairs=6)
    findings = findings_of_session(session_id, clock.now())
    assert findings.response.attendances is None
    assert not is_calculable(findings.response.rate.rate)
    came, answered, matched = numbers(findings)
    assert came.number is None
    assert (answered.number, matched.number) == ("6", "6")
    assert answered.of == "No rate: no attendance data"
    assert summary_line(findings) == "Wednesday 1 May 2024. No data: records lost."


def test_more_forms_than_attendances_is_no_rate_over_a_hundred(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"), headcount=5)
    add_forms(session_id, 9)
    answered = numbers(findings_of_session(session_id, clock.now()))[1]
    assert answered.of == "No rate: more forms than attendances"
    assert any("someone answered twice: in the room without a code" in one for one in answered.definition)


def test_names_on_the_register_count_before_the_headcount(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"), headcount=40)
    add_marks(session_id, 12, agencies_of("police")[0])
    response = findings_of_session(session_id, clock.now()).response
    assert response.attendances == 12


def test_counts_add_up_from_sessions_to_course_to_year(in_app: Flask) -> None:
    neglect, core = add_course("Neglect"), add_course("Core")
    first, second = add_session(neglect, days(2)[0]), add_session(neglect, days(2)[1])
    publish(first, rose(9))
    publish(second, rose(12, same=3))
    publish(add_session(core), rose(20, lower=2))
    of_course = findings_of_course(neglect, YEAR, clock.now()).item("confidence")
    parts = [findings_of_session(one, clock.now()).item("confidence") for one in (first, second)]
    assert of_course is not None
    assert of_course.table == parts[0].table + parts[1].table
    assert findings_of_year(YEAR, clock.now()).item("confidence").table.n_pairs == 41
    assert [item.key for item in findings_of_year(YEAR, clock.now()).items] == ["knowledge", "skills", "confidence"]


def test_the_year_is_the_programmes_and_a_course_is_never_both(in_app: Flask) -> None:
    """Else a course less its part of the year would give away the few of a session beside the programme."""
    both = add_course("Both")
    inside = add_session(both, days(2)[0])
    beside = add_session(both, days(2)[1], counts_in_programme=False)
    publish(inside, rose(10))
    publish(beside, rose(3))
    assert findings_of_year(YEAR, clock.now()).item("skills").table.n_pairs == 10
    assert findings_of_course(both, YEAR, clock.now()).item("skills").table.n_pairs == 10
    assert findings_of_course(both, YEAR, clock.now()).response.beside_programme.sessions == 1
    forum = add_course("Forum")
    publish(add_session(forum, counts_in_programme=False), rose(11))
    assert findings_of_course(forum, YEAR, clock.now()).item("skills").table.n_pairs == 11


def test_questions_pool_by_key_where_the_scale_agrees(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"))
    publish(session_id, rose(10))
    with transaction():
        later = make_version()
        same = make_question(later, "confidence", scale=(1, 10), position=3)
        other = make_question(later, "skills", scale=(1, 5), position=1)
        make_pattern(session_id, same, before=2, after=3, n=4)
        make_pattern(session_id, other, before=2, after=3, n=9)
    items = {(item.key, item.scale): item.table.n_pairs for item in findings_of_session(session_id, clock.now()).items}
    assert items == {
        ("knowledge", (1, 10)): 10, ("skills", (1, 10)): 10, ("skills", (1, 5)): 9, ("confidence", (1, 10)): 14,
    }  # fmt: skip


def test_looking_back_is_never_a_true_before(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"))
    publish(session_id, {(None, 8): 9, (5, 7): 8}, looking_back=3)
    item = findings_of_session(session_id, clock.now()).item("confidence")
    assert item.table.n_pairs == 8
    assert item.table.n_after_only == 9
    assert item.looking_back.count(3, 8) == 9
    assert item.looking_back_shown


def test_who_left_a_question_blank_is_left_out_of_it_alone(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"))
    publish(session_id, rose(8), items=("knowledge",))
    publish(session_id, {**rose(7), (5, None): 1}, items=("skills",), forms=False)
    findings = findings_of_session(session_id, clock.now())
    assert findings.item("knowledge").shows_figures
    assert not findings.item("skills").shows_figures
    assert findings.item("skills").table.n_before_only == 1


@pytest.mark.parametrize(
    ("n", "everyone", "trainer"),
    [
        (4, Detail.NOTHING, Detail.NOTHING),
        (5, Detail.NOTHING, Detail.COUNTS),
        (7, Detail.NOTHING, Detail.COUNTS),
        (8, Detail.FIGURES, Detail.FIGURES),
    ],
)
def test_thresholds(in_app: Flask, n: int, everyone: Detail, trainer: Detail) -> None:
    session_id = add_session(add_course("Neglect"))
    publish(session_id, rose(n, same=1))
    publish(add_session(add_course("Core")), rose(40))
    own = frozenset({session_id})
    assert findings_of_session(session_id, clock.now()).item("skills").detail is everyone
    assert findings_of_session(session_id, clock.now(), Viewer(own, sees_all=False)).item("skills").detail is trainer
    other = Viewer(frozenset(), sees_all=False)
    assert findings_of_session(session_id, clock.now(), other).item("skills").detail is Detail.NOTHING


def test_a_session_is_hidden_where_course_less_session_is_few(in_app: Flask) -> None:
    course = add_course("Neglect")
    many, few = add_session(course, days(2)[0]), add_session(course, days(2)[1])
    publish(many, rose(14))
    publish(few, rose(4))
    assert findings_of_course(course, YEAR, clock.now()).item("skills").shows_figures
    assert not findings_of_session(many, clock.now()).item("skills").shows_figures
    assert not findings_of_session(few, clock.now()).item("skills").shows_figures


def test_forms_since_publishing_are_counted_as_forms_only(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"))
    publish(session_id, rose(8), at=datetime(2024, 5, 9, 12, tzinfo=UTC))
    add_forms(session_id, 3, pairs=3)
    findings = findings_of_session(session_id, clock.now())
    assert (findings.forms, findings.forms_published) == (11, 8)
    assert findings.published_at == datetime(2024, 5, 9, 12, tzinfo=UTC)
    assert findings.item("skills").table.n_pairs == 8


def test_only_the_latest_publishing_of_a_session_counts_its_forms(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"))
    publish(session_id, rose(8))
    with transaction() as session:
        session.query(RatingPattern).delete()
    publish(session_id, rose(13), forms=False)
    assert findings_of_session(session_id, clock.now()).forms_published == 13


def test_made_up_answers_say_so(in_app: Flask) -> None:
    course = add_course("Neglect")
    publish(add_session(course), rose(8), generated=True)
    assert findings_of_course(course, YEAR, clock.now()).generated
    assert not findings_of_course(_real_course(), YEAR, clock.now()).generated


def _real_course() -> int:
    course = add_course("Core")
    publish(add_session(course), rose(8))
    return course


def test_sessions_to_come_are_not_sessions_without_data(in_app: Flask) -> None:
    course = add_course("Neglect")
    tomorrow = clock.today() + timedelta(days=1)
    add_session(course, tomorrow, headcount=None)
    response = findings_of_course(course, BusinessYear.of(tomorrow), clock.now()).response
    assert (response.to_come, response.no_data.sessions, response.attendances) == (1, 0, None)


def test_what_was_never_held_has_no_findings(in_app: Flask) -> None:
    course = add_course("Neglect")
    cancelled = add_session(course, status=SessionStatus.CANCELLED)
    for look in (
        lambda: findings_of_session(cancelled, clock.now()),
        lambda: findings_of_session(999, clock.now()),
        lambda: findings_of_course(course, YEAR, clock.now()),
    ):
        with pytest.raises(NoResultFound):
            look()


def test_the_year_of_a_session_is_that_of_its_last_day(in_app: Flask) -> None:
    course = add_course("Neglect")
    add_session(course, date(2025, 3, 31), last_day=date(2025, 4, 1))
    assert findings_of_year(YEAR, clock.now()).sessions == ()
    assert len(findings_of_year(BusinessYear(2025), clock.now()).sessions) == 1
    assert counts.years() == [(2025, 1)]


def test_years_are_counted_by_the_database(in_app: Flask) -> None:
    course = add_course("Neglect")
    for day in (date(2024, 3, 31), date(2024, 4, 1), date(2025, 1, 1)):
        add_session(course, day)
    assert counts.years() == [(2024, 2), (2023, 1)]
    assert counts.newest_published_year() is None
    publish(add_session(course, date(2023, 6, 1)), rose(8))
    assert counts.newest_published_year() == 2023


def mix_on_page(session_id: int) -> Mix | None:
    findings = findings_of_session(session_id, clock.now())
    return mix_of(findings, counts.sectors([one.id for one in sessions_with_names(findings)]))


def test_the_mix_of_agencies_joins_small_groups(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"), headcount=None)
    police, health, fire = (agencies_of(sector)[0] for sector in ("police", "health", "fire"))
    for agency_id, came, answered in ((police, 20, 9), (health, 15, 8), (fire, 3, 1), (None, 9, 8)):
        add_marks(session_id, came, agency_id)
        add_forms(session_id, answered, agency_id=agency_id)
    mix = mix_on_page(session_id)
    assert mix is not None
    assert mix.rows == [
        ["Police", "20 (43%)", "9 (35%)"], ["Health", "15 (32%)", "8 (31%)"], ["Everyone else", "12 (26%)", "9 (35%)"],
    ]  # fmt: skip
    assert mix.total == ["All", "47", "26"]
    assert mix.note.startswith("Those who answered are a fair match")


def test_no_mix_where_no_register_holds_names(in_app: Flask) -> None:
    session_id = add_session(add_course("Neglect"))
    add_forms(session_id, 18, agency_id=agencies_of("police")[0])
    findings = findings_of_session(session_id, clock.now())
    assert findings.sessions[0].attendances.basis is Basis.HEADCOUNT
    assert mix_on_page(session_id) is None


def test_a_year_costs_the_same_queries_however_many_courses(app: Flask) -> None:
    def cost() -> int:
        with app.app_context(), watched(app) as seen:
            findings_of_year(YEAR, clock.now())
        return seen.count

    with app.app_context():
        publish(add_session(add_course("Neglect")), rose(9))
    alone = cost()
    with app.app_context():
        for number in range(20):
            publish(add_session(add_course(f"Course {number}"), SPRING), rose(9), forms=False)
    assert cost() == alone <= 8
