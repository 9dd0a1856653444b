"""Who sees what and who may do what, by behaviour: every route, opened by everyone.

What each should meet is in tests/whole/access.py, and for most routes follows from what the route declares. Which part
of the house is whose is said here, so that a route cannot declare too little.
"""

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browser import Browser, watched
from tests.whole.access import (
    ACTS,
    PAGES,
    act_cells,
    derived,
    may_pass,
    met_by_acts,
    met_on_pages,
    needless,
    page_cells,
)
from tests.whole.places import YEAR, Places, addresses, routes, rules_for
from tests.whole.visitors import VISITORS, enter, hrefs, token_for, visitor_name
from training_app.accounts.rules.roles import Role
from training_app.extensions import db
from training_app.programme.models import SessionTrainer, TrainingSession
from training_app.web.access import requirement_of

OFFICE, TRAINER, REVIEWER, COORDINATOR = Role.OFFICE, Role.TRAINER, Role.REVIEWER, Role.COORDINATOR
ONE_SESSION = "/sessions/<int:session_id>"
ANYONE, SIGNED_IN = set(VISITORS), set(Role)
# Whose each part of the house is, by how its addresses begin; of several that fit, the first counts. A new route in a
# part that is here needs no line. One outside them does: what it declares is then held against a second opinion.
WHOSE = {
    "/staff/": {OFFICE},
    "/letters": {OFFICE},
    "/comments": {OFFICE},
    "/reports/yearly/<year:year>/facts": {OFFICE},
    "/reports/": {OFFICE, REVIEWER},
    "/impact": {OFFICE, REVIEWER},
    "/my-sessions": {OFFICE, REVIEWER, TRAINER},
    f"{ONE_SESSION}/impact": {OFFICE, REVIEWER, TRAINER},
    "/registers": {OFFICE, TRAINER},
    f"{ONE_SESSION}/register": {OFFICE, TRAINER},
    f"{ONE_SESSION}/room": {OFFICE, TRAINER},
    "/agency/": {OFFICE, COORDINATOR},
    f"{ONE_SESSION}/bookings/": {OFFICE},
    f"{ONE_SESSION}/bookings": {OFFICE, COORDINATOR},
    f"{ONE_SESSION}/book": SIGNED_IN,
    f"{ONE_SESSION}/evaluation": SIGNED_IN,
    "/my": SIGNED_IN,
    "/bookings/": SIGNED_IN,
    "/account": SIGNED_IN,
    "/second-factor": SIGNED_IN,
    f"{ONE_SESSION}/calendar.ics": ANYONE,
    ONE_SESSION: ANYONE,
    **dict.fromkeys(("/", "/programme", "/calendar.ics", "/e", "/sign-in", "/sign-out", "/demo/roles"), ANYONE),
    **dict.fromkeys(("/privacy", "/accessibility", "/complain-about-data", "/contact"), ANYONE),
    **dict.fromkeys(("/healthz", "/readyz"), ANYONE),
}
# Parts that hold the addresses they name, and nothing below them.
BY_THEMSELVES = ("/", ONE_SESSION)
LEFT_TO_NOBODY = {"/sign-out"}
LEFT_TO_WHOEVER_IS_IN = {"/sign-in", "/sign-in/code", "/sign-in/code/again", "/sign-in/details"}
# What someone whom we do not know may change, and why it is safe.
ACTS_OF_ANYONE = {
    "accounts.details": "only with the code that was sent to that e-mail",
    "accounts.enter_code": "only with the code that was sent to that e-mail",
    "accounts.send_again": "a letter to the e-mail they typed, and so many a day",
    "accounts.sign_in": "a letter to the e-mail they typed, and so many a day",
    "accounts.sign_out": "nobody but themselves",
    "demo.step_in": "only where the demonstration is, into people who are made up",
    "evaluation.find_room": "nothing: it leads to the session’s form",
    "evaluation.next_in_the_room": "nothing: it hands the screen to the next person",
    "evaluation.send_in_the_room": "answers, with the code that the trainer shows in the room",
}


def part_of(address: str) -> str | None:
    """The part of the house that a route is in; None for one that is in none."""
    return next((part for part in WHOSE if address == part or _is_below(address, part)), None)


def _is_below(address: str, part: str) -> bool:
    return part not in BY_THEMSELVES and address.startswith(f"{part.removesuffix('/')}/")


@pytest.mark.parametrize("role", VISITORS, ids=visitor_name)
def test_every_page_is_shown_to_whom_it_should_be(demonstration: Flask, places: Places, role: Role | None):
    pages = routes(demonstration, places, "GET")
    follows = {page.name: page_cells(demonstration, page)[visitor_name(role)] for page in pages}
    if follows["impact.own_sessions"] == "yes":  # an old address: it leads on to the one list
        follows["impact.own_sessions"] = "on"
    assert met_on_pages(demonstration, pages, role) == follows


