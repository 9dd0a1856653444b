"""Whatever anybody types, in the address or in a form, on either database: an answer, never a fault."""

import re
from collections.abc import Iterator, Mapping

import pytest
from flask import Flask, url_for
from lxml import etree

from tests.guards import XHTML
from tests.whole.crawling import Visited, endpoint_of, visit
from tests.whole.places import Places, places_to_try, rules_for
from tests.whole.visitors import enter, token_for, visitor_name
from training_app.accounts.rules.roles import Role

ODD_IN_PATHS = (
    "0", "-1", "9" * 12, "9" * 30, "x" * 3000, "2024-26", "9999-00", "0000-01", "%00", "%FF", "<b>", "..%2f",
)  # fmt: skip
ODD_TYPED = ("a\x00b", "9" * 20_000, "\u202e\U0001f98a\ufeff=1+1<b>{{7*7}}", "\r\nBcc: x@evil.example")
# What no page of ours holds, in what a page carries along unseen or offers to choose from.
ODD_CARRIED = (
    "9" * 30, "-1", "\n\n\n", "[" * 100_000, '{"Title": "\\ud800", "Name": "\\ud800"}', "000001" + "0" * 5000,
)  # fmt: skip
ODD_IN_QUERIES = ("0", "-1", "9" * 30, "x" * 3000, "%00", "%FF")


def test_no_address_makes_the_service_stumble(in_service: Flask):
    """Whatever stands where a number, a year or a word of the search should: a page, never a fault."""
    client = enter(in_service, Role.OFFICE).client
    stumbled = []
    for address in _odd_addresses(in_service, places_to_try(in_service)):
        with in_service.app_context():
            status = client.get(address).status_code
        if status >= 500:
            stumbled.append(f"{status} {address[:200]}")
    assert not stumbled


@pytest.mark.parametrize("role", [None, Role.PRACTITIONER, Role.OFFICE], ids=visitor_name)
def test_nothing_typed_makes_the_service_stumble(in_service: Flask, role: Role | None):
    """Every form that a visitor meets, with odd words in all its boxes."""
    tried: set[str] = set()
    stumbled = []
    for visited in visit(in_service, places_to_try(in_service), role, most_of_a_kind=1):
        for form in _forms_of(visited):
            action = form.get("action") or visited.address
            if endpoint_of(in_service, action, "POST") in tried:
                continue
            tried.add(endpoint_of(in_service, action, "POST"))
            sent = [*(_filled(form, word) for word in ODD_TYPED), *_carried(form)]
            stumbled += [f"{action} with {_odd(data)}" for data in sent if _stumbles(in_service, role, form, data)]
    assert tried and not stumbled


def _stumbles(app: Flask, role: Role | None, form: etree._Element, sent: Mapping[str, str]) -> bool:
    browser = enter(app, role)  # afresh: what was sent before may have signed this one out
    data = {**sent, "csrf_token": token_for(browser)}
    with app.app_context():
        return browser.client.post(form.get("action"), data=data).status_code >= 500


def _odd(sent: Mapping[str, str]) -> list[str]:
    return [f"{name}={value[:20]!r}" for name, value in sent.items() if value in {*ODD_TYPED, *ODD_CARRIED}]


def _forms_of(visited: Visited) -> list[etree._Element]:
    if visited.page.tree is None:
        return []
    main = visited.page.tree.find(f".//{XHTML}main")
    return [form for form in main.iter(f"{XHTML}form") if (form.get("method") or "").lower() == "post"]


def _filled(form: etree._Element, word: str) -> dict[str, str]:
    """The form as it would be sent with this word in every box, and the first of every choice."""
    data = {}
    for control in form.iter(f"{XHTML}input", f"{XHTML}textarea", f"{XHTML}select"):
        name, kind = control.get("name"), control.get("type", "text")
        if name and kind in {"radio", "checkbox", "hidden"}:
            data.setdefault(name, control.get("value", "on"))
        elif name and control.tag == f"{XHTML}select":
            data[name] = list(control.iter(f"{XHTML}option"))[-1].get("value", "")
        elif name:
            data[name] = f"{word}@school.example" if kind == "email" else word
    return data


def _carried(form: etree._Element) -> Iterator[dict[str, str]]:
    """The form as it stands, with one odd value in one of the things that nobody types; of many rows, in one."""
    unseen, tried = {"radio", "checkbox", "hidden"}, {"csrf_token"}
    as_it_stands = _filled(form, "7")
    for control in form.iter(f"{XHTML}input", f"{XHTML}select"):
        name = control.get("name", "")
        kind = re.sub(r"\d+", "", name)
        if kind and kind not in tried and (control.tag == f"{XHTML}select" or control.get("type") in unseen):
            tried.add(kind)
            yield from ({**as_it_stands, name: word} for word in ODD_CARRIED)


def _odd_addresses(app: Flask, places: Places) -> list[str]:
    odd: list[str] = []
    asked: dict[str, set[str]] = {}
    for rule in rules_for(app, "GET"):
        with app.test_request_context():
            whole = url_for(rule.endpoint, **places.of(rule)[0][1])
        for name in rule.arguments:
            given = places.of(rule)[0][1][name]
            odd += [whole.replace(f"/{given}", f"/{word}") for word in ODD_IN_PATHS]
        odd.append(f"{whole}?page={'9' * 30}")
    # What else can be asked for is read off the links and the search forms.
    for visited in visit(app, places, Role.OFFICE, most_of_a_kind=1):
        address, _, query = visited.address.partition("?")
        asked.setdefault(address, set()).update(piece.partition("=")[0] for piece in query.split("&") if piece)
    odd += [f"{address}?{name}={word}" for address, names in asked.items() for name in names for word in ODD_IN_QUERIES]
    return odd
