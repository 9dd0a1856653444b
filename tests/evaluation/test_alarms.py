"""Too many forms, too fast, or many wrong codes: somebody looks, and until they have, codes make no pairs."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.browser import Browser, held_by
from tests.evaluation.answers import after, code_of, patterns
from tests.evaluation.crowd import RATED, close_register, kept, try_to_send
from tests.registers.acts import ENDED, let_lead, morning_session
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.doctor.evaluation import CHECKS
from training_app.evaluation.commands import alarms as commands
from training_app.evaluation.commands.answers import CannotAnswer
from training_app.evaluation.commands.publishing import publish
from training_app.evaluation.commands.room import answer_in_the_room
from training_app.evaluation.models import EvaluationAlarm
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.queries.forms import sessions_to_publish
from training_app.evaluation.results import Sender
from training_app.evaluation.rules.alarms import MOST_WRONG_CODES, WRONG_CODES_COUNT_FOR, AlarmKind, wrong_codes_now
from training_app.evaluation.rules.publishing import WhyPublished, why_publish
from training_app.evaluation.rules.room import WRONG_CODES_FROM_ONE_BROWSER, AskAgain
from training_app.extensions import db
from training_app.programme.models import TrainingSession

JUST_AFTER = ENDED + timedelta(minutes=5)
HEADING = "Look at this feedback"


@pytest.fixture(autouse=True)
def just_after() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(JUST_AFTER, tick=False) as traveller:
        yield traveller


def kinds(app: Flask, session_id: int) -> set[AlarmKind]:
    with app.app_context():
        return {alarm.kind for alarm in room_queries.open_alarms([session_id]).get(session_id, [])}


def own_code(app: Flask, session_id: int, number: int) -> str:
    with app.app_context():
        people = select(Booking.person_id).where(Booking.session_id == session_id).order_by(Booking.id)
        return code_of(session_id, db.session.scalars(people).all()[number])


def look(app: Flask, session_id: int, *, join: bool, now=JUST_AFTER) -> bool:  # type: ignore[no-untyped-def]
    with app.app_context(), transaction():
        seen = numbers_of(session_id)
        return commands.look_at_alarms(session_id, seen, join=join, actor_id=None, now=now)


def sent_to(session_id: int) -> str:
    return f"/sessions/{session_id}/room/looked-at"


def numbers_of(session_id: int) -> set[int]:
    return {alarm.id for alarm in room_queries.open_alarms([session_id]).get(session_id, [])}


def test_more_than_came_and_faster_than_people_are_made_known(app, held):
    code, session_id, _ = held
    close_register(app, session_id)
    for _ in range(5):
        try_to_send(app, code, "")
    assert kinds(app, session_id) == set(), "five within a moment may be"
    try_to_send(app, code, "")
    assert kinds(app, session_id) == {AlarmKind.TOO_FAST}
    for _ in range(34):
        try_to_send(app, code, "")
    assert kinds(app, session_id) == {AlarmKind.TOO_FAST, AlarmKind.TOO_MANY}
    with app.app_context():
        assert len(db.session.scalars(select(EvaluationAlarm)).all()) == 2, "each once"


def test_a_room_that_answers_over_some_minutes_raises_nothing(app, held, just_after):
    code, session_id, _ = held
    close_register(app, session_id)
    for _ in range(14):
        try_to_send(app, code, "")
        just_after.shift(timedelta(seconds=4))
    assert kinds(app, session_id) == set()
    assert kept(app, session_id) == (14, 0)


def test_guessed_codes_are_counted_then_not_looked_at_and_made_known(app, held, just_after):
    code, session_id, _ = held
    for number in range(MOST_WRONG_CODES):
        assert try_to_send(app, code, f"GUESS{number:03}") == 422
    assert kinds(app, session_id) == {AlarmKind.WRONG_CODES}
    assert try_to_send(app, code, own_code(app, session_id, 0)) == 429, "not even a right one is looked at now"
    assert kept(app, session_id) == (0, 0)
    just_after.shift(WRONG_CODES_COUNT_FOR)
    assert try_to_send(app, code, own_code(app, session_id, 0)) == 302
    assert kept(app, session_id) == (1, 0), "counted, and no pair until somebody has looked"


def test_wrong_codes_of_a_time_that_is_over_count_no_more(app, held, just_after):
    code, session_id, _ = held
    for number in range(2 * MOST_WRONG_CODES):
        just_after.shift(WRONG_CODES_COUNT_FOR / (MOST_WRONG_CODES - 2))
        try_to_send(app, code, f"GUESS{number:03}")
    assert kinds(app, session_id) == set()


def test_wrong_codes_of_a_clock_that_was_ahead_pause_nothing():
    assert wrong_codes_now(MOST_WRONG_CODES, ENDED + timedelta(days=1), ENDED) == 0
    assert wrong_codes_now(MOST_WRONG_CODES, ENDED, ENDED) == MOST_WRONG_CODES


def test_a_form_that_is_shut_warns_of_nobody(app, held, just_after):
    _, session_id, _ = held
    close_register(app, session_id)
    just_after.shift(timedelta(days=100))
    with app.app_context():
        sender = Sender(uuid4(), "WRONGONE")
        for one in (sender, Sender(uuid4(), "")):
            with pytest.raises(CannotAnswer), transaction():
                answer_in_the_room(session_id, one, after({"knowledge": 3}), clock.now(), secret_key="k" * 32)
        assert db.session.scalars(select(EvaluationAlarm)).all() == []


def test_one_device_tries_five_codes(app, held):
    code, session_id, _ = held
    browser = Browser(app)
    page = browser.get(f"/e/{code}")
    for _ in range(WRONG_CODES_FROM_ONE_BROWSER):
        page = browser.send(page, {"who": "GUESSED1", **RATED}, status=422)
    page = browser.send(page, {"who": own_code(app, session_id, 0)}, status=429)
    assert page.links[AskAgain.WRONG_ON_THIS_DEVICE.sentence] == "#who"
    browser.send(page, {"who": ""})
    assert kept(app, session_id) == (1, 0)


@pytest.mark.parametrize(("join", "pairs"), [(True, 1), (False, 0)])
def test_answers_by_a_code_make_pairs_once_somebody_has_looked_and_says_so(app, held, join, pairs):
    code, session_id, _ = held
    assert try_to_send(app, code, own_code(app, session_id, 1)) == 302
    assert kept(app, session_id) == (1, 1), "before anything was odd"
    for _ in range(6):
        try_to_send(app, code, "")
    assert try_to_send(app, code, own_code(app, session_id, 0)) == 302
    assert kept(app, session_id) == (8, 1)
    look(app, session_id, join=join)
    assert kept(app, session_id) == (8, 1 + pairs)
    assert kinds(app, session_id) == set()
    assert try_to_send(app, code, own_code(app, session_id, 2)) == 302
    assert kept(app, session_id) == (9, 2 + pairs), "and afterwards as before"
    assert look(app, session_id, join=True) is False, "there is nothing more to look at"


def test_what_was_kept_unjoined_stays_so_when_somebody_looks_again(app, held, just_after):
    code, session_id, _ = held
    for person, join in ((0, False), (1, True)):
        for _ in range(6):
            try_to_send(app, code, "")
        try_to_send(app, code, own_code(app, session_id, person))
        look(app, session_id, join=join)
        just_after.shift(timedelta(minutes=1))
    assert kept(app, session_id) == (14, 1)


@pytest.mark.parametrize("clock_is", [timedelta(seconds=-2), timedelta(minutes=4)])
def test_what_is_joined_does_not_hang_on_whose_clock_is_ahead(app, held, just_after, clock_is):
    code, session_id, _ = held
    for _ in range(6):
        try_to_send(app, code, "")
    just_after.shift(clock_is)
    try_to_send(app, code, own_code(app, session_id, 0))
    just_after.shift(-clock_is)
    look(app, session_id, join=True)
    assert kept(app, session_id) == (7, 1)


def test_what_was_kept_unjoined_by_a_clock_that_was_ahead_stays_so(app, held, just_after):
    code, session_id, _ = held
    for join in (False, True):
        for _ in range(6):
            try_to_send(app, code, "")
        if not join:
            just_after.shift(timedelta(minutes=4))
            try_to_send(app, code, own_code(app, session_id, 0))
            just_after.shift(timedelta(minutes=-4))
        look(app, session_id, join=join)
        just_after.shift(timedelta(seconds=20))
    assert kept(app, session_id) == (13, 0)


def test_what_is_published_has_the_pair_only_after(app, held):
    """The form before and the form after count apart, and as one once somebody has looked; the doctor sees no fault."""
    code, session_id, _ = held
    for _ in range(6):
        try_to_send(app, code, "")
    try_to_send(app, code, own_code(app, session_id, 0))
    with app.app_context():
        session = db.session.get_one(TrainingSession, session_id)
        closed = ENDED + timedelta(days=40)
        with transaction():
            publish(session_id, WhyPublished.CLOSE, closed)
        # Six of nobody we know, and one whose agency is known: it is joined with none of the six before.
        assert {(one.before, one.after, one.n) for one in patterns(session)} == {
            (3, None, 6), (None, 1, 6), (None, 1, 1)
        }
        _sound(closed)
        with transaction():
            commands.look_at_alarms(session_id, numbers_of(session_id), join=True, actor_id=None, now=JUST_AFTER)
        _sound(closed)
        assert sessions_to_publish(JUST_AFTER) == [], "one pair alone is not added to what was read yesterday"
        assert sessions_to_publish(closed) == [session_id]
        with transaction():
            publish(session_id, WhyPublished.CLOSE, closed)
        assert {(one.before, one.after, one.n) for one in patterns(session)} == {
            (3, None, 5), (3, 1, 1), (None, 1, 6)
        }
        assert sessions_to_publish(closed) == []
        _sound(closed)


def _sound(now) -> None:  # type: ignore[no-untyped-def]
    for check in CHECKS:
        if check.name in {"published-counts-agree", "answered-once"}:
            assert not list(check.find(now))


@pytest.mark.parametrize(("forms", "published", "over", "more", "why"), [
    (8, 8, False, 4, None), (8, 8, False, 5, WhyPublished.FURTHER), (8, 8, True, 1, WhyPublished.CLOSE),
    (8, 8, True, 0, None), (7, None, False, 7, None),
])
def test_further_pairs_are_published_as_further_forms_are(forms, published, over, more, why):
    assert why_publish(forms, published, over, more) is why


def test_trainer_and_office_are_told_on_each_page_and_say_that_they_looked(  # type: ignore[no-untyped-def]
    app, held, browser_of: Callable[[Role], Browser],
):
    code, session_id, _ = held
    trainer, office = browser_of(Role.TRAINER), browser_of(Role.OFFICE)
    with app.app_context(), transaction():
        let_lead(db.session.get_one(TrainingSession, session_id))
    pages = [(trainer, f"/sessions/{session_id}/room"), (trainer, f"/sessions/{session_id}/register"),
             (office, f"/staff/sessions/{session_id}"), (office, f"/sessions/{session_id}/register")]
    lists = [(trainer, "/registers", "Look at its feedback"), (office, "/staff/sessions", "Feedback to look at")]
    assert not any(HEADING in browser.get(address).text for browser, address in pages)
    for _ in range(6):
        try_to_send(app, code, "")
    for browser, address in pages:
        text = browser.get(address).text
        assert HEADING in text and AlarmKind.TOO_FAST.sentence in text
    assert all(words in browser.get(address).text for browser, address, words in lists)
    page = trainer.get(trainer.get(f"/sessions/{session_id}/room").links["Say whether the numbers fit"])
    sent = trainer.send(page, {"join": "yes"})
    assert "Noted. Answers that came by a feedback code meanwhile are joined" in trainer.follow(sent).text
    assert not any(HEADING in browser.get(address).text for browser, address in pages)
    assert not any(words in browser.get(address).text for browser, address, words in lists)
    again = trainer.send(page, {"join": "yes"})
    assert "It has been looked at already." in trainer.follow(again).text
    assert "Nothing is to be looked at now." in trainer.get(sent_to(session_id)).text
    with app.app_context():
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == "evaluation.alarm_looked_at")
        ).one()
        assert entry.actor_id and entry.detail == {"odd": "forms too fast", "joined": "yes"}
        assert db.session.scalars(select(EvaluationAlarm.looked_by_id)).all() == [entry.actor_id]


def test_who_leads_another_session_looks_at_nothing(app, held, browser_of):
    code, session_id, _ = held
    for _ in range(6):
        try_to_send(app, code, "")
    trainer = browser_of(Role.TRAINER)
    page = trainer.get("/account")
    token = next(one.get("value") for one in page.tree.iter() if one.get("name") == "csrf_token")
    trainer.post(f"/sessions/{session_id}/room/looked-at", {"csrf_token": token, "join": "yes"}, status=404)
    assert kinds(app, session_id) == {AlarmKind.TOO_FAST}


@pytest.fixture
def alarmed(app: Flask, held, browser_of) -> tuple[str, int, Browser]:  # type: ignore[no-untyped-def]
    """A session whose forms came too fast, and the office."""
    code, session_id, _ = held
    for _ in range(6):
        try_to_send(app, code, "")
    return code, session_id, browser_of(Role.OFFICE)


def test_what_came_after_the_page_was_opened_stays_to_be_looked_at(app, alarmed):
    code, session_id, office = alarmed
    try_to_send(app, code, own_code(app, session_id, 0))
    page = office.get(sent_to(session_id))
    for _ in range(30):
        try_to_send(app, code, "")
    try_to_send(app, code, own_code(app, session_id, 1))
    page = office.follow(office.send(page, {"join": "yes"}, action=sent_to(session_id)))
    assert "Something more came since you opened the page. Look at that too." in page.text
    assert AlarmKind.TOO_MANY.sentence in page.text and AlarmKind.TOO_FAST.sentence not in page.text
    assert kinds(app, session_id) == {AlarmKind.TOO_MANY} and kept(app, session_id)[1] == 1
    office.send(page, {"join": "yes"}, action=sent_to(session_id))
    assert kinds(app, session_id) == set() and kept(app, session_id)[1] == 2


def test_what_a_colleague_looked_at_closes_nothing_that_came_since(app, alarmed):
    code, session_id, office = alarmed
    page = office.get(sent_to(session_id))
    look(app, session_id, join=True)
    for number in range(MOST_WRONG_CODES):
        try_to_send(app, code, f"GUESS{number:03}")
    again = office.send(page, {"join": "no"}, action=sent_to(session_id), status=409)
    assert "something more came since" in again.text and "New since you opened the page" in again.text
    assert held_by(again.form(sent_to(session_id)))["join"] == "no", "what was chosen is kept"
    assert kinds(app, session_id) == {AlarmKind.WRONG_CODES}


@pytest.mark.parametrize("answer", [{}, {"join": ""}, {"join": "perhaps"}])
def test_no_answer_is_not_taken_for_apart_for_good(app, alarmed, answer):
    code, session_id, office = alarmed
    try_to_send(app, code, own_code(app, session_id, 0))
    page = office.get(sent_to(session_id))
    page = office.post(sent_to(session_id), {**held_by(page.form(sent_to(session_id))), **answer}, status=422)
    assert page.links["Say whether the numbers fit who was there"] == "#join"
    assert kinds(app, session_id) == {AlarmKind.TOO_FAST}
    office.send(page, {"join": "yes"}, action=sent_to(session_id))
    assert kept(app, session_id) == (7, 1)


@pytest.mark.parametrize("seen", [[], ["x"], ["99999999999"], ["-1"], ["of another session"]])
def test_what_the_page_did_not_show_of_this_session_is_not_closed(app, alarmed, seen):
    _, session_id, office = alarmed
    token = held_by(office.get(sent_to(session_id)).form(sent_to(session_id)))["csrf_token"]
    with app.app_context(), transaction():
        other = morning_session(capacity=3)
        commands.raise_alarm(other.id, AlarmKind.TOO_MANY, JUST_AFTER)
        other_id = other.id
    with app.app_context():
        seen = [one if one != "of another session" else str(*numbers_of(other_id)) for one in seen]
    office.post(sent_to(session_id), {"csrf_token": token, "join": "yes", "seen": seen}, status=409)
    assert kinds(app, session_id) == {AlarmKind.TOO_FAST} and kinds(app, other_id) == {AlarmKind.TOO_MANY}


def test_no_button_of_it_stands_beside_marks_that_are_typed(app, alarmed):
    _, session_id, office = alarmed
    for address in ("/sessions/{}/register", "/staff/sessions/{}", "/sessions/{}/room"):
        page = office.get(address.format(session_id))
        assert page.links["Say whether the numbers fit"] == sent_to(session_id)
        assert not [one for one in page.tree.iter() if str(one.get("action")).endswith("/room/looked-at")]
