"""What each visitor meets at each route. It follows from what the route declares, and from whose session or booking it
is; where it does not, the route is listed with the reason.

Of pages: yes: the page · sign-in: led to sign in, then back · on: led on to another page · no: refused · none: not
found. Of acts: may: it is done, or what was typed is answered · later: not in the state for it · no, none: as above.
"""

from collections.abc import Iterator, Mapping

from flask import Flask
from werkzeug.test import TestResponse

from tests.browser import LOCK, watched
from tests.whole.places import ANOTHER, OF_OWN_SESSIONS, Place
from tests.whole.visitors import VISITORS, enter, token_for, visitor_name
from training_app.accounts.rules.permissions import PERMISSIONS_OF
from training_app.accounts.rules.roles import Role
from training_app.web.access import requirement_of
from training_app.web.rules import Permission, Requirement

Cells = dict[str, str]
CELLS = {302: "may", 422: "may", 409: "later", 403: "no", 404: "none"}


def differs(why: str, everyone: str = "", *, signed_in: str = "", **cells: str) -> Mapping[str, str]:
    """What visitors meet there instead, by their role: `trainer="none"`."""
    assert why
    roles = [visitor_name(role) for role in VISITORS if everyone or (signed_in and role)]
    return dict.fromkeys(roles, everyone or signed_in) | cells


NOT_SIGNING_IN = "nobody here is in the middle of signing in: the page leads back to where that begins"
NO_SECOND_FACTOR = "the demonstration’s people are asked for no second factor: the page leads on to what was asked for"
ALREADY_IN = "who has signed in is led on"
NOTHING_SENT = "it leads back to the form, which this browser has not sent"
PAGES = {
    "accounts.details": differs(NOT_SIGNING_IN, "on"),
    "accounts.enter_code": differs(NOT_SIGNING_IN, "on"),
    "accounts.sign_in": differs(ALREADY_IN, signed_in="on"),
    "agency_bookings.coming": differs("the office looks after no one agency and has its own list", administrator="on"),
    "evaluation.thank_you, one the practitioner came to": differs(NOTHING_SENT, signed_in="on"),
    "evaluation.thanks_in_the_room": differs(NOTHING_SENT, "on"),
    "front.home": differs("whoever has signed in begins with their own first page", signed_in="on"),
    "registers.close_page, one led by the trainer": differs("it is closed already", trainer="on", administrator="on"),
    **{
        f"second_factor.{page}": differs(NO_SECOND_FACTOR, signed_in="on")
        for page in ("another_phone", "enter_code", "own", "recovery_code", "set_up", "start")
    },
}
THE_PLACE_IS_TAKEN = "the offer was accepted by the act before"
CLOSED = "the register is closed"
ACTS = {
    "bookings.book": differs("the session was held", signed_in="later"),
    "bookings.decline": differs(THE_PLACE_IS_TAKEN, practitioner="later"),
    "bookings.keep_waiting": differs(THE_PLACE_IS_TAKEN, practitioner="later"),
    "evaluation.send_answers, one the practitioner came to": differs(
        "the others did not come", coordinator="later", trainer="later", administrator="later", reviewer="later"
    ),
    "evaluation.send_before, one the practitioner booked": differs(
        "the practitioner has given their place back, and the others never had one", signed_in="later"
    ),
    "registers.close, one led by the trainer": differs(CLOSED, trainer="later"),
    "registers.save, one led by the trainer": differs(CLOSED, trainer="later", administrator="later"),
    "registers.save, another": differs(CLOSED, administrator="later"),
    "registers.state_number, one led by the trainer": differs(CLOSED, trainer="later", administrator="later"),
    "registers.state_number, another": differs(CLOSED, administrator="later"),
}


def may_pass(requirement: Requirement | Permission | None, role: Role | None) -> bool:
    """Does the house's policy let this visitor in where this is asked for?"""
    assert requirement is not None, "a route that declares nothing"
    if requirement in (Requirement.NOTHING, Requirement.DEMONSTRATION):
        return True
    if role is None:
        return False
    return requirement in (Requirement.SIGN_IN, Requirement.HALF_SIGN_IN) or requirement in PERMISSIONS_OF[role]


def _is_anothers(place: Place, requirement: Requirement | Permission | None, role: Role) -> bool:
    """Is it a session that this trainer does not lead, or the practitioner's own booking?"""
    if requirement in OF_OWN_SESSIONS and role is Role.TRAINER:
        return place.case == ANOTHER
    return requirement is Requirement.SIGN_IN and "code" in place.rule.arguments and role is not Role.PRACTITIONER


def derived(app: Flask, place: Place, *, shut: str, done: str) -> Cells:
    """What follows for each visitor from what the route declares, where nobody has signed in `shut`."""
    requirement = requirement_of(app, place.endpoint)

    def cell(role: Role | None) -> str:
        if not may_pass(requirement, role):
            return shut if role is None else "no"
        return "none" if role and _is_anothers(place, requirement, role) else done

    return {visitor_name(role): cell(role) for role in VISITORS}


def page_cells(app: Flask, place: Place) -> Cells:
    return derived(app, place, shut="sign-in", done="yes") | PAGES.get(place.name, {})


def act_cells(app: Flask, place: Place) -> Cells:
    return derived(app, place, shut="no", done="may") | ACTS.get(place.name, {})


def needless(listed: Mapping[str, Mapping[str, str]], by_derivation: Mapping[str, Cells]) -> Iterator[str]:
    """What is listed although no route has that name, or although it follows anyway."""
    for name, cells in listed.items():
        follows = by_derivation.get(name)
        if follows is None:
            yield f"{name}: there is no such route"
        else:
            yield from (f"{name}: {visitor}" for visitor, cell in cells.items() if follows[visitor] == cell)


def _seen(response: TestResponse) -> str:
    if response.status_code == 302:
        return "sign-in" if response.headers["Location"].startswith("/sign-in?next=") else "on"
    return {200: "yes", 403: "no", 404: "none"}.get(response.status_code, str(response.status_code))


def met_on_pages(app: Flask, places: list[Place], role: Role | None) -> dict[str, str]:
    """What this visitor meets at each of these addresses."""
    browser, met = enter(app, role), {}
    for place in places:
        with app.app_context():
            met[place.name] = _seen(browser.client.get(place.address))
    return met


def met_by_acts(app: Flask, places: list[Place], role: Role | None) -> dict[str, str]:
    """What becomes of each of these acts, one after the other, when this visitor sends an empty form."""
    met = {}
    for place in places:
        browser = enter(app, role)  # afresh: the act before may have signed this one out
        token = token_for(browser)
        with watched(app) as seen, app.app_context():
            response = browser.client.post(place.address, data={"csrf_token": token})
        met[place.name] = CELLS.get(response.status_code, str(response.status_code))
        # An act that was refused under its lock has taken the lock, and left nothing behind.
        wrote = [one for one in seen.writes if not LOCK.match(one)]
        if response.status_code == 403 and role is not None and wrote:
            # That somebody who is known was refused is itself kept: one line of the audit, and no more.
            assert wrote.pop().startswith("INSERT INTO audit_entry"), place.name
        assert met[place.name] == "may" or not wrote, f"{place.name} was refused and yet wrote"
        assert not seen.uncommitted, place.name
    return met
