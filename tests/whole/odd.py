"""Requests as nobody should send them: the forms of the site with fields missing, doubled, empty, long or odd."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from flask import Flask
from lxml import etree

from tests.browser import held_by
from tests.guards import XHTML
from tests.whole.crawling import Visited, endpoint_of, visit
from tests.whole.places import Places, addresses
from training_app.accounts.rules.roles import Role

ODD_VALUES = (
    "", " ", "0", "-1", "1.5", "2147483647", "2147483648", "9223372036854775808", "9" * 30, "9" * 5000, "1e400", "nan",
    "a\x00b", "\x7f", "\ufeff\u200b\u00ad", "\u202e\U0001f98a", "e\u0301" * 300, "x" * 3000, "<b>{{7*7}}</b>",
    "'; DROP TABLE person; --", "%s%n", "../../etc/passwd", "\r\nBcc: x@evil.example", "=1+1", "null", "on", "true",
    "31/02/2027", "0001-01-01", "9999-12-31", "99:99", "25pm", "2027-03-28 01:30", "[]", '{"a": "\\ud800"}', "[" * 9000,
    "O’Rourke", "a@b", "x" * 300 + "@school.example", "jo@[127.0.0.1]", "00000000-0000-0000-0000-000000000000",
)  # fmt: skip
# What no browser sends, as it goes over the line: half a character, an escape that is none, a field without a name.
ODD_BODIES = (b"a=%ED%A0%80&b=%zz", b"%00=%00", b"&&&===", b"\xff\xfe\x00", b"name=" + b"%E2%80" * 500)
ODD_PIECES = ("0", "-1", "2147483648", "9" * 30, "x" * 3000, "%00", "%FF", "..%2f", "2024-26", "9999-00", "<b>", "é")


@dataclass(frozen=True)
class Request:
    """One request, ready to be sent by a test client."""

    method: str
    address: str
    pairs: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    content_type: str = "application/x-www-form-urlencoded"

    def payload(self, token: str) -> bytes:
        if self.body is not None:
            return self.body + b"&" + urlencode({"csrf_token": token}).encode()
        return urlencode([*self.pairs, ("csrf_token", token)]).encode()


@dataclass
class Site:
    """What can be asked of the site by one visitor: addresses that opened, and the forms found on them."""

    pages: list[str] = field(default_factory=list)
    forms: list[tuple[str, tuple[tuple[str, str], ...]]] = field(default_factory=list)


def site_of(app: Flask, places: Places, role: Role | None) -> Site:
    """The pages that a visitor reaches, and each kind of form on them once."""
    site, kinds = Site(), set()
    for visited in visit(app, places, role, most_of_a_kind=1):
        site.pages.append(visited.address)
        for form in _forms_of(visited):
            action = form.get("action") or visited.address
            pairs = _pairs_of(form)
            kind = (endpoint_of(app, action, "POST"), tuple(sorted({name for name, _ in pairs})))
            if kind not in kinds:
                kinds.add(kind)
                site.forms.append((action, pairs))
    return site


def _pairs_of(form: etree._Element) -> tuple[tuple[str, str], ...]:
    """What the form holds, the first of each choice where none is made, and its named buttons."""
    held = held_by(form)
    for control in form.iter(f"{XHTML}input", f"{XHTML}button"):
        name = control.get("name")
        if name and name not in held and control.get("type") != "file":
            held.add(name, control.get("value", "on"))
    return tuple((name, value) for name, value in held.items(multi=True) if name != "csrf_token")


def _forms_of(visited: Visited) -> Iterator[etree._Element]:
    if visited.page.tree is not None:
        for form in visited.page.tree.iter(f"{XHTML}form"):
            if (form.get("method") or "").lower() == "post":
                yield form


def odd_requests(
    app: Flask, places: Places, sites: Mapping[Role | None, Site], chance: random.Random
) -> Iterator[tuple[Role | None, Request]]:
    """Without end: a visitor, and what they send. The same seed gives the same requests."""
    by_endpoint = {endpoint_of(app, action, "POST"): pairs for site in sites.values() for action, pairs in site.forms}
    posts = list(addresses(app, places, "POST").values())
    visitors = list(sites)
    while True:
        visitor = chance.choice(visitors)
        site, kind = sites[visitor], chance.random()
        if kind < 0.55 and site.forms:
            yield visitor, _posted(*chance.choice(site.forms), chance)
        elif kind < 0.75:
            address = chance.choice(posts)
            yield visitor, _posted(address, by_endpoint.get(endpoint_of(app, address, "POST"), ()), chance)
        else:
            yield visitor, _got(chance.choice(site.pages), chance)


def _posted(address: str, pairs: tuple[tuple[str, str], ...], chance: random.Random) -> Request:
    if chance.random() < 0.03:
        return Request("POST", address, body=chance.choice(ODD_BODIES))
    changed = list(pairs)
    if chance.random() < 0.15:
        address = _odd_path(address, chance)
    for _ in range(chance.randint(0, 3)):
        _spoil(changed, chance)
    return Request("POST", address, tuple(changed))


def _spoil(pairs: list[tuple[str, str]], chance: random.Random) -> None:
    if not pairs:
        pairs.append((chance.choice(("page", "version", "next", "q", "x" * 200)), chance.choice(ODD_VALUES)))
        return
    at = chance.randrange(len(pairs))
    name, value = pairs[at]
    ways = (
        lambda: pairs.pop(at),
        lambda: pairs.__setitem__(at, (name, chance.choice(ODD_VALUES))),
        lambda: pairs.__setitem__(at, (name, chance.choice(ODD_VALUES))),
        lambda: pairs.append((name, chance.choice(ODD_VALUES))),
        lambda: pairs.append((name, value)),
        lambda: pairs.__setitem__(at, (name, chance.choice(pairs)[1])),
        lambda: pairs.__setitem__(at, (f"{name}-{chance.choice(ODD_PIECES)[:40]}", value)),
        lambda: pairs.clear() if chance.random() < 0.2 else pairs.pop(at),
    )
    chance.choice(ways)()


def _got(address: str, chance: random.Random) -> Request:
    path, _, query = address.partition("?")
    if chance.random() < 0.5:
        path = _odd_path(path, chance)
    names = [piece.partition("=")[0] for piece in query.split("&") if piece] + ["page", "q", "next", "version", "show"]
    odd = (*ODD_VALUES[:30], *ODD_PIECES)
    asked = [(chance.choice(names), chance.choice(odd)) for _ in range(chance.randint(0, 2))]
    return Request("GET", f"{path}?{urlencode(asked)}" if asked else path)


def _odd_path(path: str, chance: random.Random) -> str:
    pieces = path.split("/")
    at = chance.randrange(1, len(pieces)) if len(pieces) > 1 else 0
    pieces[at] = quote(chance.choice(ODD_PIECES), safe="%")
    return "/".join(pieces)
