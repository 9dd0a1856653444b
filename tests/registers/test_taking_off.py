"""A walk-in added by mistake comes off the register: not counted, not completed, and nothing is lost."""

import pytest

from tests.registers.acts import (
    DURING,
    ENDED,
    book_for,
    close,
    live,
    marks,
    morning_session,
    register_walk_in,
    save,
    sent_row,
)
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.records.queries import completions_of_session
from training_app.registers.commands import register as register_commands
from training_app.registers.commands.marks import NotNow
from training_app.registers.commands.walk_ins import take_off
from training_app.registers.queries.marks import attendances_by_session
from training_app.registers.rules.marks import LONGEST_WHY_OFF, Mark

HERE = Mark.ATTENDED


def off(session, person, why="Typed twice", *, by, now=DURING):
    db.session.commit()
    with transaction():
        return take_off(session.id, person.id, why, actor_id=by, now=now, is_office=False)


def test_they_are_neither_counted_nor_completed_and_their_mark_is_kept(trainer, other_trainer):
    session = morning_session()
    save(session, sent_row(session, book_for(session, "Ann").person, HERE), by=trainer)
    person = register_walk_in(session, "Dee Soar", by=trainer)
    off(session, person, " Typed twice ", by=other_trainer)
    assert live(session) == {("Ann", 1): HERE}
    assert attendances_by_session([session.id])[session.id].number == 1
    first, line = (one for one in marks(session) if one.person_id == person.id)
    assert (first.mark, first.marked_by_id, first.superseded_at) == (HERE, trainer, DURING)
    assert (line.taken_off, line.reason, line.marked_by_id) == (True, "Typed twice", other_trainer)
    assert line.superseded_at == line.marked_at == DURING, "it stands at no time"
    close(session, by=trainer)
    assert [one.person.name for one in completions_of_session(session.id)] == ["Ann"]
    with pytest.raises(NotNow):
        off(session, person, by=trainer, now=ENDED)


def test_a_completion_is_taken_back_when_it_is_closed_again(trainer):
    session = morning_session()
    person = register_walk_in(session, "Dee Soar", by=trainer)
    save(session, sent_row(session, book_for(session, "Ann").person, HERE), by=trainer)
    close(session, by=trainer)
    with transaction():
        register_commands.reopen_register(session.id, "Dee twice", actor_id=trainer, now=ENDED, is_office=False)
    off(session, person, by=trainer, now=ENDED)
    assert close(session, by=trainer).withdrawn == 1
    assert [one.person.name for one in completions_of_session(session.id)] == ["Ann"]


def test_asked_twice_it_is_done_once_and_they_can_be_added_again(trainer):
    session = morning_session()
    person = register_walk_in(session, "Dee Soar", by=trainer)
    assert off(session, person, by=trainer) is off(session, person, by=trainer) is person
    assert len(marks(session)) == 2
    assert register_walk_in(session, "Dee Soar", by=trainer, person_id=person.id) is person
    assert live(session) == {("Dee Soar", 1): HERE}


def test_whoever_has_a_place_stays_and_a_reason_is_needed(trainer):
    session = morning_session()
    ann = book_for(session, "Ann").person
    save(session, sent_row(session, ann, HERE), by=trainer)
    person = register_walk_in(session, "Dee Soar", by=trainer)
    for who, why, said in (
        (ann, "By mistake", "Only a walk-in can be taken off"), (person, "  ", "Say why"),
        (person, "y" * (LONGEST_WHY_OFF + 1), "characters or fewer"),
    ):
        with pytest.raises(Refused, match=said):
            off(session, who, why, by=trainer)
    assert live(session) == {("Ann", 1): HERE, ("Dee Soar", 1): HERE}


def test_a_page_that_still_shows_them_loses_no_other_mark(trainer):
    session = morning_session()
    ann, person = book_for(session, "Ann").person, register_walk_in(session, "Dee Soar", by=trainer)
    off(session, person, by=trainer)
    saved = save(
        session, sent_row(session, ann, HERE), sent_row(session, person, Mark.ABSENT, on_page=HERE), by=trainer
    )
    assert (saved.marks, saved.gone) == (1, [person.id])
    assert live(session) == {("Ann", 1): HERE}
