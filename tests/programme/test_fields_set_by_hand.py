"""Each act of the office keeps which fields it set, when and by whom; nothing is kept of what it left alone."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.office.drafts import DAY, NOW, draft, id_of, prepare_office, stored
from tests.programme.made_up_files import a_file, a_row, loaded
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.commands.arranging import facts_of
from training_app.programme.commands.copies import copy_session
from training_app.programme.commands.parts import add_part, change_part, remove_part
from training_app.programme.commands.sessions import (
    About,
    change_about,
    choose_priorities,
    discard_draft,
    publish_session,
    set_capacity,
    set_joining,
)
from training_app.programme.models import FieldSetByHand, Provider, SessionMovedFrom, TrainingSession, Venue
from training_app.programme.queries.office_changes import earlier_starts, fields_set_by_hand
from training_app.programme.queries.sessions import priorities_in_force
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import (
    NOTHING,
    SET_WITH_A_NEW_SESSION,
    STATED_AT_THE_REGISTER,
    EvaluationMode,
    PartKind,
    SessionField,
    Strand,
)
from training_app.registers.commands.register import state_number

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def office(in_app) -> int:
    return prepare_office()


@pytest.fixture
def session(office) -> TrainingSession:
    """One that a programme file made: nobody set anything by hand."""
    loaded(a_file(a_row(session_date=DAY.isoformat(), attendees="", priority="Neglect")))
    return db.session.scalars(select(TrainingSession)).one()


def about(session: TrainingSession, **changes: object) -> dict[str, object]:
    same = About(
        session.course_id, session.strand, session.provider_id, session.evaluation_mode, session.counts_in_programme,
        session.note,
    )  # fmt: skip
    return {"about": replace(same, **changes), "seen": snapshots.about_snapshot(session)}


def with_part(session: TrainingSession, **changes: object) -> dict[str, object]:
    part = session.parts[0]
    return {
        "part_id": part.id, "facts": replace(facts_of(part), **changes), "seen": snapshots.part_snapshot(part),
    }  # fmt: skip


def priorities(session: TrainingSession, *names: str) -> dict[str, object]:
    chosen = [one.id for one in priorities_in_force(session.last_day) if one.name in names]
    return {"priority_ids": chosen, "seen": snapshots.priorities_snapshot(session.priorities)}


def another(kind: PartKind = PartKind.E_LEARNING, **changes: object) -> dict[str, object]:
    return {"facts": PartFacts(kind, **changes)}


Arguments = Callable[[TrainingSession], dict[str, object]]
ACTS: list[tuple[Callable[..., object], Arguments, set[SessionField]]] = [
    (change_about, lambda one: about(one, strand=Strand.BRIEFING), {SessionField.STRAND}),
    (change_about, lambda one: about(one, provider_id=id_of(Provider, "ADHD Solutions")), {SessionField.PROVIDER}),
    (change_about, lambda one: about(one, evaluation_mode=EvaluationMode.NONE), {SessionField.EVALUATION_MODE}),
    (change_about, lambda one: about(one, counts_in_programme=False), {SessionField.COUNTS_IN_PROGRAMME}),
    (change_about, lambda one: about(one, note="Ours", strand=Strand.FORUM), {SessionField.NOTE, SessionField.STRAND}),
    (change_about, lambda one: about(one), set()),
    (change_about, lambda one: about(one, note=NOTHING), set()),  # as the empty note reads: nothing to tell apart
    (choose_priorities, lambda one: priorities(one, "Belonging"), {SessionField.PRIORITIES}),
    (choose_priorities, lambda one: priorities(one, "Neglect"), set()),
    (set_capacity, lambda one: {"capacity": 30}, {SessionField.CAPACITY}),
    (set_capacity, lambda one: {"capacity": 24}, set()),
    (set_joining, lambda one: {"joining": "By link", "seen": snapshots.joining_snapshot(one)}, set()),
    (add_part, lambda one: another(), {SessionField.PARTS}),
    (change_part, lambda one: with_part(one, venue_id=id_of(Venue, "Oakham")), {SessionField.PARTS}),
    (change_part, lambda one: with_part(one), set()),
    (
        change_part, lambda one: with_part(one, on_day=DAY + timedelta(days=90)),
        {SessionField.PARTS, SessionField.PRIORITIES},
    ),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ACTS)), ids=lambda number: f"{number}-{ACTS[number][0].__name__}")
def test_an_act_keeps_the_fields_it_changed(session, office, number):
    command, arguments, fields = ACTS[number]
    given = arguments(session)
    with transaction():
        command(session.id, **given, actor_id=office, now=NOW)
    assert fields_set_by_hand([session.id]) == {session.id: fields}
    who_and_when = db.session.execute(select(FieldSetByHand.set_by_id, FieldSetByHand.set_at).distinct()).all()
    assert who_and_when == ([(office, NOW)] if fields else [])


def test_the_latest_to_set_a_field_is_kept(session, office):
    for capacity, actor_id, now in ((30, office, NOW), (31, None, LATER)):
        with transaction():
            set_capacity(session.id, capacity, actor_id=actor_id, now=now)
    kept = db.session.scalars(select(FieldSetByHand)).one()
    assert (kept.field, kept.set_by_id, kept.set_at) == (SessionField.CAPACITY, None, LATER)


def test_taking_a_part_out_is_kept(session, office):
    with transaction():
        add_part(session.id, PartFacts(PartKind.E_LEARNING), actor_id=office, now=NOW)
    with transaction():
        remove_part(session.id, stored(session.id).parts[0].id, actor_id=office, now=LATER)
    assert db.session.scalars(select(FieldSetByHand.set_at)).all() == [LATER]


def test_a_number_stated_at_the_register_is_kept_even_where_it_is_the_same(session, office):
    for number in (None, 17):
        with transaction():
            state_number(
                session.id, number, "" if number else "Lost", actor_id=office, now=NOW.replace(year=2028),
                is_office=True,
            )  # fmt: skip
        assert fields_set_by_hand([session.id]) == {session.id: STATED_AT_THE_REGISTER}


def test_whoever_makes_or_copies_a_session_sets_all_but_the_number_who_came(office):
    made = draft()
    with transaction():
        publish_session(made, actor_id=office, now=LATER)
        (copy,) = copy_session(made, [DAY + timedelta(days=7)], actor_id=office, now=NOW)
    assert fields_set_by_hand([made, copy.id]) == dict.fromkeys([made, copy.id], SET_WITH_A_NEW_SESSION)
    assert earlier_starts([made, copy.id]) == {made: [], copy.id: []}


def test_every_day_and_start_it_was_moved_away_from_is_kept(session, office):
    for days, now in ((7, NOW), (14, LATER)):
        with transaction():
            one = stored(session.id)
            given = with_part(one, on_day=DAY + timedelta(days=days))
            change_part(one.id, **given, actor_id=office, now=now)
    one = stored(session.id)
    assert earlier_starts([one.id]) == {
        one.id: [(DAY, one.starts_at), (DAY + timedelta(days=7), one.starts_at)]
    }
    kept = db.session.execute(select(SessionMovedFrom.at, SessionMovedFrom.actor_id).order_by(SessionMovedFrom.id))
    assert kept.all() == [(NOW, office), (LATER, office)]


def test_an_act_that_is_rolled_back_keeps_nothing(session, office):
    with pytest.raises(RuntimeError), transaction():
        set_capacity(session.id, 30, actor_id=office, now=NOW)
        raise RuntimeError
    assert fields_set_by_hand([session.id]) == {session.id: set()}


def test_nothing_is_kept_of_a_draft_that_is_deleted(office):
    made = draft()
    with transaction():
        discard_draft(made, actor_id=office, now=NOW)
    assert db.session.scalars(select(FieldSetByHand)).all() == []
