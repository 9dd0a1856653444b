"""The links at the head of a page, by what the person may do; never more than seven."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from weakref import WeakKeyDictionary

from flask import Flask, current_app, request, url_for
from flask_login import current_user
from sqlalchemy.exc import NoResultFound

from training_app.installation import ports, site
from training_app.programme.queries.sessions import session_shown
from training_app.web.access import is_half_signed_in, may
from training_app.web.rules import Permission
from training_app.words.dates import long_date

# For so long the pages need not ask again whether the database holds the demonstration.
SECONDS_REMEMBERED = 20
remembered: WeakKeyDictionary[Flask, tuple[float, bool]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Link:
    """One link of the main menu. `current` says that this page belongs to it."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class Viewer:
    """Who is signed in, for the masthead."""

    name: str
    role_label: str
    has_own_training: bool


def _links() -> Iterator[tuple[str, str]]:
    """Each entry: what it says, and its endpoint."""
    if current_user.is_authenticated and not _is_office():
        yield "My training", "front.my_training"
    yield "Programme", "front.catalogue"
    yield from _links_to_people()
    if may(Permission.SEE_IMPACT):
        yield "Impact", "impact.years"
    if may(Permission.SEE_REPORTS):
        yield "Yearly report", "reports.years"
    if may(Permission.RELEASE_COMMENTS):
        yield "Comments", "evaluation.comments"
    if may(Permission.SEE_LETTERS):
        yield "Letters", "outbox.letters"
    if not current_user.is_authenticated:
        yield "Sign in", "accounts.sign_in"


def _links_to_people() -> Iterator[tuple[str, str]]:
    """Who booked and who came. The office reaches bookings from its sessions."""
    if _is_office():
        yield "Sessions", "staff.sessions"
        yield "Registers", "registers.registers"
        return
    if may(Permission.SEE_BOOKINGS):
        yield "My agency’s bookings", "agency_bookings.coming"
    if may(Permission.TAKE_REGISTER):
        yield "My sessions", "registers.registers"


def _is_office() -> bool:
    """Those who run the programme book little for themselves: their own training stands beside their name instead."""
    return may(Permission.EDIT_PROGRAMME)


def _navigation() -> list[Link]:
    if is_half_signed_in():
        return []  # every link would lead back to the second factor
    here = request.endpoint
    section = getattr(current_app.view_functions.get(here or ""), "section", here)
    # A page that different roles reach by different entries names them all.
    sections = section if isinstance(section, tuple) else (section,)
    return [
        Link(label, url_for(endpoint), current=endpoint in (here, *sections))
        for label, endpoint in _links()
    ]


def _viewer() -> Viewer | None:
    if not current_user.is_authenticated:
        return None
    labels = [role.label for role in sorted(current_user.roles)]
    return Viewer(current_user.name, ", ".join(labels), has_own_training=not is_half_signed_in() and _is_office())


def search_before() -> str | None:
    """The search of the programme this visitor comes from, so that the way back leads to what they found."""
    before, programme = request.referrer or "", f"{url_for('front.catalogue')}?"
    here = f"{request.host_url.rstrip('/')}{programme}"
    return f"{programme}{before.removeprefix(here)}" if before.startswith(here) else None


def _says_demonstration() -> bool:
    """Does the line at the head of a page say that all is made up?

    Remembered for a while: no page is to ask the database for this alone. Whatever a demonstration allows, such as
    stepping into a role, asks it each time.
    """
    app, now = current_app._get_current_object(), monotonic()  # type: ignore[attr-defined]
    asked_at, said = remembered.get(app, (None, False))
    if asked_at is None or now - asked_at > SECONDS_REMEMBERED:
        said = ports().is_demonstration()
        remembered[app] = now, said
    return said


def _page_context() -> dict[str, object]:
    return {
        "site": site(),
        "viewer": _viewer(),
        "navigation": _navigation(),
        "demonstration": _says_demonstration(),
    }


def init_app(app: Flask) -> None:
    app.context_processor(_page_context)
    app.jinja_env.globals["search_before"] = search_before


A_BOOKING = re.compile(r"/sessions/(\d{1,9})/book")


def purpose_of(address: str) -> str:
    """To book Neglect, Wednesday 2 December 2026. Empty where there is nothing to say of the page."""
    found = A_BOOKING.fullmatch(address)
    if found is None:
        return ""
    try:
        session = session_shown(int(found[1]))
    except NoResultFound:
        return ""
    return f"To book {session.course.title}, {long_date(session.first_day)}."


# Where someone begins who may do this, the first that fits; everyone else with their own training.
BEGIN = (
    (Permission.EDIT_PROGRAMME, "staff.sessions"),
    (Permission.SEE_IMPACT, "impact.years"),
    (Permission.TAKE_REGISTER, "registers.registers"),
    (Permission.SEE_BOOKINGS, "agency_bookings.coming"),
)


def start_address() -> str:
    """Where someone who has just come in begins, unless they asked for a page: with their work."""
    if is_half_signed_in():  # what they may do is known once the second factor is passed
        return ports().second_factor_address(None)
    begins = (endpoint for permission, endpoint in BEGIN if may(permission))
    return url_for(next(begins, "front.my_training"))
