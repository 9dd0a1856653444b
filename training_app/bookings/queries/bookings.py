"""Who holds a place, who waits and since when. A list takes a handful of queries, however long it is."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby

from sqlalchemy import ColumnElement, Select, bindparam, case, distinct, func, select
from sqlalchemy.orm import aliased, contains_eager, defer, joinedload, raiseload, selectinload

from training_app.bookings.models import Booking, BookingChange, Offer
from training_app.bookings.rules import ACTIVE, HOLDING, BookingState, Places
from training_app.clock import local
from training_app.extensions import db
from training_app.installation import ports
from training_app.people.models import Person
from training_app.programme.models import SessionPart, TrainingSession
from training_app.programme.queries.sessions import not_over_on
from training_app.programme.rules.sessions import EvaluationMode

# Read under the session's lock, past any copy that was in memory before it.
FRESH = {"populate_existing": True}
# What people write of themselves, or the office of them, may be personal: it is not even fetched for an agency.
WITHOUT_WORDS = (defer(Booking.needs, raiseload=True), defer(Booking.overbooked_why, raiseload=True))


def places_of(session_ids: Iterable[int]) -> dict[int, Places]:
    """The places of each of these sessions, counted and never kept: a counter could go wrong, a count cannot."""
    wanted = sorted(set(session_ids))
    if len(wanted) == 1:  # as each booking asks: the server keeps its plan
        rows = db.session.execute(_counted_of_one(), {"session_id": wanted[0]})
    else:
        rows = db.session.execute(_counted_of_several(), {"session_ids": wanted})
    return {session_id: Places(*counts) for session_id, *counts in rows}


@cache
def _counted_of_one() -> Select[int, int, int, int, int]:
    return _counted().where(TrainingSession.id == bindparam("session_id"))


@cache
def _counted_of_several() -> Select[int, int, int, int, int]:
    return _counted().where(TrainingSession.id.in_(bindparam("session_ids", expanding=True)))


def _counted() -> Select[int, int, int, int, int]:
    held = func.count(case((Booking.state.in_(HOLDING), Booking.id)))
    waiting = func.count(case((Booking.state == BookingState.WAITLISTED, Booking.id)))
    passed_over = func.count(case((Booking.passed_over, Booking.id)))
    return (
        select(TrainingSession.id, TrainingSession.capacity, held, waiting, passed_over)
        .outerjoin(Booking, (Booking.session_id == TrainingSession.id) & Booking.state.in_(ACTIVE))
        .group_by(TrainingSession.id, TrainingSession.capacity)
    )


def places_given_back(booking: Booking) -> Places | None:
    """The places of its session, where it holds one that goes back if it is cancelled."""
    holds = booking.state in HOLDING
    return places_of([booking.session_id])[booking.session_id] if holds else None


def active_booking(session_id: int, person_id: int) -> Booking | None:
    """The booking this person has of the session, if it is not over. There is never more than one."""
    # Nearly always there is none: only its number is looked for.
    number = db.session.scalar(_active(), {"session_id": session_id, "person_id": person_id})
    return db.session.get_one(Booking, number, populate_existing=True) if number else None


@cache
def _active() -> Select[int]:
    return select(Booking.id).where(
        Booking.session_id == bindparam("session_id"),
        Booking.person_id == bindparam("person_id"),
        Booking.state.in_(ACTIVE),
    )


def other_days_held(person_id: int, session: TrainingSession, today: date) -> list[date]:
    """On which other days to come this person has, or is offered, a place on the same course."""
    asked = {"person_id": person_id, "today": today, "course_id": session.course_id, "but_not": session.id}
    return list(db.session.scalars(_other_days(), asked))


@cache
def _other_days() -> Select[date]:
    return (
        select(TrainingSession.first_day)
        .join(Booking, Booking.session_id == TrainingSession.id)
        .where(
            Booking.person_id == bindparam("person_id"), Booking.state.in_(HOLDING),
            TrainingSession.last_day >= bindparam("today"), TrainingSession.course_id == bindparam("course_id"),
            TrainingSession.id != bindparam("but_not"),
        )
        .order_by(TrainingSession.first_day)
    )


def rated_on(booking: Booking) -> date | None:
    """The day on which they sent the form before the session, where that is one of the standard evaluation."""
    if booking.session.evaluation_mode is not EvaluationMode.STANDARD:
        return None
    sent = ports().rated_before(booking.person_id, [booking.session_id]).get(booking.session_id)
    return local(sent).date() if sent else None


def own_booking(code: str, person_id: int) -> Booking:
    """This person's booking with that code. Raises NoResultFound for none, and for somebody else's."""
    return db.session.scalars(_own(), {"code": code, "person_id": person_id}).unique().one()


@cache
def _own() -> Select[Booking]:
    # One booking has few parts and changes: they come with it rather than in queries of their own. Its offers are read
    # where the page asks for them.
    return (
        select(Booking)
        .where(Booking.code == bindparam("code"), Booking.person_id == bindparam("person_id"))
        .options(
            joinedload(Booking.session).options(
                joinedload(TrainingSession.course),
                joinedload(TrainingSession.parts).joinedload(SessionPart.venue),
            ),
            joinedload(Booking.changes),
        )
    )


def booking_of_session(session_id: int, code: str) -> Booking:
    """Anyone's booking of this session with that code, for the office. Raises NoResultFound for none."""
    return db.session.scalars(_whole().where(Booking.code == code, Booking.session_id == session_id)).one()


