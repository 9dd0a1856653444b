"""Who has booked a session, as staff see it; and what the office does for a person, never without a reason."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import InvalidRequestError

from tests.bookings.by_page import (
    book,
    cancel,
    coming_session,
    fill,
    first_agency,
    found,
    look_for,
    only_booking,
    person_with_post,
    sign_in_again,
    states,
)
from tests.guards import XHTML, words_of
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.agencies.models import Agency
from training_app.audit.models import AuditEntry
from training_app.bookings.commands import changes
from training_app.bookings.models import Booking
from training_app.bookings.queries import bookings as queries
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person

CONFIRMED, WAITLISTED = BookingState.CONFIRMED, BookingState.WAITLISTED

pytestmark = pytest.mark.usefixtures("today")


def names(page) -> list[str]:
    return [words_of(one) for one in page.tree.iter("{*}th") if one.get("scope") == "row"]


def test_everyone_who_booked_with_what_happened(app, office, session):
    with app.app_context():
        fill(session, 3)
    page = office.get(office.get(f"/sessions/{session}").links["Who has booked this session"])
    assert names(page) == ["Other 0", "Other 1", "Other 2"]
    for said in ("With a place (2)", "Waiting list, in order (1)", "First on the waiting list", "Nurse",
                 "2 held of 2; 1 waiting.", "Got a place", "by the booking system"):
        assert said in page.text
    office.get(f"/sessions/{session}/bookings", most_queries=16)


def test_more_bookings_cost_no_more_questions(app, office):
    with app.app_context():
        long = coming_session("Long", capacity=30)
        fill(long, 40)
    assert len(names(office.get(f"/sessions/{long}/bookings", most_queries=16))) == 40


def test_the_page_stands_under_the_sessions_of_the_office_and_the_bookings_of_an_agency(office, browser_of, session):
    for browser, entry in ((office, "Sessions"), (browser_of(Role.COORDINATOR), "My agency’s bookings")):
        page = browser.get(f"/sessions/{session}/bookings")
        assert [words_of(one) for one in page.tree.iterfind(".//{*}nav//{*}a[@aria-current='page']")] == [entry]


def test_the_code_can_be_read_without_opening_the_history(app, office, session):
    with app.app_context():
        (code,) = fill(session, 1)
    page = office.get(f"/sessions/{session}/bookings")
    (summary,) = [words_of(one) for one in page.tree.iter("{*}summary")]
    assert summary.startswith("History") and f"{code} History" in page.text


def test_a_cancelled_session_offers_nothing(app, office, session):
    with app.app_context():
        fill(session, 1)
        with transaction():
            changes.cancel_session(session, "Snow", actor_id=None, now=clock.now())
    page = office.get(f"/sessions/{session}/bookings")
    assert "This session is cancelled" in page.text and "Other 0" in page.text
    assert "left" not in page.text and "Book someone" not in page.links


def test_nobody_yet(office, session):
    assert "Nobody has booked yet" in office.get(f"/sessions/{session}/bookings").text


def test_a_coordinator_sees_the_people_of_their_agency_and_changes_nothing(app, browser_of, session):
    with app.app_context():
        mine = book(session, person_with_post("Ours", at=0))
        theirs = book(session, person_with_post("Theirs", at=1))
    coordinator = browser_of(Role.COORDINATOR)
    page = coordinator.get(coordinator.get(f"/sessions/{session}").links["Who has booked this session"])
    assert names(page) == ["Ours"]
    html = page.response.get_data(as_text=True)
    assert mine in html and theirs not in html and "Theirs" not in html
    assert "2 held of 2" in page.text, "places are everyone’s"
    assert "Book someone" not in page.links and "/cancel" not in " ".join(page.links.values())
    for path in ("/bookings/new", f"/bookings/{mine}/cancel"):
        coordinator.get(f"/sessions/{session}{path}", status=403)


def test_a_coordinator_reads_nothing_that_anyone_wrote(app, office, browser_of, session):
    """Not what would help a person, not why one cancelled, not why the office did what it did."""
    practitioner = browser_of(Role.PRACTITIONER)
    booked = practitioner.send(practitioner.get(f"/sessions/{session}/book"), {"needs": "Large print"})
    code = booked.response.headers["Location"].rsplit("/", 1)[1]
    practitioner.send(practitioner.get(f"/bookings/{code}/cancel"), {"why": "My operation"})
    with app.app_context():
        fill(session, 2)
    form = office.get(f"/sessions/{session}/bookings/new")
    typed = {"email": "practitioner@agency.example", "needs": "A quiet room", "why": "Court order", "overbook": "y"}
    office.send(form, typed)
    with app.app_context(), transaction() as writing:
        ours = writing.scalars(select(Agency.id).order_by(Agency.id)).first()
        writing.execute(update(Booking).where(Booking.agency_id.is_(None)).values(agency_id=ours))
    written = ("Large print", "My operation", "A quiet room", "Court order")
    seen_by_office = office.get(f"/sessions/{session}/bookings").text
    page = browser_of(Role.COORDINATOR).get(f"/sessions/{session}/bookings")
    html = page.response.get_data(as_text=True)
    assert [one for one in written if one not in seen_by_office] == []
    assert [one for one in written if one in html] == []
    assert "Booked beyond the places" in page.text and "Cancelled" in page.text


def test_what_people_wrote_is_not_even_fetched_for_an_agency(in_app):
    session_id = coming_session()
    code = book(session_id, person_with_post("Ours"))
    db.session.expunge_all()
    agency_id = db.session.scalars(select(Agency.id).order_by(Agency.id)).first()
    booking = queries.bookings_of_session(session_id, agency_ids={agency_id})[0]
    assert booking.code == code
    for owner, words in ((booking, "needs"), (booking, "overbooked_why"), (booking.changes[0], "why")):
        with pytest.raises(InvalidRequestError, match="not available due to raiseload"):
            getattr(owner, words)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.TRAINER, Role.REVIEWER])
def test_others_see_nobody(browser_of, session, role):
    browser = browser_of(role)
    assert "Who has booked this session" not in browser.get(f"/sessions/{session}").links
    browser.get(f"/sessions/{session}/bookings", status=403)


def test_a_reason_is_asked_for_and_the_rest_is_kept(app, office, browser_of, session):
    browser_of(Role.PRACTITIONER)
    form = office.get(f"/sessions/{session}/bookings/new")
    refused = office.send(form, {"email": "practitioner@agency.example", "needs": "Captions"}, status=422)
    assert "Say why you book for them" in refused.text and "Captions" in refused.response.get_data(as_text=True)
    assert states(app, session) == []
    page = office.follow(office.send(refused, {"why": "Rang us, no computer today"}))
    assert "confirmed." in page.text and "Rang us, no computer today" in page.text
    booking = only_booking(app, Role.PRACTITIONER)
    assert (booking.state, booking.needs) == (CONFIRMED, "Captions")


def test_someone_new_without_an_email_is_booked_by_name(app, office, session):
    form = office.get(f"/sessions/{session}/bookings/new")
    refused = office.send(form, {"name": "Ada Łoś", "why": "Rang us"}, status=422)
    for said in ("Choose their agency or sector", "Enter their job"):
        assert said in refused.text
    page = office.follow(
        office.send(refused, {"agency": first_agency(refused), "post_title": "Scout leader"})
    )
    assert names(page) == ["Ada Łoś"] and "Scout leader" in page.text
    with app.app_context():
        assert db.session.scalars(select(Person.email).where(Person.name == "Ada Łoś")).one() is None


def test_someone_without_an_email_is_found_by_name_and_booked(app, office, session):
    with app.app_context():
        wanted, _ = person_with_post("Siân Łoś"), person_with_post("Sian Loss", email="sian@agency.example", at=1)
    page = look_for(office, session, "łoś siân", why="Rang us")
    assert list(found(page)) == [str(wanted), "new"]
    assert found(page)[str(wanted)].startswith("Siân Łoś (Nurse, ")
    assert found(page)[str(wanted)].endswith("no email of their own)")
    assert "Rang us" in page.response.get_data(as_text=True), "what was typed is kept"
    after = office.follow(office.send(page, {"person": wanted}))
    assert names(after) == ["Siân Łoś"] and "Siân Łoś: confirmed." in after.text
    with app.app_context():
        assert db.session.scalars(select(Booking.person_id)).one() == wanted
        assert len(db.session.scalars(select(Person).where(Person.name == "Siân Łoś")).all()) == 1


def test_two_of_one_name_are_told_apart(app, office, session):
    with app.app_context():
        first = person_with_post("Ann Lee", at=0)
        second = person_with_post("Ann Lee", email="lee@agency.example", at=1)
    page = look_for(office, session, "ann")
    assert list(found(page)) == [str(first), str(second), "new"]
    assert len(set(found(page).values())) == 3
    office.send(page, {"person": second, "why": "Rang us"})
    office.send(page, {"person": second, "why": "Rang us"})
    with app.app_context():
        assert list(db.session.scalars(select(Booking.person_id))) == [second], "sent twice, booked once"


@pytest.mark.parametrize("text", ["ee@agency", "LEE@AGENCY.EXAMPLE", "lee ann", "  Ann   L "])
def test_part_of_a_name_or_an_email_is_enough(app, office, session, text):
    with app.app_context():
        wanted = person_with_post("Ann Lee", email="lee@agency.example")
        person_with_post("Bob Moss")
    assert list(found(look_for(office, session, text))) == [str(wanted), "new"]


@pytest.mark.parametrize("text", ["%", "_", "", "Ann Moss", "'"])
def test_signs_and_other_names_find_nobody(app, office, session, text):
    with app.app_context():
        person_with_post("Ann Lee"), person_with_post("Bob Moss")
    page = look_for(office, session, text)
    assert found(page) == {}
    assert ("Nobody we know has that" in page.text) == bool(text)


def test_too_many_are_not_all_shown(app, office, session):
    with app.app_context():
        for turn in range(25):
            person_with_post(f"Smith {turn}")
    page = look_for(office, session, "smith")
    assert len(found(page)) == 20 + 1 and "25 people fit." in page.text


def test_a_refusal_keeps_who_was_chosen(app, office, session):
    with app.app_context():
        wanted = person_with_post("Ann Lee")
    refused = office.send(look_for(office, session, "ann"), {"person": wanted, "find": ""}, status=422)
    assert "Say why you book for them" in refused.text
    checked = [one.get("value") for one in refused.tree.iter("{*}input") if one.get("checked") is not None]
    assert checked == [str(wanted)]


def test_a_person_who_is_not_there_is_not_found(office, session):
    form = office.get(f"/sessions/{session}/bookings/new")
    assert office.send(form, {"person": "999999", "why": "Rang us"}, status=404).heading == "Page not found"


def test_a_refused_booking_takes_nobody_in(app, office, session, today):
    form = office.get(f"/sessions/{session}/bookings/new")
    filled = {"name": "Ada", "agency": first_agency(form), "post_title": "Cook", "why": "Rang us"}
    today.move_to("2026-06-11 08:31:00+00:00")
    sign_in_again(office, Role.OFFICE)
    form = office.get(f"/sessions/{session}/bookings/new")
    assert "Sorry, this session has started." in office.send(form, filled, status=409).text
    with app.app_context():
        assert db.session.scalars(select(Person).where(Person.name == "Ada")).all() == []


def test_beyond_the_places_only_with_the_box_and_a_name(app, office, browser_of, session):
    browser_of(Role.PRACTITIONER)
    with app.app_context():
        fill(session, 2)
    form = office.get(f"/sessions/{session}/bookings/new")
    typed = {"email": "practitioner@agency.example", "why": "Must attend by court order"}
    office.send(form, typed)
    assert only_booking(app, Role.PRACTITIONER).state is WAITLISTED
    page = office.follow(office.send(form, typed | {"overbook": "y"}))
    assert "overbooked by 1" in page.text
    assert "Booked beyond the places by Siân O’Neill (administrator): Must attend by court order" in page.text
    assert states(app, session) == [CONFIRMED] * 3
    again = office.get(f"/sessions/{session}/bookings/new")
    again = office.send(again, typed | {"overbook": "y"}, status=409)
    assert "booked this session before" in again.text
    assert "Must attend by court order" in again.response.get_data(as_text=True)


def test_the_office_cancels_with_a_reason_that_the_person_reads(app, office, browser_of, session):
    practitioner = browser_of(Role.PRACTITIONER)
    booked = practitioner.follow(practitioner.send(practitioner.get(f"/sessions/{session}/book")))
    page = office.get(f"/sessions/{session}/bookings")
    ask = office.get(next(href for words, href in page.links.items() if words.startswith("Cancel the booking of")))
    refused = office.send(ask, {"why": " "}, status=422)
    assert "Say why you cancel this booking for them" in refused.text
    assert states(app, session) == [CONFIRMED]
    after = office.follow(office.send(refused, {"why": "Their manager rang"}))
    assert "Their manager rang" in after.text and "by Siân O’Neill (administrator)" in after.text
    own = practitioner.get(booked.response.request.path)
    assert "Reason: Their manager rang" in own.text and "by the business office" in own.text
    with app.app_context():
        actions = list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
        code = db.session.scalars(select(Booking.code)).one()
    assert actions.count("booking.cancelled") == 1
    office.get(f"/sessions/{session}/bookings/{code}/cancel", status=302)


def test_the_office_takes_an_offered_place_for_someone_without_an_email(app, office):
    """They got no letter, and cannot sign in: without the office their offer could only lapse."""
    with app.app_context():
        session = coming_session(capacity=1)
        (first,) = fill(session, 1)
        book(session, person_with_post("Nora", email=None))
        cancel(first)
    page = office.get(f"/sessions/{session}/bookings")
    assert "No email: tell them yourself" in page.text
    ask = office.get(next(href for words, href in page.links.items() if words.startswith("Take it for them: Nora")))
    refused = office.send(ask, {"why": " "}, status=422)
    assert "Say why you take this place for them" in refused.text
    assert states(app, session) == [BookingState.CANCELLED, BookingState.OFFERED]
    after = office.follow(office.send(refused, {"why": "She rang"}))
    assert "They have the place." in after.text and "She rang" in after.text
    assert states(app, session) == [BookingState.CANCELLED, CONFIRMED]
    assert not [words for words in after.links if words.startswith("Take it for them")]
    office.get(ask.response.request.path, status=302)


def test_a_booking_is_found_under_its_own_session_only(app, office, session):
    with app.app_context():
        (code,) = fill(session, 1)
        elsewhere = coming_session("Elsewhere")
    path = f"bookings/{code}/cancel"
    page = office.get(f"/sessions/{session}/{path}")
    assert page.heading == "Cancel the booking for them" and "Other 0, " in page.text
    title = next(page.tree.iter(f"{XHTML}title"))
    assert "Other 0" not in "".join(title.itertext()), "titles stay in a browser's history"
    assert office.get(f"/sessions/{elsewhere}/{path}", status=404).heading == "Page not found"
