"""What is booked for the people of an agency, for the co-ordinator who looks after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_app import clock
from training_app.accounts.queries import agencies_looked_after_by
from training_app.bookings import queries
from training_app.bookings.models import Booking
from training_app.programme.models import TrainingSession
from training_app.web.access import requires
from training_app.web.pagination import cut_page, page_number
from training_app.web.rules import Permission

blueprint = Blueprint("agency_bookings", __name__)
PAGE_SIZE = 10


@dataclass(frozen=True)
class Booked:
    """A session to come, and who of the agency holds, is offered or awaits a place."""

    session: TrainingSession
    bookings: list[Booking]


@blueprint.get("/agency/bookings")
@requires(Permission.SEE_BOOKINGS)
def coming() -> ResponseReturnValue:
    agencies = agencies_looked_after_by(current_user, clock.today())
    if not agencies:  # the office looks after everyone's, session by session
        return redirect(url_for("staff.sessions"))
    booked = _by_session(queries.coming_bookings_of(agencies, clock.today()))
    return render_template(
        "bookings/of_agency.html", page=cut_page(booked, page_number(request.args.get("page")), PAGE_SIZE),
        agencies=sorted(one.name for one in agencies.values()),
        people=len({one.person_id for each in booked for one in each.bookings}),
        page_address=lambda wanted: url_for("agency_bookings.coming", page=wanted),
    )


def _by_session(bookings: Iterable[Booking]) -> list[Booked]:
    """Those of a session that is over earlier today are left out."""
    now = clock.now()
    return [
        Booked(session, list(those))
        for session, those in groupby(bookings, key=lambda one: one.session)
        if session.ends_at > now
    ]
