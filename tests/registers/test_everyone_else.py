"""One button marks everyone else as here: the unmarked with a place, at that part, and it can be undone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.guards import XHTML
from tests.registers.acts import (
    DAY,
    DURING,
    a_day,
    book_for,
    close,
    let_lead,
    live,
    marks,
    morning_session,
    register_walk_in,
    save,
    sent_row,
)
from tests.world.people import agency, make_person, make_post
from tests.world.signing_in import user_of
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.registers.commands.marks import NotNow
from training_app.registers.queries.everyone_else import undoings_at
from training_app.registers.rules.everyone_else import presses_of
from training_app.registers.rules.marks import Mark

HERE, PART, ABSENT = Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    with time_machine.travel(DURING, tick=False):
        yield


def latest_press(session) -> int:
    """What the page's button to undo names: of the marks that stand, the press that was made last."""
    return presses_of([one for one in marks(session) if one.superseded_at is None])[-1].number


def presses_offered(page) -> list[str]:
    """What each button to undo on the page of a register sends."""
    return [one.get("value", "") for one in page.tree.iter(f"{XHTML}button") if one.get("name") == "undo"]


def page_of(session, *people, **wanted) -> list:
    """What the page sends of these people: the marks that were chosen, by name."""
    return [sent_row(session, one, wanted.get(one.name)) for one in people]


def test_only_the_unmarked_with_a_place_at_that_part_are_marked(trainer):
    session = morning_session(days=(DAY, a_day(7)))
    ann, bo, cy, di = (book_for(session, name).person for name in ("Ann", "Bo", "Cy", "Di"))
    walk_in = register_walk_in(session, "Wim", by=trainer)
    save(session, sent_row(session, ann, ABSENT), by=trainer)
    rows = [sent_row(session, ann, ABSENT, on_page=ABSENT), *page_of(session, bo, cy, di, Bo=PART)]
    saved = save(session, *rows, by=trainer, rest_here=session.parts[0].id)
    assert (saved.marks, saved.rest) == (3, 2)
    assert live(session) == {("Ann", 1): ABSENT, ("Bo", 1): PART, ("Cy", 1): HERE, ("Di", 1): HERE, ("Wim", 1): HERE}
    assert walk_in.id not in {one.person_id for one in marks(session) if one.with_rest}
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
    assert (entry.action, entry.actor_id, entry.detail) == (
        "register.marked", trainer, {"marks": 3, "with_everyone_else": 2},
    )  # fmt: skip


def test_whom_somebody_else_marked_meanwhile_stays_as_they_are(trainer, other_trainer):
    session = morning_session()
    ann, bo = (book_for(session, name).person for name in ("Ann", "Bo"))
    save(session, sent_row(session, ann, ABSENT), by=other_trainer)
    saved = save(session, *page_of(session, ann, bo), by=trainer, rest_here=session.parts[0].id)
    assert live(session) == {("Ann", 1): ABSENT, ("Bo", 1): HERE} and not saved.differences


def test_it_is_undone_but_for_whom_was_marked_by_themselves_since(trainer, other_trainer):
    session = morning_session()
    ann, bo, cy = (book_for(session, name).person for name in ("Ann", "Bo", "Cy"))
    part = session.parts[0].id
    save(session, *page_of(session, ann, bo, cy, Cy=HERE), by=trainer, rest_here=part)
    save(session, sent_row(session, bo, ABSENT, on_page=HERE), by=other_trainer)
    press = latest_press(session)
    saved = save(session, sent_row(session, ann, HERE, on_page=HERE), by=trainer, undo=press)
    assert saved.taken_back == 1 and live(session) == {("Bo", 1): ABSENT, ("Cy", 1): HERE}
    assert save(session, by=trainer, undo=press).taken_back == 0, "it was undone already"
    assert [(one.people, one.by_id) for one in undoings_at(session.id)] == [(1, trainer)]


