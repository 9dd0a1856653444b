"""Finds the pages of the demonstration as a visitor would: by following links from where they begin."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from flask import Flask
from lxml import etree
from werkzeug.exceptions import HTTPException

from tests.browser import Browser, Page
from tests.guards import XHTML
from tests.whole.places import Places, addresses
from tests.whole.visitors import enter
from training_app.accounts.rules.permissions import PERMISSIONS_OF
from training_app.accounts.rules.roles import Role
from training_app.web.access import requirement_of
from training_app.web.rules import Requirement

MAP = "the map of addresses"


@dataclass(frozen=True)
class Visited:
    """A page that opened, where it was found, and whose route it is."""

    address: str
    endpoint: str
    found_on: str
    page: Page


def visit(app: Flask, places: Places, role: Role | None, most_of_a_kind: int) -> Iterator[Visited]:
    """Every kind of page this visitor can reach: by links, and by the map for what no link leads to.

    Of pages of one kind (one route, asked for in one way) at most so many are opened.
    """
    browser = enter(app, role)
    waiting = deque((address, MAP) for address in ("/", *addresses(app, places, "GET").values()))
    met: set[str] = set()
    opened: Counter[tuple[str, tuple[str, ...]]] = Counter()
    while waiting:
        address, found_on = waiting.popleft()
        endpoint = endpoint_of(app, address)
        kind = (endpoint, tuple(sorted({name for name, _ in parse_qsl(urlsplit(address).query)})))
        by_hand = found_on == MAP
        if address in met or (opened[kind] >= most_of_a_kind and not by_hand):
            continue
        if by_hand and not _may_open(app, address, role):
            continue  # not met, though: a page that leads a visitor there is at fault
        met.add(address)
        page = open_page(browser, address, found_on, may_be_missing=by_hand)
        if page.status == 404:
            continue  # the row is another person's: who sees which is asked in test_roles.py
        opened[kind] += 1
        yield Visited(address, endpoint, found_on, page)
        waiting.extend((link, address) for link in links_of(page, address))


def pages_of(app: Flask, places: Places, role: Role | None, most_of_a_kind: int) -> dict[str, str]:
    """Addresses of pages by what they are, one or more of each kind that this visitor can reach."""
    # By the route that answered in the end: some addresses lead on to another page.
    return {
        one.address: endpoint_of(app, one.page.response.request.path)
        for one in visit(app, places, role, most_of_a_kind)
        if one.page.tree is not None
    }


def endpoint_of(app: Flask, address: str, method: str = "GET") -> str:
    try:
        endpoint, _ = app.url_map.bind("localhost").match(urlsplit(address).path, method)
    except HTTPException:
        return "no route"
    return str(endpoint)


def _may_open(app: Flask, address: str, role: Role | None) -> bool:
    requirement = requirement_of(app, endpoint_of(app, address))
    if requirement in (Requirement.NOTHING, Requirement.DEMONSTRATION):
        return True
    return role is not None and (requirement is Requirement.SIGN_IN or requirement in PERMISSIONS_OF[role])


def open_page(browser: Browser, address: str, found_on: str, *, may_be_missing: bool) -> Page:
    """Open it as the careful browser does, following where it leads."""
    page = browser.get(address, status=None)
    for _ in range(5):
        if page.status == 200 or (page.status == 404 and may_be_missing):
            return page
        assert page.status == 302, f"{found_on} leads to {address}, which answers {page.status}"
        page = browser.get(page.location, status=None)
    raise AssertionError(f"{found_on} leads to {address}, which leads in circles")


def links_of(page: Page, address: str) -> Iterator[str]:
    """The addresses of this site that a page leads to: its links, and what its search forms can ask for."""
    if page.tree is None:
        return
    for link in page.tree.iter(f"{XHTML}a"):
        target = urldefrag(urljoin(address, link.get("href") or "")).url
        if target.startswith("/") and not target.startswith("//"):
            yield target
    for form in page.tree.iter(f"{XHTML}form"):
        if (form.get("method") or "get").lower() == "get":
            yield from _searches(form, urljoin(address, form.get("action") or address))


def _searches(form: etree._Element, action: str) -> Iterator[str]:
    for choice in form.iter(f"{XHTML}select"):
        for option in choice.iter(f"{XHTML}option"):
            yield f"{action}?{urlencode({choice.get('name'): option.get('value', '')})}"
    for box in form.iter(f"{XHTML}input"):
        if box.get("type", "text") in {"text", "search"} and box.get("name"):
            yield f"{action}?{urlencode({box.get('name'): 'neglect'})}"
            yield f"{action}?{urlencode({box.get('name'): '<b>“nobody wrote this”</b>'})}"