def bookings_of_person(person_id: int) -> list[Booking]:
    """All that someone ever booked, by the day of the session, the soonest first."""
    query = _whole().join(Booking.session).where(Booking.person_id == person_id)
    ordered = query.order_by(TrainingSession.first_day, TrainingSession.starts_at, Booking.id)
    return list(db.session.scalars(ordered))


def bookings_of_session(session_id: int, agency_ids: Collection[int] | None = None) -> list[Booking]:
    """Everyone who ever booked it: first who holds a place, then the waiting list in its order, then those who left.

    But for the waiting list, they are listed by surname.

    With `agency_ids` only the people who booked as of these agencies, and nothing of what they or the office wrote:
    a page for someone from an agency that reads it fails.
    """
    query = _whole().where(Booking.session_id == session_id).order_by(Booking.id)
    if agency_ids is not None:
        changes = selectinload(Booking.changes).defer(BookingChange.why, raiseload=True)
        query = query.where(Booking.agency_id.in_(agency_ids)).options(*WITHOUT_WORDS, changes)
    bookings = db.session.scalars(query)
    groups = {BookingState.CONFIRMED: 0, BookingState.OFFERED: 1, BookingState.WAITLISTED: 2, BookingState.REQUESTED: 3}
    return sorted(
        bookings,
        key=lambda one: (groups.get(one.state, 4), one.queue_number or 0, one.person.sort_name, one.id),
    )


@dataclass(frozen=True)
class ComingBookings:
    """How many sessions to come are booked, and by how many people. The bookings are read a page of sessions at a
    time."""

    sessions: int
    people: int
    wanted: ColumnElement[bool]

    def read(self, after: int, most: int) -> list[tuple[TrainingSession, list[Booking]]]:
        """Of at most so many sessions, `after` the first ones, who holds a place or waits; by surname."""
        by_date = TrainingSession.first_day, TrainingSession.starts_at, TrainingSession.id
        booked = select(Booking.session_id).join(Booking.session).where(self.wanted)
        page = select(TrainingSession.id).where(TrainingSession.id.in_(booked)).order_by(*by_date)
        query = (
            select(Booking)
            .join(Booking.session)
            .join(Booking.person)
            .where(self.wanted, Booking.session_id.in_(page.offset(after).limit(most)))
            .options(
                contains_eager(Booking.person),
                joinedload(Booking.agency),
                contains_eager(Booking.session).options(
                    joinedload(TrainingSession.course),
                    selectinload(TrainingSession.parts).joinedload(SessionPart.venue),
                ),
                selectinload(Booking.offers),
                *WITHOUT_WORDS,
                raiseload(Booking.changes),
            )
            .order_by(*by_date, Person.sort_name, Booking.id)
        )
        by_session = groupby(db.session.scalars(query), key=lambda booking: booking.session)
        return [(session, list(bookings)) for session, bookings in by_session]


def coming_bookings_of(agency_ids: Collection[int], now: datetime) -> ComingBookings:
    """What people who booked as of these agencies hold or wait for, session by session, the soonest first."""
    today = local(now).date()
    coming = (TrainingSession.last_day > today) | TrainingSession.id.in_(not_over_on(today, now))
    wanted = Booking.state.in_(ACTIVE) & Booking.agency_id.in_(agency_ids) & coming
    numbers = select(func.count(distinct(Booking.session_id)), func.count(distinct(Booking.person_id)))
    sessions, people = db.session.execute(numbers.join(Booking.session).where(wanted)).one()
    return ComingBookings(sessions, people, wanted)


