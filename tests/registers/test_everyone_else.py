"""One button marks everyone else as here: the unmarked with a place, at that part, and it can be undone."""

from collections.abc import Iterator

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
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.registers.commands.marks import NotNow
from training_app.registers.rules.marks import Mark

HERE, PART, ABSENT = Mark.ATTENDED, Mark.PART_ATTENDED, Mark.ABSENT


@pytest.fixture(autouse=True)
def during() -> Iterator[None]:
    with time_machine.travel(DURING, tick=False):
        yield


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
    saved = save(session, sent_row(session, ann, HERE, on_page=HERE), by=trainer, take_back=part)
    assert saved.taken_back == 1 and live(session) == {("Bo", 1): ABSENT, ("Cy", 1): HERE}
    assert save(session, by=trainer, take_back=part).taken_back == 0


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
        save(other, by=trainer, take_back=other.parts[0].id)
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
    page = browser.get(f"/sessions/{session_id}/register")
    assert "Mark everyone else" not in page.text and "Takes back the 2 marks" in page.text
    after = browser.follow(browser.send(page, {"take_back": str(part)}))
    assert "Undone: 2 people are unmarked again." in after.text and "Mark everyone else as here" in after.text
    said = browser.follow(browser.send(after, {"rest_here": str(part)}))
    assert "Saved: 2 marks. 2 of them: everyone else, marked as here." in said.text
    assert "with everyone else" in browser.get(f"/sessions/{session_id}/register/history").text
