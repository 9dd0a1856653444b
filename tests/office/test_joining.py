"""How to join online and how to get there: written by staff; the link is read by those with a place alone."""

import pytest

from tests.bookings.by_page import book_by_page, coming_session, fill
from tests.world.programme import make_venue
from training_app.accounts.rules.roles import Role
from training_app.agencies.rules import Area
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import Format, PartKind

LINK = "https://meet.example/neglect-12?pwd=a&b=<c>"

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def session(app) -> int:
    """An online session with two places."""
    with app.app_context():
        session_id = coming_session(capacity=2)
        with transaction():
            stored = db.session.get_one(TrainingSession, session_id)
            stored.format, stored.parts[0].kind, stored.parts[0].venue = Format.ONLINE, PartKind.ONLINE, None
        return session_id


def letters(app) -> list[Letter]:
    with app.app_context():
        return list(db.session.query(Letter).order_by(Letter.id))


def test_the_link_is_read_by_those_who_have_a_place_and_by_nobody_else(app, browser, browser_of, session):
    office, someone = browser_of(Role.OFFICE), browser_of(Role.PRACTITIONER)
    mine = book_by_page(someone, session)
    assert "Once the business office has written it, it is here, and we email you." in mine.text
    page = office.get(f"/staff/sessions/{session}")
    assert "How to join online" in page.text
    form = office.get(f"/staff/sessions/{session}/joining")
    done = office.follow(office.send(form, {"joining": f"{LINK}\nRing 0116 496 0000 if it fails."}))
    assert "Saved." in done.text and "0116 496 0000" in done.text

    mine = someone.get(mine.response.request.path)
    assert LINK in mine.links.values() and "0116 496 0000" in mine.text
    told = letters(app)[-1]
    assert (told.kind, told.recipient) == ("session changed", "practitioner@agency.example")
    with app.app_context():
        fill(session, 1)
    waiting = browser_of(Role.TRAINER)
    line = waiting.follow(waiting.send(waiting.get(f"/sessions/{session}/book")))
    assert line.heading == "You are on the waiting list"
    for page in (line, browser.get(f"/sessions/{session}"), browser.get("/programme"), browser.get("/calendar.ics")):
        assert "meet.example" not in page.response.get_data(as_text=True)
    assert not [one for one in letters(app) if "meet.example" in one.body], "letters are forwarded"


def test_whoever_leads_it_reads_the_link_on_the_register(browser_of, session):
    office = browser_of(Role.OFFICE)
    assert "How people join online" not in office.get(f"/sessions/{session}/register").text
    office.send(office.get(f"/staff/sessions/{session}/joining"), {"joining": LINK})
    register = office.get(f"/sessions/{session}/register")
    assert "How people join online" in register.text and LINK in register.links.values()


def test_what_someone_else_saved_meanwhile_is_not_overwritten(browser_of, session):
    office = browser_of(Role.OFFICE)
    stale = office.get(f"/staff/sessions/{session}/joining")
    office.send(office.get(f"/staff/sessions/{session}/joining"), {"joining": "Teams, link to follow"})
    page = office.send(stale, {"joining": LINK}, status=409)
    assert "Teams, link to follow" in page.text and "neglect-12" in page.text


def test_everyone_reads_how_to_get_to_a_venue(app, browser, browser_of):
    office = browser_of(Role.OFFICE)
    with app.app_context():
        session_id = coming_session()
        with transaction():
            venue = make_venue("St Mary's Hall", area=Area.RUTLAND)
            db.session.get_one(TrainingSession, session_id).parts[0].venue = venue
        venue_id = venue.id
    assert "Getting to" not in browser.get(f"/sessions/{session_id}").text
    form = office.get(f"/staff/venues/{venue_id}")
    lines = "High Street, Oakham\r\nLE15 6AS\r\nSide door; step-free."
    assert "The venue is saved." in office.follow(office.send(form, {"address": lines})).text
    page = browser.get(f"/sessions/{session_id}")
    assert "Getting to St Mary's Hall" in page.text
    assert "High Street, Oakham\nLE15 6AS\nSide door; step-free." in page.response.get_data(as_text=True)
    someone = browser_of(Role.PRACTITIONER)
    assert "LE15 6AS" in book_by_page(someone, session_id).text
