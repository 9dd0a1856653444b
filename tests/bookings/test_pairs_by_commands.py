"""Every act on a booking in every state: what it becomes, or why it is refused; and the changes that are kept of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from tests.bookings.consequences import Consequences
from tests.bookings.scenarios import NOW, make_people, make_sign_in, session_to_book, stored
from tests.bookings.transition_table import ALLOWED, ROADS, WITHOUT_A_COMMAND, S
from tests.conftest import fresh
from tests.world.bookings import make_booking
from training_app.bookings.commands import changes as changes_commands
from training_app.bookings.commands import offers
from training_app.bookings.commands import places as commands
from training_app.bookings.commands.holding import BookingRefused
from training_app.bookings.models import Booking
from training_app.bookings.rules import ACTIVE, WhyNot
from training_app.database import transaction
from training_app.extensions import db

SOON, NEXT_DAY = NOW + timedelta(hours=1), NOW + timedelta(hours=25)
OVER = set(S) - ACTIVE


class Case:
    """A session of one place, a booking of it that came to a state, and who else has to do with it."""

    def __init__(self, state: S | None) -> None:
        self.session_id = session_to_book(1)
        self.holder, self.person_id = make_people(2)
        self.staff = make_sign_in()
        self.held: int | None = None
        self.id = None if state is None else self._bring_to(state)
        self.before = self.history()

    def _bring_to(self, state: S) -> int:
        if state in {S.REQUESTED, S.TRANSFERRED}:
            return self._without_a_command(state)
        if state not in {S.CONFIRMED, S.CANCELLED}:
            self.held = self.book(self.holder)
        number = self.book(self.person_id)
        if state in {S.OFFERED, S.DECLINED, S.LAPSED}:
            self.act(commands.cancel_booking, self.held, actor_id=None)
        if state is S.DECLINED:
            self.act(offers.decline_offer, number, keep_waiting=False, actor_id=None)
        if state is S.LAPSED:
            self.act(offers.lapse_offers, self.session_id, NEXT_DAY)
        if state is S.CANCELLED:
            self.act(commands.cancel_booking, number, actor_id=None)
        assert stored(number).state is state
        return number

    def _without_a_command(self, state: S) -> int:
        with transaction():
            return make_booking(self.session_id, self.person_id, ROADS[state], now=NOW).id

    def book(self, person_id: int, **named: object) -> int:
        return self.act(commands.book_place, self.session_id, person_id, **({"actor_id": None} | named)).id

    def act(self, command: Callable, *arguments: object, **named: object) -> object:
        if command is not offers.lapse_offers:
            named["now"] = SOON
        with transaction():
            return command(*arguments, **named)

    def history(self) -> list[S | None]:
        """The states the person's booking has been in, from none on."""
        db.session.rollback()
        query = select(Booking).where(Booking.session_id == self.session_id, Booking.person_id == self.person_id)
        booking = db.session.scalars(query.order_by(Booking.id)).first()
        changes = booking.changes if booking else []
        assert [one.from_state for one in changes] == [None, *(one.to_state for one in changes)][: len(changes)]
        return [None, *(one.to_state for one in changes)]


def _book(case: Case) -> None:
    case.book(case.person_id)


def _book_when_full(case: Case) -> None:
    case.held = case.held or case.book(case.holder)
    case.book(case.person_id)


def _overbook(case: Case) -> None:
    case.book(case.person_id, actor_id=case.staff, overbook_why="The inspector")


def _overbook_when_full(case: Case) -> None:
    case.held = case.held or case.book(case.holder)
    _overbook(case)


def _cancel(case: Case) -> None:
    case.act(commands.cancel_booking, case.id, actor_id=None)


def _accept(case: Case) -> None:
    case.act(offers.accept_offer, case.id, actor_id=None)


def _decline(case: Case) -> None:
    case.act(offers.decline_offer, case.id, keep_waiting=False, actor_id=None)


def _decline_and_wait(case: Case) -> None:
    case.act(offers.decline_offer, case.id, keep_waiting=True, actor_id=None)


def _keep_waiting(case: Case) -> None:
    case.act(offers.choose_to_keep_waiting, case.id, True, actor_id=None)


def _a_day_goes_by(case: Case) -> None:
    case.act(offers.lapse_offers, case.session_id, NEXT_DAY)


