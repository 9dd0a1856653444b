"""Sessions to come, people to book them, and bookings made on the pages or by the commands behind them."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from tests.browser import Browser, Page
from tests.guards import words_of
from tests.whole.visitors import token_for
from tests.world.accounts import make_user
from tests.world.people import agency, make_person, make_post
from tests.world.programme import make_session
from tests.world.signing_in import sign_in, signed_in
from training_app import clock
from training_app.accounts.models import User
from training_app.accounts.rules.roles import Role
from training_app.bookings.commands import places as commands
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person

NOW = "2026-06-01 09:00:00"


def coming_session(title: str = "Working Together", *, capacity: int = 2, in_days: int = 10) -> int:
    """A published session, so many days from today, from 9:30am to 4pm."""
    with transaction():
        return make_session(title, clock.today() + timedelta(days=in_days), capacity=capacity).id


def person_with_post(name: str, *, email: str | None = None, at: int = 0) -> int:
    """Someone with a post, at one of the agencies; without a sign-in."""
    with transaction():
        person = make_person(name, email=email)
        make_post(person, agency(at), clock.today())
        return person.id


def book(session_id: int, person_id: int) -> str:
    """Book for someone by their own wish; gives the booking's code."""
    with transaction():
        return commands.book_place(session_id, person_id, actor_id=None, now=clock.now()).code


def fill(session_id: int, number: int) -> list[str]:
    """So many other people book the session."""
    return [book(session_id, person_with_post(f"Other {turn}")) for turn in range(number)]


def states(app: Flask, session_id: int) -> list[BookingState]:
    with app.app_context():
        query = select(Booking.state).where(Booking.session_id == session_id).order_by(Booking.id)
        return list(db.session.scalars(query))


def only_booking(app: Flask, role: Role) -> Booking:
    with app.app_context():
        query = select(Booking).join(User, User.person_id == Booking.person_id)
        return db.session.scalars(query.where(User.email == f"{role}@agency.example")).one()


def cancel(code: str) -> None:
    """The person gives it back, by the command."""
    with transaction():
        booking = db.session.scalars(select(Booking).where(Booking.code == code)).one()
        commands.cancel_booking(booking.id, actor_id=None, now=clock.now())


def another_practitioner(app: Flask, name: str) -> Browser:
    """A second practitioner with a sign-in of their own."""
    email, key = f"{name.lower()}@agency.example", f"key-of-{name}"
    with app.app_context():
        person_id = person_with_post(name, email=email)
        with transaction():
            make_user(email, person=db.session.get_one(Person, person_id), session_key=key)
    return signed_in(app, key)


def book_by_page(browser: Browser, session_id: int, needs: str = "") -> Page:
    """From the session page to the confirmation, as a person does it."""
    page = browser.get(f"/sessions/{session_id}")
    check = browser.get(page.links.get("Book a place") or page.links["Join the waiting list"])
    return browser.follow(browser.send(check, {"needs": needs}))



def sign_in_again(browser: Browser, role: Role) -> None:
    """Sign in again: a sign-in lasts twelve hours, and the test has gone on by more."""
    sign_in(browser, f"key-of-{role}")


def press(browser: Browser, path: str, *, status: int = 302, **fields: str) -> Page:
    """Send a form from a page that was opened a while ago, with a token that is still good."""
    return browser.post(path, {"csrf_token": token_for(browser), **fields}, status=status)


def first_agency(page: Page) -> str:
    """The first agency that the page's list offers."""
    options = [one.get("value") for one in page.tree.iter("{*}option")]
    return next(one for one in options if one)


def found(page: Page) -> dict[str, str]:
    """Each choice under “Who is it?”, and what is said to tell it from others."""
    choices = {}
    for one in page.tree.iter("{*}input"):
        if one.get("name") == "person":
            label = page.tree.find(f".//{{*}}label[@for='{one.get('id')}']")
            hint = page.tree.find(f".//{{*}}div[@id='{one.get('aria-describedby')}']")
            choices[one.get("value")] = words_of(label) + (f" ({words_of(hint)})" if hint is not None else "")
    return choices


def look_for(office: Browser, session: int, text: str, **typed: str) -> Page:
    """The office opens the page to book someone, types this and presses Find."""
    form = office.get(f"/sessions/{session}/bookings/new")
    return office.send(form, {"find": text, "step": "find"} | typed, status=200)
