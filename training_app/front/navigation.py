"""The links at the head of a page, by what the person may do; never more than seven."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from training_app.web.access import is_half_signed_in, may
from training_app.web.rules import Permission


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


def _links() -> Iterator[tuple[str, str]]:
    """Each entry: what it says, and its endpoint."""
    if current_user.is_authenticated:
        yield "My training", "front.my_training"
    yield "Programme", "front.catalogue"
    yield from _links_to_people()
    if may(Permission.SEE_IMPACT):
        yield "Impact", "impact.years"
    elif may(Permission.SEE_OWN_IMPACT):
        yield "My sessions", "impact.own_sessions"
    if may(Permission.SEE_REPORTS):
        yield "Yearly report", "reports.years"
    if may(Permission.RELEASE_COMMENTS):
        yield "Comments", "evaluation.comments"
    if may(Permission.SEE_LETTERS):
        yield "Letters", "outbox.letters"
    if not current_user.is_authenticated:
        yield "Sign in", "accounts.sign_in"


def _links_to_people() -> Iterator[tuple[str, str]]:
    """Who booked and who came. The office reaches registers and bookings from its sessions."""
    if may(Permission.EDIT_PROGRAMME):
        yield "Sessions", "staff.sessions"
        return
    if may(Permission.SEE_BOOKINGS):
        yield "My agency’s bookings", "agency_bookings.coming"
    if may(Permission.TAKE_REGISTER):
        yield "Registers", "registers.registers"


def _navigation() -> list[Link]:
    if is_half_signed_in():
        return []  # every link would lead back to the second factor
    here = request.endpoint
    known = current_app.view_functions
    section = getattr(known.get(here or ""), "section", here)
    # A page that different roles reach by different entries names them all.
    sections = section if isinstance(section, tuple) else (section,)
    return [
        Link(label, url_for(endpoint), current=endpoint in (here, *sections))
        for label, endpoint in _links()
        if endpoint in known
    ]


def _viewer() -> Viewer | None:
    if not current_user.is_authenticated:
        return None
    labels = [role.label for role in sorted(current_user.roles)]
    return Viewer(current_user.name, ", ".join(labels))


def search_before() -> str | None:
    """The search of the programme this visitor comes from, so that the way back leads to what they found."""
    before, programme = request.referrer or "", f"{url_for('front.catalogue')}?"
    here = f"{request.host_url.rstrip('/')}{programme}"
    return f"{programme}{before.removeprefix(here)}" if before.startswith(here) else None


def _page_context() -> dict[str, object]:
    return {
        "site": current_app.extensions["site"],
        "viewer": _viewer(),
        "navigation": _navigation(),
        "demonstration": current_app.extensions["is_demonstration"](),
    }


def init_app(app: Flask) -> None:
    app.context_processor(_page_context)
    app.jinja_env.globals["search_before"] = search_before
