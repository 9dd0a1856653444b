"""My training: what is asked of me, what I have done, and nothing of anybody else's."""

from datetime import date, time, timedelta

import pytest
import time_machine

from tests.bookings.by_page import book, cancel, coming_session, fill
from tests.browser import XHTML
from tests.evaluation.answers import NEXT_DAY, attendee
from tests.guards import words_of
from tests.world.programme import DAY, make_part, make_session
from tests.world.registers import make_mark
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.programme.rules.sessions import EvaluationMode, PartKind
from training_app.registers.rules.marks import Mark


@pytest.fixture
def me(app, browser_of):
    with time_machine.travel(NEXT_DAY, tick=False):
        yield browser_of(Role.PRACTITIONER)


def rows(page) -> list[list[str]]:
    return [[words_of(cell) for cell in row] for row in page.tree.iter(f"{XHTML}tr")][1:]


def test_someone_new_is_shown_the_way_to_the_programme(me):
    page = me.get("/my")
    assert page.heading == "My training"
    assert "To do Nothing at the moment." in page.text
    assert "No training on the register yet" in page.text
    assert page.links["Find a session in the programme"] == "/programme"


def test_a_form_that_is_open_is_asked_for_until_it_is_sent(app, me):
    with app.app_context(), transaction():
        session = make_session()
        make_mark(session, user_of(Role.PRACTITIONER).person)
        path = f"/sessions/{session.id}/evaluation"
    page = me.get("/my")
    assert "Until 9 July 2026 at 4pm Working Together Thursday 11 June 2026." in page.text
    assert page.links["Give feedback: Working Together"] == path
    me.send(me.get(path), {"after_knowledge": 8})
    page = me.get("/my")
    assert "Give feedback: Working Together" not in page.links
    assert rows(page) == [["Working Together", "11 June 2026", "6.5", "Attended"]]


def test_the_form_before_a_session_is_asked_for_until_it_is_sent(app, me):
    with app.app_context():
        session_id, standing_by = coming_session(), coming_session("Other", capacity=1)
        person_id = user_of(Role.PRACTITIONER).person_id
        code = book(session_id, person_id)
        fill(standing_by, 1)
        book(standing_by, person_id)
    path = f"/sessions/{session_id}/evaluation/before"
    page = me.get("/my")
    asked = {words: href for words, href in page.links.items() if words.startswith("Rate yourself")}
    assert asked == {"Rate yourself: Working Together, 22 June 2026": path}, "not of one who only waits"
    assert me.get(f"/bookings/{code}").links["Fill it in now"] == path
    me.send(me.get(path), {"before_knowledge": 4})
    assert "To do Nothing at the moment." in me.get("/my").text
    booked = me.get(f"/bookings/{code}")
    assert "You rated yourself On 12 June 2026" in " ".join(words_of(one) for one in booked.tree.iter("{*}span"))
    assert "Fill it in now" not in booked.links


def test_what_was_done_comes_latest_first_with_its_hours(app, me):
    with app.app_context(), transaction():
        person = user_of(Role.PRACTITIONER).person
        old = make_session("Neglect", date(2026, 3, 31), starts=time(14))
        make_mark(old, person)
        two_days = make_session("Hidden Sentence", date(2026, 6, 2), evaluation_mode=EvaluationMode.NONE)
        second = make_part(two_days, date(2026, 6, 9), starts=time(9), ends=time(12), kind=PartKind.ONLINE)
        two_days.last_day = date(2026, 6, 9)
        make_mark(two_days, person)
        make_mark(two_days, person, Mark.PART_ATTENDED, part=second)
        self_paced = make_session("E-learning", DAY - timedelta(days=1))
        (part,) = self_paced.parts
        part.kind, part.on_day, part.starts_at, part.ends_at = PartKind.E_LEARNING, None, None, None
        make_mark(self_paced, person)
        absent = make_session("Not there")
        make_mark(absent, person, Mark.ABSENT)
        attendee(make_session("Somebody else’s"), "B. Other")
    page = me.get("/my")
    assert rows(page) == [
        ["E-learning", "10 June 2026", "Not known", "Attended"],
        ["Hidden Sentence", "9 June 2026", "6.5 of 9.5", "Part attended"],
        ["Neglect", "31 March 2026", "2", "Attended"],
    ]
    assert "6.5 hours since April 2026 2 sessions on the register" in page.text


def test_many_sessions_cost_no_more_questions(app, me):
    def cost(more: int) -> None:
        with app.app_context(), transaction():
            for number in range(more):
                session = make_session(f"Course {more} {number}", DAY - timedelta(days=number))
                make_mark(session, user_of(Role.PRACTITIONER).person)

    cost(2)
    me.get("/my", most_queries=14)
    cost(30)
    page = me.get("/my", most_queries=14)
    assert len(rows(page)) == 32


def test_many_lines_cost_no_more_questions(app, me):
    """Each session has one place. In one line two stand before, in the others nobody or who has left."""

    def wait_in(lines: int) -> None:
        with app.app_context():
            with transaction():
                person_id = user_of(Role.PRACTITIONER).person.id
            for turn in range(lines):
                session_id = coming_session(f"Long {lines} {turn}", capacity=1)
                fill(session_id, 3 if turn == 0 else 1)
                if turn == 1:
                    cancel(fill(session_id, 1)[0])
                book(session_id, person_id)

    wait_in(2)
    page = me.get("/my", most_queries=14)
    assert page.text.count("Third on the waiting list") == 1 and page.text.count("First on the waiting list") == 1
    wait_in(12)
    page = me.get("/my", most_queries=14)
    assert page.text.count("Third on the waiting list") == 2 and page.text.count("First on the waiting list") == 12


def test_it_is_for_people_who_have_signed_in(browser):
    assert browser.get("/my", status=302).location.startswith("/sign-in?next=/my")


def test_a_sign_in_that_belongs_to_no_person_has_an_empty_page(app, me):
    with app.app_context(), transaction():
        user_of(Role.PRACTITIONER).person = None
    assert "No training on the register yet" in me.get("/my").text