def test_two_presses_stay_apart_and_each_is_undone_by_itself(trainer, other_trainer):
    session = morning_session()
    ann, bo = (book_for(session, name).person for name in ("Ann", "Bo"))
    part = session.parts[0].id
    save(session, *page_of(session, ann), by=trainer, rest_here=part)
    first = latest_press(session)
    save(session, *page_of(session, bo), by=other_trainer, now=DURING + timedelta(minutes=5), rest_here=part)
    second = latest_press(session)
    assert save(session, by=trainer, undo=second).taken_back == 1
    assert live(session) == {("Ann", 1): HERE}, "what the other pressed stays"
    assert save(session, by=other_trainer, undo=first).taken_back == 1 and live(session) == {}
    assert [(one.press, one.by_id) for one in undoings_at(session.id)] == [(second, trainer), (first, other_trainer)]


def test_two_people_who_press_at_the_same_moment_stay_apart(trainer, other_trainer):
    session = morning_session(days=(DAY, DAY))
    ann, bo = (book_for(session, name).person for name in ("Ann", "Bo"))
    part = session.parts[0].id
    save(session, *page_of(session, ann), by=trainer, rest_here=part)
    save(session, *page_of(session, bo), by=other_trainer, rest_here=part)
    save(session, sent_row(session, ann, None, part=1), by=trainer, rest_here=session.parts[1].id)
    presses = presses_of(marks(session))
    assert [(one.by_id, one.part_id == part, one.standing) for one in presses] == [
        (trainer, True, 1), (other_trainer, True, 1), (trainer, False, 1),
    ]  # fmt: skip
    save(session, by=trainer, undo=presses[0].number)
    assert live(session) == {("Bo", 1): HERE, ("Ann", 2): HERE}


def test_a_press_of_another_session_or_a_mark_made_alone_is_not_undone(trainer):
    here, elsewhere = morning_session(), morning_session()
    for session in (here, elsewhere):
        ann = book_for(session, "Ann").person
        save(session, *page_of(session, ann), by=trainer, rest_here=session.parts[0].id)
    assert save(here, by=trainer, undo=latest_press(elsewhere)).taken_back == 0
    alone = morning_session()
    one = book_for(alone, "Bo").person
    save(alone, sent_row(alone, one, HERE), by=trainer)
    assert save(alone, by=trainer, undo=marks(alone)[0].id).taken_back == 0
    assert live(elsewhere) and live(here) and live(alone)


def test_a_part_to_come_and_a_closed_register_are_left_alone(trainer):
    session = morning_session(days=(DAY, a_day(7)))
    ann = book_for(session, "Ann").person
    with pytest.raises(NotNow):
        save(session, sent_row(session, ann, None, part=1), by=trainer, rest_here=session.parts[1].id)
    assert not marks(session)
    other = morning_session()
    one = book_for(other, "Bo").person
    save(other, sent_row(other, one, None), by=trainer, rest_here=other.parts[0].id)
    close(other, by=trainer)
    with pytest.raises(NotNow):
        save(other, by=trainer, undo=latest_press(other))
    assert live(other) == {("Bo", 1): HERE}


def test_the_page_offers_it_keeps_what_was_typed_and_offers_to_undo_it(app, browser_of):
    browser = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session = morning_session()
        let_lead(session)
        people = {name: book_for(session, name).person_id for name in ("Ann", "Bo", "Cy")}
        session_id, part = session.id, session.parts[0].id
    page = browser.get(f"/sessions/{session_id}/register")
    assert "Mark everyone else as here" in page.text and "Undo" not in page.text
    typed = {
        f"mark-{part}-{people['Bo']}": ABSENT.value, f"why-{part}-{people['Bo']}": "ill", "rest_here": str(part),
        "walk_in_name": "Wim",
    }
    refused = browser.send(page, typed, status=422)
    assert "Choose their agency" in refused.text
    assert any(one.get("value") == "Wim" for one in refused.tree.iter(f"{XHTML}input"))
    with app.app_context():
        session = db.session.get_one(TrainingSession, session_id)
        assert live(session) == {("Ann", 1): HERE, ("Bo", 1): ABSENT, ("Cy", 1): HERE}
        press, by = latest_press(session), user_of(Role.TRAINER).name
    page = browser.get(f"/sessions/{session_id}/register")
    assert "Mark everyone else" not in page.text and f"Undo: 2 people marked by {by} at 10am" in page.text
    after = browser.follow(browser.send(page, {"undo": str(press)}))
    assert "Undone: 2 people are unmarked again." in after.text and "Mark everyone else as here" in after.text
    again = browser.follow(browser.send(page, {"undo": str(press)}))
    assert "Nothing to undo: those marks were undone or changed already." in again.text
    said = browser.follow(browser.send(after, {"rest_here": str(part)}))
    assert "Saved: 2 marks. 2 of them: everyone else, marked as here." in said.text
    assert "with everyone else" in browser.get(f"/sessions/{session_id}/register/history").text