def _whole() -> Select[Booking]:
    """Bookings with all that a page says of them."""
    return select(Booking).options(
        joinedload(Booking.person),
        joinedload(Booking.agency),
        joinedload(Booking.session).options(
            joinedload(TrainingSession.course),
            selectinload(TrainingSession.parts).joinedload(SessionPart.venue),
        ),
        selectinload(Booking.changes),
        selectinload(Booking.offers),
    )


def position_on_waiting_list(booking: Booking) -> int:
    """1 for whoever is offered the next free place; 0 for a booking that does not wait."""
    if booking.queue_number is None:
        return 0
    before = select(func.count()).where(
        Booking.session_id == booking.session_id, Booking.queue_number < booking.queue_number
    )
    return 1 + (db.session.scalar(before) or 0)


def positions_on_waiting_list(bookings: Iterable[Booking]) -> dict[int, int]:
    """The same for several bookings at once, by their ids; a booking that does not wait is left out."""
    other = aliased(Booking)
    waiting = [one.id for one in bookings if one.queue_number is not None]
    query = (
        select(Booking.id, func.count(other.id))
        .outerjoin(other, (other.session_id == Booking.session_id) & (other.queue_number < Booking.queue_number))
        .where(Booking.id.in_(waiting))
        .group_by(Booking.id)
    )
    return {booking_id: 1 + before for booking_id, before in db.session.execute(query)} if waiting else {}


def waiting_list_of(session_id: int) -> list[Booking]:
    """Those who wait for a place, the next one first."""
    query = (
        select(Booking)
        .where(Booking.session_id == session_id, Booking.state == BookingState.WAITLISTED)
        .options(joinedload(Booking.person), selectinload(Booking.changes), selectinload(Booking.offers))
        .order_by(Booking.queue_number)
    )
    return list(db.session.scalars(query, execution_options=FRESH))


def active_bookings(session_id: int) -> list[Booking]:
    """Everyone who holds, is offered or awaits a place, in the order they booked."""
    query = (
        select(Booking)
        .where(Booking.session_id == session_id, Booking.state.in_(ACTIVE))
        .options(joinedload(Booking.person), selectinload(Booking.changes), selectinload(Booking.offers))
        .options(selectinload(Booking.calendar_entries))
        .order_by(Booking.id)
    )
    return list(db.session.scalars(query, execution_options=FRESH))


def places_taken(session_id: int) -> int:
    """How many have a place for certain; those who are only offered one are not among them."""
    taken = select(func.count()).where(Booking.session_id == session_id, Booking.state == BookingState.CONFIRMED)
    return db.session.scalar(taken) or 0


def overbooked(session_id: int) -> list[Booking]:
    """Those who hold a place that the office gave beyond the number of places, the last one first."""
    query = select(Booking).where(
        Booking.session_id == session_id, Booking.state.in_(HOLDING), Booking.overbooked_by_id.is_not(None)
    )
    return list(db.session.scalars(query.order_by(Booking.id.desc()), execution_options=FRESH))


def expired_offers(session_id: int, now: datetime) -> list[Offer]:
    """Offers of this session that ended unanswered, in the order they were made."""
    query = (
        select(Offer)
        .join(Offer.booking)
        .where(Booking.session_id == session_id, Offer.outcome.is_(None), Offer.expires_at <= now)
        .options(joinedload(Offer.booking).options(joinedload(Booking.person), selectinload(Booking.changes)))
        .order_by(Offer.id)
    )
    return list(db.session.scalars(query, execution_options=FRESH))


def end_of_waiting_list(session_id: int) -> int:
    """The number that whoever joins the waiting list now gets. True only while the session is locked."""
    query = select(func.max(Booking.queue_number)).where(Booking.session_id == session_id)
    return 1 + (db.session.scalar(query) or 0)


def latest_booking(session_id: int) -> int:
    """The number of the newest booking of a session, 0 for none: what a page that is opened now can know of."""
    return db.session.scalar(select(func.max(Booking.id)).where(Booking.session_id == session_id)) or 0
