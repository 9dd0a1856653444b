"""Book, cancel, offer, answer, lapse, change and call off in any order: after each act every promise holds."""

from datetime import UTC, datetime, timedelta
from functools import partial

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from tests.bookings.consequences import Consequences, waiting_list_faults
from tests.bookings.house_rules import broken
from tests.bookings.scenarios import START, letters, make_people, make_sign_in, session_to_book
from tests.conftest import fresh, settings_for
from training_app import create_app
from training_app.bookings.commands import changes, offers
from training_app.bookings.commands import places as commands
from training_app.bookings.commands.holding import BookingRefused
from training_app.bookings.models import Booking
from training_app.bookings.queries import bookings as queries
from training_app.bookings.queries.due import sessions_with_expired_offers
from training_app.bookings.rules import ACTIVE, BookingState, WhyNot
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.installation import of
from training_app.jobs.schedule import JOBS

# It starts on a Thursday at 9:30am: from 4:30pm on Wednesday people are at work for an hour before, and no longer.
LAST_OFFER = datetime(2027, 6, 9, 15, 30, tzinfo=UTC)

PEOPLE = 6
LAPSE = next(job for job in JOBS if job.name == "lapse_offers")
someone = st.integers(0, PEOPLE - 1)
any_booking = st.integers(0, 30)


