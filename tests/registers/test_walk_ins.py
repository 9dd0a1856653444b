"""People without a booking: normal, and joined to someone known by their e-mail or by the trainer's word alone."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.registers.acts import DURING, a_day, book_for, live, marks, morning_session, register_walk_in, save, sent_row
from tests.world.people import agency, make_person, make_post
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.models import Person
from training_app.registers.commands.walk_ins import CouldBeSomeoneKnown, WalkIn, add_walk_in
from training_app.registers.queries.marks import attendances_by_session
from training_app.registers.queries.same_name import SameName
from training_app.registers.queries.sheet import sheet_of
from training_app.registers.rules.marks import Mark

HERE = Mark.ATTENDED


def a_moment(days: int) -> datetime:
    return DURING + timedelta(days=days)


def people() -> int:
    return db.session.scalar(select(func.count()).select_from(Person)) or 0


def test_name_and_agency_are_enough(trainer):
    session = morning_session()
    person = register_walk_in(session, by=trainer)
    (mark,) = marks(session)
    assert (mark.person_id, mark.mark, mark.booking_id) == (person.id, HERE, None)
    assert (mark.agency_id, mark.area, mark.post_title) == (agency().id, agency().area, "Youth worker")
    assert (mark.marked_by_id, mark.marked_at) == (trainer, DURING)
    assert attendances_by_session([session.id])[session.id].number == 1
    assert [row.is_walk_in for row in sheet_of(session, session.first_day).parts[0].rows] == [True]


def test_a_known_email_is_the_known_person(trainer):
    session, known = morning_session(), make_person("Imogen Joshi-Bell")
    known.email = "imogen@school.example"
    before = people()
    found = register_walk_in(session, "imogen joshi bell", by=trainer, email=" Imogen@School.example ")
    assert found.id == known.id and people() == before
    assert known.name == "Imogen Joshi-Bell", "a register renames nobody"


def test_whose_email_has_another_name_is_asked_about(trainer):
    session, known = morning_session(), make_person("Imogen Joshi-Bell")
    known.email = "imogen@school.example"
    (one,) = asked(session, "Imogen Joshi", by=trainer, email="imogen@school.example")
    assert (one.person_id, one.by_email, one.on_register) == (known.id, True, False)
    typed = {"email": "imogen@school.example", "person_id": known.id}
    assert register_walk_in(session, "Imogen Joshi", by=trainer, **typed) is known
    other = register_walk_in(session, "Cy Joshi", by=trainer, email="imogen@school.example", is_new=True)
    assert (other.name, other.email) == ("Cy Joshi", None), "nobody takes over another’s e-mail"
    again = register_walk_in(session, "Cy Joshi", by=trainer, email="imogen@school.example", is_new=True)
    assert again.id == other.id


def asked(session, name, *, by, **typed) -> list[SameName]:
    """Whom the trainer is asked about; nobody is added and nothing is marked by being asked."""
    before, marked = people(), len(marks(session))
    with pytest.raises(CouldBeSomeoneKnown) as question:
        register_walk_in(session, name, by=by, **typed)
    assert (people(), len(marks(session))) == (before, marked)
    return question.value.same_names


@pytest.mark.parametrize("at", [0, 1])
def test_a_name_on_this_register_is_asked_about_and_the_trainer_decides(trainer, at):
    session = morning_session()
    place = book_for(session, "Ánn Soar-Bell")
    on_page = {place.person_id}
    (one,) = asked(session, "ann  soar bell", by=trainer, on_page=on_page, at=at)
    assert (one.person_id, one.on_register, one.is_here) == (place.person_id, True, False)
    chosen = {"on_page": on_page, "at": at, "person_id": one.person_id}
    assert register_walk_in(session, "Ann Soar Bell", by=trainer, **chosen) is place.person
    (mark,) = marks(session)
    assert (mark.booking_id, mark.mark) == (place.id, HERE), "on their place, and not as a walk-in"
    (here,) = asked(session, "Ann Soar Bell", by=trainer, on_page=on_page, at=at)
    assert here.is_here
    added = register_walk_in(session, "Ann Soar Bell", by=trainer, on_page=on_page, at=at, is_new=True)
    assert added.id != place.person_id
    assert attendances_by_session([session.id])[session.id].number == 2


def test_someone_known_at_that_agency_is_asked_about(trainer):
    """By a post on the day, or by an earlier register: whoever was only ever a walk-in holds no post."""
    session, earlier = morning_session(), morning_session(days=(a_day(-7),))
    nurse, gone, elsewhere = make_person("Amina Wanlip"), make_person("Amina Wanlip"), make_person("Amina Wanlip")
    make_post(nurse, agency(), a_day(-900))
    make_post(gone, agency(), a_day(-900), a_day(-1))
    make_post(elsewhere, agency(1), a_day(-900))
    walked_in = register_walk_in(earlier, "Amina Wanlip", by=trainer, now=a_moment(-7), is_new=True)
    found = asked(session, "Amina Wanlip", by=trainer)
    assert [one.person_id for one in found] == [nurse.id, walked_in.id]
    assert not any(one.on_register or one.by_email for one in found)
    assert register_walk_in(session, "Amina Wanlip", by=trainer, person_id=walked_in.id) is walked_in
    (mark,) = marks(session)
    assert (mark.agency_id, mark.area, mark.booking_id) == (agency().id, agency().area, None)


def test_an_agency_that_became_part_of_theirs_is_theirs(trainer):
    session, known = morning_session(), make_person("Amina Wanlip")
    make_post(known, agency(1), a_day(-900))
    agency(1).merged_into_id, agency(1).valid_to = agency().id, a_day(-1)
    assert [one.person_id for one in asked(session, "Amina Wanlip", by=trainer)] == [known.id]


def test_whoever_is_not_among_those_asked_about_is_not_looked_up(trainer):
    session, stranger = morning_session(), make_person("Zed")
    added = register_walk_in(session, "Ann Soar", by=trainer, person_id=stranger.id)
    assert added.name == "Ann Soar"
    book_for(session, "Bo")
    asked(session, "Bo", by=trainer, person_id=stranger.id, on_page=(added.id,))


def test_sent_twice_is_one_person_and_a_namesake_is_two(trainer):
    session = morning_session()
    first = register_walk_in(session, by=trainer, on_page=())
    again = register_walk_in(session, "i. practitioner", by=trainer, on_page=())
    assert again.id == first.id and len(marks(session)) == 1
    namesake = register_walk_in(session, by=trainer, on_page={first.id}, is_new=True)
    assert namesake.id != first.id
    elsewhere = register_walk_in(session, by=trainer, on_page=(), at=1, is_new=True)
    assert elsewhere.id not in {first.id, namesake.id}
    assert people() == 1 + 3


def test_someone_with_a_place_who_is_added_again_is_marked_on_their_place(trainer):
    session = morning_session()
    place = book_for(session, "Ann", email="ann@school.example")
    register_walk_in(session, "Ann", by=trainer, email="ann@school.example")
    (mark,) = marks(session)
    assert (mark.person_id, mark.booking_id) == (place.person_id, place.id)
    register_walk_in(session, "Ann", by=trainer, email="ann@school.example")
    assert len(marks(session)) == 1


def test_someone_marked_absent_who_comes_after_all(trainer):
    session = morning_session()
    person = book_for(session, "Ann", email="ann@school.example").person
    save(session, sent_row(session, person, Mark.ABSENT), by=trainer)
    register_walk_in(session, "Ann", by=trainer, email="ann@school.example")
    assert live(session) == {("Ann", 1): HERE}
    assert len(marks(session)) == 2


@pytest.mark.parametrize("name", ["", "  ", "1234", "y" * 121])
def test_a_name_is_a_name(trainer, name):
    session = morning_session()
    with pytest.raises(Refused):
        register_walk_in(session, name, by=trainer)
    assert marks(session) == []


def test_an_agency_that_is_none_is_refused(trainer):
    session = morning_session()
    db.session.commit()
    walk_in = WalkIn("Ann", 10**6, session.parts[0].id)
    with pytest.raises(Refused, match="Choose an agency"), transaction():
        add_walk_in(session.id, walk_in, actor_id=trainer, now=DURING, is_office=False)


def test_an_email_that_is_none_takes_nobody_in(trainer):
    session = morning_session()
    before = people()
    with pytest.raises(Refused):
        register_walk_in(session, by=trainer, email="not an address")
    assert people() == before


@pytest.mark.parametrize(
    "typed", ["Wanlip, Amina", "Miss Amina Wanlip", "Ami\u200bna Wanlip", "AMINA WANLIP", "Dr. Ámina Wanlip"]
)
@pytest.mark.parametrize("known", ["Amina Wanlip", "Mrs Amina Wanlip"])
def test_a_name_written_another_way_is_asked_about(trainer, typed, known):
    session, nurse = morning_session(), make_person(known)
    make_post(nurse, agency(), a_day(-900))
    assert [one.person_id for one in asked(session, typed, by=trainer)] == [nurse.id]
    place = book_for(session, "Amina O’Wanlip", email="amina@school.example")
    mine = {"email": "amina@school.example"}
    assert register_walk_in(session, "owanlip ms AMINA", by=trainer, **mine) is place.person
