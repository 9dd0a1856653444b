"""Before the office adds anyone it is asked whether they are someone we know; nobody becomes another unasked."""

import pytest
from sqlalchemy import func, select

from tests.bookings.by_page import coming_session, first_agency, person_with_post
from tests.browser import Page, watched
from tests.guards import XHTML, words_of
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person

pytestmark = pytest.mark.usefixtures("today")
WHY = "Rang us"


@pytest.fixture
def session(app):
    with app.app_context():
        return coming_session(capacity=5)


def typed_by(office, session: int, **typed: object) -> tuple[Page, dict[str, object]]:
    page = office.get(f"/sessions/{session}/bookings/new")
    return page, {"agency": first_agency(page), "post_title": "Cook", "why": WHY} | typed


def question(page: Page):
    """The form that asks, what it sends along, and its answers in words by what they send."""
    (form,) = [one for one in page.tree.iter(f"{XHTML}form") if one.get("id") == "who"]
    carried = {one.get("name"): one.get("value") for one in form.iter(f"{XHTML}input")}
    answers = {one.get("value"): words_of(one) for one in form.iter(f"{XHTML}button")}
    return carried, answers, words_of(form)


def asked(office, session: int, **typed: object):
    page, given = typed_by(office, session, **typed)
    return question(office.send(page, given, status=409))


def answer(office, session: int, carried, who: object, **changed: object) -> Page:
    return office.post(f"/sessions/{session}/bookings/new", carried | {"who_is": str(who)} | changed)


def booked(app) -> list[tuple[str, str | None]]:
    with app.app_context():
        query = select(Person.name, Person.email).join(Booking, Booking.person_id == Person.id).order_by(Booking.id)
        return [tuple(row) for row in db.session.execute(query)]


def people(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Person)) or 0


@pytest.mark.parametrize("typed", ["Zoe Hart", "hart, zoë", "Miss Zoe\u200b Hart"])
def test_a_known_name_is_asked_about_and_is_the_known_person(app, office, session, typed):
    with app.app_context():
        known = person_with_post("Zoë Hart", email="zoe@agency.example")
    before = people(app)
    carried, answers, said = asked(office, session, name=typed, needs="Large print")
    assert said.startswith("Is this someone we know? You typed ")
    assert "Zoë Hart, Nurse, " in said and "zoe@agency.example" in said and "Nobody is added" in said
    assert answers == {str(known): "Book Zoë Hart", "new": "It is someone else: add them"}
    assert (booked(app), people(app)) == ([], before)
    after = office.follow(answer(office, session, carried, known))
    assert "Zoë Hart: confirmed." in after.text and people(app) == before
    assert booked(app) == [("Zoë Hart", "zoe@agency.example")]
    with app.app_context():
        assert db.session.scalars(select(Booking.needs)).one() == "Large print"


@pytest.mark.parametrize("email", ["", "other@agency.example"])
def test_a_namesake_is_added_once_however_often_it_is_sent(app, office, session, email):
    with app.app_context():
        person_with_post("Zoë Hart", at=1)
    before = people(app)
    carried, _, _ = asked(office, session, name="Zoe Hart", email=email)
    for _ in range(2):
        after = office.follow(answer(office, session, carried, "new"))
        assert "Zoe Hart: confirmed." in after.text
    assert booked(app) == [("Zoe Hart", email or None)] and people(app) == before + 1


def test_unanswered_it_is_asked_again_with_everything_kept(app, office, session):
    with app.app_context():
        person_with_post("Zoë Hart")
    carried, _, _ = asked(office, session, name="Zoe Hart", needs="Captions", overbook="y")
    again = office.post(f"/sessions/{session}/bookings/new", carried, status=409)
    assert question(again)[0] | {"csrf_token": ""} == carried | {"csrf_token": ""}
    typed = {"name": "Zoe Hart", "needs": "Captions", "overbook": "y", "post_title": "Cook"}
    assert typed.items() <= carried.items()
    assert booked(app) == []