def _a_day_goes_by_and_they_keep_waiting(case: Case) -> None:
    with transaction():
        stored(case.id).keeps_waiting = True
    _a_day_goes_by(case)


def _the_holder_leaves(case: Case) -> None:
    if case.held:
        case.act(commands.cancel_booking, case.held, actor_id=None)


def _called_off(case: Case) -> None:
    case.act(changes_commands.cancel_session, case.session_id, "Snow", actor_id=case.staff)


STILL = (S.WAITLISTED,)
REFUSED_ANSWER = {S.REQUESTED: WhyNot.NO_OFFER, S.CONFIRMED: WhyNot.NO_OFFER, S.WAITLISTED: WhyNot.NO_OFFER,
                  S.LAPSED: WhyNot.OFFER_OVER, S.CANCELLED: WhyNot.NO_OFFER,
                  S.TRANSFERRED: WhyNot.NO_OFFER}  # fmt: skip
ALREADY = dict.fromkeys(ACTIVE, WhyNot.ALREADY)
# For each act, what comes of a booking in each state: the states it goes through, or why not. Elsewhere it stays.
BECOMES: dict[Callable[[Case], None], dict[S | None, tuple[S, ...] | WhyNot]] = {
    _book: {None: (S.CONFIRMED,)} | ALREADY,
    _book_when_full: {None: (S.WAITLISTED,), S.WAITLISTED: WhyNot.ALREADY},
    _overbook: {None: (S.CONFIRMED,)} | ALREADY | {S.WAITLISTED: (S.OFFERED, S.CONFIRMED)},
    _overbook_when_full: {None: (S.CONFIRMED,), S.WAITLISTED: (S.OFFERED, S.CONFIRMED)},
    _cancel: dict.fromkeys(ACTIVE, (S.CANCELLED,)) | dict.fromkeys(OVER - {S.CANCELLED}, WhyNot.OVER),
    _accept: {S.OFFERED: (S.CONFIRMED,), S.DECLINED: WhyNot.OFFER_OVER} | REFUSED_ANSWER,
    _decline: {S.OFFERED: (S.DECLINED,)} | REFUSED_ANSWER,
    _decline_and_wait: {S.OFFERED: STILL} | REFUSED_ANSWER,
    _keep_waiting: dict.fromkeys(set(S) - {S.WAITLISTED, S.OFFERED}, WhyNot.NOT_WAITING),
    _a_day_goes_by: {S.OFFERED: (S.LAPSED,)},
    _a_day_goes_by_and_they_keep_waiting: {S.OFFERED: STILL},
    _the_holder_leaves: {S.WAITLISTED: (S.OFFERED,)},
    _called_off: dict.fromkeys(ACTIVE, (S.CANCELLED,)),
}
# These need a booking that is there, or one that is not, or somebody else in the one place.
ONLY = {_book_when_full: {None, S.WAITLISTED}, _overbook_when_full: {None, S.WAITLISTED}}
TRIED = [
    (act, before)
    for act, becomes in BECOMES.items()
    for before in [None, *S]
    if before in ONLY.get(act, {before}) and (before is not None or None in becomes)
]


@pytest.fixture(scope="module", autouse=True)
def one_house(house) -> Iterator[None]:
    """One database for all of them: each has a session and people of its own."""
    app, template = house
    fresh(app, template)
    with app.app_context():
        yield


@pytest.mark.parametrize(("act", "before"), TRIED, ids=lambda one: getattr(one, "__name__", str(one)).strip("_"))
def test_what_comes_of_it(act, before):
    case, expected = Case(before), BECOMES[act].get(before, ())
    traces = Consequences()
    if isinstance(expected, WhyNot):
        with pytest.raises(BookingRefused) as refused:
            act(case)
        assert refused.value.why is expected
        assert Consequences() == traces, "what is refused leaves no trace"
        expected = ()
    else:
        act(case)
    assert case.history() == [*case.before, *expected]


def test_the_acts_together_make_every_change_that_the_rules_allow():
    made = {
        pair
        for act, before in TRIED
        if isinstance(BECOMES[act].get(before), tuple)
        for pair in pairwise([before, *BECOMES[act][before]])
    }
    assert made == ALLOWED - WITHOUT_A_COMMAND
