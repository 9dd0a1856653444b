"""Every page of the demonstration, as each visitor finds it, held against the guards of tests/guards.py."""

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from tests.accounts.apps import Phone, key_on, led_to, recovery_codes_on
from tests.accounts.letters import ask, latest_code
from tests.accounts.letters import enter as send_code
from tests.browser import Browser
from tests.guards import XHTML, words_of
from tests.whole.crawling import Visited, endpoint_of, visit
from tests.whole.places import Places, addresses, rules_for
from tests.whole.visitors import VISITORS, enter, visitor_name
from tests.world.signing_in import make_user_with_role
from training_app.accounts.rules.roles import Role
from training_app.accounts.views.progress import PASSED
from training_app.extensions import db
from training_app.programme.models import TrainingSession

# Pages in the middle of something, which no address alone leads to.
ON_THE_WAY = {"accounts.details", "accounts.enter_code", "evaluation.thank_you", "evaluation.thanks_in_the_room"}
LEADS_ON = {"impact.own_sessions"}  # to the one list of a trainer's sessions and registers


@pytest.mark.parametrize("role", VISITORS, ids=visitor_name)
def test_every_kind_of_page_holds(demonstration: Flask, places: Places, role: Role | None):
    seen = _all_hold(demonstration, places, role, most_of_a_kind=3)
    assert len(seen) > 20


@pytest.mark.long
@pytest.mark.parametrize("role", VISITORS, ids=visitor_name)
def test_every_single_page_holds(demonstration: Flask, places: Places, role: Role | None):
    seen = _all_hold(demonstration, places, role, most_of_a_kind=10_000)
    assert len(seen) > 200


def _all_hold(app: Flask, places: Places, role: Role | None, most_of_a_kind: int) -> list[Visited]:
    """Opening a page checks its title, HTML, ids, scripts, queries and writes; here is what is left."""
    seen, files = [], set()
    for visited in visit(app, places, role, most_of_a_kind):
        seen.append(visited)
        if visited.page.tree is None:
            continue
        _links_are_sound(visited)
        _headings_descend(visited)
        _says_it_is_made_up(visited)
        files |= _files_of(visited)
    assert files
    for file in sorted(files):
        with enter(app, None).client.get(file) as answer:
            assert answer.status_code == 200, f"{file} is asked for and not there"
    return seen


def _links_are_sound(visited: Visited) -> None:
    tree = visited.page.tree
    assert tree is not None
    ids = {element.get("id") for element in tree.iter() if isinstance(element.tag, str)}
    for link in tree.iter(f"{XHTML}a"):
        href = link.get("href")
        where = f"{visited.address}: the link “{words_of(link)}”"
        assert href, f"{where} leads nowhere"
        assert words_of(link) or link.get("aria-label"), f"{visited.address}: a link without words to {href}"
        if href.startswith("#"):
            assert href[1:] in ids, f"{where} leads to {href}, which is not on the page"
        scheme = urlsplit(href).scheme
        assert scheme in {"", "https", "mailto", "tel", "otpauth"}, f"{where} leads to {href}"


def _headings_descend(visited: Visited) -> None:
    """Someone who listens to a page jumps from heading to heading: no level may be missing."""
    tree = visited.page.tree
    assert tree is not None
    names = {f"{XHTML}h{level}": level for level in range(1, 7)}
    before = 0
    for element in tree.iter(*names):
        level = names[element.tag]
        assert level <= before + 1, f"{visited.address}: “{words_of(element)}” is h{level} after h{before}"
        before = level


def _says_it_is_made_up(visited: Visited) -> None:
    page = visited.page
    assert "Demonstration." in page.text, f"{visited.address} does not say that this is a demonstration"


def _files_of(visited: Visited) -> set[str]:
    tree = visited.page.tree
    assert tree is not None
    named = [
        *(one.get("src") for one in tree.iter(f"{XHTML}script", f"{XHTML}img") if one.get("src")),
        *(one.get("href") for one in tree.iter(f"{XHTML}link")),
    ]
    return {urljoin(visited.address, name) for name in named if not name.startswith("data:")}


