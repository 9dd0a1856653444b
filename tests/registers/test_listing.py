"""One list of sessions with their registers: today, what is to do, what comes, what is done; said alike everywhere."""

from datetime import date, time, timedelta

import pytest
import time_machine

from tests.browser import watched
from tests.registers.acts import DAY, DURING, ENDED, a_day, book_for, close, let_lead, morning_session, save, sent_row
from tests.world.programme import make_session, make_venue
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.agencies.rules import Area
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import SessionStatus
from training_app.registers.queries.listing import Group, RegisterSearch, registers_found
from training_app.registers.rules.attendances import Attendances, Basis, Standing, attendances_of
from training_app.registers.rules.marks import Mark, RegisterState
from training_app.registers.views import listing
from training_app.registers.wording import register_in_words

TODAY = date(2026, 6, 11)
NAMES, STATED, UNKNOWN = attendances_of(14, None), attendances_of(None, 12), attendances_of(None, None)


def standing(attendances: Attendances, *, opens=TODAY, over=True, closed=False, cancelled=False, why=None) -> Standing:
    state = RegisterState.CLOSED if closed else RegisterState.OPEN
    return Standing(cancelled, opens, over, state, attendances, why)


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (standing(UNKNOWN, opens=TODAY + timedelta(days=1), over=False), "Opens on the day"),
        (standing(STATED, opens=TODAY + timedelta(days=1), over=False), "Opens on the day"),
        (standing(UNKNOWN, opens=TODAY + timedelta(days=1), over=False, why="Lost"), "Opens on the day"),
        (standing(UNKNOWN, over=False), "Open: unmarked"),
        (standing(UNKNOWN), "Open: unmarked"),
        (standing(UNKNOWN, why="Lost"), "Open: no data"),
        (standing(UNKNOWN, why="Lost", closed=True), "Closed: no data"),
        (standing(NAMES), "Open: 14 came"),
        (standing(NAMES, closed=True), "Closed: 14 came"),
        (standing(attendances_of(0, None), closed=True), "Closed: 0 came"),
        (standing(Attendances(Basis.NAMES, 11, 12), closed=True), "Closed: 11 came, but 12 stated"),
        (standing(STATED, closed=True), "Closed: 12 came, by headcount"),
        (standing(UNKNOWN, cancelled=True, why="Lost"), "No register: cancelled"),
    ],
)
def test_how_a_register_stands(one, said):
    assert register_in_words(one, TODAY) == said


@pytest.fixture
def mine(in_app, trainer):
    """Sessions that a trainer leads, by what is to be done with each."""
    sessions = {
        "closed": morning_session(days=(a_day(-7),)), "stated": morning_session(days=(a_day(-6),), headcount=9),
        "open": morning_session(days=(a_day(-5),)), "later": morning_session(days=(a_day(60),)),
        "soon": morning_session(days=(a_day(3),)), "today": morning_session(),
        "going on": morning_session(days=(a_day(-1), a_day(1))),
    }
    for session in sessions.values():
        let_lead(session)
    one = book_for(sessions["closed"]).person
    last_week = ENDED - timedelta(days=7)
    save(sessions["closed"], sent_row(sessions["closed"], one, Mark.ATTENDED), by=trainer, now=last_week)
    close(sessions["closed"], by=trainer, now=last_week)
    make_session("Somebody else’s", DAY)
    db.session.commit()
    return {session.id: name for name, session in sessions.items()}


def test_the_list_is_in_the_order_of_what_is_to_do_and_cut_by_the_database(mine, trainer):
    found = registers_found(RegisterSearch(), trainer, TODAY, sees_all=False)
    listed = [(group, mine[session.id]) for group, session in found.read(0, 20)]
    assert found.total == 7 and listed == [
        (Group.TODAY, "today"), (Group.TO_DO, "open"), (Group.COMING, "going on"), (Group.COMING, "soon"),
        (Group.COMING, "later"), (Group.DONE, "stated"), (Group.DONE, "closed"),
    ]  # fmt: skip
    assert [mine[session.id] for _, session in found.read(2, 3)] == ["going on", "soon", "later"]
    to_do = registers_found(RegisterSearch(Group.TO_DO), trainer, TODAY, sees_all=False)
    assert [mine[session.id] for _, session in to_do.read(0, 20)] == ["open"]
    assert registers_found(RegisterSearch(), trainer, TODAY, sees_all=True).total == 8


