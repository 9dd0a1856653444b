"""Who visits the demonstration, and where every route leads in it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, url_for
from sqlalchemy import select
from werkzeug.routing import Rule

from tests.browser import Browser, Page
from tests.guards import XHTML
from training_app import clock
from training_app.accounts.models import User
from training_app.accounts.queries import generated_users
from training_app.accounts.rules.roles import Role
from training_app.bookings.commands.places import book_place
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.evaluation.commands.room import make_code
from training_app.evaluation.models import Comment
from training_app.evaluation.queries.forms import open_evaluations_for
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.outbox.letters import LetterText
from training_app.programme.models import Course, Provider, SessionPart, SessionTrainer, TrainingSession, Venue
from training_app.reports.models import StatedFact

# Nobody has signed in, then the five roles.
VISITORS: tuple[Role | None, ...] = (None, *Role)
YEAR = "2024-25"
REGISTER_PAGES = tuple(
    f"registers.{name}"
    for name in ("close", "close_page", "history", "number_page", "register", "reopen", "save", "state_number")
) + ("evaluation.room_screen", "evaluation.make_code")
ROOM_PAGES = tuple(
    f"evaluation.{name}" for name in ("in_the_room", "send_in_the_room", "thanks_in_the_room", "next_in_the_room")
)
BEFORE_PAGES = ("evaluation.before_form", "evaluation.send_before")


def visitor_name(role: Role | None) -> str:
    return "nobody" if role is None else role.value


def enter(app: Flask, role: Role | None) -> Browser:
    """A browser of the demonstration's own person with this role."""
    browser = Browser(app)
    if role is not None:
        with browser.client.session_transaction() as cookie:
            cookie["_user_id"] = _holder(app, role).session_key
            cookie["_fresh"] = True
    return browser


def _holder(app: Flask, role: Role) -> User:
    with app.app_context():
        return next(user for user in generated_users() if role in user.roles)


def token_for(browser: Browser) -> str:
    """The token that the forms of this visitor carry."""
    with browser.app.app_context():
        page = browser.client.get("/account" if _is_signed_in(browser) else "/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the page carries no token"
    return found[1]


def _is_signed_in(browser: Browser) -> bool:
    with browser.client.session_transaction() as cookie:
        return "_user_id" in cookie


@dataclass(frozen=True)
class Places:
    """What to fill the arguments of routes with. Each case adds to the endpoint's usual arguments."""

    usual: Mapping[str, object]
    cases: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)

    def of(self, rule: Rule) -> list[tuple[str, dict[str, object]]]:
        """Each case of this route by name (mostly one, without a name), with its arguments."""
        cases = self.cases.get(rule.endpoint, {"": {}})
        missing = {name for given in cases.values() for name in rule.arguments - (self.usual | given).keys()}
        assert not missing, f"say in stock() what to put for {missing} of {rule.rule}"
        return [(case, {name: (self.usual | given)[name] for name in rule.arguments}) for case, given in cases.items()]


@dataclass(frozen=True)
class Prepared:
    """A file of the demonstration with something on every page, and where to find it."""

    database: Path
    places: Places


def rules_for(app: Flask, method: str) -> list[Rule]:
    """Every route of the application that answers this method, in order of endpoint."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and not _is_static(rule)]
    assert found
    return sorted(found, key=lambda rule: (rule.endpoint, rule.rule))


def _is_static(rule: Rule) -> bool:
    return rule.endpoint == "static"


def addresses(app: Flask, places: Places, method: str) -> dict[str, str]:
    """Each route and case by its name in the tables of the tests, with an address to try."""
    with app.test_request_context():
        return {
            f"{rule.endpoint}{f', {case}' if case else ''}": url_for(rule.endpoint, **arguments)
            for rule in rules_for(app, method)
            for case, arguments in places.of(rule)
        }


def stock(app: Flask) -> Places:
    """Pick the rows to try routes with: the trainer's own session and another, one with an open evaluation, …"""
    with app.app_context():
        users = {role: next(one for one in generated_users() if role in one.roles) for role in Role}
        led = select(SessionTrainer.session_id).where(SessionTrainer.user_id == users[Role.TRAINER].id)
        held = TrainingSession.last_day < clock.today()
        own = _first(select(TrainingSession.id).where(held, TrainingSession.id.in_(led)))
        other = _first(select(TrainingSession.id).where(held, TrainingSession.id.not_in(led)))
        asked = open_evaluations_for(users[Role.PRACTITIONER].person_id, clock.now())[0].session.id
        code, booked = _a_booking(users[Role.PRACTITIONER])
        offered = _an_offered_booking()
        usual = {
            "session_id": other,
            "slug": db.session.get_one(TrainingSession, own).course.slug,
            "year": YEAR,
            "public_id": db.session.scalars(select(Comment.public_id).order_by(Comment.id)).first(),
            "letter_id": _a_letter(users[Role.PRACTITIONER]),
            "code": code,
            "fact_id": _first(select(StatedFact.id)),
            "user_id": users[Role.PRACTITIONER].id,
            **_made_of(other),
        }
        room_code = _a_room_code(asked)
    both = {"one led by the trainer": {"session_id": own}, "another": {"session_id": other}}
    to_answer = {"one the practitioner came to": {"session_id": asked}}
    return Places(
        usual,
        {
            "impact.session": both,
            "office_bookings.cancel_for": {"the practitioner’s": {"session_id": booked}},
            "staff.cancel": {"": {"session_id": booked}},  # one that was held cannot be called off
            "office_bookings.accept_for": {"an offered one": offered},
            **dict.fromkeys(REGISTER_PAGES, both),
            **_around_the_session(booked, room_code),
            "evaluation.after_form": to_answer,
            "evaluation.thank_you": to_answer,
            "evaluation.send_answers": to_answer,
        },
    )


def _around_the_session(booked: int, room_code: str) -> dict[str, Mapping[str, Mapping[str, object]]]:
    """The forms before a session and in its room."""
    before, in_the_room = {"one the practitioner booked": {"session_id": booked}}, {"": {"code": room_code}}
    return dict.fromkeys(BEFORE_PAGES, before) | dict.fromkeys(ROOM_PAGES, in_the_room)


def _a_room_code(session_id: int) -> str:
    with transaction():
        return make_code(session_id, actor_id=None, now=clock.now())


def _made_of(session_id: int) -> dict[str, int]:
    """What a session is made of, for the office's pages."""
    return {
        "part_id": _first(select(SessionPart.id).where(SessionPart.session_id == session_id)),
        "course_id": _first(select(Course.id)),
        "venue_id": _first(select(Venue.id)),
        "provider_id": _first(select(Provider.id)),
    }


def _first(query) -> int:  # type: ignore[no-untyped-def]
    found = db.session.scalars(query.order_by(query.selected_columns[0]).limit(1)).first()
    assert found is not None, f"the demonstration holds nothing for {query}"
    return int(found)


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
        text = LetterText("booking confirmed", "A letter to look at", "Dear colleague.")
        letter = enqueue(text, recipient=to.email, now=clock.now())
        db.session.flush()
        return letter.id


def hrefs(page: Page) -> Iterable[str]:
    """Where the links of a page lead."""
    if page.tree is None:
        return []
    return [one.get("href", "") for one in page.tree.iter(f"{XHTML}a")]
