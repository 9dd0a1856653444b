"""Booking a place, and what a person may do with their own booking."""

from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from training_app import clock
from training_app.accounts.forms.sign_in import DetailsForm
from training_app.accounts.views.own import details_form, save_details
from training_app.bookings import wording
from training_app.bookings.calendar import calendar_of_booking
from training_app.bookings.commands import holding, offers
from training_app.bookings.commands import places as commands
from training_app.bookings.forms import BookingForm, CancelForm, Expected, OfferForm
from training_app.bookings.models import Booking
from training_app.bookings.queries import bookings as queries
from training_app.bookings.results import OtherDate, other_dates
from training_app.bookings.rules import (
    ACTIVE,
    BookingState,
    WhyNot,
    facts_of,
    is_asked_before,
    may_book_again,
    may_cancel,
    may_join,
    may_take,
    open_places,
    why_not,
)
from training_app.database import transaction
from training_app.errors import Refused
from training_app.installation import ports
from training_app.people.queries import post_on
from training_app.programme.models import TrainingSession
from training_app.programme.queries.sessions import coming_of_course, session_shown
from training_app.web.access import belongs_under, signed_in

blueprint = Blueprint("bookings", __name__)
MOST_DATES = 5
NOBODY = "Your sign-in is not joined to a person who can attend. Ask the business office to put that right."


@blueprint.route("/sessions/<int:session_id>/book", methods=["GET", "POST"])
@signed_in
def book(session_id: int) -> ResponseReturnValue:
    form = BookingForm()
    if not form.is_submitted():
        session = session_shown(session_id)
        booked = queries.active_booking(session_id, _person_id())
        return redirect(_page_of(booked)) if booked else _check_page(session, form)
    if current_user.person_id is None or not form.validate():
        return _check_page(session_shown(session_id), form), 422 if form.errors else 409
    try:
        return redirect(url_for("bookings.booking", code=_book(session_id, form)))
    except Refused as refusal:
        if isinstance(refusal, holding.BookingRefused) and refusal.why is WhyNot.FULL:
            return _full_page(session_shown(session_id), form), 409
        booked = queries.active_booking(session_id, _person_id())
        if booked is not None:  # the form was sent twice
            return redirect(_page_of(booked))
        return _sorry_page(session_shown(session_id), str(refusal)), 409


def _book(session_id: int, form: BookingForm) -> str:
    """Book, and give the booking's code. Whoever was promised a place is not put on a waiting list unasked."""
    with transaction():
        booking = commands.book_place(
            session_id, current_user.person_id, actor_id=current_user.id, now=clock.now(), needs=form.needs.data or "",
            will_wait=form.accepts_waiting,
        )
        return booking.code


@blueprint.route("/sessions/<int:session_id>/book/details", methods=["GET", "POST"])
@signed_in
def details(session_id: int) -> ResponseReturnValue:
    """Change what the check-answers page says about you, and go back to it.

    What was typed there comes along, and goes back, in forms alone: it may tell of somebody's health, so it is in
    no address and no cookie.
    """
    session = session_shown(session_id)
    if current_user.person_id is None:
        return _sorry_page(session, NOBODY), 409
    carried, step = BookingForm(), request.form.get("step")
    if step == "back":
        return _check_page(session, carried, anew=True)
    form = details_form(just_opened=step == "change")
    if step == "change" or not form.validate_on_submit():
        return _details_page(session, form, carried), 422 if form.errors else 200
    try:
        save_details(form)
    except Refused as refusal:
        form.name.errors = [str(refusal)]
        return _details_page(session, form, carried), 422
    flash("Your details are changed.")
    if carried.needs.data:
        return _check_page(session_shown(session_id), carried, anew=True)
    return redirect(url_for("bookings.book", session_id=session_id))


@blueprint.get("/bookings/<code>")
@signed_in
def booking(code: str) -> ResponseReturnValue:
    return _booking_page(queries.own_booking(code, _person_id()))


@blueprint.get("/bookings/<code>/calendar.ics")
@signed_in
def calendar(code: str) -> AnyResponse:
    own = queries.own_booking(code, _person_id())
    content = calendar_of_booking(own, clock.now())
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="booking-{own.code}.ics"'
    return response


@blueprint.post("/bookings/<code>/accept")
@signed_in
def accept(code: str) -> ResponseReturnValue:
    own = queries.own_booking(code, _person_id())
    try:
        with transaction():
            offers.accept_offer(own.id, actor_id=current_user.id, now=clock.now())
    except Refused as refusal:
        return _not_any_more(code, BookingState.CONFIRMED, str(refusal))
    return redirect(url_for("bookings.booking", code=code))


@blueprint.post("/bookings/<code>/decline")
@signed_in
def decline(code: str) -> ResponseReturnValue:
    own = queries.own_booking(code, _person_id())
    keeps = OfferForm().keep_waiting.data == "yes"
    try:
        with transaction():
            offers.decline_offer(own.id, keep_waiting=keeps, actor_id=current_user.id, now=clock.now())
    except Refused as refusal:
        return _not_any_more(code, BookingState.WAITLISTED if keeps else BookingState.DECLINED, str(refusal))
    return redirect(url_for("bookings.booking", code=code))