class Places(RuleBasedStateMachine):
    """One session, six people, an office, a clock."""

    def __init__(self, app, renew):
        super().__init__()
        renew()
        self.context = app.app_context()
        self.context.push()
        self.now = START - timedelta(days=4)
        self.cancelled = False

    def teardown(self):
        db.session.remove()
        self.context.pop()

    @initialize(capacity=st.integers(1, 3), first=st.integers(2, PEOPLE), keeps=st.booleans())
    def set_up(self, capacity, first, keeps):
        self.session_id, self.people = session_to_book(capacity), make_people(PEOPLE)
        self.staff = make_sign_in()
        self.traces = Consequences()
        for who in range(first):
            self.book(who, keeps=keeps, by_office=False, overbook=False)

    def act(self, command, *arguments, **named):
        """One act in a transaction of its own; returns what came of it, or why it was refused."""
        before = Consequences()
        try:
            with transaction():
                outcome = command(*arguments, now=self.now, **named)
        except Refused as refusal:
            assert Consequences() == before, "what is refused leaves no trace"
            return refusal
        self.traces.fits(before)
        return outcome

    def places(self):
        return queries.places_of([self.session_id])[self.session_id]

    def pick(self, number):
        db.session.rollback()
        found = db.session.scalars(select(Booking).order_by(Booking.id)).all()
        return found[number % len(found)] if found else None

    @rule(who=someone, keeps=st.booleans(), by_office=st.booleans(), overbook=st.booleans())
    def book(self, who, keeps, by_office, overbook):
        person_id, places = self.people[who], self.places()
        held = queries.active_booking(self.session_id, person_id)
        state = held.state if held else None
        named = {"actor_id": self.staff if by_office else None, "why": "They rang" if by_office else ""}
        overbooks = by_office and overbook
        outcome = self.act(
            commands.book_place, self.session_id, person_id, keeps_waiting=keeps,
            overbook_why="The inspector" if overbooks else "", **named,
        )
        self.check_booked(outcome, state, places, overbooks)

    def check_booked(self, outcome, state, places, overbooks):
        late = self.now > LAST_OFFER
        nobody_to_ask = places.waiting == places.passed_over
        open_to_all = places.held < places.capacity and (late or nobody_to_ask)
        waits = state is BookingState.WAITLISTED and (open_to_all or overbooks)
        if self.cancelled:
            assert outcome.why is WhyNot.CANCELLED
        elif self.now >= START:
            assert outcome.why is WhyNot.STARTED
        elif state is not None and not waits:
            assert outcome.why is WhyNot.ALREADY
        else:
            gets = BookingState.CONFIRMED if open_to_all or overbooks or waits else BookingState.WAITLISTED
            assert outcome.state is gets
            assert (outcome.overbooked_why != "") == (overbooks and not open_to_all and places.held >= places.capacity)

    @rule(who=someone)
    def book_again(self, who):
        self.book(who, keeps=False, by_office=False, overbook=False)

    @rule(number=any_booking)
    def holder_cancels(self, number):
        holding = [one for one in queries.active_bookings(self.session_id) if one.holds_a_place]
        if holding:
            self.cancelled_by(holding[number % len(holding)], by_office=False)

    @rule(number=any_booking, by_office=st.booleans())
    def cancel(self, number, by_office):
        booking = self.pick(number)
        if booking is not None:
            self.cancelled_by(booking, by_office)

    def cancelled_by(self, booking, by_office):
        state = booking.state
        named = {"actor_id": self.staff, "why": "They moved away"} if by_office else {"actor_id": None}
        outcome = self.act(commands.cancel_booking, booking.id, **named)
        if state is BookingState.CANCELLED:
            assert outcome.state is state
        elif state not in ACTIVE:
            assert outcome.why is WhyNot.OVER
        elif self.now >= START and not by_office:
            assert outcome.why is WhyNot.HAS_STARTED
        else:
            assert outcome.state is BookingState.CANCELLED

    @rule(number=any_booking)
    def accept(self, number):
        self.answer(number, BookingState.CONFIRMED, offers.accept_offer)

    @rule(number=any_booking, keep=st.booleans())
    def decline(self, number, keep):
        self.answer(number, BookingState.DECLINED, offers.decline_offer, keep_waiting=keep)

    def answer(self, number, becomes, command, **named):
        offered = [one for one in queries.active_bookings(self.session_id) if one.state is BookingState.OFFERED]
        booking = offered[number % len(offered)] if offered and number % 3 else self.pick(number)
        if booking is None:
            return
        live = [one for one in booking.offers if one.outcome is None]
        in_time = bool(live) and self.now < live[0].expires_at
        before = booking.state
        outcome = self.act(command, booking.id, actor_id=None, **named)
        if in_time and named.get("keep_waiting"):
            # To the end of the waiting list, and the place to others, even where nobody else waits.
            assert outcome.state is BookingState.WAITLISTED and outcome.passed_over
        elif in_time:
            assert outcome.state is becomes
        elif isinstance(outcome, Booking):
            assert outcome.state is becomes is before
        else:
            assert isinstance(outcome, BookingRefused)

    @rule(number=any_booking, keep=st.booleans())
    def choose(self, number, keep):
        booking = self.pick(number)
        if booking is not None:
            waits = booking.state in {BookingState.WAITLISTED, BookingState.OFFERED}
            outcome = self.act(offers.choose_to_keep_waiting, booking.id, keep, actor_id=None)
            assert isinstance(outcome, Booking) == waits

    @rule(hours=st.sampled_from([0.2, 1, 5, 23, 24, 30]))
    def time_passes(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def clock_ticks(self):
        before = Consequences()
        LAPSE.run(self.now)
        self.traces.fits(before)
        assert sessions_with_expired_offers(self.now) == []

    @rule(capacity=st.integers(1, 5))
    def change_capacity(self, capacity):
        held = self.places().held
        outcome = self.act(changes.change_capacity, self.session_id, capacity, actor_id=self.staff)
        if not self.cancelled:
            assert self.places().held >= held, "nobody loses a place"
            assert outcome.over == max(0, held - capacity)

    @rule()
    def tell(self):
        active = [one.id for one in queries.active_bookings(self.session_id)]
        before = len(letters())
        with transaction():
            told = changes.tell_of_change(self.session_id, "It starts later.", actor_id=self.staff, now=self.now)
        assert told == len(active) == len(letters()) - before
        assert {one.kind for one in letters()[before:]} <= {"session changed"}
        self.traces.told += told

    @rule(really=st.integers(0, 5))
    def call_off(self, really):
        if really:
            return
        outcome = self.act(changes.cancel_session, self.session_id, "Snow", actor_id=self.staff)
        has_begun = self.now >= START
        assert isinstance(outcome, Refused) == (self.cancelled or has_begun)
        self.cancelled = self.cancelled or not has_begun

    @invariant()
    def every_promise_holds(self):
        if hasattr(self, "session_id"):
            assert broken(self.now) == []
            assert waiting_list_faults(self.session_id) == []
            assert self.traces.letters_fit() == []


def check_any_order(app, renew, examples: int, steps: int) -> None:
    """Each example begins on a database that `renew` has made as good as new."""
    Places.TestCase.settings = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, print_blob=True, database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: Places(app, renew), settings=Places.TestCase.settings)


def test_any_order_of_acts(house):
    app, template = house
    check_any_order(app, partial(fresh, app, template), examples=6, steps=20)


@pytest.mark.long
def test_any_order_of_acts_at_length(house):
    app, template = house
    check_any_order(app, partial(fresh, app, template), examples=100, steps=40)


@pytest.mark.long
@pytest.mark.postgresql
def test_any_order_of_acts_on_postgresql(postgresql, migrated_postgresql, tmp_path):
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(migrated_postgresql)))

    def let_go():
        with app.app_context():
            db.session.remove()
            db.engine.dispose()

    def renew():
        let_go()
        postgresql.make_again(of(app).settings.database_url, migrated_postgresql)

    check_any_order(app, renew, examples=20, steps=30)
    let_go()
