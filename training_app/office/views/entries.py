"""Courses, venues and providers, for those who run the programme."""

from collections.abc import Callable

from flask import flash, redirect, render_template, url_for
from flask_login import current_user

from training_app import clock
from training_app.agencies.rules import Area
from training_app.office import queries
from training_app.office.blueprint import blueprint
from training_app.office.forms import CourseForm, ProviderForm, VenueForm
from training_app.office.views.one_form import SECTION, Answer, Ask, attempt, carry, seen_in, show
from training_app.programme import snapshots
from training_app.programme.commands import entries
from training_app.programme.models import Course
from training_app.web.access import belongs_under, requires
from training_app.web.banners import flash_with_link
from training_app.web.forms import Form
from training_app.web.rules import Permission
from training_app.words.dates import short_date


@blueprint.get("/staff/courses")
@requires(Permission.EDIT_PROGRAMME)
def courses() -> str:
    return render_template("office/courses.html", courses=queries.courses_with_counts())


@blueprint.route("/staff/courses/new", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def new_course() -> Answer:
    form = CourseForm()
    ask = Ask("Add a course", url_for("staff.courses"), "Courses", "Add this course")
    if not form.validate_on_submit():
        return show(ask, form)
    made: list[Course] = []
    trouble = attempt(
        form,
        lambda: made.append(
            entries.add_course(form.title.data, form.summary.data or "", actor_id=current_user.id, now=clock.now())
        ),
    )
    if trouble:
        return show(ask, form, trouble)
    first_session = url_for("staff.new_session", course=made[0].id)
    flash_with_link(f"Added: {made[0].title}.", "Add its first session", first_session)
    return redirect(ask.back)


@blueprint.route("/staff/courses/<int:course_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def course(course_id: int) -> Answer:
    entry = queries.course(course_id)
    form = CourseForm(obj=entry)
    if not form.is_submitted():
        carry(form, snapshots.course_snapshot(entry))
    return _saved(
        Ask(
            "Change a course", url_for("staff.courses"), "Courses", caption=entry.title,
            intro=f"Its address stays /programme/{entry.slug}, whatever the title. A programme file knows a course "
            "by its title, so change the title there too.",
        ),
        form,
        lambda: entries.change_course(
            course_id, form.title.data, form.summary.data or "", seen=seen_in(form), actor_id=current_user.id,
            now=clock.now(),
        ),
        "The course is saved.",
    )


@blueprint.get("/staff/venues")
@requires(Permission.EDIT_PROGRAMME)
def venues() -> str:
    return render_template("office/venues.html", venues=queries.venues())


@blueprint.route("/staff/venues/new", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def new_venue() -> Answer:
    form = VenueForm()
    return _saved(
        Ask("Add a venue", url_for("staff.venues"), "Venues", "Add this venue"),
        form,
        lambda: entries.add_venue(
            form.name.data, _area(form), form.is_online.data, form.address_lines, actor_id=current_user.id,
            now=clock.now(),
        ),
        f"Added: {form.name.data}.",
    )


@blueprint.route("/staff/venues/<int:venue_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def venue(venue_id: int) -> Answer:
    entry = queries.venue(venue_id)
    form = VenueForm(obj=entry)
    if not form.is_submitted():
        form.area.data = entry.area.value if entry.area else ""
        carry(form, snapshots.venue_snapshot(entry))
    return _saved(
        Ask(
            "Change a venue", url_for("staff.venues"), "Venues", caption=entry.name,
            intro="Every session here shows the new name. If a session moves elsewhere, change the session instead: "
            "then the people who booked are told.",
        ),
        form,
        lambda: entries.change_venue(
            venue_id, form.name.data, _area(form), form.is_online.data, form.address_lines, seen=seen_in(form),
            actor_id=current_user.id, now=clock.now(),
        ),
        "The venue is saved.",
    )


def _area(form: VenueForm) -> Area | None:
    return Area(form.area.data) if form.area.data else None


@blueprint.get("/staff/providers")
@requires(Permission.EDIT_PROGRAMME)
def providers() -> str:
    return render_template("office/providers.html", providers=queries.providers())


@blueprint.route("/staff/providers/new", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def new_provider() -> Answer:
    form = ProviderForm()
    return _saved(
        Ask("Add a provider", url_for("staff.providers"), "Providers", "Add this provider"),
        form,
        lambda: entries.add_provider(form.name.data, form.day_closed, actor_id=current_user.id, now=clock.now()),
        f"Added: {form.name.data}.",
    )


@blueprint.route("/staff/providers/<int:provider_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def provider(provider_id: int) -> Answer:
    entry = queries.provider(provider_id)
    form = ProviderForm(obj=entry)
    if not form.is_submitted():
        form.ended_on.data = short_date(entry.ended_on) if entry.ended_on else ""
        carry(form, snapshots.provider_snapshot(entry))
    return _saved(
        Ask("Change a provider", url_for("staff.providers"), "Providers", caption=entry.name),
        form,
        lambda: entries.change_provider(
            provider_id, form.name.data, form.day_closed, seen=seen_in(form), actor_id=current_user.id,
            now=clock.now(),
        ),
        "The provider is saved.",
    )


def _saved(ask: Ask, form: Form, save: Callable[[], object], done: str) -> Answer:
    """Ask, ask again with what is wrong, or save, say so and go back to the list."""
    if not form.validate_on_submit():
        return show(ask, form)
    trouble = attempt(form, save)
    if trouble:
        return show(ask, form, trouble)
    flash(done)
    return redirect(ask.back)


belongs_under(SECTION, courses, new_course, course, venues, new_venue, venue, providers, new_provider, provider)
