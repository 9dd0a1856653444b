"""People without a booking: normal, and never joined to another person by name."""

import pytest
from sqlalchemy import func, select

from tests.evaluation.making import agency, make_person
from tests.registers.making import DURING, a_session, booked, live, marks, save, sent
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.models import Person
from training_app.registers.queries import attendances_by_session
from training_app.registers.rules import Mark
from training_app.registers.sheet import sheet_of
from training_app.registers.walk_ins import WalkIn, add_walk_in

HERE = Mark.ATTENDED


def add(session, name="I. Practitioner", *, by, email="", shown=(), at=0, part=0, now=DURING) -> Person:
    walk_in = WalkIn(
        name=name, agency_id=agency(at).id, part_id=session.parts[part].id, post_title="Youth worker", email=email,
        shown=shown,
    )
    db.session.commit()
    with transaction():
        return add_walk_in(session.id, walk_in, actor_id=by, now=now, is_office=False)


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_name_and_agency_are_enough(trainer):
    session = a_session()
    person = add(session, by=trainer)
    (mark,) = marks(session)
    assert (mark.person_id, mark.mark, mark.booking_id) == (person.id, HERE, None)
    assert (mark.agency_id, mark.area, mark.post_title) == (agency().id, agency().area, "Youth worker")
    assert (mark.marked_by_id, mark.marked_at) == (trainer, DURING)
    assert attendances_by_session([session.id])[session.id].number == 1
    assert [row.is_walk_in for row in sheet_of(session, session.first_day).parts[0].rows] == [True]


def test_a_known_email_is_the_known_person(trainer):
    session, known = a_session(), make_person("Imogen Joshi-Bell")
    known.email = "imogen@school.example"
    before = people()
    found = add(session, "Imogen Joshi", by=trainer, email=" Imogen@School.example ")
    assert found.id == known.id and people() == before
    assert known.name == "Imogen Joshi-Bell", "a register renames nobody"


def test_a_name_alone_never_is(trainer):
    session = a_session()
    known = booked(session, "Ann Soar").person
    save(session, sent(session, known, HERE), by=trainer)
    added = add(session, "Ann Soar", by=trainer, shown={known.id})
    assert added.id != known.id
    assert attendances_by_session([session.id])[session.id].number == 2


def test_sent_twice_is_one_person_and_a_namesake_is_two(trainer):
    session = a_session()
    first = add(session, by=trainer, shown=())
    again = add(session, "i. practitioner", by=trainer, shown=())
    assert again.id == first.id and len(marks(session)) == 1
    namesake = add(session, by=trainer, shown={first.id})
    assert namesake.id != first.id
    elsewhere = add(session, by=trainer, shown=(), at=1)
    assert elsewhere.id not in {first.id, namesake.id}
    assert people() == 1 + 3


def test_someone_with_a_place_who_is_added_again_is_marked_on_their_place(trainer):
    session = a_session()
    place = booked(session, "Ann", email="ann@school.example")
    add(session, "Ann", by=trainer, email="ann@school.example")
    (mark,) = marks(session)
    assert (mark.person_id, mark.booking_id) == (place.person_id, place.id)
    add(session, "Ann", by=trainer, email="ann@school.example")
    assert len(marks(session)) == 1


def test_someone_marked_absent_who_comes_after_all(trainer):
    session = a_session()
    person = booked(session, "Ann", email="ann@school.example").person
    save(session, sent(session, person, Mark.ABSENT), by=trainer)
    add(session, "Ann", by=trainer, email="ann@school.example")
    assert live(session) == {("Ann", 1): HERE}
    assert len(marks(session)) == 2


@pytest.mark.parametrize("name", ["", "  ", "1234", "y" * 121])
def test_a_name_is_a_name(trainer, name):
    session = a_session()
    with pytest.raises(Refused):
        add(session, name, by=trainer)
    assert marks(session) == []


def test_an_agency_that_is_none_is_refused(trainer):
    session = a_session()
    db.session.commit()
    walk_in = WalkIn("Ann", 10**6, session.parts[0].id)
    with pytest.raises(Refused, match="Choose an agency"), transaction():
        add_walk_in(session.id, walk_in, actor_id=trainer, now=DURING, is_office=False)


def test_an_email_that_is_none_takes_nobody_in(trainer):
    session = a_session()
    before = people()
    with pytest.raises(Refused):
        add(session, by=trainer, email="not an address")
    assert people() == before
