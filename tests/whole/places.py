"""Where every route leads in the demonstration: a row for each argument, found by the argument's name.

A new route needs nothing here. What a name alone does not tell is chosen by hand, with the reason.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from flask import Flask, url_for
from sqlalchemy import Column, select
from werkzeug.routing import BaseConverter, Rule, ValidationError

from tests.world.letters import make_letter
from training_app import clock
from training_app.accounts.models import User
from training_app.accounts.queries import generated_users
from training_app.accounts.rules.roles import Role
from training_app.bookings.commands.places import book_place
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import Base, transaction
from training_app.evaluation.commands.room import make_code
from training_app.evaluation.queries.forms import open_evaluations_for
from training_app.extensions import db
from training_app.programme.models import SessionPart, SessionTrainer, TrainingSession
from training_app.web.access import requirement_of
from training_app.web.rules import Permission, Requirement

YEAR = "2024-25"
# Who holds one of these alone sees it of the sessions they lead, and the others are not there for them.
OF_OWN_SESSIONS = (Permission.TAKE_REGISTER, Permission.SEE_OWN_IMPACT)
LED, ANOTHER = "one led by the trainer", "another"
# What to try where no table tells: the first that the argument's converter takes.
WITHOUT_A_ROW = ("1", YEAR, str(UUID(int=1)), "a")


@dataclass(frozen=True)
class Place:
    """A route with an address to try it at. `case` says which of several rows that is; mostly there is but one."""

    rule: Rule
    case: str
    address: str

    @property
    def endpoint(self) -> str:
        return str(self.rule.endpoint)

    @property
    def name(self) -> str:
        return f"{self.endpoint}, {self.case}" if self.case else self.endpoint


@dataclass(frozen=True)
class Places:
    """What to fill the arguments of routes with. Each case adds to what an argument usually is."""

    usual: Mapping[str, object]
    requirements: Mapping[str, Requirement | Permission | None]
    led: Mapping[str, Mapping[str, object]]
    room_code: str
    cases: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)

    def of(self, rule: Rule) -> list[tuple[str, dict[str, object]]]:
        """Each case of this route by name, with its arguments."""
        return [
            (case, {name: given.get(name, self.usual[name]) for name in rule.arguments})
            for case, given in self._cases_of(rule).items()
        ]

    def _cases_of(self, rule: Rule) -> Mapping[str, Mapping[str, object]]:
        requirement = self.requirements[rule.endpoint]
        if rule.endpoint in self.cases:
            return self.cases[rule.endpoint]
        if requirement in OF_OWN_SESSIONS and "session_id" in rule.arguments:
            return self.led
        if requirement is Requirement.NOTHING and "code" in rule.arguments:
            return {"": {"code": self.room_code}}  # a booking's code opens nothing without a sign-in
        return {"": {}}


@dataclass(frozen=True)
class Prepared:
    """A file of the demonstration with something on every page, and where to find it."""

    database: Path
    places: Places


def rules_for(app: Flask, method: str) -> list[Rule]:
    """Every route of the application that answers this method, in order of endpoint."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint != "static"]
    assert found
    return sorted(found, key=lambda rule: (rule.endpoint, rule.rule))


def routes(app: Flask, places: Places, method: str) -> list[Place]:
    """Each route that answers this method, in each of its cases."""
    with app.test_request_context():
        return [
            Place(rule, case, url_for(rule.endpoint, **arguments))
            for rule in rules_for(app, method)
            for case, arguments in places.of(rule)
        ]


def addresses(app: Flask, places: Places, method: str) -> dict[str, str]:
    """The address to try each route at, by the name of the route and its case."""
    return {place.name: place.address for place in routes(app, places, method)}


def places_to_try(app: Flask) -> Places:
    """Pick the rows to try routes with: the trainer's own session and another, one with an open evaluation, …"""
    with app.app_context():
        users = {role: next(user for user in generated_users() if role in user.roles) for role in Role}
        own, other = _held_sessions(users[Role.TRAINER])
        asked = open_evaluations_for(users[Role.PRACTITIONER].person_id, clock.now())[0].session.id
        code, booked = _a_booking(users[Role.PRACTITIONER])
        by_hand = {
            "session_id": other,  # one that was held
            "part_id": _first(select(SessionPart.id).where(SessionPart.session_id == other)),
            "slug": db.session.get_one(TrainingSession, own).course.slug,  # a course that has findings
            "year": YEAR,  # the year that has findings
            "letter_id": _a_letter(users[Role.PRACTITIONER]),
            "code": code,
            "user_id": users[Role.PRACTITIONER].id,
        }
        return Places(
            {name: value for name, value in _found_by_name(app)} | by_hand,
            {endpoint: requirement_of(app, endpoint) for endpoint in app.view_functions},
            led={LED: {"session_id": own}, ANOTHER: {"session_id": other}},
            room_code=_a_room_code(asked),
            cases=_cases(asked, booked),
        )


