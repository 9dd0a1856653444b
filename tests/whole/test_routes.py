"""Ask the map of addresses, not the author: what holds for every route there is."""

import re
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask, url_for
from sqlalchemy import event, select
from werkzeug.routing import IntegerConverter, UUIDConverter

from tests.browser import Browser
from tests.conftest import settings_for
from tests.whole.every_letter import links_of, write_every_letter
from tests.whole.places import Places, addresses, rules_for
from tests.whole.visitors import enter, token_for
from training_app import create_app
from training_app.accounts.rules.roles import Role
from training_app.extensions import db
from training_app.outbox.models import Letter
from training_app.web.access import requirement_of
from training_app.web.rules import Permission, Requirement

STABLE = Path(__file__).with_name("addresses.txt")
# Arguments that are words or files, not numbers of rows.
WORDS = {"slug", "year", "filename", "code"}
PIECE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+)?")


@pytest.fixture(scope="module")
def application(house: tuple[Flask, Path]) -> Flask:
    return house[0]


def _every_rule(app: Flask):
    rules = list(app.url_map.iter_rules())
    assert len(rules) > 20
    return rules


def test_every_route_declares_who_may_use_it(application):
    silent = [
        rule.rule
        for rule in _every_rule(application)
        if not isinstance(requirement_of(application, rule.endpoint), Requirement | Permission)
    ]
    assert not silent


def test_a_route_that_declares_nothing_is_refused(application, tmp_path):
    app = create_app(settings_for(tmp_path))
    app.add_url_rule("/undeclared", "undeclared", lambda: "seen")
    assert app.test_client().get("/undeclared").status_code == 403
    assert app.test_client().post("/undeclared").status_code == 405


def test_paths_are_kebab_case(application):
    odd = [
        rule.rule
        for rule in _every_rule(application)
        for piece in re.sub(r"<[^>]+>", "x", rule.rule).strip("/").split("/")
        if piece and not PIECE.fullmatch(piece)
    ]
    assert not odd


def test_numbers_in_addresses_have_converters(application):
    loose = [
        f"{rule.rule}: {name}"
        for rule in _every_rule(application)
        for name in rule.arguments - WORDS
        if not isinstance(rule._converters[name], IntegerConverter | UUIDConverter)
    ]
    assert not loose


def test_routes_are_of_the_kinds_that_the_tests_of_routes_try(application):
    """A DELETE, or a second address of one view, would be opened by none of them."""
    rules = _every_rule(application)
    assert {method for rule in rules for method in rule.methods} == {"GET", "HEAD", "OPTIONS", "POST"}
    answers = Counter((rule.endpoint, method) for rule in rules for method in rule.methods & {"GET", "POST"})
    assert max(answers.values()) == 1, answers.most_common(3)


def test_no_address_ends_in_a_slash(application):
    """One page, one address: /programme/ and /programme would be two in every letter and bookmark."""
    assert [rule.rule for rule in _every_rule(application) if rule.rule.endswith("/")] == ["/"]


def _kept_addresses() -> set[str]:
    return {line for line in STABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}


def test_addresses_that_others_rely_on_are_all_here(application):
    kept = _kept_addresses()
    here = {rule.rule for rule in rules_for(application, "GET")}
    assert len(kept) > 30
    assert not kept - here, "a public address is gone: people have it in letters, bookmarks and diaries"


def test_addresses_in_letters_are_kept(in_app):
    """Whoever finds a letter again after a year is to come to what it was about."""
    write_every_letter()
    links = {link for letter in db.session.scalars(select(Letter)) for link in links_of(letter)}
    map_of = in_app.url_map.bind("localhost")
    led_to = {map_of.match(link, return_rule=True)[0].rule for link in links}
    assert len(led_to) >= 4
    assert led_to <= _kept_addresses()


def test_methods_a_route_does_not_know_get_a_page_that_says_so(demonstration: Flask, places: Places):
    browser = enter(demonstration, Role.OFFICE)
    token = token_for(browser)
    answering = {method: {rule.rule for rule in rules_for(demonstration, method)} for method in ("GET", "POST")}
    only_read = answering["GET"] - answering["POST"]
    tried = 0
    for name, address in addresses(demonstration, places, "GET").items():
        rule = next(one for one in rules_for(demonstration, "GET") if one.endpoint == name.split(",")[0])
        if rule.rule in only_read:
            page = browser.post(address, {"csrf_token": token}, status=405)
            assert page.heading == "That page cannot be used like this"
            tried += 1
        assert browser.client.put(address, headers={"X-CSRFToken": token}).status_code == 405
        assert browser.client.delete(address, headers={"X-CSRFToken": token}).status_code == 405
        assert browser.client.open(address, method="TRACE").status_code == 405
    assert tried > 10


def test_acts_cannot_be_done_by_opening_their_address(demonstration: Flask, places: Places):
    """A mail gateway or a prefetching browser that opens every link must do nothing."""
    gettable = {rule.rule for rule in rules_for(demonstration, "GET")}
    browser = enter(demonstration, Role.OFFICE)
    acts = [rule for rule in rules_for(demonstration, "POST") if rule.rule not in gettable]
    assert acts
    for rule in acts:
        with demonstration.test_request_context():
            address = url_for(rule.endpoint, **places.of(rule)[0][1])
        answer = browser.get(address, status=None)  # which fails where opening it writes
        # Led to the page that the button stands on, where there is one above; never done.
        led_up = answer.status == 302 and address.startswith(f"{answer.location}/")
        assert led_up or answer.status == 405, f"GET {address}: {answer.status}"


def test_reading_writes_nothing(demonstration: Flask, places: Places):
    """GET is watched by the test browser on every page; here HEAD is, as a mail gateway would send it."""
    writes: list[str] = []

    def noted(connection, cursor, statement, parameters, context, many):
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            writes.append(statement)

    browsers: list[Browser] = [enter(demonstration, role) for role in (None, *Role)]
    with demonstration.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", noted)
    try:
        for browser in browsers:
            for address in addresses(demonstration, places, "GET").values():
                with demonstration.app_context():
                    head = browser.client.head(address)
                assert head.status_code < 500, address
                assert head.get_data() == b"", address
    finally:
        event.remove(engine, "before_cursor_execute", noted)
    assert not writes