@pytest.fixture
def history(app, browser_of):
    """Ann, Bo and Cy are on the register of a morning, which the trainer leads and the office may mark too."""
    browser, _ = browser_of(Role.TRAINER), browser_of(Role.OFFICE)
    with app.app_context():
        with transaction():
            session = morning_session(days=(DAY, a_day(7)))
            let_lead(session)
            people = [book_for(session, name).person for name in ("Ann", "Bo", "Cy")]
        yield browser, session, people


def offered_at(browser, session) -> int:
    """The number that the register's page sends to undo what was pressed last."""
    return int(presses_offered(browser.get(f"/sessions/{session.id}/register"))[0])


@pytest.mark.parametrize("changed", [0, 1, 2])
def test_the_history_says_who_pressed_it_for_how_many_and_who_undid_it(history, changed):
    browser, session, people = history
    (pressed, by), (undone, undoer) = ((one.id, one.name) for one in map(user_of, (Role.TRAINER, Role.OFFICE)))
    save(session, *page_of(session, *people), by=pressed, rest_here=session.parts[0].id)
    alone = sent_row(session, people[changed], PART, on_page=HERE)
    save(session, alone, by=pressed, now=DURING + timedelta(minutes=2))
    later = DURING + timedelta(minutes=4)
    save(session, by=undone, now=later, is_office=True, undo=offered_at(browser, session))
    page = browser.get(f"/sessions/{session.id}/register/history")
    assert f"11 June 2026 at 10am: {by} marked 3 people as here at part 1" in page.text
    undoing = f"11 June 2026 at 10:04am: {undoer} undid it at part 1 for 2 people, marked by {by} 11 June 2026 at 10am"
    assert undoing in page.text
    rows = [" ".join("".join(one.itertext()).split()) for one in page.tree.iter(f"{XHTML}tr")]
    assert [sum(said in row for row in rows) for said in ("undone 11 June", "changed 11 June")] == [2, 1]


def test_of_two_presses_at_a_part_the_history_says_which_was_undone(history):
    browser, session, (ann, bo, cy) = history
    part, trainer, office = session.parts[0].id, user_of(Role.TRAINER), user_of(Role.OFFICE)
    di = book_for(session, "Di").person
    save(session, *page_of(session, ann, bo), by=trainer.id, rest_here=part)
    save(session, *page_of(session, cy, di), by=office.id, now=DURING + timedelta(minutes=1), rest_here=part)
    for first_of_it in (ann, cy):
        row = sent_row(session, first_of_it, ABSENT, on_page=HERE)
        save(session, row, by=trainer.id, now=DURING + timedelta(minutes=2))
    for minutes in (3, 4):
        press = offered_at(browser, session)
        save(session, by=trainer.id, now=DURING + timedelta(minutes=minutes), undo=press)
    said = browser.get(f"/sessions/{session.id}/register/history").text
    assert f"10:03am: {trainer.name} undid it at part 1 for 1 person, marked by {office.name} 11 June" in said
    assert f"10:04am: {trainer.name} undid it at part 1 for 1 person, marked by {trainer.name} 11 June" in said


def said_in(page) -> list[str]:
    """What the page says was done, sentence by sentence as it stands above everything else."""
    found = (one for one in page.tree.iter(f"{XHTML}div") if "scp-done" in (one.get("class") or "").split())
    return [" ".join("".join(one.itertext()).split()) for one in found]


