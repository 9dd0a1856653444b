"""Whose people are seen by whom, by every address there is: nothing of another agency's people, however asked for.

Each GET route of the map is opened with every object that belongs to people of another agency in place of its
arguments, so a new route is tried by itself. What must not show are words that stand nowhere else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from tests.browser import Browser
from tests.evaluation.answers import after
from tests.whole.crawling import endpoint_of, visit
from tests.whole.places import Places, rules_for
from tests.whole.visitors import enter, visitor_name
from tests.world.accounts import grant_role, make_user
from tests.world.people import make_person, make_post
from tests.world.signing_in import signed_in
from training_app import clock
from training_app.accounts.models import RoleGrant, User
from training_app.accounts.queries import generated_users
from training_app.accounts.rules.roles import Role
from training_app.agencies.models import Agency
from training_app.bookings.commands import changes
from training_app.bookings.commands import places as bookings
from training_app.bookings.models import Booking
from training_app.bookings.queries.bookings import places_of
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.evaluation.commands import answers as evaluation
from training_app.evaluation.commands import room
from training_app.evaluation.models import Comment
from training_app.evaluation.queries.forms import window_of
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.people.models import Person, Post
from training_app.programme.models import SessionPart, SessionTrainer, TrainingSession
from training_app.programme.rules.sessions import EvaluationMode
from training_app.registers.commands import register as register_commands
from training_app.registers.commands.walk_ins import WalkIn, add_walk_in
from training_app.web.access import requirement_of
from training_app.web.rules import Permission

# Everything about the people of the other agency that a page could give away.
NAMES = ("Zebedee Quillfeather", "Ottoline Vanterpool", "Peregrine Yarrowby", "Isolde Threlfall-Knox")
JOB, NEED, WHY, WORDS = "Falconer", "Palantype typist", "Called away to Lerwick", "Ocelots in the corridor"
EMAILS = tuple(f"{name.split()[0].lower()}@elsewhere.example" for name in NAMES[:3])  # the walk-in has none
SECRETS = (*NAMES, *EMAILS, JOB, NEED, WHY, WORDS)
MOST_WAYS = 60
# Arguments that name nothing of a person's: whoever may see the page at all may see it of each.
NOBODYS = {"year", "venue_id", "provider_id", "fact_id"}


@dataclass(frozen=True)
class Others:
    """The people of another agency: what is theirs, by the argument of a route that names it."""

    agency_id: int
    theirs: Mapping[str, list[object]]
    usual: Mapping[str, object]  # for what belongs to nobody


@pytest.fixture
def others(demonstration: Flask, places: Places) -> Others:
    """A place, a wait, a booking that ended, a mark, a walk-in, answers, letters and a sign-in of theirs."""
    with demonstration.app_context():
        users = {role: next(one for one in generated_users() if role in one.roles) for role in Role}
        looked_after = next(one.agency_id for one in users[Role.COORDINATOR].grants if one.agency_id)
        office = users[Role.OFFICE].id
        other = db.session.scalars(select(Agency).where(Agency.id != looked_after).order_by(Agency.id)).first()
        coming, held = _sessions(users[Role.TRAINER].id)
        with transaction():
            people = [_person(name, email, other.id) for name, email in zip(NAMES, EMAILS, strict=False)]
        _book(coming, people, office)
        _hold(held, people[0], other.id, office)
        return Others(other.id, _theirs([coming, held], people), places.usual)


def _sessions(trainer_id: int) -> tuple[int, int]:
    """One to come that nobody waits for, one just held that is not the trainer's and may still be marked."""
    led = select(SessionTrainer.session_id).where(SessionTrainer.user_id == trainer_id)
    queued = select(Booking.session_id).where(Booking.state.in_([BookingState.WAITLISTED, BookingState.OFFERED]))
    coming = db.session.scalars(
        select(TrainingSession.id)
        .where(TrainingSession.first_day > clock.today(), TrainingSession.capacity > 0,
               TrainingSession.id.not_in(led), TrainingSession.id.not_in(queued))
        .order_by(TrainingSession.id)
    ).first()
    held = db.session.scalars(
        select(TrainingSession.id)
        .where(TrainingSession.last_day < clock.today(), TrainingSession.id.not_in(led),
               TrainingSession.evaluation_mode == EvaluationMode.STANDARD)
        .order_by(TrainingSession.last_day.desc(), TrainingSession.id)
    ).first()
    assert coming is not None and held is not None
    return coming, held


def _person(name: str, email: str, agency_id: int) -> int:
    person = make_person(name, email=email)
    make_post(person, db.session.get_one(Agency, agency_id), title=JOB)
    make_user(person=person, session_key=f"key-of-{name}")
    return person.id


def _book(session_id: int, people: list[int], office: int) -> None:
    """One has a place, one's was cancelled, one waited and is offered that place."""
    usual = {"actor_id": office, "now": clock.now(), "why": WHY}
    with transaction():
        held = places_of([session_id])[session_id].held
        changes.change_capacity(session_id, held + 2, actor_id=office, now=clock.now())
        placed = [bookings.book_place(session_id, one, needs=NEED, **usual) for one in people]
        bookings.cancel_booking(placed[1].id, **usual)


def _hold(session_id: int, person_id: int, agency_id: int, office: int) -> None:
    """Closed, opened again with a reason, a walk-in, and answers with words."""
    own = {"actor_id": office, "now": clock.now(), "is_office": True}
    part = db.session.scalars(select(SessionPart.id).where(SessionPart.session_id == session_id)).first()
    with transaction():
        register_commands.reopen_register(session_id, WHY, **own)
        add_walk_in(session_id, WalkIn(NAMES[3], agency_id, part, JOB), **own)
        add_walk_in(session_id, WalkIn(NAMES[0], agency_id, part, JOB, EMAILS[0]), **own)
        then = window_of(db.session.get_one(TrainingSession, session_id)).opens_at
        evaluation.answer(session_id, person_id, after({"knowledge": 8}, words={"better": WORDS}), then)
        register_commands.close_register(session_id, rest_absent=True, **own)


