"""Forms as a browser would send them, and whose sign-in it is."""

from flask import Flask

from tests.browser import Page
from tests.guards import XHTML
from tests.world.signing_in import signs_in_anew, user_of
from training_app.accounts.rules.roles import Role
from training_app.registers.rules.marks import AbsenceReason

THIRTY = 30


def key_of(app: Flask, role: Role) -> str:
    """They sign in in one more browser."""
    with app.app_context():
        return signs_in_anew(user_of(role).id)


def fields(page: Page, action: str) -> dict[str, str]:
    """What a browser would send of the page's form as it stands."""
    sent: dict[str, str] = {}
    form = next(one for one in page.tree.iter(f"{XHTML}form") if one.get("action") == action)
    for one in form.iter(f"{XHTML}input", f"{XHTML}select", f"{XHTML}textarea"):
        kind, name = one.get("type"), one.get("name")
        if one.tag.endswith("select"):
            chosen = [o for o in one.iter(f"{XHTML}option") if o.get("selected") is not None]
            sent[name] = chosen[0].get("value") if chosen else ""
        elif one.tag.endswith("textarea"):
            sent[name] = (one.text or "").removeprefix("\n")
        elif name and kind not in {"submit", "button"} and (kind not in {"radio", "checkbox"}
                                                            or one.get("checked") is not None):
            sent[name] = one.get("value") or ""
    return sent


def marked(page: Page, action: str) -> dict[str, str]:
    """The register's form with everybody marked, some with a reason, and a walk-in begun."""
    typed = fields(page, action)
    keys = [name.removeprefix("seen-") for name in typed if name.startswith("seen-")]
    assert len(keys) == THIRTY
    for number, key in enumerate(keys):
        typed[f"mark-{key}"] = "absent" if number % 3 == 0 else "attended"
        if number % 3 == 0:
            typed[f"why-{key}"] = AbsenceReason.ILL.value
    return typed | {"walk_in_name": "Zoë “Zed” O’Hara <b>", "walk_in_post": "Nurse & mentor"}


def without_token(typed: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if name != "csrf_token"}