def _cases(asked: int, booked: int) -> dict[str, Mapping[str, Mapping[str, object]]]:
    """The routes that need a row of another kind than usual."""
    to_answer = {"one the practitioner came to": {"session_id": asked}}
    before = {"one the practitioner booked": {"session_id": booked}}
    return {
        "evaluation.after_form": to_answer,
        "evaluation.thank_you": to_answer,
        "evaluation.send_answers": to_answer,
        "evaluation.before_form": before,
        "evaluation.send_before": before,
        "office_bookings.cancel_for": {"the practitioner’s": {"session_id": booked}},  # the code of that session
        "office_bookings.accept_for": {"an offered one": _an_offered_booking()},
        "staff.cancel": {"": {"session_id": booked}},  # one that was held cannot be called off
    }


def _found_by_name(app: Flask) -> Iterator[tuple[str, object]]:
    for rule in app.url_map.iter_rules():
        for name in rule.arguments:
            yield name, _value_by_name(name, rule._converters[name])


def _value_by_name(name: str, converter: BaseConverter) -> object:
    """The first row of the one table that the name tells of; where none does, whatever the converter takes."""
    for columns in (_keys_called(name), _columns_called(name)):
        if len(columns) == 1:
            in_order = select(columns[0]).order_by(*columns[0].table.primary_key).limit(1)
            found = db.session.scalars(in_order).first()
            if found is not None and _takes(converter, str(found)):
                return found
    return next(word for word in WITHOUT_A_ROW if _takes(converter, word))


def _keys_called(name: str) -> list[Column[int]]:
    """`venue_id` is the key of the table venue, `fact_id` of stated_fact."""
    if not name.endswith("_id"):
        return []
    tables = Base.metadata.tables.values()
    return [table.c.id for table in tables if "id" in table.c and f"_{table.name}_id".endswith(f"_{name}")]


def _columns_called(name: str) -> list[Column[object]]:
    return [table.c[name] for table in Base.metadata.tables.values() if name in table.c]


def _takes(converter: BaseConverter, word: str) -> bool:
    try:
        converter.to_python(word)
    except (ValidationError, ValueError):
        return False
    return re.fullmatch(converter.regex, word) is not None


def _held_sessions(trainer: User) -> tuple[int, int]:
    """One that this trainer led, and one that they did not."""
    led = select(SessionTrainer.session_id).where(SessionTrainer.user_id == trainer.id)
    over = select(TrainingSession.id).where(TrainingSession.last_day < clock.today())
    return _first(over.where(TrainingSession.id.in_(led))), _first(over.where(TrainingSession.id.not_in(led)))


def _first(query) -> int:  # type: ignore[no-untyped-def]
    found = db.session.scalars(query.order_by(query.selected_columns[0]).limit(1)).first()
    assert found is not None, f"the demonstration holds nothing for {query}"
    return int(found)


def _a_room_code(session_id: int) -> str:
    with transaction():
        return make_code(session_id, actor_id=None, now=clock.now())


def _a_booking(of: User) -> tuple[str, int]:
    """The code and the session of a place that this person has."""
    coming = select(TrainingSession.id).where(TrainingSession.first_day > clock.today(), TrainingSession.capacity > 0)
    booked = select(Booking.session_id).where(Booking.person_id == of.person_id)
    full = select(Booking.session_id).where(Booking.state == BookingState.WAITLISTED)
    free = _first(coming.where(TrainingSession.id.not_in(booked), TrainingSession.id.not_in(full)))
    with transaction():
        booking = book_place(
            free, of.person_id, actor_id=of.id, now=clock.now(), overbook_why="To have a place to look at"
        )
        return booking.code, free


def _an_offered_booking() -> dict[str, object]:
    offered = select(Booking).where(Booking.state == BookingState.OFFERED).order_by(Booking.id).limit(1)
    booking = db.session.scalars(offered).one()
    return {"session_id": booking.session_id, "code": booking.code}


def _a_letter(to: User) -> int:
    with transaction():
        return make_letter(recipient=to.email, subject="A letter to look at").id
