"""A letter of every kind that the service can send."""

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pyotp
from sqlalchemy import select

from tests.bookings.by_page import book, coming_session, person_with_post
from tests.world.accounts import make_user
from tests.world.people import make_person
from tests.world.programme import make_session
from training_app import clock
from training_app.accounts.commands import codes, second_factor
from training_app.bookings.commands import changes, offers
from training_app.bookings.commands import places as commands
from training_app.bookings.models import Booking
from training_app.database import transaction
from training_app.evaluation.commands.asking import ask_for_answers
from training_app.evaluation.commands.room import make_code
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.people.models import Person
from training_app.programme.models import TrainingSession

KEY, SITE = "a-key-for-tests-only-0123456789abcdef", "Safeguarding training"
SETTINGS = {"secret_key": KEY, "site_name": SITE}
A_LINK = re.compile(r"https?://[^\s<>\"]+")


def write_every_letter() -> None:
    """One of each kind at least. The bookings they tell of are alive, where they can be, one of them with an offer."""
    late = _about_bookings()
    _asking_for_answers()
    with transaction():
        codes.ask_for_code(
            "p1@agency.example", network="192.0.2.1", now=clock.now(), secret_key=KEY, site_name=SITE
        )
    _about_the_second_factor()
    with transaction():
        offers.end_waits(late, db.session.get_one(TrainingSession, late).begins_at)


def _about_bookings() -> int:
    """Gives the session that someone still waits for when it starts."""
    session, off, late = (coming_session(title, capacity=1) for title in ("Working Together", "Neglect", "Late"))
    people = [person_with_post(f"P{turn}", email=f"p{turn}@agency.example") for turn in range(6)]
    first, *line = [book(session, one) for one in people]
    book(off, people[0])
    leaving, _ = book(late, people[0]), book(late, people[1])
    with transaction():
        days = [clock.today() + timedelta(days=day) for day in (12, 19)]
        of_two_days = make_session("Two days", days=days).id
    _, going = book(of_two_days, people[0]), book(of_two_days, people[1])
    now, starts = clock.now(), db.session.get_one(TrainingSession, late).begins_at
    with transaction():
        commands.cancel_booking(_booking(first).id, actor_id=None, now=now)
        commands.cancel_booking(_booking(going).id, actor_id=None, now=now)
        offers.decline_offer(_booking(line[0]).id, keep_waiting=True, actor_id=None, now=now)
        offers.decline_offer(_booking(line[1]).id, keep_waiting=False, actor_id=None, now=now)
        commands.cancel_booking(_booking(leaving).id, actor_id=None, now=starts - timedelta(hours=1))
        offers.lapse_offers(session, now + timedelta(days=6))
        changes.tell_of_change(session, "Another room", actor_id=None, now=now)
        changes.cancel_session(off, "Snow", actor_id=None, now=now)
    states = {str(one) for one in db.session.scalars(select(Booking.state))}
    assert {"offered", "waitlisted"} <= states
    return late


def _booking(code: str) -> Booking:
    return db.session.scalars(select(Booking).where(Booking.code == code)).one()


def _asking_for_answers() -> None:
    """Someone who has a place at a session that ended yesterday, and has not said how it was."""
    with transaction():
        held = coming_session("Signs of Safety", in_days=1)
        book(held, db.session.scalars(select(Person.id).where(Person.email == "p2@agency.example")).one())
        hold_yesterday(held)
        make_code(held, actor_id=None, now=clock.now())
        asked = ask_for_answers(
            held, base_url="http://127.0.0.1:8000", site_name=SITE, secret_key=KEY, now=clock.now()
        )
    assert asked == 1


def hold_yesterday(session_id: int) -> None:
    session = db.session.get_one(TrainingSession, session_id)
    session.first_day = session.last_day = clock.today() - timedelta(days=1)
    for part in session.parts:
        part.on_day = session.last_day
    db.session.flush()


def _about_the_second_factor() -> None:
    """An app is set up, a recovery code used, new ones made; it is taken off, set up once more, and reset."""
    now, further = clock.now(), timedelta(minutes=2)  # a code of an app is good once
    with transaction():
        user = make_user(person=make_person("Olu", email="olu@agency.example"), session_key="key-of-olu")
        app, codes_on_paper = _set_up_an_app(user.id, now)
        second_factor.use_recovery_code(user.id, codes_on_paper[0], **SETTINGS, now=now)
        second_factor.new_recovery_codes(user.id, app.at(now + further), **SETTINGS, now=now + further)
        second_factor.take_off(user.id, app.at(now + 2 * further), **SETTINGS, now=now + 2 * further)
        _set_up_an_app(user.id, now + 3 * further)
        second_factor.reset(user.id, "Lost the phone", actor_id=None, site_name=SITE, now=now + 3 * further)


def _set_up_an_app(user_id: int, now: datetime) -> tuple[pyotp.TOTP, tuple[str, ...]]:
    """The app, and the recovery codes that came with it."""
    second_factor.begin(user_id, secret_key=KEY, now=now)
    secret = second_factor.secret_to_set_up(user_id, secret_key=KEY)
    assert secret is not None
    app = pyotp.TOTP(secret)
    return app, second_factor.confirm(user_id, app.at(now), **SETTINGS, now=now).recovery_codes


def links_of(letter: Letter) -> set[str]:
    """The addresses in a letter, those of the calendar entry that comes with it too, without the site's own name."""
    attached = (letter.attachment or b"").decode().replace("\r\n ", "")
    found = A_LINK.findall(letter.body) + A_LINK.findall(attached)
    return {urlsplit(one.rstrip(".,;)\\")).path or "/" for one in found}
