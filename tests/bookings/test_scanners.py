"""Mail gateways open the links of letters, some follow on and press buttons: no booking changes by that."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from sqlalchemy import select

from tests.bookings.by_page import book, cancel, coming_session, person_with_post, sign_in_again
from tests.browser import Browser, watched
from tests.guards import XHTML
from tests.whole.visitors import token_for
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.bookings.commands import changes, offers
from training_app.bookings.models import Booking, BookingChange, Offer
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter

A_LINK = re.compile(r"https?://\S+")
KINDS = {
    "booking confirmed", "booking waiting", "still waiting", "place offered", "offer declined", "offer lapsed",
    "booking cancelled", "session changed", "session cancelled",
}

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def links(app, today) -> set[str]:
    """Every address in a letter of every kind; some of the bookings they tell of are alive, one with an offer."""
    with app.app_context():
        session, off = coming_session(capacity=1), coming_session("Neglect", capacity=1)
        people = [person_with_post(f"P{turn}", email=f"p{turn}@agency.example") for turn in range(6)]
        first, *waitlisted = [book(session, one) for one in people]
        book(off, people[0])
        cancel(first)
        answer(waitlisted[0], keep_waiting=True)
        answer(waitlisted[1], keep_waiting=False)
        today.shift(25 * 3600)
        with transaction():
            offers.lapse_offers(session, clock.now())
            changes.tell_of_change(session, "Another room", actor_id=None, now=clock.now())
            changes.cancel_session(off, "Snow", actor_id=None, now=clock.now())
        letters = db.session.scalars(select(Letter)).all()
        assert {one.kind for one in letters} == KINDS
        assert {"offered", "waitlisted"} <= {str(one) for one in db.session.scalars(select(Booking.state))}
        return {urlsplit(found).path for one in letters for found in A_LINK.findall(one.body)}


def answer(code: str, *, keep_waiting: bool) -> None:
    with transaction():
        booking = db.session.scalars(select(Booking).where(Booking.code == code)).one()
        offers.decline_offer(booking.id, keep_waiting=keep_waiting, actor_id=None, now=clock.now())


def everything(app) -> list[tuple]:
    with app.app_context():
        return [
            tuple(row)
            for table in (Booking.__table__, BookingChange.__table__, Offer.__table__, Letter.__table__)
            for row in db.session.execute(select(table).order_by(table.c.id))
        ]


def test_opening_every_link_of_every_letter_changes_nothing(app, browser, browser_of, links):
    before = everything(app)
    assert len(links) >= 6
    signed_in = browser_of(Role.PRACTITIONER)
    for reader in (browser, signed_in):
        for link in sorted(links):
            with watched(app) as seen:
                head = reader.client.head(link, follow_redirects=True)
                page = reader.client.get(link, follow_redirects=True)
            assert not seen.writes, link
            assert page.status_code in {200, 404} and head.get_data() == b"", link
    assert everything(app) == before


def test_a_scanner_that_presses_every_button_changes_no_booking(app, browser, links):
    before = everything(app)
    pressed = sum(press_all(browser, link) for link in sorted(links))
    assert pressed >= len([link for link in links if link.startswith("/bookings/")]), "each led to the sign-in form"
    assert everything(app) == before


def press_all(browser: Browser, link: str) -> int:
    """Follow the link and send every form that is found there, as it stands, and with words typed in."""
    page = browser.get(link, status=None)
    while page.status == 302:
        page = browser.get(page.location, status=None)
    forms = [one for one in page.tree.iter(f"{XHTML}form") if (one.get("method") or "").lower() == "post"]
    for form in forms:
        for typed in ("", "scanner"):
            data = {
                one.get("name"): one.get("value") or typed
                for one in form.iter(f"{XHTML}input", f"{XHTML}textarea", f"{XHTML}select")
                if one.get("name")
            }
            browser.client.post(urljoin(link, form.get("action")), data=data, follow_redirects=True)
    return len(forms)


def test_the_acts_of_a_booking_need_the_persons_sign_in(app, browser, links, browser_of):
    """A scanner may guess where the buttons lead: without the sign-in, or with another's, nothing happens."""
    before = everything(app)
    other = browser_of(Role.PRACTITIONER)
    sign_in_again(other, Role.PRACTITIONER)
    token = token_for(other)
    bookings = {link for link in links if link.startswith("/bookings/")}
    assert bookings
    for link in sorted(bookings):
        for act in ("accept", "decline", "cancel", "keep-waiting"):
            assert browser.client.post(f"{link}/{act}").status_code in {400, 403}
            other.post(f"{link}/{act}", {"csrf_token": token}, status=404)
    assert everything(app) == before
