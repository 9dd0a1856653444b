"""The bookings of one session for the office, and what it does for a person: always with a reason."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_app import clock
from training_app.accounts.queries import agencies_looked_after_by, names_of_users
from training_app.agencies.queries import agencies_by_sector
from training_app.bookings import wording
from training_app.bookings.commands import for_others, offers
from training_app.bookings.commands import places as commands
from training_app.bookings.forms import OfficeAcceptForm, OfficeBookingForm, OfficeCancelForm
from training_app.bookings.models import Booking
from training_app.bookings.queries import bookings as queries
from training_app.bookings.queries.matches import Match, match_of, matches
from training_app.bookings.queries.told import ended_with_session, letters_of_the_end
from training_app.bookings.rules import ACTIVE, BookingState, facts_of, is_to_come, open_places, why_not
from training_app.bookings.wording import email_not_kept, if_cancelled_for
from training_app.database import in_transaction
from training_app.errors import Refused
from training_app.people.queries import people_like, person_with_email
from training_app.programme.models import TrainingSession
from training_app.programme.queries.sessions import session_shown
from training_app.web.access import belongs_under, may, requires
from training_app.web.pagination import Cut, Page, page_number
from training_app.web.rules import Permission
from training_app.words.names import tidy

blueprint = Blueprint("office_bookings", __name__)
PAGE_SIZE = 20
GROUPS = (
    ("With a place", {BookingState.CONFIRMED, BookingState.OFFERED, BookingState.REQUESTED}),
    ("Waiting list, in order", {BookingState.WAITLISTED}),
    ("Ended", set(BookingState) - ACTIVE),
)


@blueprint.get("/sessions/<int:session_id>/bookings")
@requires(Permission.SEE_BOOKINGS)
def of_session(session_id: int) -> str:
    session = session_shown(session_id)
    bookings = queries.bookings_of_session(session_id, agency_ids=_scope())
    actors = {change.actor_id for one in bookings for change in one.changes if change.actor_id}
    places, now = queries.places_of([session_id])[session_id], clock.now()
    ended = ended_with_session(bookings) if session.is_cancelled else []
    of_the_end = letters_of_the_end(ended)
    return render_template(
        "bookings/of_session.html",
        told_of_the_end=wording.told_of_the_end(ended, of_the_end),
        to_tell=wording.whom_to_tell(bookings, ended, of_the_end),
        session=session, groups=_groups(bookings), places=places,
        left=open_places(places, session.begins_at, now), names=names_of_users(actors),
        whole=_scope() is None, active=ACTIVE, is_cancelled=session.is_cancelled,
        none_kept_here=session.is_over(now) and not places.people,
        open_to_changes=is_to_come(session.status, session.begins_at, now),
    )


@blueprint.route("/sessions/<int:session_id>/bookings/new", methods=["GET", "POST"])
@requires(Permission.BOOK_FOR_OTHERS)
def book_for(session_id: int) -> ResponseReturnValue:
    session = session_shown(session_id)
    form = OfficeBookingForm()
    form.offer(agencies_by_sector(clock.today()))
    if not form.is_submitted():
        form.seen.data = str(queries.latest_booking(session_id))
        return _book_page(session, form)
    if request.form.get("step") == "find" or "page" in request.form:
        return _book_page(session, form)
    valid = form.validate()
    if not valid or (not _is_known(form) and not form.says_who_is_new()):
        return _book_page(session, form), 422
    refused = _refusal(session)
    if refused:  # before anyone new is taken in for nothing
        return _book_page(session, form, refused), 409
    try:
        booking = in_transaction(partial(_book, session_id, form))
    except for_others.CouldBeThese as these:
        return _book_page(session_shown(session_id), form, these=these), 409
    except Refused as refusal:
        return _book_page(session_shown(session_id), form, str(refusal)), 409
    flash(f"{booking.person.name}: {booking.state.label.lower()}. {_of_the_email(form, booking)}".strip())
    return redirect(url_for("office_bookings.of_session", session_id=session_id))


def _is_known(form: OfficeBookingForm) -> bool:
    """Is there someone whom the form could mean? Else it has to say who is new."""
    if form.is_new or form.person_id is not None:
        return not form.is_new
    return bool(form.email.data) and person_with_email(form.email.data) is not None


def _of_the_email(form: OfficeBookingForm, booking: Booking) -> str:
    """What became of the e-mail that was typed, where it is not that of whom was booked."""
    if not form.email.data or form.email.data == booking.person.email:
        return ""
    owner = person_with_email(form.email.data)
    return email_not_kept(owner.name if owner else "")


def _refusal(session: TrainingSession) -> str:
    """Why this session takes nobody, whoever they are; empty where it does."""
    why = why_not(facts_of(session), clock.now())
    return why.sentence if why else ""


def _book(session_id: int, form: OfficeBookingForm) -> Booking:
    someone = for_others.Someone(
        form.person_id, form.email.data or "", form.name.data or "", form.agency_id, form.post_title.data or "",
        answered=form.answered,
    )
    return for_others.book_for(
        session_id, someone, seen=form.newest, actor_id=current_user.id, now=clock.now(), why=form.why.data,
        needs=form.needs.data or "", overbook=form.overbook.data,
    )


@blueprint.route("/sessions/<int:session_id>/bookings/<code>/cancel", methods=["GET", "POST"])
@requires(Permission.BOOK_FOR_OTHERS)
def cancel_for(session_id: int, code: str) -> ResponseReturnValue:
    return _act_for(
        session_id, code, OfficeCancelForm(), commands.cancel_booking, "bookings/cancel_for.html",
        while_in=ACTIVE, done="The booking is cancelled.",
    )


@blueprint.route("/sessions/<int:session_id>/bookings/<code>/accept", methods=["GET", "POST"])
@requires(Permission.BOOK_FOR_OTHERS)
def accept_for(session_id: int, code: str) -> ResponseReturnValue:
    """Someone without an email rings to say yes. To say no for them is to cancel their booking."""
    return _act_for(
        session_id, code, OfficeAcceptForm(), offers.accept_offer, "bookings/accept_for.html",
        while_in={BookingState.OFFERED}, done="They have the place.",
    )


def _act_for(
    session_id: int, code: str, form: OfficeCancelForm | OfficeAcceptForm, act: Callable[..., Booking], page: str, *,
    while_in: Collection[BookingState], done: str,
) -> ResponseReturnValue:
    """Ask for the reason, do it for them, say so."""
    booking = queries.booking_of_session(session_id, code)
    back = url_for("office_bookings.of_session", session_id=session_id)
    if booking.state not in while_in and request.method == "GET":
        return redirect(back)
    if not form.validate_on_submit():
        return _page_for(page, booking, form), 422 if form.is_submitted() else 200
    try:
        in_transaction(partial(act, booking.id, actor_id=current_user.id, now=clock.now(), why=form.why.data))
    except Refused as refusal:
        return _page_for(page, queries.booking_of_session(session_id, code), form, str(refusal)), 409
    flash(done)
    return redirect(back)


def _scope() -> set[int] | None:
    """Whose bookings may be seen: everyone's by the office; by a co-ordinator those of their agencies."""
    if may(Permission.BOOK_FOR_OTHERS):
        return None
    return set(agencies_looked_after_by(current_user, clock.today()))


