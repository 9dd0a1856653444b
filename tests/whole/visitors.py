"""Who visits the demonstration."""

import re
from collections.abc import Iterable

from flask import Flask

from tests.browser import Browser, Page
from tests.guards import XHTML
from tests.world.signing_in import signed_in, signs_in_anew
from training_app.accounts.queries import generated_users
from training_app.accounts.rules.roles import Role

# Nobody has signed in, then the five roles.
VISITORS: tuple[Role | None, ...] = (None, *Role)


def visitor_name(role: Role | None) -> str:
    return "nobody" if role is None else role.value


def enter(app: Flask, role: Role | None) -> Browser:
    """A browser of the demonstration's own person with this role."""
    return Browser(app) if role is None else signed_in(app, _key_of(app, role), second_factor=False)


def _key_of(app: Flask, role: Role) -> str:
    with app.app_context():
        return signs_in_anew(next(user.id for user in generated_users() if role in user.roles))


def token_for(browser: Browser) -> str:
    """The token that the forms of this visitor carry."""
    with browser.app.app_context():
        page = browser.client.get("/account" if _is_signed_in(browser) else "/sign-in").get_data(as_text=True)
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found, "the page carries no token"
    return found[1]


def _is_signed_in(browser: Browser) -> bool:
    with browser.client.session_transaction() as cookie:
        return "_user_id" in cookie


def hrefs(page: Page) -> Iterable[str]:
    """Where the links of a page lead."""
    if page.tree is None:
        return []
    return [one.get("href", "") for one in page.tree.iter(f"{XHTML}a")]
