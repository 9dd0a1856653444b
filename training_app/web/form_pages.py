"""On which page of ours the form stands that was sent to an address."""

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException


def page_of_form() -> str:
    """The page that what was sent was typed on: its own address, or where the browser says it comes from."""
    if is_a_page(request.path):
        return request.full_path.rstrip("?")
    here, before = request.host_url.rstrip("/") + request.script_root, request.referrer or ""
    page = before.removeprefix(here) if before.startswith(f"{here}/") else ""
    if page and not page.startswith("//") and "\\" not in page and is_a_page(urlsplit(page).path):
        return page
    return page_above() or ""


def is_a_page(path: str) -> bool:
    try:
        current_app.url_map.bind_to_environ(request.environ).match(path, method="GET")
    except HTTPException:
        return False
    return True


def page_above() -> str | None:
    """The page that the button stands on which sends to this address: /bookings/K7CM9XWD for …/K7CM9XWD/accept.

    Someone who presses enter in the address bar, or comes back to it, is shown that page, and nothing is done.
    """
    path = request.path
    while path.count("/") > 1:
        path = path.rpartition("/")[0]
        if is_a_page(path):
            return path
    return None
