"""What each act comes to, besides the promises that hold after all of them."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import NoResultFound, OperationalError

from tests.bookings.scenarios import LATE, NOW, START, kinds, make_people, make_sign_in, session_to_book, stored
from training_app.agencies.models import Agency
from training_app.audit.models import AuditEntry
from training_app.bookings.commands import changes, offers
from training_app.bookings.commands import places as commands
from training_app.bookings.commands.holding import BookingRefused
from training_app.bookings.models import Booking
from training_app.bookings.queries import bookings as queries
from training_app.bookings.queries.due import sessions_with_places_to_offer
from training_app.bookings.rules import CODE_LETTERS, BookingState, OfferOutcome, Places, WhoIsTold, WhyNot, typed_code
from training_app.clock import local
from training_app.database import in_transaction, transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.jobs.schedule import JOBS
from training_app.people.commands import leave_post, take_up_post
from training_app.people.models import Post
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import SessionStatus

S = BookingState


def act(command, *arguments, now=NOW, actor_id=None, **named):
    with transaction():
        return command(*arguments, actor_id=actor_id, now=now, **named)


def book(session_id: int, person_id: int, **named) -> Booking:
    return act(commands.book_place, session_id, person_id, **named)


def refused(command, *arguments, **named) -> WhyNot:
    with pytest.raises(BookingRefused) as caught:
        act(command, *arguments, **named)
    assert str(caught.value) == caught.value.why.sentence
    return caught.value.why


def test_agency_area_and_job_are_those_of_the_day(in_app):
    session_id, [person_id] = session_to_book(), make_people(1)
    booking = book(session_id, person_id)
    first, other = db.session.scalars(select(Agency).order_by(Agency.id).limit(2)).all()
    assert (booking.agency_id, booking.area, booking.post_title) == (first.id, first.area, "Health visitor")
    today = local(NOW).date()
    with transaction():
        post = db.session.scalars(select(Post).where(Post.person_id == person_id)).one()
        leave_post(post.id, today, actor_id=None, now=NOW)
        take_up_post(person_id, other.id, "Matron", today + timedelta(days=1), actor_id=None, now=NOW)
    later = book(session_to_book(), person_id, now=NOW + timedelta(days=2))
    assert (later.agency_id, later.post_title) == (other.id, "Matron")
    kept = stored(booking.id)
    assert (kept.agency_id, kept.post_title) == (first.id, "Health visitor")


def test_someone_without_a_post_can_book(in_app):
    session_id, [person_id] = session_to_book(), make_people(1)
    with transaction():
        post = db.session.scalars(select(Post).where(Post.person_id == person_id)).one()
        leave_post(post.id, date(2020, 2, 1), actor_id=None, now=NOW)
    booking = book(session_id, person_id)
    assert (booking.state, booking.agency_id, booking.area, booking.post_title) == (S.CONFIRMED, None, None, "")


def test_a_code_is_short_and_told_apart(in_app):
    session_id, people = session_to_book(40), make_people(40)
    codes = {book(session_id, one).code for one in people}
    assert len(codes) == 40
    assert all(len(code) == 8 and set(code) <= set(CODE_LETTERS) for code in codes)
    assert not set(CODE_LETTERS) & set("0O1IL2Z5S6B8UQAE")
    assert typed_code(" k7cm-9xwd\n") == "K7CM9XWD"


def test_when_nobody_can_book(in_app):
    [person_id] = make_people(1)
    draft, called_off = session_to_book(status=SessionStatus.DRAFT), session_to_book(status=SessionStatus.CANCELLED)
    assert refused(commands.book_place, draft, person_id) is WhyNot.NOT_OPEN
    assert refused(commands.book_place, called_off, person_id) is WhyNot.CANCELLED
    session_id = session_to_book()
    assert refused(commands.book_place, session_id, person_id, now=START) is WhyNot.STARTED
    book(session_id, person_id, now=START - timedelta(seconds=1))
    assert refused(commands.book_place, session_id, person_id) is WhyNot.ALREADY
    with pytest.raises(NoResultFound):
        book(10**6, person_id)


def test_a_place_that_comes_free_in_the_last_two_hours_goes_to_whoever_asks(in_app):
    session_id, [holder, waiting, newcomer] = session_to_book(1), make_people(3)
    held, waitlisted = book(session_id, holder), book(session_id, waiting)
    act(commands.cancel_booking, held.id, now=LATE)
    assert stored(waitlisted.id).state is S.WAITLISTED
    assert book(session_id, newcomer, now=LATE).state is S.CONFIRMED


def test_someone_in_line_may_ask_for_it_too(in_app):
    session_id, [holder, waiting] = session_to_book(1), make_people(2)
    held, waitlisted = book(session_id, holder), book(session_id, waiting)
    assert refused(commands.book_place, session_id, waiting, now=LATE) is WhyNot.ALREADY
    act(commands.cancel_booking, held.id, now=LATE)
    taken = book(session_id, waiting, now=LATE)
    assert (taken.id, taken.state, taken.offers[-1].outcome) == (waitlisted.id, S.CONFIRMED, OfferOutcome.ACCEPTED)
    assert kinds()[-1] == "booking confirmed"


def test_overbooking_needs_a_name_and_a_reason_and_keeps_both(in_app):
    session_id, [first, second, third] = session_to_book(1), make_people(3)
    staff = make_sign_in()
    book(session_id, first)
    assert refused(commands.book_place, session_id, second, overbook_why="Why not") is WhyNot.NOBODY_NAMED
    over = book(session_id, second, actor_id=staff, overbook_why="The inspector asked for it")
    assert (over.state, over.overbooked_by_id) == (S.CONFIRMED, staff)
    assert over.overbooked_why == over.changes[-1].why == "The inspector asked for it"
    assert queries.places_of([session_id])[session_id] == Places(1, 2, 0)
    waits = book(session_id, third)
    assert waits.state is S.WAITLISTED
    lifted = book(session_id, third, actor_id=staff, overbook_why="A judge")
    assert (lifted.id, lifted.state, lifted.overbooked_why) == (waits.id, S.CONFIRMED, "A judge")


def test_a_free_place_is_not_overbooked(in_app):
    session_id, [person_id] = session_to_book(1), make_people(1)
    booking = book(session_id, person_id, actor_id=make_sign_in(), overbook_why="To be sure")
    assert (booking.state, booking.overbooked_why, booking.overbooked_by_id) == (S.CONFIRMED, "", None)


def test_whoever_acts_for_another_says_why(in_app):
    session_id, [person_id] = session_to_book(), make_people(1)
    own, office = make_sign_in(person_id), make_sign_in()
    assert refused(commands.book_place, session_id, person_id, actor_id=office) is WhyNot.NO_REASON
    booking = book(session_id, person_id, actor_id=own)
    assert refused(commands.cancel_booking, booking.id, actor_id=office, why="  ") is WhyNot.NO_REASON
    act(commands.cancel_booking, booking.id, actor_id=office, why="Left\nthe county")
    assert [(one.actor_id, one.why) for one in stored(booking.id).changes] == [(own, ""), (office, "Left the county")]


def test_after_the_start_only_the_office_cancels(in_app):
    session_id, [person_id] = session_to_book(), make_people(1)
    booking = book(session_id, person_id)
    assert refused(commands.cancel_booking, booking.id, now=START) is WhyNot.HAS_STARTED
    act(commands.cancel_booking, booking.id, now=START, actor_id=make_sign_in(), why="Booked twice by mistake")
    assert stored(booking.id).state is S.CANCELLED


def test_a_form_that_is_sent_twice_acts_once(in_app):
    session_id, [holder, waiting] = session_to_book(1), make_people(2)
    held, waitlisted = book(session_id, holder), book(session_id, waiting)
    act(commands.cancel_booking, held.id)
    act(commands.cancel_booking, held.id)
    act(offers.accept_offer, waitlisted.id)
    act(offers.accept_offer, waitlisted.id)
    assert kinds() == [
        "booking confirmed", "booking waiting", "booking cancelled", "place offered", "booking confirmed"
    ]


def test_an_offer_is_answered_in_time_or_not_at_all(in_app):
    session_id, [holder, waiting] = session_to_book(1), make_people(2)
    held, waitlisted = book(session_id, holder), book(session_id, waiting)
    assert refused(offers.accept_offer, waitlisted.id) is WhyNot.NO_OFFER
    act(commands.cancel_booking, held.id)
    day_after = NOW + timedelta(hours=24)
    assert refused(offers.accept_offer, waitlisted.id, now=day_after) is WhyNot.OFFER_OVER
    assert refused(offers.decline_offer, waitlisted.id, now=day_after, keep_waiting=True) is WhyNot.OFFER_OVER
    act(offers.accept_offer, waitlisted.id, now=day_after - timedelta(seconds=1))
    assert stored(waitlisted.id).state is S.CONFIRMED


def test_an_offer_never_outlasts_the_start(in_app):
    session_id, [holder, waiting] = session_to_book(1), make_people(2)
    held, waitlisted = book(session_id, holder), book(session_id, waiting)
    act(commands.cancel_booking, held.id, now=START - timedelta(hours=20))
    assert stored(waitlisted.id).offers[0].expires_at == START


def test_the_clock_ends_offers_and_the_wish_to_wait_holds_once(in_app):
    [lapse] = [job for job in JOBS if job.name == "lapse_offers"]
    session_id, [holder, waiting] = session_to_book(1), make_people(2)
    held, waitlisted = book(session_id, holder), book(session_id, waiting, keeps_waiting=True)
    act(commands.cancel_booking, held.id)
    assert lapse.run(NOW + timedelta(hours=23)) == "0 ended"
    assert lapse.run(NOW + timedelta(hours=24)) == "1 ended"
    assert stored(waitlisted.id).state is S.WAITLISTED, "the place does not come straight back"
    assert lapse.run(NOW + timedelta(hours=25)) == "0 ended"
    assert stored(waitlisted.id).state is S.WAITLISTED, "nor a minute later"
    act(changes.change_capacity, session_id, 2, actor_id=make_sign_in(), now=NOW + timedelta(hours=25))
    assert stored(waitlisted.id).state is S.OFFERED, "another place came free"
    assert lapse.run(NOW + timedelta(hours=49)) == "1 ended"
    booking = stored(waitlisted.id)
    assert booking.state is S.LAPSED
    assert [offer.outcome for offer in booking.offers] == [OfferOutcome.LAPSED] * 2


@pytest.fixture
def declined(in_app) -> tuple[int, Booking]:
    """One place, given back, offered to the only one on the waiting list, who said no and keeps waiting."""
    session_id, [holder, waiting] = session_to_book(1), make_people(2)
    held, waitlisted = book(session_id, holder), book(session_id, waiting)
    act(commands.cancel_booking, held.id)
    act(offers.decline_offer, waitlisted.id, keep_waiting=True)
    return session_id, stored(waitlisted.id)


def test_a_place_that_all_in_line_declined_is_open_to_all(declined):
    session_id, waitlisted = declined
    assert waitlisted.state is S.WAITLISTED and len(waitlisted.offers) == 1
    places = queries.places_of([session_id])[session_id]
    assert (places.waiting, places.to_ask, places.free, places.open_to_all) == (1, 0, 1, 1)
    assert sessions_with_places_to_offer(NOW) == []
    [stranger, another] = make_people(2)
    assert book(session_id, stranger).state is S.CONFIRMED
    assert book(session_id, another).state is S.WAITLISTED


def test_who_declined_a_place_may_still_take_it_while_nobody_else_has(declined):
    session_id, waitlisted = declined
    assert book(session_id, waitlisted.person_id).state is S.CONFIRMED
    assert not stored(waitlisted.id).passed_over


def test_who_declined_a_place_is_asked_about_the_next_one(declined):
    session_id, waitlisted = declined
    stranger = book(session_id, make_people(1)[0])
    act(commands.cancel_booking, stranger.id)
    booking = stored(waitlisted.id)
    assert (booking.state, booking.passed_over, len(booking.offers)) == (S.OFFERED, False, 2)


def test_a_place_goes_round_the_line_once(in_app):
    """Each is asked in turn, whether they say no, miss it or leave; then nobody is asked about it again."""
    session_id, people = session_to_book(1), make_people(4)
    held, *waitlisted = [book(session_id, one, keeps_waiting=True).id for one in people]
    act(commands.cancel_booking, held)
    act(offers.decline_offer, waitlisted[0], keep_waiting=True)
    [lapse] = [job for job in JOBS if job.name == "lapse_offers"]
    assert lapse.run(NOW + timedelta(hours=24)) == "1 ended"
    act(commands.cancel_booking, waitlisted[2], now=NOW + timedelta(hours=25))
    assert [stored(one).state for one in waitlisted] == [S.WAITLISTED, S.WAITLISTED, S.CANCELLED]
    assert queries.places_of([session_id])[session_id].open_to_all == 1


def test_the_clock_offers_what_came_free_otherwise(in_app):
    [lapse] = [job for job in JOBS if job.name == "lapse_offers"]
    session_id, people = session_to_book(1), make_people(2)
    bookings = [book(session_id, one) for one in people]
    with transaction():  # as an import of the programme does
        db.session.get_one(TrainingSession, session_id).capacity = 2
    assert lapse.run(NOW) == "0 ended"
    assert stored(bookings[1].id).state is S.OFFERED


def test_nobody_jumps_the_line_for_a_place_not_offered_yet(in_app):
    session_id, [holder, waiting, newcomer] = session_to_book(1), make_people(3)
    for one in (holder, waiting):
        book(session_id, one)
    with transaction():
        db.session.get_one(TrainingSession, session_id).capacity = 2
    assert book(session_id, newcomer).state is S.WAITLISTED


def test_fewer_places_take_nobodys_away(in_app):
    session_id, people, staff = session_to_book(3), make_people(4), make_sign_in()
    bookings = [book(session_id, one) for one in people]
    with pytest.raises(BookingRefused):
        act(changes.change_capacity, session_id, 1)
    assert act(changes.change_capacity, session_id, 1, actor_id=staff).over == 2
    places = queries.places_of([session_id])[session_id]
    assert (places.over, places.held, places.waiting) == (2, 3, 1)
    noted = [stored(one.id).overbooked_by_id for one in bookings]
    assert noted == [None, staff, staff, None]
    assert kinds().count("booking cancelled") == 0


def test_more_places_of_an_overbooked_session_ask_nobody_again(in_app):
    session_id, people, staff = session_to_book(3), make_people(4), make_sign_in()
    bookings = [book(session_id, one) for one in people]
    act(changes.change_capacity, session_id, 1, actor_id=staff)
    with transaction():
        stored(bookings[3].id).passed_over = True
    act(changes.change_capacity, session_id, 2, actor_id=staff)
    assert stored(bookings[3].id).passed_over, "no place has come free"
    act(changes.change_capacity, session_id, 4, actor_id=staff)
    assert stored(bookings[3].id).state is S.OFFERED


def test_more_places_are_offered_at_once(in_app):
    session_id, people, staff = session_to_book(1), make_people(4), make_sign_in()
    bookings = [book(session_id, one) for one in people]
    changed = act(changes.change_capacity, session_id, 3, actor_id=staff)
    assert (changed.more, changed.offered, changed.written_to) == (2, 2, 2)
    places = queries.places_of([session_id])[session_id]
    assert (places.free, places.waiting) == (0, 1)
    assert [stored(one.id).state for one in bookings] == [S.CONFIRMED, S.OFFERED, S.OFFERED, S.WAITLISTED]
    with pytest.raises(Refused):
        act(changes.change_capacity, session_id, 0, actor_id=staff)


def test_a_session_called_off_ends_every_booking(in_app):
    session_id, people, staff = session_to_book(1), make_people(3), make_sign_in()
    holds, offered, waits = (book(session_id, one) for one in people)
    act(commands.cancel_booking, holds.id)
    assert act(changes.cancel_session, session_id, "Snow", actor_id=staff) == WhoIsTold(2)
    assert {stored(one.id).state for one in (holds, offered, waits)} == {S.CANCELLED}
    assert stored(offered.id).offers[0].outcome is OfferOutcome.WITHDRAWN
    assert [(one.actor_id, one.why) for one in stored(waits.id).changes][-1] == (staff, "Snow")
    with pytest.raises(Refused):
        act(changes.cancel_session, session_id, "Snow", actor_id=staff)


def test_bookings_are_read_by_their_owners_only(in_app):
    session_id, [mine, theirs] = session_to_book(1), make_people(2)
    own, other = book(session_id, mine), book(session_id, theirs)
    assert queries.own_booking(own.code, mine).id == own.id
    with pytest.raises(NoResultFound):
        queries.own_booking(other.code, mine)
    assert [one.id for one in queries.bookings_of_person(theirs)] == [other.id]
    assert queries.active_booking(session_id, mine).id == own.id
    assert [queries.position_on_waiting_list(one) for one in queries.bookings_of_session(session_id)] == [0, 1]


def test_a_list_takes_the_same_number_of_queries_however_long(in_app):
    def asked(session_id: int) -> int:
        statements: list[str] = []
        event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        db.session.expunge_all()
        for one in queries.bookings_of_session(session_id):
            assert one.person.name and one.session.course.title and one.changes and not one.offers
        return len(statements)

    small, large = session_to_book(1), session_to_book(20)
    book(small, make_people(1)[0])
    for person_id in make_people(20):
        book(large, person_id)
    assert asked(small) == asked(large) <= 6


def test_a_booking_takes_few_statements(in_app):
    session_id, [person_id] = session_to_book(), make_people(1)
    db.session.remove()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    book(session_id, person_id)
    assert len(statements) <= 16, statements


def test_the_audit_names_the_act_and_nobody(in_app):
    session_id, [person_id] = session_to_book(), make_people(1)
    booking = book(session_id, person_id)
    [line] = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_type == "booking"))
    assert (line.action, line.subject_id) == ("booking.made", booking.id)
    assert "Person" not in str(line.detail) and "@" not in str(line.detail)


class Deadlock(Exception):
    sqlstate = "40P01"


def test_an_act_that_was_in_the_way_is_tried_once_more(in_app):
    tries = []

    def unlucky(times: int, trouble: Exception) -> str:
        tries.append(1)
        if len(tries) <= times:
            raise OperationalError("UPDATE", {}, trouble)
        return "done"

    assert in_transaction(lambda: unlucky(1, Deadlock())) == "done"
    tries.clear()
    with pytest.raises(OperationalError):
        in_transaction(lambda: unlucky(2, Deadlock()))
    assert len(tries) == 2
    tries.clear()
    with pytest.raises(OperationalError):
        in_transaction(lambda: unlucky(1, ValueError("disk full")))
    assert len(tries) == 1