def test_the_office_searches_all_and_old_addresses_lead_to_the_one_list(app, browser_of, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    with time_machine.travel(DURING, tick=False):
        office, trainer = browser_of(Role.OFFICE), browser_of(Role.TRAINER)
        with app.app_context(), transaction():
            for days in range(3):
                make_session("Neglect", DAY + timedelta(days=days))
            led = make_session("Working Together", DAY + timedelta(days=30))
            let_lead(led)
        page = office.get("/registers?q=neglect")
        assert office.get("/staff/sessions").links["Registers"] == "/registers"
        assert "3 sessions" in page.text and "Page 1 of 2" in page.text and "Working Together" not in page.text
        assert "Opens on the day" in page.text and "Not marked" not in page.text
        assert "To do" in page.links and "Still to do" not in page.text
        assert "show=coming" in office.get("/registers?show=coming&q=neglect").links["Coming"]
        assert "No sessions here" in office.get("/registers?show=done").text
        assert trainer.get("/my").links["My sessions"] == "/registers" and "Registers" not in trainer.get("/my").links
        assert trainer.get("/my-sessions", status=302).location == "/registers"
        assert "Working Together" in trainer.get("/registers").links


@pytest.fixture
def sought(in_app, trainer):
    """What a trainer leads, in places and months of their own; and one of another trainer, who alone has that word."""
    county, city = make_venue("Church hall", area=Area.LEICESTERSHIRE), make_venue("City Hall", area=Area.LEICESTER)
    sessions = {
        "exploitation": make_session("Child Exploitation", date(2026, 3, 5)),
        "abuse": make_session("Responding to child sexual abuse", date(2026, 7, 1)),
        "evening": make_session("Neglect", date(2026, 9, 1), starts=time(18), ends=time(20)),
        "market": make_session("Private fostering at the summer market", date(2026, 10, 1)),
    }
    for name, session in sessions.items():
        let_lead(session)
        session.parts[0].venue = city if name == "evening" else county
    make_session("Fabricated illness", date(2026, 3, 6))
    db.session.commit()
    return {session.id: name for name, session in sessions.items()}


@pytest.mark.parametrize(
    ("typed", "found", "shown_for"),
    [
        ("exploitation", ["exploitation"], ""),
        ("exploitaton", ["exploitation"], "exploitation"),
        ("CSA", ["abuse"], ""),
        ("Leicester evening", ["evening"], ""),
        ("leicestershire", ["exploitation", "abuse", "market"], ""),
        ("march", ["exploitation"], ""),
        ("fabricated", [], ""),
        ("  !? ", ["exploitation", "abuse", "evening", "market"], ""),
        ("dinosaur", [], ""),
    ],
)
def test_it_is_found_by_a_slip_a_short_name_a_month_and_a_place_as_in_the_catalogue(
    sought, trainer, typed, found, shown_for
):
    listed = registers_found(RegisterSearch(words=typed), trainer, TODAY, sees_all=False)
    assert [sought[session.id] for _, session in listed.read(0, 20)] == found
    assert (listed.total, listed.shown_for) == (len(found), shown_for)


def test_how_much_is_read_does_not_grow_with_the_sessions(in_app, sought, trainer):
    def queries() -> int:
        db.session.expire_all()
        with watched(in_app) as seen:
            registers_found(RegisterSearch(words="exploitaton"), trainer, TODAY, sees_all=False).read(0, 2)
        return seen.count

    before = queries()
    for days in range(12):
        let_lead(make_session("Child Exploitation", date(2026, 11, 1) + timedelta(days=days)))
    db.session.commit()
    assert queries() == before


def test_the_page_says_what_it_guessed(app, browser_of):
    with time_machine.travel(DURING, tick=False):
        office = browser_of(Role.OFFICE)
        with app.app_context(), transaction():
            make_session("Child Exploitation", DAY + timedelta(days=3))
        page = office.get("/registers?q=exploitaton&show=coming")
        assert "Nothing fits “exploitaton”. Showing “exploitation”." in page.text and "1 session" in page.text
        assert "Nothing fits" not in office.get("/registers?q=exploitaton&show=done").text


def test_a_held_session_without_bookings_says_so_and_what_is_known(app, browser_of):
    with time_machine.travel(DURING, tick=False):
        office = browser_of(Role.OFFICE)
        with app.app_context(), transaction():
            session_id = make_session("Neglect", DAY - timedelta(days=9), capacity=30, headcount=21).id
        for path in (f"/staff/sessions/{session_id}", "/staff/sessions?year=2026-27"):
            page = office.get(path)
            assert "30 places, no bookings kept here" in page.text and "0 of 30" not in page.text
            assert "Open: 21 came, by headcount" in page.text
        bookings = office.get(f"/sessions/{session_id}/bookings")
        assert "30 places, no bookings kept here" in bookings.text and "0 held" not in bookings.text


def test_of_a_cancelled_session_nothing_is_said_of_who_came(app, browser_of):
    with time_machine.travel(DURING, tick=False):
        reviewer, office = browser_of(Role.REVIEWER), browser_of(Role.OFFICE)
        why = {"note": "No data: list lost", "no_data_reason": "No data: list lost"}
        with app.app_context(), transaction():
            session = make_session("Neglect", DAY - timedelta(days=9), status=SessionStatus.CANCELLED, **why)
            make_session("Neglect", DAY + timedelta(days=9))
            slug, session_id = session.course.slug, session.id
        for path in (f"/programme/{slug}", f"/sessions/{session_id}"):
            assert "No data" not in reviewer.get(path).text
        assert "No data" not in office.get(f"/staff/sessions/{session_id}").text


def test_the_numbers_before_closing_add_up_to_the_people_on_the_register(app, browser_of):
    with time_machine.travel(ENDED, tick=False):
        trainer = browser_of(Role.TRAINER)
        with app.app_context(), transaction():
            session = morning_session()
            let_lead(session)
            people = [book_for(session, name).person for name in ("Ann", "Bo", "Cy", "Di", "Ed")]
            marked = zip(people, (Mark.ATTENDED, Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT), strict=False)
            rows, session_id = [sent_row(session, one, mark) for one, mark in marked], session.id
        with app.app_context():
            save(db.session.get_one(TrainingSession, session_id), *rows, by=user_of(Role.TRAINER).id, now=ENDED)
        for rest in ("", "/close"):
            page = trainer.get(f"/sessions/{session_id}/register{rest}")
            assert "2 here 1 part 1 not here 1 unmarked" in page.text
        assert "5 people on the register." in page.text
