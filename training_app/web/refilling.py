"""A page's form filled in again with what was typed before. Pure: text in, text out.

It works on the finished page, so that no view needs to know of it: whatever form a page shows, it shows it as it was
sent. Fields of passwords and files are never filled.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

Attributes = list[tuple[str, str | None]]
NEVER_FILLED = {"password", "file", "submit", "button", "image", "reset"}
SEEN = "seen"
TICKED = {"checkbox", "radio"}


@dataclass
class Found:
    """A form of the page that sends something: where to, the names of its fields, what is on its first button."""

    number: int
    action: str
    names: set[str] = field(default_factory=set)
    button: str = ""


@dataclass(frozen=True)
class Refilled:
    """The page with its form filled in. `left_over`: what was typed and has no field there now; `button`: its words."""

    html: str
    left_over: Mapping[str, list[str]]
    has_form: bool
    button: str = ""


def is_seen(name: str) -> bool:
    """Does a hidden field of this name hold what the page had shown, to be held against what stands now?"""
    return name == SEEN or name.startswith(f"{SEEN}-")


def refill(html: str, sent_to: str, typed: Mapping[str, list[str]]) -> Refilled:
    """Fill in the form of this page that is sent to this address. One sent elsewhere is about something else.

    Where nothing was sent but the press of a button, any form that is sent there holds it.
    Of its hidden fields only what the page had shown comes back: any other says what the button of today does.
    """
    reader = _Forms()
    reader.feed(html)
    reader.close()
    fitting = [one for one in reader.forms if one.action == sent_to and (one.names & typed.keys() or not typed)]
    if not fitting:
        return Refilled(html, dict(typed), has_form=False)
    best = max(fitting, key=lambda one: (len(one.names & typed.keys()), -one.number))
    writer = _Filling(best.number, typed)
    writer.feed(html)
    writer.close()
    left = {name: values for name, values in writer.waiting.items() if values and name not in reader.buttons}
    return Refilled("".join(writer.out), left, has_form=True, button=" ".join(best.button.split()))


class _Walking(HTMLParser):
    """Knows in which form of the page it stands, counted from 1; 0 is outside all of them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.seen, self.form = 0, 0

    def enter(self, attributes: Attributes) -> bool:
        self.seen += 1
        self.form = self.seen
        return (dict(attributes).get("method") or "").lower() == "post"


class _Forms(_Walking):
    """Lists the forms of a page that are posted."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Found] = []
        self.buttons: set[str] = set()
        self.reading = False  # the words on the first button of a form

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = dict(attrs)
        if tag == "form":
            if self.enter(attrs):
                self.forms.append(Found(self.form, urlsplit(given.get("action") or "").path))
        elif tag in {"input", "select", "textarea", "button"} and self.forms and self.form == self.forms[-1].number:
            self.forms[-1].names.add(given.get("name") or "")
            if tag == "button":
                self.buttons.add(given.get("name") or "")
                self.reading = not self.forms[-1].button

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = 0
        elif tag == "button":
            self.reading = False

    def handle_data(self, data: str) -> None:
        if self.reading:
            self.forms[-1].button += data

    def handle_entityref(self, name: str) -> None:
        self.handle_data(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self.handle_data(unescape(f"&#{name};"))


class _Filling(_Walking):
    """Writes the page anew, with the fields of one form filled in and all else as it was."""

    def __init__(self, number: int, typed: Mapping[str, list[str]]) -> None:
        super().__init__()
        self.number, self.typed = number, typed
        self.waiting = {name: list(values) for name, values in typed.items()}
        self.out: list[str] = []
        self.chosen: str | None = None  # the name of the list at hand, where it was chosen from
        self.skipping = False  # the text of a field that was written already

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag == "form":
            self.enter(attrs)
        self.out.append(self._tag(tag, attrs) if self.form == self.number else self.get_starttag_text() or "")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.form = 0
        elif tag == "select":
            self.chosen = None
        elif tag == "textarea":
            self.skipping = False
        self.out.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self._keep(data)

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self._keep(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._keep(f"<!{decl}>")

    def _keep(self, text: str) -> None:
        if not self.skipping:
            self.out.append(text)

    def _tag(self, tag: str, attrs: Attributes) -> str:
        given = dict(attrs)
        name, raw = given.get("name") or "", self.get_starttag_text() or ""
        if tag == "input" and name:
            return self._input(name, given, attrs, raw)
        if tag == "select" and name in self.typed:
            self.chosen = name
        elif tag == "option" and self.chosen is not None and "value" in given:
            return _with(tag, attrs, selected=self._takes(self.chosen, given["value"]))
        elif tag == "textarea" and name in self.typed:
            self.skipping = True
            # A browser drops the first line break after the tag.
            return raw + "\n" + escape(self._next(name), quote=False)
        return raw

    def _input(self, name: str, given: Mapping[str, str | None], attrs: Attributes, raw: str) -> str:
        kind = (given.get("type") or "text").lower()
        if kind == "hidden" and not is_seen(name):
            self.waiting.pop(name, None)
            return raw
        if kind in NEVER_FILLED or (kind == "radio" and name not in self.typed):
            return raw
        if kind in TICKED:
            return _with("input", attrs, checked=self._takes(name, given.get("value", "on")))
        return _with("input", attrs, value=self._next(name)) if self.waiting.get(name) else raw

    def _takes(self, name: str, value: str | None) -> bool:
        """Is this one of what was ticked or chosen? Then it has found its place."""
        if (value or "") not in self.typed.get(name, []):
            return False
        if (value or "") in self.waiting[name]:
            self.waiting[name].remove(value or "")
        return True

    def _next(self, name: str) -> str:
        """Several fields of one name are filled in the order in which they were sent."""
        values = self.waiting.get(name)
        return values.pop(0) if values else ""


def _with(tag: str, attrs: Attributes, **changed: str | bool) -> str:
    """The tag with these attributes changed; True is an attribute without a value, False is none."""
    kept = [(name, value) for name, value in attrs if name not in changed]
    added: Attributes = [
        (name, None if value is True else str(value)) for name, value in changed.items() if value is not False
    ]
    written = "".join(f" {name}" if value is None else f' {name}="{escape(value)}"' for name, value in kept + added)
    return f"<{tag}{written}>"
