"""Cookies and the tokens of forms are signed with HMAC-SHA-256. What Flask and Flask-WTF would use is SHA-1."""

from hashlib import sha256

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer


class _Sessions(SecureCookieSessionInterface):
    digest_method = staticmethod(sha256)


def init_app(app: Flask) -> None:
    app.session_interface = _Sessions()
    # For Flask-WTF, which takes the signer as the library gives it, and for serializers of our own.
    Signer.default_digest_method = staticmethod(sha256)