@pytest.mark.parametrize("role", VISITORS, ids=visitor_name)
def test_every_act_is_open_to_whom_it_should_be(demonstration: Flask, places: Places, role: Role | None):
    acts = routes(demonstration, places, "POST")
    follows = {act.name: act_cells(demonstration, act)[visitor_name(role)] for act in acts}
    assert met_by_acts(demonstration, acts, role) == follows


@pytest.mark.parametrize("role", VISITORS, ids=visitor_name)
def test_no_act_happens_without_the_token_of_a_page(demonstration: Flask, places: Places, role: Role | None):
    """Another site can make a browser send a form, but it cannot read the token.

    Where nothing is left to do (signing out, for nobody) the answer leads on with a sentence, and does nothing either.
    """
    browser = enter(demonstration, role)
    led_on = LEFT_TO_NOBODY if role is None else LEFT_TO_WHOEVER_IS_IN
    for address in addresses(demonstration, places, "POST").values():
        for data in ({}, {"csrf_token": "made-up"}):
            with watched(demonstration) as seen:
                browser.post(address, data, status=303 if address in led_on else 400)
            assert not seen.writes, address


def test_nothing_is_listed_that_follows_from_what_routes_declare(demonstration: Flask, places: Places):
    pages, acts = routes(demonstration, places, "GET"), routes(demonstration, places, "POST")
    follows = {page.name: derived(demonstration, page, shut="sign-in", done="yes") for page in pages}
    assert not list(needless(PAGES, follows))
    follows = {act.name: derived(demonstration, act, shut="no", done="may") for act in acts}
    assert not list(needless(ACTS, follows))


def test_no_route_lets_in_whom_its_part_of_the_house_is_not_for(demonstration: Flask):
    let_in: dict[str, set[Role | None]] = {part: set() for part in WHOSE}
    for rule in [*rules_for(demonstration, "GET"), *rules_for(demonstration, "POST")]:
        part = part_of(rule.rule)
        assert part, f"say in WHOSE whom {rule.rule} is for"
        requirement = requirement_of(demonstration, rule.endpoint)
        allowed = {role for role in VISITORS if may_pass(requirement, role)}
        assert allowed <= WHOSE[part], f"{rule.rule} lets in {allowed - WHOSE[part]}"
        let_in[part] |= allowed
    assert let_in == WHOSE, "someone is let in nowhere in a part that is theirs"


def test_a_new_part_of_the_house_is_asked_for():
    assert part_of("/people/<int:person_id>") is None and part_of(f"{ONE_SESSION}/notes") is None
    assert part_of("/everyone") is None, "an address that only begins with the same letters"
    assert part_of("/staff/anything/new") == "/staff/"


def test_no_act_but_these_is_open_to_anyone(demonstration: Flask):
    acts = {rule.endpoint for rule in rules_for(demonstration, "POST")}
    assert {act for act in acts if may_pass(requirement_of(demonstration, act), None)} == ACTS_OF_ANYONE.keys()


def test_signing_in_leads_back_to_the_page_that_was_asked_for(demonstration: Flask):
    page = Browser(demonstration).get(f"/impact/{YEAR}?page=2", status=302)
    assert page.location == f"/sign-in?next=/impact/{YEAR}?page%3D2"


def test_a_demonstration_route_does_not_exist_without_the_demonstration(browser: Browser):
    browser.get("/demo/roles", status=404)
    browser.post("/demo/roles/1", {"csrf_token": token_for(browser)}, status=404)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.COORDINATOR, Role.TRAINER, Role.REVIEWER], ids=str)
def test_no_page_offers_a_door_that_is_shut(demonstration: Flask, role: Role):
    """Links to pages that would refuse the reader are left out, not left to refuse."""
    browser = enter(demonstration, role)
    offered = {link for start in ("/my", "/programme") for link in hrefs(browser.get(start)) if link[:1] == "/"}
    assert "/my" in offered
    for link in sorted(offered):
        with demonstration.app_context():
            assert browser.client.get(link).status_code in {200, 302}, link


def test_a_coordinator_sees_nothing_of_the_staff_pages(demonstration: Flask):
    links = enter(demonstration, Role.COORDINATOR).get("/my").links
    for link in ("Impact", "My sessions", "Yearly report", "Comments", "Letters"):
        assert link not in links
    assert {"My training", "Programme"} <= links.keys()


def test_a_trainer_sees_their_own_sessions_and_no_others(demonstration: Flask):
    browser = enter(demonstration, Role.TRAINER)
    with demonstration.app_context():
        every = set(db.session.scalars(select(TrainingSession.id)))
        led = set(db.session.scalars(select(SessionTrainer.session_id)))
        trainers = set(db.session.scalars(select(SessionTrainer.user_id)))
    assert len(trainers) == 1 and led and every - led
    listed = {
        int(link.split("/")[2]) for link in hrefs(browser.get("/registers")) if link.startswith("/sessions/")
    }
    assert listed and listed <= led
    with demonstration.app_context():
        open_to_them = {one for one in every if browser.client.get(f"/sessions/{one}/impact").status_code == 200}
    assert open_to_them == led