def test_every_route_was_opened_by_someone(demonstration: Flask, places: Places):
    opened = {
        endpoint_of(demonstration, visited.page.response.request.path)
        for role in (None, Role.PRACTITIONER, Role.COORDINATOR, Role.OFFICE)
        for visited in visit(demonstration, places, role, most_of_a_kind=1)
    }
    every = {rule.endpoint for rule in rules_for(demonstration, "GET")}
    assert every - opened == ON_THE_WAY | LEADS_ON | _of_the_second_factor(demonstration)


def _of_the_second_factor(app: Flask) -> set[str]:
    """For real people only: the demonstration's have none. A test below opens every one of these pages."""
    return {rule.endpoint for rule in rules_for(app, "GET") if rule.endpoint.startswith("second_factor.")}


def test_the_pages_on_the_way_hold(demonstration: Flask, places: Places):
    """Signing in for the first time, and answering the form: pages that only open in their turn."""
    newcomer = enter(demonstration, None)
    code_page = ask(newcomer, "newcomer@school.example")
    newcomer.send(code_page, {"code": "1"}, action="/sign-in/code", status=422)
    details = newcomer.follow(send_code(newcomer, code_page, latest_code(demonstration, "newcomer@school.example")))
    newcomer.send(details, {"name": ""}, action="/sign-in/details", status=422)
    participant = enter(demonstration, Role.PRACTITIONER)
    known = addresses(demonstration, places, "GET")
    form = participant.get(known["evaluation.after_form, one the practitioner came to"])
    participant.send(form, status=422)
    thanks = participant.follow(participant.send(form, {"after_knowledge": "8"}))
    for page in (code_page, details, form, thanks):
        visited = Visited(page.response.request.path, "", "the page before", page)
        _links_are_sound(visited)
        _headings_descend(visited)
        _says_it_is_made_up(visited)
    assert thanks.heading == "Thank you"


def test_the_pages_of_the_second_factor_hold(demonstration: Flask):
    """A real trainer, half signed in, beside the made-up people: every page until they are in, and after."""
    trainer = Browser(demonstration)
    with trainer.client.session_transaction() as cookie:
        cookie["_user_id"] = make_user_with_role(demonstration, Role.TRAINER)
    start = led_to(trainer, "/registers")
    set_up = trainer.follow(trainer.send(start))
    phone = Phone(key_on(set_up))
    wrong = trainer.send(set_up, {"code": phone.another_code()}, status=422)
    codes = trainer.send(wrong, {"code": phone.code()}, status=200)
    assert "There is a problem" in wrong.text
    own, another = trainer.get("/account/second-factor"), trainer.get("/account/second-factor/another-phone")
    with trainer.client.session_transaction() as cookie:
        del cookie[PASSED]
    enter_code, recovery = led_to(trainer, "/registers"), trainer.get("/second-factor/recovery-code")
    seen = [start, set_up, codes, own, another, enter_code, recovery]
    for page in seen:
        visited = Visited(page.response.request.path, "", "the page before", page)
        _links_are_sound(visited)
        _headings_descend(visited)
        _says_it_is_made_up(visited)
    opened = {endpoint_of(demonstration, page.response.request.path) for page in seen}
    assert opened == _of_the_second_factor(demonstration)
    assert trainer.follow(trainer.send(recovery, {"code": recovery_codes_on(codes)[0]})).status == 200


def test_pages_do_not_cost_more_the_more_there_is(demonstration: Flask, places: Places):
    """One query per row of a list would pass on a short list and fail in a busy year."""
    browser = enter(demonstration, Role.OFFICE)
    with demonstration.app_context():
        sessions = db.session.query(TrainingSession).count()
    assert sessions > 100
    for address in ("/programme?year=2024-25", "/impact/2024-25", "/reports/yearly/2024-25", "/calendar.ics"):
        assert browser.get(address, most_queries=25).status == 200
