"""People, and the agency they worked for on a day."""

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.browser import watched
from training_app import clock
from training_app.agencies import commands as agencies
from training_app.agencies.queries import find_agency
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.commands import change_post, leave_post, register_person, rename_person, take_up_post
from training_app.people.models import Person
from training_app.people.queries import agency_on, person_with_email, post_on, posts_on
from training_app.people.rules import overlaps
from training_app.words.emails import is_an_email, normal_email
from training_app.words.names import is_a_name, tidy

SPRING, SUMMER, AUTUMN = date(2024, 4, 8), date(2024, 7, 1), date(2024, 10, 1)


def _agency_id(name: str) -> int:
    agency = find_agency(name, SPRING)
    assert agency
    return agency.id


def _person(name: str = "Ada", email: str | None = None) -> int:
    return register_person(name, email, actor_id=None, now=clock.now()).id


def _post(person_id: int, agency: str, started_on: date, title: str = "Nurse") -> int:
    return take_up_post(person_id, _agency_id(agency), title, started_on, actor_id=None, now=clock.now()).id


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Siân   O’Neill ", "Siân O’Neill"),
        ("Sia\u0302n", "Siân"),
        ("D'Arcy\tBussell\n", "D'Arcy Bussell"),
        ("Cher", "Cher"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("A\x00B", "AB"),
        ("A \x00 B", "A B"),
        ("e\x00\u0301", "é"),
    ],
)
def test_a_name_is_tidied_and_otherwise_left_alone(typed: str, kept: str) -> None:
    assert tidy(typed) == kept


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("Cher", True), ("李", True), ("O’", True), ("", False), ("123", False), ("a" * 121, False)],
)
def test_what_a_person_may_be_called(text: str, is_one: bool) -> None:
    assert is_a_name(text) is is_one


@given(st.text())
def test_tidying_is_done_once_and_leaves_one_line(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once and "\n" not in once and once == once.strip()


@given(st.text())
def test_a_normal_email_stays_normal(text: str) -> None:
    assert normal_email(normal_email(text)) == normal_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "a@b",
        "a b@c.example",
        "a@b.example\n",
        "a@b.example,c@d.example",
        "<a@b.example>",
        "é@b.example",
        "@b.example",
        "a@.example",
        "a" * 250 + "@b.example",
    ],
)
def test_what_is_no_address(text: str) -> None:
    assert not is_an_email(text)


@given(
    *[
        st.tuples(
            st.dates(date(2024, 1, 1), date(2024, 1, 9)),
            st.none() | st.dates(date(2024, 1, 1), date(2024, 1, 9)),
        )
    ]
    * 2
)
def test_spells_overlap_when_they_share_a_day(
    one: tuple[date, date | None], other: tuple[date, date | None]
) -> None:
    days = [date(2024, 1, 1) + timedelta(days=number) for number in range(12)]
    held = [
        {day for day in days if start <= day and (end is None or day <= end)} for start, end in (one, other)
    ]
    if all(end is None or start <= end for start, end in (one, other)):
        assert overlaps(*one, *other) is bool(held[0] & held[1])


def test_two_people_may_share_a_name_but_not_an_email(in_app: Flask) -> None:
    with transaction():
        one, other = _person("Jo Smith"), _person("Jo Smith", "Jo@School.Example ")
    assert one != other
    assert person_with_email(" JO@school.example").id == other  # type: ignore[union-attr]
    with pytest.raises(Refused, match="already here"), transaction():
        _person("Jo Other", "jo@SCHOOL.example")
    assert db.session.query(Person).count() == 2


def test_the_agency_is_that_of_the_day(in_app: Flask) -> None:
    with transaction():
        ada = _person()
        first = _post(ada, "LPT", SPRING)
        leave_post(first, SUMMER, actor_id=None, now=clock.now())
        _post(ada, "UHL", SUMMER + timedelta(days=1))
    names = {
        day: getattr(agency_on(ada, day), "name", None)
        for day in (SPRING - timedelta(days=1), SPRING, SUMMER, AUTUMN)
    }
    assert list(names.values()) == [
        None,
        "Leicestershire Partnership NHS Trust",
        "Leicestershire Partnership NHS Trust",
        "University Hospitals of Leicester NHS Trust",
    ]


def test_a_post_that_was_left_is_held_no_more(in_app: Flask) -> None:
    with transaction():
        ada = _person()
        leave_post(_post(ada, "LPT", SPRING), SUMMER, actor_id=None, now=clock.now())
    assert post_on(ada, SUMMER) and post_on(ada, SUMMER + timedelta(days=1)) is None
    assert agency_on(ada, AUTUMN) is None


