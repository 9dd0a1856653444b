"""A test client that behaves like a careful browser and holds every page against the guards."""

import re
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask
from lxml import etree
from sqlalchemy import event
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.guards import MOST_QUERIES, XHTML, check_page, words_of
from tests.staying_in import Client
from training_app.extensions import db
from training_app.installation import of

WRITES = ("INSERT", "UPDATE", "DELETE")
# What lock_rows says: it changes nothing, so an act that was refused under its lock leaves nothing behind.
LOCK = re.compile(r"UPDATE (\S+) SET id=\1\.id WHERE")


@dataclass
class Statements:
    """What one request asked of the database."""

    count: int = 0
    uncommitted: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)


@contextmanager
def watched(app: Flask):
    seen = Statements()

    def executed(connection, cursor, statement, parameters, context, many):
        seen.count += 1
        if statement.lstrip().upper().startswith(WRITES):
            seen.writes.append(statement)
            if not LOCK.match(statement):
                seen.uncommitted.append(statement)

    def committed(connection):
        seen.uncommitted.clear()

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", executed)
    event.listen(engine, "commit", committed)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", executed)
        event.remove(engine, "commit", committed)


class Page:
    """An answer, with its parsed tree when it is HTML."""

    def __init__(self, response: TestResponse, tree: etree._Element | None) -> None:
        self.response = response
        self.status = response.status_code
        self.tree = tree

    @property
    def text(self) -> str:
        """Everything a person can read on it, in one line."""
        assert self.tree is not None
        return words_of(self.tree.find(f".//{XHTML}body"))

    @property
    def heading(self) -> str:
        assert self.tree is not None
        return words_of(self.tree.find(f".//{XHTML}h1"))

    @property
    def location(self) -> str:
        return self.response.headers["Location"]

    @property
    def links(self) -> dict[str, str]:
        assert self.tree is not None
        return {words_of(a): a.get("href", "") for a in self.tree.iter(f"{XHTML}a")}

    def form(self, action: str | None = None) -> etree._Element:
        """The POST form on the page (the one whose action ends so, where there are several in main)."""
        assert self.tree is not None
        main = self.tree.find(f".//{XHTML}main")
        forms = [
            one
            for one in main.iter(f"{XHTML}form")
            if (one.get("method") or "").lower() == "post"
            and (action is None or (one.get("action") or "").endswith(action))
        ]
        assert len(forms) == 1, f"{len(forms)} forms fit on {self.response.request.path}"
        return forms[0]


class Browser:
    """Opens pages and sends the forms that are on them, hidden fields and CSRF token included."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = Client(app, app.response_class)
        self.site_name = of(app).settings.site.name

    def get(self, path: str, *, status: int | None = 200, most_queries: int = MOST_QUERIES) -> Page:
        """Open a page. With `status=None` any answer will do, and the caller looks."""
        # A context of its own for each request: otherwise g, and with it the signed-in user, would leak.
        with watched(self.app) as seen, self.app.app_context():
            response = self.client.get(path)
        assert status in {None, response.status_code}, f"GET {path}: {response.status_code}, not {status}"
        assert not seen.writes, f"GET {path} wrote to the database: {seen.writes[:2]}"
        assert seen.count <= most_queries, f"GET {path}: {seen.count} queries"
        return self.read(response)

    def follow(self, page: Page) -> Page:
        return self.get(page.location)

    def send(
        self, page: Page, typed: Mapping[str, object] | None = None, *, action: str | None = None, status: int = 302
    ) -> Page:
        """Send the form on this page with what a person typed over what it holds."""
        return self.post(*filled(page, typed, action=action), status=status)

    def post(self, path: str, data: Mapping[str, object], *, status: int | None = 302) -> Page:
        with watched(self.app) as seen, self.app.app_context():
            response = self.client.post(path, data=data)
        assert status in {None, response.status_code}, f"POST {path}: {response.status_code}, not {status}"
        assert not seen.uncommitted, f"POST {path} left writes uncommitted: {seen.uncommitted[:2]}"
        return self.read(response)

    def read(self, response: TestResponse) -> Page:
        """An answer as a page, held against the guards."""
        is_html = response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 304, 308}
        return Page(response, check_page(response, self.site_name) if is_html else None)


def filled(
    page: Page, typed: Mapping[str, object] | None = None, *, action: str | None = None
) -> tuple[str, MultiDict[str, str]]:
    """Where the form on this page goes, and what it holds with what a person typed over it."""
    form = page.form(action)
    data = held_by(form)
    for name, value in (typed or {}).items():
        data.setlist(name, list(value) if isinstance(value, list | tuple) else [str(value)])
    return form.get("action") or page.response.request.full_path, data


def held_by(form: etree._Element) -> MultiDict[str, str]:
    """What a browser would send for the form as it stands."""
    data: MultiDict[str, str] = MultiDict()
    for control in form.iter(f"{XHTML}input", f"{XHTML}textarea", f"{XHTML}select"):
        name, kind = control.get("name"), control.get("type", "text")
        if not name or kind in {"submit", "button", "file"}:
            continue
        if control.tag == f"{XHTML}select":
            chosen = [one for one in control.iter(f"{XHTML}option") if one.get("selected") is not None]
            options = chosen or list(control.iter(f"{XHTML}option"))[:1]
            for option in options:
                data.add(name, option.get("value", words_of(option)))
        elif control.tag == f"{XHTML}textarea":
            data.add(name, control.text or "")
        elif kind not in {"radio", "checkbox"} or control.get("checked") is not None:
            data.add(name, control.get("value", "on" if kind == "checkbox" else ""))
    return data
