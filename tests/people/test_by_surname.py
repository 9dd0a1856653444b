"""People are listed by surname, as a colleague would look for them, and the database keeps that order itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.whole.migrating import SCRIPTS
from tests.world.people import make_person
from training_app import clock
from training_app.extensions import db
from training_app.people.commands import rename_person
from training_app.people.models import Person
from training_app.people.queries import people_like
from training_app.words.names import LONGEST_SORT_NAME, by_surname

IN_ORDER = (
    "Ann Abbey", "Priti D’Arcy", "Maria de la Cruz", "Kofi Mensah", "Amy McDonald", "Bea Mc Donald", "Siân Ó Briain",
    "Tom O'Brien", "Zoë O’Brien", "Prince", "Ali Soar", "Ann Soar-Bell", "Al Soarson", "Dr Eve Stone",
    "Jan van der Berg", "Ray Vance",
)  # fmt: skip


def in_order(names: tuple[str, ...]) -> list[str]:
    return sorted(names, key=by_surname)


def test_surnames_decide_and_then_the_other_names():
    assert in_order(tuple(reversed(IN_ORDER))) == sorted(IN_ORDER, key=by_surname)
    surnames = [by_surname(one).split(" ")[0] for one in in_order(IN_ORDER)]
    assert surnames == [
        "abbey", "darcy", "de-la-cruz", "mcdonald", "mcdonald", "mensah", "obriain", "obrien", "obrien", "prince",
        "soar", "soar-bell", "soarson", "stone", "van-der-berg", "vance",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Berg, Jan van der", "Berg, Jan van der"), ("van der Berg, Jan", "Jan van der Berg"),
        ("Dr. Ann Lee", "Ann Lee"), ("Ann Lee MBE", "ann  LEE"), ("Ann Lee, RN", "Ann Lee"), ("Lee, Dr Ann", "Ann Lee"),
        ("Tom O’Brien", "Tom O Brien"), ("Siân Ó Briain", "sian obriain"), ("Paweł Łoś", "Pawel Los"),
    ],
)  # fmt: skip
def test_one_place_however_it_is_written(one, other):
    assert by_surname(one) == by_surname(other)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Van Morrison", "morrison van"), ("Ben Ali", "ali ben"), ("Dr", "dr"), ("Chloé", "chloe"),
        ("Li Wei", "wei li"), ("Ann Lee Jr", "lee ann"), ("Ma", "ma"), ("", ""),
        ("A. Practitioner", "practitioner a"), ("李", "李"),
    ],
)  # fmt: skip
def test_whatever_stands_first_is_no_surname_unless_it_stands_alone(name, key):
    assert by_surname(name) == key


@given(st.text())
def test_any_text_has_a_place_and_the_migration_reads_it_alike(name):
    then = SCRIPTS.get_revision("0010").module
    assert len(by_surname(name)) <= LONGEST_SORT_NAME
    assert then.by_surname(name) == by_surname(name)


def test_the_database_orders_as_the_rule_does_also_after_a_new_name(in_app):
    people = [make_person(name) for name in reversed(IN_ORDER)]
    db.session.flush()
    assert db.session.scalars(select(Person.name).order_by(Person.sort_name, Person.id)).all() == in_order(IN_ORDER)
    rename_person(people[0].id, "Ray Aaron", actor_id=None, now=clock.now())
    db.session.flush()
    assert db.session.scalars(select(Person.name).order_by(Person.sort_name).limit(1)).one() == "Ray Aaron"


def test_people_found_come_by_surname(in_app):
    for name in ("Ann Zouch", "Zoë Ann Abbey", "Ann Moss"):
        make_person(name)
    found = [db.session.get_one(Person, one).name for one in people_like("ann")]
    assert found == ["Zoë Ann Abbey", "Ann Moss", "Ann Zouch"]