def _groups(bookings: list[Booking]) -> list[tuple[str, list[Booking]]]:
    groups = [(words, [one for one in bookings if one.state in states]) for words, states in GROUPS]
    return [(words, members) for words, members in groups if members]


def _book_page(
    session: TrainingSession, form: OfficeBookingForm, refusal: str = "", these: for_others.CouldBeThese | None = None
) -> str:
    places = queries.places_of([session.id])[session.id]
    page = _people_found(form)
    form.offer_people([(one.person_id, one.name) for one in page.items])
    return render_template(
        "bookings/book_for.html", session=session, form=form, places=places,
        question=_question(form, these) if these else None, page=page,
        found={str(one.person_id): one.about for one in page.items}, looked=bool(form.find.data),
        left=open_places(places, session.begins_at, clock.now()),
        error_list=[{"text": refusal, "href": "#find"}] if refusal else form.error_list(),
    )


@dataclass(frozen=True)
class Question:
    """Whom someone could be, and what was typed of them in words."""

    typed: str
    people: list[Match]
    may_be_new: bool


def _question(form: OfficeBookingForm, these: for_others.CouldBeThese) -> Question:
    people = matches(these.person_ids, clock.today(), owner_id=these.owner_id)
    name = tidy(form.name.data or "")
    typed = ", ".join(filter(None, [name, form.agency_name, form.email.data]))
    return Question(f"You typed {typed}.", people, may_be_new=bool(name))


def _people_found(form: OfficeBookingForm) -> Page[Match]:
    """Whoever fits what was looked for, on the page asked for; and on each page who was chosen before."""
    people = people_like(form.find.data or "")
    cut = Cut.of(len(people), page_number(request.form.get("page")), PAGE_SIZE)
    shown = people[cut.first : cut.first + cut.size]
    if form.person_id and form.person_id not in shown:
        return cut.page([match_of(form.person_id, clock.today()), *matches(shown, clock.today())])
    return cut.page(matches(shown, clock.today()))


def _page_for(page: str, booking: Booking, form: OfficeCancelForm | OfficeAcceptForm, refusal: str = "") -> str:
    """`bookings/cancel_for.html` or `bookings/accept_for.html`."""
    return render_template(
        page, booking=booking, form=form, what_then=if_cancelled_for(queries.places_given_back(booking)),
        error_list=[{"text": refusal}] if refusal else form.error_list(),
    )


belongs_under(("staff.sessions", "agency_bookings.coming"), of_session, book_for, cancel_for, accept_for)