def test_a_second_post_ends_no_other(in_app: Flask) -> None:
    """Bank staff and people on secondment work at two places; the one taken up last stands first."""
    with transaction():
        ada = _person()
        _post(ada, "LPT", SPRING)
        _post(ada, "UHL", SUMMER)
    assert [post.agency.name for post in posts_on([ada], AUTUMN)[ada]] == [
        "University Hospitals of Leicester NHS Trust",
        "Leicestershire Partnership NHS Trust",
    ]
    assert post_on(ada, AUTUMN).agency.name.startswith("University")  # type: ignore[union-attr]
    assert post_on(ada, SPRING).agency.name.startswith("Leicestershire")  # type: ignore[union-attr]


def test_a_post_at_an_agency_that_merged_reads_as_it_was_then(in_app: Flask) -> None:
    merger = date(2028, 4, 1)
    with transaction():
        ada = _person()
        _post(ada, "Blaby", SPRING)
        agencies.merge_agency(
            _agency_id("Blaby"), _agency_id("Harborough"), on=merger, actor_id=None, now=clock.now()
        )
    assert agency_on(ada, AUTUMN).name == "Blaby District Council"  # type: ignore[union-attr]
    assert agency_on(ada, merger).name == "Harborough District Council"  # type: ignore[union-attr]


def test_posts_that_make_no_sense_are_refused(in_app: Flask) -> None:
    with transaction():
        ada = _person()
        post = _post(ada, "LPT", SUMMER)
    with pytest.raises(Refused, match="already hold"), transaction():
        _post(ada, "LPT", AUTUMN, title="NURSE")
    with pytest.raises(Refused, match="did not exist"), transaction():
        take_up_post(ada, _agency_id("ICB"), "Nurse", date(2022, 6, 30), actor_id=None, now=clock.now())
    with pytest.raises(Refused, match="job title"), transaction():
        _post(ada, "UHL", SUMMER, title="  ")
    with pytest.raises(Refused, match="before the first"), transaction():
        leave_post(post, SPRING, actor_id=None, now=clock.now())
    with transaction():
        leave_post(post, AUTUMN, actor_id=None, now=clock.now())
        _post(ada, "LPT", AUTUMN + timedelta(days=1))
    with pytest.raises(Refused, match="already left"), transaction():
        leave_post(post, AUTUMN, actor_id=None, now=clock.now())


def test_the_posts_of_many_are_read_in_one_go(in_app: Flask) -> None:
    with transaction():
        people = [_person(f"Person {number}") for number in range(30)]
        people_at_work = [person for person in people[:20] if _post(person, "LPT", SPRING)]
    db.session.expire_all()
    with watched(in_app) as seen:
        held = posts_on(people, SUMMER)
        assert {person for person, posts in held.items() if posts} == set(people_at_work)
        assert all(post.agency.name for posts in held.values() for post in posts)
    assert seen.count == 1


def test_a_new_name_leaves_neither_name_in_the_audit(in_app: Flask) -> None:
    with transaction():
        ada = _person("Ada Byron")
        rename_person(ada, "Ada Lovelace", actor_id=None, now=clock.now())
        rename_person(ada, "Ada Lovelace", actor_id=None, now=clock.now())
    entries = db.session.query(AuditEntry).filter_by(subject_type="person").all()
    assert [entry.action for entry in entries] == ["person.registered", "person.renamed"]
    assert "Ada" not in repr([entry.detail for entry in entries])


def test_someone_says_where_they_work_now(in_app: Flask) -> None:
    person_id, now = _person(), clock.now()
    _post(person_id, "Leicestershire Police", SPRING, "Constable")
    same = change_post(person_id, _agency_id("Leicestershire Police"), "CONSTABLE", actor_id=None, now=now)
    assert (same.title, same.ended_on) == ("Constable", None)
    change_post(person_id, _agency_id("Cafcass"), "Guardian", actor_id=None, now=now)
    before, after = post_on(person_id, SUMMER), post_on(person_id, clock.today())
    assert before and before.title == "Constable" and before.ended_on == clock.today() - timedelta(days=1)
    assert after and (after.title, after.agency.name) == ("Guardian", "Cafcass")


def test_what_was_said_wrongly_today_is_put_right_and_may_be_changed_back(in_app: Flask) -> None:
    person_id, now = _person(), clock.now()
    _post(person_id, "Leicestershire Police", SPRING, "Constable")
    for agency, title in (("Cafcass", "Guardian"), ("Leicestershire Police", "Constable")):
        change_post(person_id, _agency_id(agency), title, actor_id=None, now=now)
    (held,) = posts_on([person_id], clock.today())[person_id]
    assert (held.title, held.agency.name, held.started_on) == ("Constable", "Leicestershire Police", clock.today())


def test_someone_without_a_post_takes_one_up(in_app: Flask) -> None:
    post = change_post(_person(), _agency_id("Cafcass"), " Guardian ", actor_id=None, now=clock.now())
    assert (post.title, post.started_on) == ("Guardian", clock.today())