def _theirs(sessions: list[int], people: list[int]) -> dict[str, list[object]]:
    held = sessions[1]
    with transaction():
        room_code = room.make_code(held, actor_id=None, now=clock.now())
    elsewhere = Letter.recipient.like("%@elsewhere.example")
    return {
        "session_id": list(sessions),
        "code": [*db.session.scalars(select(Booking.code).where(Booking.person_id.in_(people))), room_code],
        "public_id": list(db.session.scalars(select(Comment.public_id).where(Comment.text == WORDS))),
        "letter_id": list(db.session.scalars(select(Letter.id).where(elsewhere))),
        "user_id": list(db.session.scalars(select(User.id).where(User.person_id.in_(people)))),
        "part_id": list(db.session.scalars(select(SessionPart.id).where(SessionPart.session_id.in_(sessions)))),
        "slug": [db.session.get_one(TrainingSession, one).course.slug for one in sessions],
        "course_id": [db.session.get_one(TrainingSession, one).course_id for one in sessions],
    }


def addresses_of(app: Flask, others: Others) -> list[str]:
    """Every GET route with everything of theirs that fits it."""
    found = []
    with app.test_request_context():
        for rule in rules_for(app, "GET"):
            names = sorted(rule.arguments)
            assert set(names) <= others.theirs.keys() | NOBODYS, f"say in _theirs() what of theirs {rule.rule} leads to"
            values = [others.theirs[name] if name in others.theirs else [others.usual[name]] for name in names]
            ways = [dict(zip(names, each, strict=True)) for each in product(*values)]
            assert 0 < len(ways) <= MOST_WAYS
            found += [url_for(rule.endpoint, **way) for way in ways]
    return found


def given_away(browser: Browser, addresses: list[str]) -> dict[str, set[str]]:
    """By secret: the addresses whose answer holds it, whatever kind of file it is."""
    found: dict[str, set[str]] = {}
    for address in addresses:
        with browser.app.app_context():
            text = browser.client.get(address).get_data(as_text=True)
        for secret in SECRETS:
            if secret in text:
                found.setdefault(secret, set()).add(address)
    return found


@pytest.mark.parametrize(
    "role", [None, Role.PRACTITIONER, Role.COORDINATOR, Role.TRAINER, Role.REVIEWER], ids=visitor_name
)
def test_nobody_else_sees_anything_of_them_by_any_address(demonstration: Flask, others: Others, role: Role | None):
    assert given_away(enter(demonstration, role), addresses_of(demonstration, others)) == {}


def test_the_office_sees_all_of_it_so_there_is_something_to_see(demonstration: Flask, others: Others):
    seen = given_away(enter(demonstration, Role.OFFICE), addresses_of(demonstration, others))
    assert seen.keys() == set(SECRETS)


def test_their_own_co_ordinator_sees_who_booked_and_no_more(demonstration: Flask, others: Others):
    with demonstration.app_context(), transaction():
        user = make_user("other@coordinator.example", session_key="key-of-other")
        grant_role(user, Role.COORDINATOR, at=db.session.get_one(Agency, others.agency_id))
    seen = given_away(signed_in(demonstration, "key-of-other"), addresses_of(demonstration, others))
    assert seen.keys() == {*NAMES[:3], JOB}, "neither what would help them nor anyone's reasons"
    pages = {endpoint_of(demonstration, address) for addresses in seen.values() for address in addresses}
    assert {requirement_of(demonstration, page) for page in pages} == {Permission.SEE_BOOKINGS}


def test_each_of_them_sees_their_own_and_not_each_others(demonstration: Flask, others: Others):
    seen = given_away(signed_in(demonstration, f"key-of-{NAMES[0]}"), addresses_of(demonstration, others))
    assert NAMES[0] in seen and NEED in seen
    assert not {*NAMES[1:], *EMAILS[1:], WORDS} & seen.keys()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.REVIEWER, Role.PRACTITIONER], ids=str)
def test_no_page_that_links_lead_to_names_anyone_it_may_not(demonstration: Flask, places: Places, role: Role):
    """The reviewer reads figures and no names; the others no name of another agency's people."""
    with demonstration.app_context():
        hidden = set(_hidden_from(role))
    assert len(hidden) > 50
    named: dict[str, set[str]] = {}
    for visited in visit(demonstration, places, role, most_of_a_kind=2):
        if visited.endpoint == "demo.roles":
            continue  # the door of the demonstration itself: its made-up people, one for each role
        text = visited.page.response.get_data(as_text=True)
        named.setdefault(visited.endpoint, set()).update(one for one in hidden if one in text)
    assert len(named) > 10
    assert {endpoint: names for endpoint, names in named.items() if names} == {}


def _hidden_from(role: Role) -> Iterator[str]:
    """Names and e-mails of those without a role, save oneself and, for a co-ordinator, the people of their agency."""
    holder = next(one for one in generated_users() if role in one.roles)
    mine = {grant.agency_id for grant in holder.grants if grant.agency_id}
    granted = select(RoleGrant.user_id).where(RoleGrant.role != Role.PRACTITIONER)
    with_a_role = select(User.person_id).where(User.id.in_(granted))
    known = select(Post.person_id).where(Post.agency_id.in_(mine))
    own = set(db.session.scalars(select(Person.name).where(Person.id.in_(known) | Person.id.in_(with_a_role))))
    for person in db.session.scalars(select(Person).where(Person.id != holder.person_id)):
        if person.name not in {*own, holder.name}:
            yield person.name