@blueprint.post("/bookings/<code>/keep-waiting")
@signed_in
def keep_waiting(code: str) -> ResponseReturnValue:
    """Say whether a missed offer ends the wait."""
    own = queries.own_booking(code, _person_id())
    keeps = OfferForm().keep_waiting.data == "yes"
    try:
        with transaction():
            offers.choose_to_keep_waiting(own.id, keeps, actor_id=current_user.id, now=clock.now())
    except Refused as refusal:
        return _booking_page(queries.own_booking(code, _person_id()), str(refusal)), 409
    return redirect(url_for("bookings.booking", code=code))


@blueprint.route("/bookings/<code>/cancel", methods=["GET", "POST"])
@signed_in
def cancel(code: str) -> ResponseReturnValue:
    own = queries.own_booking(code, _person_id())
    form = CancelForm()
    if not form.is_submitted():
        may = may_cancel(own.state, own.session.begins_at, clock.now())
        return _cancel_page(own, form) if may else redirect(_page_of(own))
    if not form.validate():
        return _cancel_page(own, form), 422
    try:
        with transaction():
            commands.cancel_booking(own.id, actor_id=current_user.id, now=clock.now(), why=form.why.data or "")
    except Refused as refusal:
        return _not_any_more(code, BookingState.CANCELLED, str(refusal))
    return redirect(url_for("bookings.booking", code=code))


def _not_any_more(code: str, wanted: BookingState, why: str) -> ResponseReturnValue:
    """An act that came too late; one that was simply done before is shown as done."""
    own = queries.own_booking(code, _person_id())
    if own.state is wanted:
        return redirect(_page_of(own))
    return _booking_page(own, why), 409


def _person_id() -> int:
    """Whose bookings these are; a sign-in that belongs to no person has none."""
    return current_user.person_id or 0


def _page_of(booking: Booking) -> str:
    return url_for("bookings.booking", code=booking.code)


def _check_page(session: TrainingSession, form: BookingForm, *, anew: bool = False) -> str:
    """`anew`: the page is shown for the first time, or once more; so it promises what there is now."""
    places = queries.places_of([session.id])[session.id]
    now = clock.now()
    refused = why_not(facts_of(session), now)
    if refused or current_user.person_id is None:
        return _sorry_page(session, refused.sentence if refused else NOBODY)
    left = open_places(places, session.begins_at, now)
    if anew or not form.is_submitted():
        form.expects.data = Expected.PLACE if left else Expected.WAITING_LIST
    return render_template(
        "bookings/book.html", session=session, form=form, error_list=form.error_list(), places=places, left=left,
        post=post_on(current_user.person_id, clock.today()),
        on_list=wording.place_on_waiting_list(places.waiting + 1),
        other_days=queries.other_days_held(current_user.person_id, session, clock.today()),
    )


def _full_page(session: TrainingSession, form: BookingForm) -> str:
    waiting = queries.places_of([session.id])[session.id].waiting
    return render_template(
        "bookings/full.html", session=session, form=form, expected=Expected.WAITING_LIST, others=_other_dates(session),
        on_list=wording.place_on_waiting_list(waiting + 1),
    )


def _sorry_page(session: TrainingSession, why: str) -> str:
    return render_template("bookings/sorry.html", session=session, why=why, others=_other_dates(session))


def _other_dates(session: TrainingSession) -> list[OtherDate]:
    """Other dates of the course that can be booked, as many as a page shows."""
    others = coming_of_course(session.course_id, clock.today(), but_not=session.id)
    return other_dates(others, queries.places_of([one.id for one in others]), clock.now())[:MOST_DATES]


def _details_page(session: TrainingSession, form: DetailsForm, carried: BookingForm) -> str:
    return render_template(
        "bookings/details.html", session=session, form=form, error_list=form.error_list(), carried=carried
    )


def _cancel_page(booking: Booking, form: CancelForm) -> str:
    return render_template(
        "bookings/cancel.html", booking=booking, form=form, error_list=form.error_list(),
        waits=booking.state is not BookingState.CONFIRMED,
        what_then=wording.if_cancelled(queries.places_given_back(booking)),
    )


def _booking_page(booking: Booking, refusal: str = "") -> str:
    now, session, state = clock.now(), booking.session, booking.state
    waits, begins = state is BookingState.WAITLISTED, session.begins_at
    places = queries.places_of([booking.session_id])[booking.session_id] if waits else None
    return render_template(
        "bookings/booking.html", booking=booking, session=session, refusal=refusal,
        history=wording.own_history(booking, current_user.id), now=now,
        offer=booking.live_offer if state is BookingState.OFFERED else None,
        on_list=wording.place_on_waiting_list(queries.position_on_waiting_list(booking)) if waits else "",
        may_take=places is not None and may_take(state, places, begins, now),
        expected=Expected.PLACE,
        why=wording.why_it_ended(booking), may_cancel=may_cancel(state, begins, now), mark=wording.mark_of(state),
        is_over=session.is_over(now), before_form=_before_form(booking, now), rated_on=queries.rated_on(booking),
        may_book_again=may_book_again(state, facts_of(session), now), join=may_join(state, session, clock.local(now)),
        left_list=wording.left_waiting_list(booking, current_user.id),
        others=_other_dates(session) if waits or state not in ACTIVE else [],
        feedback_code=ports().feedback_code(session, booking.person_id) if state is BookingState.CONFIRMED else None,
    )


def _before_form(booking: Booking, now: datetime) -> str | None:
    """The address of the form to fill in before the session, while it is open."""
    session = booking.session
    asked = is_asked_before(booking.state, session.evaluation_mode, session.begins_at, now)
    return ports().before_form_address(session.id) if asked else None


belongs_under("front.catalogue", book, details)
belongs_under("front.my_training", booking, cancel)
