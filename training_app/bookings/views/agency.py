"""What is booked for the people of an agency, for the co-ordinator who looks after it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_app import clock
from training_app.accounts.queries import agencies_looked_after_by
from training_app.bookings.queries import bookings as queries
from training_app.web.access import requires
from training_app.web.pagination import Cut, page_number
from training_app.web.rules import Permission

blueprint = Blueprint("agency_bookings", __name__)
PAGE_SIZE = 10


@blueprint.get("/agency/bookings")
@requires(Permission.SEE_BOOKINGS)
def coming() -> ResponseReturnValue:
    agencies = agencies_looked_after_by(current_user, clock.today())
    if not agencies:  # the office looks after everyone's, session by session
        return redirect(url_for("staff.sessions"))
    booked = queries.coming_bookings_of(agencies, clock.now())
    cut = Cut.of(booked.sessions, page_number(request.args.get("page")), PAGE_SIZE)
    return render_template(
        "bookings/of_agency.html", page=cut.page(booked.read(cut.first, cut.size)), people=booked.people,
        agencies=sorted(one.name for one in agencies.values()),
        page_address=lambda wanted: url_for("agency_bookings.coming", page=wanted),
    )
