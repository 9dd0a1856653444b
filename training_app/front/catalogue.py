"""The public programme: the catalogue, a course, a session, and both as a calendar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import Response, abort, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from training_app import clock
from training_app.agencies.rules import Area
from training_app.bookings.queries.bookings import places_of
from training_app.bookings.results import other_dates
from training_app.bookings.rules import Places
from training_app.front import markup, wording
from training_app.front.blueprint import blueprint
from training_app.front.navigation import start_address
from training_app.front.queries import Availability, OwnBooking, availability_of, own_bookings
from training_app.installation import settings
from training_app.programme.calendar import calendar_of
from training_app.programme.models import Described, TrainingSession
from training_app.programme.queries import catalogue as catalogue_queries
from training_app.programme.queries import sessions as queries
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.search import DSL, CatalogueSearch
from training_app.programme.rules.sessions import Format, Strand, TimeOfDay
from training_app.programme.snapshots import note_to_read
from training_app.programme.wording import venues_to_find
from training_app.registers.queries.marks import attendances_by_session
from training_app.web.access import belongs_under, may, public
from training_app.web.pagination import cut_page, page_number
from training_app.web.rules import Permission

# The home page names the next few with places.
MOST_ON_HOME = 3
SECTION = "front.catalogue"
PAGE_SIZE = 20


@dataclass(frozen=True)
class Choice:
    """One way to set a filter."""

    value: str
    label: str


@dataclass(frozen=True)
class Filter:
    """A filter of the full form, with what it may be set to and what it is set to."""

    name: str
    label: str
    anything: str
    choices: Sequence[Choice]
    chosen: str


@blueprint.get("/")
@public
def home() -> AnyResponse | str:
    """What this is, what comes next and where to begin; whoever has signed in begins with what needs them today."""
    if current_user.is_authenticated:
        return redirect(start_address())
    today = clock.today()
    found = catalogue_queries.catalogue(CatalogueSearch(), today)
    availability = _availability(found.sessions)
    with_places = [one for one in found.sessions if _can_be_booked(availability[one.id])]
    return render_template(
        "front/home.html", coming=with_places[:MOST_ON_HOME], availability=availability, total=len(found.sessions),
        evenings=next(one.count for one in found.chips if one.search.time is TimeOfDay.EVENING), today=today,
    )


def _can_be_booked(availability: Availability) -> bool:
    return availability.left > 0 and not availability.has_started


@blueprint.get("/programme")
@public
def catalogue() -> str:
    try:
        search = CatalogueSearch.from_address(request.args)
    except ValueError:
        abort(404)
    today = clock.today()
    availability: dict[int, Availability] = {}  # asked for once: to sift by it, and for the page

    def with_places(sessions: Sequence[Described]) -> set[int]:
        availability.update(_availability([one for one in sessions if one.last_day >= today]))
        return {session_id for session_id, one in availability.items() if _can_be_booked(one)}

    found = catalogue_queries.catalogue(search, today, with_places)
    page = cut_page(found.sessions, page_number(request.args.get("page")), PAGE_SIZE)
    return render_template(
        "front/catalogue.html",
        heading=f"Training programme {search.year}" if search.year else "Training programme",
        search=search,
        found=found,
        page=page,
        months=[(month, list(sessions)) for month, sessions in groupby(page.items, key=_month_of)],
        filters=_filters(search, found.months),
        asked=_asked(search),
        chosen=_chosen(search),
        address=_address,
        page_address=lambda wanted: url_for(SECTION, **search.to_address(), page=wanted),
        is_past=search.year is not None and search.year.last_day < today,
        years=[year for year in queries.years_with_sessions(today) if year != search.year],
        today=today,
        attendance=_attendance([one for one in page.items if one.last_day < today]),
        availability=availability,
    )


@blueprint.get("/programme/<slug>")
@public
def course(slug: str) -> str:
    wanted = queries.course_shown(slug)
    today = clock.today()
    sessions = queries.sessions_of_course(wanted.id)
    coming = [session for session in sessions if session.last_day >= today]
    past = [session for session in reversed(sessions) if session.last_day < today]
    return render_template(
        "front/course.html",
        heading=wanted.title,
        course=wanted,
        today=today,
        coming=coming,
        past=[(year, list(of_year)) for year, of_year in groupby(past, key=_year_of)],
        attendance=_attendance(past),
        availability=_availability(coming),
        markup=markup.course_markup(wanted, coming, settings()),
    )


@blueprint.get("/sessions/<int:session_id>")
@public
def session(session_id: int) -> str:
    wanted, others = queries.with_other_dates(session_id, clock.today())
    now = clock.now()
    is_over = wanted.is_over(now)
    is_cancelled = wanted.is_cancelled
    is_coming = not is_over and not is_cancelled
    asked = [*([wanted] if is_coming else []), *others]
    places = places_of([one.id for one in asked]) if asked else {}
    return render_template(
        "front/session.html",
        heading=wanted.course.title,
        session=wanted,
        is_over=is_over,
        is_cancelled=is_cancelled,
        availability=_availability([wanted], places)[wanted.id] if is_coming else None,
        others=other_dates(others, places, now),
        venues=venues_to_find(wanted) if is_coming else [],
        attendance=_attendance([wanted]) if is_over and not wanted.is_cancelled else {},
        for_staff=may(Permission.SEE_IMPACT), note=note_to_read(wanted, clock.now()),
        markup=markup.session_markup(wanted, settings()),
        for_office=may(Permission.SEE_BOOKINGS),
    )


@blueprint.get("/sessions/<int:session_id>/calendar.ics")
@public
def session_calendar(session_id: int) -> AnyResponse:
    wanted = queries.session_shown(session_id)
    return _calendar([wanted], wanted.course.title, f"session-{wanted.id}.ics")


@blueprint.get("/calendar.ics")
@public
def programme_calendar() -> AnyResponse:
    return _calendar(queries.coming_sessions(clock.today()), settings().site.name, "training-programme.ics")


belongs_under(SECTION, course, session)


def _calendar(sessions: Sequence[TrainingSession], name: str, file_name: str) -> AnyResponse:
    content = calendar_of(sessions, name=name, base_url=settings().base_url)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    response.headers["Cache-Control"] = "public, max-age=300"
    response.add_etag()
    return response.make_conditional(request)


def _month_of(session: Described) -> date:
    return session.first_day.replace(day=1)


def _year_of(session: TrainingSession) -> BusinessYear:
    return session.business_year


def _attendance(sessions: Sequence[Described]) -> dict[int, str]:
    """What is known of who came, by session; for those who may see impact."""
    if not may(Permission.SEE_IMPACT) or not sessions:
        return {}
    attendances = attendances_by_session([one.id for one in sessions])
    return {one.id: wording.attendance_in_words(attendances[one.id], one.no_data_reason) for one in sessions}


def _availability(
    sessions: Sequence[Described], places: Mapping[int, Places] | None = None
) -> dict[int, Availability]:
    """The places of each of these sessions, read unless given, and whether the viewer holds one."""
    if not sessions:
        return {}
    ids, now = [one.id for one in sessions], clock.now()
    places, own = places or places_of(ids), _viewers_bookings(ids)
    return {one.id: availability_of(one, places[one.id], own.get(one.id), now) for one in sessions}


def _viewers_bookings(ids: list[int]) -> dict[int, OwnBooking]:
    """Nothing for someone who has not signed in, and for a sign-in that belongs to no person."""
    person_id = current_user.person_id if current_user.is_authenticated else None
    return own_bookings(person_id, ids) if person_id is not None else {}


def _address(search: CatalogueSearch) -> str:
    return url_for(SECTION, **search.to_address())


def _filters(search: CatalogueSearch, months: Sequence[date]) -> list[Filter]:
    strands = [Choice(DSL, "DSL, initial and refresher"), *(Choice(one, one.label) for one in Strand)]
    areas = [Choice(one, one.label) for one in Area if one is not Area.ACROSS]
    given = search.to_address()
    offered = [
        ("strand", "Kind of training", "Any kind", strands),
        ("format", "Way of taking part", "Any way", [Choice(one, one.label) for one in Format]),
        ("month", "Month", "Any month", [Choice(f"{one:%Y-%m}", f"{one:%B %Y}") for one in months]),
        ("area", "In person in", "Anywhere", areas),
        ("time", "Time of day", "Any time", [Choice(one, TIMES[one]) for one in TimeOfDay]),
    ]
    return [
        Filter(name, label, anything, choices, given.get(name, ""))
        for name, label, anything, choices in offered
    ]


def _chosen(search: CatalogueSearch) -> list[tuple[str, str]]:
    """What else is chosen besides the quick filters, each with the address without it."""
    given = {
        "words": f"“{search.words}”" if search.words else "",
        "strand": Strand(search.strand).label if search.strand not in ("", DSL) else "",
        "format": search.format.label if search.format not in (None, Format.ONLINE) else "",
        "month": f"{search.month:%B %Y}" if search.month else "",
        "area": search.area.label if search.area not in (None, Area.RUTLAND) else "",
        "time": search.time.capitalize() if search.time not in (None, TimeOfDay.EVENING) else "",
    }
    return [(label, _address(search.without(name))) for name, label in given.items() if label]


TIMES = {
    TimeOfDay.MORNING: "Morning, starting before noon",
    TimeOfDay.AFTERNOON: "Afternoon, noon to 4pm",
    TimeOfDay.TWILIGHT: "Twilight, 4pm to 6pm",
    TimeOfDay.EVENING: "Evening, from 6pm",
}


def _asked(search: CatalogueSearch) -> str:
    """What was asked, as the end of a sentence: “for “neglect”, in Rutland, in the evening”."""
    said = [f"for “{search.words}”"] if search.words else []
    if search.strand:
        said.append("for DSLs" if search.strand == DSL else f"of the kind “{Strand(search.strand).label}”")
    if search.format:
        said.append(
            {Format.ONLINE: "online", Format.IN_PERSON: "in person"}.get(search.format, "in two parts")
        )
    if search.area:
        said.append(f"in {search.area.label}")
    if search.month:
        said.append(f"in {search.month:%B %Y}")
    if search.time:
        said.append("at twilight" if search.time is TimeOfDay.TWILIGHT else f"in the {search.time}")
    if search.with_places:
        said.append("with places left")
    return " ".join(said)
