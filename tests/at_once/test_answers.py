"""One person, two forms: in two windows, by a letter and a phone, by the room's code and their own link.

One counts. The first stands; whoever sent other words reads that these are not kept, and is shown them.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from tests.at_once.people import Someone
from tests.at_once.together import Sending, at_once
from tests.browser import Browser
from tests.registers.acts import BEFORE, ENDED, book_for, morning_session
from training_app.accounts.rules.roles import Role
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.evaluation.commands import room
from training_app.evaluation.models import Comment, Publication, Rating, RatingPattern, Response
from training_app.evaluation.queries.forms import current_version
from training_app.evaluation.rules.answers import Moment
from training_app.evaluation.rules.feedback_codes import feedback_code
from training_app.extensions import db
from training_app.installation import of
from training_app.people.models import Person
from training_app.programme.models import TrainingSession

SOON = ENDED + timedelta(minutes=5)
STANDS = "We already have your answers"


@pytest.fixture(autouse=True)
def soon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SOON, tick=False) as traveller:
        yield traveller


@dataclass(frozen=True)
class Asked:
    """Ann, who has a place at a session, and what leads her to its forms."""

    app: Flask
    ann: Someone
    session_id: int
    feedback_code: str
    room_code: str

    def own(self, typed: Mapping[str, object], *, form: str = "") -> Sending:
        """Her own form, opened in a window of its own."""
        browser = self.ann.another_window()
        return Sending.of(browser, browser.get(f"/sessions/{self.session_id}/evaluation{form}"), typed)

    def in_the_room(self, typed: Mapping[str, object], *, who: str) -> Sending:
        browser = Browser(self.app)
        return Sending.of(browser, browser.get(f"/e/{self.room_code}"), {"who": who, **typed})

    def kept(self, moment: Moment = Moment.AFTER) -> list[int]:
        """Every rating that is kept of this moment."""
        with self.app.app_context():
            query = select(Rating.value).join(Response).where(Response.moment == moment)
            return list(db.session.scalars(query))


@pytest.fixture
def asked(either_house: Flask, someone: Callable[..., Someone]) -> Asked:
    ann = someone(Role.PRACTITIONER, "Ann")
    with either_house.app_context(), transaction():
        session = morning_session()
        place = book_for(session, person=db.session.get_one(Person, ann.person_id))
        code = room.make_code(session.id, actor_id=None, now=BEFORE)
        return Asked(either_house, ann, session.id, code_for(either_house, place), code)


def code_for(app: Flask, booking: Booking) -> str:
    return feedback_code(booking.session_id, booking.person_id, of(app).settings.secret_key)


def test_two_windows_at_once_count_once_and_the_second_is_told(asked):
    first = asked.own({"after_knowledge": 8, "words_better": "More time"})
    second = asked.own({"after_knowledge": 3, "words_better": "Fewer slides"})
    pages = at_once(asked.app, first, second)
    assert sorted(page.status for page in pages) == [302, 409]
    late = pages[0].status == 409
    told, lost = (pages[0], "More time") if late else (pages[1], "Fewer slides")
    assert told.heading == STANDS and lost in told.text and "is not kept" in told.text
    assert asked.kept() == [3 if late else 8]
    with asked.app.app_context():
        assert list(db.session.scalars(select(Comment.text))) == ["Fewer slides" if late else "More time"]


def test_the_form_before_in_two_windows(asked, soon):
    soon.move_to(BEFORE)
    windows = [asked.own({"before_knowledge": rating}, form="/before") for rating in (2, 9)]
    pages = at_once(asked.app, *windows)
    assert sorted(page.status for page in pages) == [302, 409]
    told = next(page for page in pages if page.status == 409)
    assert told.heading == STANDS and "is not kept" in told.text
    assert asked.kept(Moment.BEFORE) == [2 if pages[0].status == 302 else 9]


def test_the_rooms_code_and_her_own_link_at_once(asked):
    by_room = asked.in_the_room({"after_skills": 6}, who=asked.feedback_code.lower())
    thanks, own = at_once(asked.app, by_room, asked.own({"after_skills": 9}))
    assert thanks.location.endswith("/thank-you"), "the room tells nobody who has answered"
    assert "those first answers stand" in by_room.browser.follow(thanks).text
    assert own.status in {302, 409}
    assert asked.kept() == ([9] if own.status == 302 else [6])
    assert own.status == 302 or own.heading == STANDS


def test_one_after_the_other_by_three_ways(asked):
    own, code = asked.own({"after_skills": 9}), asked.in_the_room({"after_skills": 1}, who=asked.feedback_code)
    first = asked.in_the_room({"after_skills": 6}, who=asked.feedback_code)
    for sending, status in ((first, 302), (own, 409), (code, 302)):
        (page,) = at_once(asked.app, sending)
        assert page.status == status
    assert asked.ann.browser.get(f"/sessions/{asked.session_id}/evaluation").heading == STANDS
    assert asked.kept() == [6]


def test_going_back_in_the_room_and_leaving_the_code_out_is_no_second_form(asked):
    first = asked.in_the_room({"after_skills": 6}, who=asked.feedback_code)
    at_once(asked.app, first)
    (again,) = at_once(asked.app, Sending(first.browser, first.path, {**first.data, "who": "", "after_skills": "7"}))
    assert again.location == f"/e/{asked.room_code}/thank-you"
    assert first.browser.get(f"/e/{asked.room_code}", status=302).location == again.location
    assert asked.kept() == [6]


def test_publishing_counts_whoever_sent_twice_once(asked):
    """Seven have answered; the eighth sends by two ways at once, twice each, and once more when all is published."""
    with asked.app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, asked.session_id)
        codes = [code_for(asked.app, book_for(session, f"Other {turn}")) for turn in range(7)]
    for code in codes:
        at_once(asked.app, asked.in_the_room({"after_knowledge": 7}, who=code))
    with asked.app.app_context():
        assert db.session.scalars(select(Publication)).all() == []
    own, by_room = asked.own({"after_knowledge": 9}), asked.in_the_room({"after_knowledge": 9}, who=asked.feedback_code)
    at_once(asked.app, own, own.again(), by_room, by_room.again())
    at_once(asked.app, own.again())
    assert sorted(asked.kept()) == [7] * 7 + [9]
    with asked.app.app_context():
        assert [one.forms for one in db.session.scalars(select(Publication))] == [8]
        knowledge = next(one.id for one in current_version().questions if one.key == "knowledge")
        counted = select(func.sum(RatingPattern.n)).where(RatingPattern.question_id == knowledge)
        assert db.session.scalar(counted) == 8
