"""Two trainers at one register, through the pages, at the same moment: one truth, and nothing of either is lost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.at_once.people import Someone
from tests.at_once.together import Sending, at_once
from tests.browser import Page
from tests.registers.acts import ENDED, book_for, morning_session
from tests.world.people import agency
from tests.world.programme import make_trainer
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.bookings.commands import places as bookings
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person
from training_app.records.models import Completion
from training_app.registers.models import AttendanceMark, RegisterChange
from training_app.registers.rules.marks import Mark, RegisterState

HERE, PART, ABSENT = Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT
PEOPLE = 5
LATER = ENDED + timedelta(minutes=30)
Row = tuple[int, int]


@pytest.fixture(autouse=True)
def after_it_ended() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(ENDED, tick=False) as traveller:
        yield traveller


@dataclass(frozen=True)
class Register:
    """A register of two trainers, and its rows: part and person."""

    app: Flask
    session_id: int
    rows: list[Row]
    sian: Someone
    tom: Someone

    def page(self, of: Someone, rest: str = "") -> Page:
        return of.browser.get(f"/sessions/{self.session_id}/register{rest}")

    def sending(self, of: Someone, page: Page, marks: dict[Row, Mark], **more: object) -> Sending:
        typed = {f"mark-{part}-{person}": mark.value for (part, person), mark in marks.items()}
        return Sending.of(of.browser, page, typed | more, action="/register")

    def marks(self) -> list[AttendanceMark]:
        query = select(AttendanceMark).where(AttendanceMark.session_id == self.session_id)
        return list(db.session.scalars(query.order_by(AttendanceMark.id)))

    def stands(self) -> dict[Row, Mark]:
        """What the register says now; there is one live mark for each part and person, or it fails."""
        live = [one for one in self.marks() if one.superseded_at is None]
        found = {(one.part_id, one.person_id): one.mark for one in live}
        assert len(found) == len(live)
        return found


@pytest.fixture
def register(either_house: Flask, someone: Callable[..., Someone]) -> Register:
    return make_register(either_house, someone, PEOPLE)


@pytest.fixture
def long_register(either_house: Flask, someone: Callable[..., Someone]) -> Register:
    return make_register(either_house, someone, 30)


def make_register(either_house: Flask, someone: Callable[..., Someone], people: int) -> Register:
    sian, tom = someone(Role.TRAINER, "Sian"), someone(Role.TRAINER, "Tom")
    with either_house.app_context(), transaction():
        session = morning_session()
        for one in (sian, tom):
            make_trainer(session.id, one.user_id)
        places = [book_for(session, f"Person {turn:02}") for turn in range(people)]
        rows = [(part.id, one.person_id) for part in session.parts for one in places]
        return Register(either_house, session.id, rows, sian, tom)


def test_thirty_people_marked_by_two_at_once(long_register):
    """They agree on twenty, differ on ten. Whoever comes second is told of the ten, and of no other."""
    register = long_register
    mine = dict.fromkeys(register.rows, HERE)
    theirs = mine | dict.fromkeys(register.rows[:5], ABSENT) | dict.fromkeys(register.rows[5:10], PART)
    first, second = register.page(register.sian), register.page(register.tom)
    pages = at_once(
        register.app, register.sending(register.sian, first, mine), register.sending(register.tom, second, theirs)
    )
    assert sorted(page.status for page in pages) == [302, 409]
    told = next(page for page in pages if page.status == 409)
    asked = [words for words in told.links if words.startswith("Look again at ")]
    assert asked == [f"Look again at Person {turn:02}" for turn in range(10)]
    assert told.text.count("while your page was open") == 10
    other = "Tom" if told is pages[0] else "Sian"
    assert told.text.count(f"{other} marked “") == 10, "and by whom"
    with register.app.app_context():
        assert register.stands() == mine, "the mark that says more of a person stands, whoever was first"
        kept = {(one.part_id, one.person_id, one.mark) for one in register.marks()}
        kept |= _marks_in_the_audit()
        assert kept >= {(*row, mark) for sent in (mine, theirs) for row, mark in sent.items()}, "no mark is lost"
        _check_corrections(register)


def _marks_in_the_audit() -> set[tuple[int, int, Mark]]:
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "register.marks_differed"))
    return {
        (one.detail["part_id"], one.detail["person_id"], Mark(one.detail[whose]))
        for one in entries
        for whose in ("theirs", "yours")
    }


def _check_corrections(register: Register) -> None:
    """Each mark says who and when; one that was corrected, when that was."""
    trainers = {register.sian.user_id, register.tom.user_id}
    for one in register.marks():
        assert one.marked_by_id in trainers and one.marked_at == ENDED
        assert one.superseded_at in {None, ENDED}


def test_a_correction_by_two_at_once_keeps_all_three_marks(register, after_it_ended):
    before, row = dict.fromkeys(register.rows, ABSENT), register.rows[0]
    at_once(register.app, register.sending(register.sian, register.page(register.sian), before))
    after_it_ended.move_to(LATER)
    first, second = register.page(register.sian), register.page(register.tom)
    at_once(
        register.app, register.sending(register.sian, first, {row: PART}),
        register.sending(register.tom, second, {row: HERE}),
    )
    with register.app.app_context():
        assert register.stands() == before | {row: HERE}
        of_row = [one for one in register.marks() if (one.part_id, one.person_id) == row]
        corrected = [(one.mark, one.superseded_at) for one in of_row[:-1]]
        assert corrected in ([(ABSENT, LATER)], [(ABSENT, LATER), (PART, LATER)])
        assert {mark for _, _, mark in _marks_in_the_audit()} == {PART, HERE}


def test_two_reasons_for_one_absence_are_both_kept_and_told(register):
    """The later reason stands, the earlier mark is kept, and who came second reads both."""
    (part, person), page = register.rows[0], register.page(register.sian)
    at_once(register.app, register.sending(register.sian, page, {(part, person): ABSENT}))
    first, second = register.page(register.sian), register.page(register.tom)
    why = f"why-{part}-{person}"
    pages = at_once(
        register.app, register.sending(register.sian, first, {}, **{why: "ill"}),
        register.sending(register.tom, second, {}, **{why: "work"}),
    )
    assert sorted(one.status for one in pages) == [302, 409]
    told = next(one for one in pages if one.status == 409)
    assert "Not here (ill)" in told.text and "Not here (too busy at work)" in told.text
    with register.app.app_context():
        assert {one.reason for one in register.marks()} == {"", "ill", "work"}
        assert len(register.stands()) == 1


def test_one_marks_while_the_other_closes(register):
    """Whichever came first: what the page said is on the register, or its trainer reads that it is not."""
    rest = dict.fromkeys(register.rows[1:], HERE)
    at_once(register.app, register.sending(register.sian, register.page(register.sian), rest))
    (row,) = register.rows[:1]
    closing, marking = register.page(register.sian, "/close"), register.page(register.tom)
    closed, marked = at_once(
        register.app, Sending.of(register.sian.browser, closing, {"rest_absent": "y"}),
        register.sending(register.tom, marking, {row: HERE}, walk_in_name="Dee", walk_in_agency=_an_agency(register)),
    )
    assert closed.status == 302
    with register.app.app_context():
        stands, came = register.stands(), len(set(db.session.scalars(select(Completion.person_id))))
        changes = list(db.session.scalars(select(RegisterChange.state)))
    assert changes == [RegisterState.CLOSED]
    if marked.status == 302:
        assert stands[row] is HERE and came == PEOPLE + 1
        return
    dee_too = stands[row] is HERE  # the register closed between the two: the marks were kept, Dee was not added
    assert "This register is closed. Open it again to change it." in marked.text
    assert dee_too or "Person 00: you marked “Here”; the register says “Not here”." in marked.text
    assert "Dee, " in marked.text and "not added." in marked.text
    assert came == PEOPLE - 1 + dee_too


def test_what_a_closed_register_does_not_take_is_read_back(register):
    page = register.page(register.tom)
    at_once(register.app, register.sending(register.sian, register.page(register.sian), {register.rows[0]: PART}))
    closing = register.page(register.sian, "/close")
    at_once(register.app, Sending.of(register.sian.browser, closing, {"rest_absent": "y"}))
    marks = dict.fromkeys(register.rows, HERE)
    typed = {"walk_in_name": "Dee", "walk_in_agency": _an_agency(register), "walk_in_post": "Cook"}
    (late,) = at_once(register.app, register.sending(register.tom, page, marks, **typed))
    assert late.status == 409
    assert "Person 00: you marked “Here”; the register says “Part”." in late.text
    assert late.text.count("you marked “Here”; the register says “Not here”.") == PEOPLE - 1
    assert "Cook: not added." in late.text


def test_someone_whose_booking_ended_meanwhile_takes_nobody_elses_mark_along(register):
    page = register.page(register.tom)
    with register.app.app_context(), transaction():
        one = db.session.scalars(select(Booking).order_by(Booking.id)).first()
        bookings.cancel_booking(
            one.id, actor_id=register.sian.user_id, now=clock.now(), why="Booked by mistake"
        )
    (answer,) = at_once(register.app, register.sending(register.tom, page, dict.fromkeys(register.rows, HERE)))
    assert answer.status == 409
    assert "Person 00 is not on the register any more" in answer.text
    with register.app.app_context():
        assert register.stands() == dict.fromkeys(register.rows[1:], HERE)


def _an_agency(register: Register) -> str:
    with register.app.app_context():
        return str(agency().id)


@pytest.mark.parametrize("email", ["", "dee@school.example"])
def test_the_same_person_at_the_door_added_by_two_at_once_is_one(register, email):
    typed = {"walk_in_name": "Dee Soar", "walk_in_agency": _an_agency(register), "walk_in_email": email}
    first, second = register.page(register.sian), register.page(register.tom)
    sians = register.sending(register.sian, first, {}, **typed)
    toms = register.sending(register.tom, second, {}, **typed | {"walk_in_name": " dee  soar "})
    pages = at_once(register.app, sians, sians.again(), toms)
    assert [page.status for page in pages] == [302] * 3
    assert "is on the register, marked here." in register.sian.browser.follow(pages[0]).text
    with register.app.app_context():
        assert db.session.scalar(select(func.count()).where(func.lower(Person.name) == "dee soar")) == 1
        assert len(register.marks()) == 1


def test_a_register_saved_twice_on_a_slow_line_is_saved_once(register):
    sending = register.sending(register.sian, register.page(register.sian), dict.fromkeys(register.rows, HERE))
    pages = at_once(register.app, sending, sending.again(), sending.again())
    assert [page.status for page in pages] == [302] * 3
    with register.app.app_context():
        assert len(register.marks()) == len(register.stands()) == PEOPLE


def test_close_pressed_twice_at_once_writes_one_completion_each(register):
    at_once(
        register.app,
        register.sending(register.sian, register.page(register.sian), dict.fromkeys(register.rows, HERE)),
    )
    page, toms = register.page(register.sian, "/close"), register.page(register.tom, "/close")
    sending = Sending.of(register.sian.browser, page)
    pages = at_once(register.app, sending, sending.again(), Sending.of(register.tom.browser, toms))
    assert [one.status for one in pages] == [302] * 3
    said = f"The register is closed. {PEOPLE} people have completed it."
    assert said in register.sian.browser.follow(pages[0]).text
    assert said in register.tom.browser.follow(pages[2]).text
    with register.app.app_context():
        people = list(db.session.scalars(select(Completion.person_id).where(Completion.withdrawn_at.is_(None))))
        assert len(people) == len(set(people)) == PEOPLE
        assert list(db.session.scalars(select(RegisterChange.state))) == [RegisterState.CLOSED]


def test_opened_again_twice_it_is_open_once(register):
    at_once(
        register.app,
        register.sending(register.sian, register.page(register.sian), dict.fromkeys(register.rows, HERE)),
    )
    at_once(register.app, Sending.of(register.sian.browser, register.page(register.sian, "/close")))
    sending = Sending.of(register.sian.browser, register.page(register.sian), {"why": "Cy came late"})
    pages = at_once(register.app, sending, sending.again())
    assert [page.status for page in pages] == [302] * 2
    with register.app.app_context():
        states = list(db.session.scalars(select(RegisterChange.state).order_by(RegisterChange.id)))
    assert states == [RegisterState.CLOSED, RegisterState.OPEN]