def test_a_name_typed_with_anothers_email_is_asked_about(app, office, session):
    with app.app_context():
        known = person_with_post("Ann Lee", email="office@school.example", at=1)
    carried, answers, said = asked(office, session, name="Bo Moss", email="Office@School.example")
    assert "You typed Bo Moss, " in said and ", office@school.example. Nobody is added" in said
    assert "Ann Lee, Nurse, " in said and "The email you typed is theirs." in said
    assert answers == {str(known): "Book Ann Lee", "new": "It is someone else: add them without that email"}
    for _ in range(2):
        after = office.follow(answer(office, session, carried, "new"))
        assert "Bo Moss: confirmed. The email you typed is not kept with them: it is Ann Lee’s." in after.text
    assert booked(app) == [("Bo Moss", None)]
    after = office.follow(answer(office, session, carried, known))
    assert "Ann Lee: confirmed." in after.text and "not kept" not in after.text
    assert booked(app) == [("Bo Moss", None), ("Ann Lee", "office@school.example")]


def test_the_same_name_and_email_are_the_same_person_unasked(app, office, session):
    with app.app_context():
        person_with_post("Zoë Hart", email="zoe@agency.example")
    before = people(app)
    page, given = typed_by(office, session, name="hart zoe", email="zoe@agency.example")
    assert "Zoë Hart: confirmed." in office.follow(office.send(page, given)).text
    assert people(app) == before


def test_a_name_typed_beside_someone_else_who_was_chosen_is_not_dropped(app, office, session):
    with app.app_context():
        chosen = person_with_post("Ann Lee")
        owner = person_with_post("Cy Soar", email="cy@school.example")
    _, answers, said = asked(office, session, person=chosen, name="Bo Moss", email="cy@school.example")
    assert list(answers) == [str(chosen), str(owner), "new"] and said.count("The email you typed is theirs.") == 1
    carried, answers, _ = asked(office, session, person=chosen, email="cy@school.example")
    assert list(answers) == [str(chosen), str(owner)], "who is new needs a name"
    after = office.follow(answer(office, session, carried, chosen))
    assert "Ann Lee: confirmed. The email you typed is not kept with them: it is Cy Soar’s." in after.text
    assert booked(app) == [("Ann Lee", None)]


def test_an_email_typed_for_someone_known_is_not_kept_and_that_is_said(app, office, session):
    with app.app_context():
        chosen = person_with_post("Ann Lee")
    page, given = typed_by(office, session, person=chosen, name="lee ann", email="ann@school.example")
    after = office.follow(office.send(page, given))
    assert "Ann Lee: confirmed. The email you typed is not kept with them." in after.text
    assert booked(app) == [("Ann Lee", None)]


def test_whoever_is_new_after_all_still_needs_a_job(app, office, session):
    with app.app_context():
        person_with_post("Ann Lee", email="office@school.example")
    carried, _, _ = asked(office, session, name="Bo Moss", email="office@school.example", post_title="", agency="")
    path = f"/sessions/{session}/bookings/new"
    refused = office.post(path, carried | {"who_is": "new"}, status=422)
    assert "Enter their job" in refused.text and "Choose their agency or sector" in refused.text
    assert booked(app) == []


@pytest.mark.parametrize("who", ["", "nobody", "0x1", "-1"])
def test_an_answer_that_is_none_is_no_answer(app, office, session, who):
    with app.app_context():
        person_with_post("Ann Lee")
    carried, _, _ = asked(office, session, name="Ann Lee")
    office.post(f"/sessions/{session}/bookings/new", carried | {"who_is": who}, status=409)
    assert booked(app) == []


def test_a_session_that_takes_nobody_asks_nothing(app, office, session):
    with app.app_context(), transaction():
        known = person_with_post("Ann Lee")
    carried, _, _ = asked(office, session, name="Ann Lee")
    answer(office, session, carried, known)
    again = office.post(f"/sessions/{session}/bookings/new", carried | {"who_is": str(known), "seen": "99"}, status=409)
    assert "booked this session before" in again.text


def test_the_question_costs_no_more_where_many_are_called_alike(app, office, session):
    counts = []
    for more in (2, 40):
        with app.app_context():
            for turn in range(more):
                person_with_post("Ann Lee", at=turn % 5)
        page, given = typed_by(office, session, name="Ann Lee")
        with watched(app) as seen:
            answers = question(office.send(page, given, status=409))[1]
        counts.append(seen.count)
    assert len(answers) == 42 + 1 and counts[0] == counts[1] <= 25