@pytest.fixture
def undoable(history):
    """Everyone was marked as here by the button; the page as the trainer has it, and what its button to undo sends."""
    browser, session, people = history
    save(session, *page_of(session, *people), by=user_of(Role.TRAINER).id, rest_here=session.parts[0].id)
    page = browser.get(f"/sessions/{session.id}/register")
    return browser, session, page, {one.name: f"mark-{session.parts[0].id}-{one.id}" for one in people}


UNDONE = "Undone: 2 people are unmarked again."


def test_what_was_undone_is_said_where_two_people_differ_too(undoable):
    browser, session, page, boxes = undoable
    cy = next(one.person for one in marks(session) if one.person.name == "Cy")
    save(session, sent_row(session, cy, PART, on_page=HERE), by=user_of(Role.OFFICE).id)
    page = browser.send(page, {"undo": presses_offered(page)[0], boxes["Cy"]: ABSENT.value}, status=409)
    assert "Look again at Cy" in page.links and live(session) == {("Cy", 1): PART}
    assert said_in(page) == [UNDONE]


def test_marks_that_were_saved_are_told_of_where_two_people_differ(history):
    browser, session, (_, _, cy) = history
    page, part = browser.get(f"/sessions/{session.id}/register"), session.parts[0].id
    save(session, sent_row(session, cy, HERE), by=user_of(Role.OFFICE).id)
    page = browser.send(page, {f"mark-{part}-{cy.id}": ABSENT.value, "rest_here": str(part)}, status=409)
    assert said_in(page) == ["Saved: 2 marks. 2 of them: everyone else, marked as here. You can undo that below."]
    page = browser.get(f"/sessions/{session.id}/register")
    save(session, sent_row(session, cy, PART, on_page=HERE), by=user_of(Role.OFFICE).id)
    page = browser.send(page, {f"mark-{part}-{cy.id}": ABSENT.value}, status=409)
    assert said_in(page) == [], "nothing was saved, and that is told where they differ"


def test_what_was_undone_is_said_beside_a_walk_in(undoable):
    browser, session, page, _ = undoable
    undo = {"undo": presses_offered(page)[0]}
    half = browser.send(page, undo | {"walk_in_name": "Wim"}, status=422)
    assert "Choose their agency" in half.links and said_in(half) == ["Undone: 3 people are unmarked again."]
    whole = {"walk_in_agency": str(agency().id), "walk_in_add": "yes"}
    assert said_in(browser.follow(browser.send(half, whole))) == ["Wim is on the register, marked here."]
    again = browser.get(f"/sessions/{session.id}/register")
    both = {"rest_here": str(session.parts[0].id), "walk_in_name": "Xi"} | whole
    assert said_in(browser.follow(browser.send(again, both))) == [
        "Saved: 3 marks. 3 of them: everyone else, marked as here. You can undo that below.",
        "Xi is on the register, marked here.",
    ]  # fmt: skip


def test_what_was_undone_is_said_where_a_walk_in_could_be_somebody_known(undoable):
    browser, _, page, _ = undoable
    make_post(make_person("Wim"), agency(), a_day(-900))
    typed = {"walk_in_name": "Wim", "walk_in_agency": str(agency().id), "undo": presses_offered(page)[0]}
    db.session.commit()
    asked = browser.send(page, typed, status=409)
    assert "Wim" in asked.text and said_in(asked) == ["Undone: 3 people are unmarked again."]


def test_what_was_saved_is_said_beside_whom_is_taken_off(undoable):
    browser, session, page, boxes = undoable
    walk_in = register_walk_in(session, "Wim", by=user_of(Role.TRAINER).id)
    page = browser.get(f"/sessions/{session.id}/register")
    row = f"{session.parts[0].id}-{walk_in.id}"
    sent = {"take_off": row, boxes["Ann"]: ABSENT.value}
    refused = browser.send(page, sent, status=422)
    assert said_in(refused) == ["Saved: 1 mark."]
    off = browser.follow(browser.send(refused, {"take_off": row, f"off-{row}": "typed twice"}))
    assert said_in(off) == ["Wim is off the register. What was marked is kept in its history."]
