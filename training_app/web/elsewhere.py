"""A form that the page of another site sends is refused, whatever token it brings: see docs/security.md."""

from urllib.parse import urlsplit

from flask import Flask, request
from flask_wtf.csrf import CSRFError

from training_app.installation import settings

ONLY_READS = {"GET", "HEAD", "OPTIONS"}


def is_from_elsewhere() -> bool:
    """Did the page of another site send this? Then nothing of ours is set or put in the place of anything.

    The browser says so itself, in headers that no page can set; an old one that says nothing is not asked for a
    referrer, which many people do not send. One that is sent has to be ours.
    """
    site = request.headers.get("Sec-Fetch-Site", "")
    if site == "same-origin":
        return False
    sent_from = request.headers.get("Origin") or request.referrer
    return site == "cross-site" or (sent_from is not None and not is_ours(sent_from))


def is_ours(address: str) -> bool:
    """Is this address, or the origin of one, on this site?"""
    try:
        from_where = urlsplit(address)
    except ValueError:
        return False
    # Where we speak HTTPS, a page that came without it may have been changed on its way.
    if (settings().secure_cookies or request.is_secure) and from_where.scheme != "https":
        return False
    return from_where.netloc in {request.host, urlsplit(settings().base_url).netloc}


def _refuse() -> None:
    if request.endpoint is not None and request.method not in ONLY_READS and is_from_elsewhere():
        raise CSRFError("Sent by the page of another site")


def init_app(app: Flask) -> None:
    app.before_request(_refuse)
