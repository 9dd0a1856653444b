"""From whom letters come: what the installation's settings say."""

from email.utils import parseaddr

from flask import current_app

from training_app.config import Settings


def settings() -> Settings:
    given: Settings = current_app.extensions["settings"]
    return given


def sender_address() -> str:
    """The bare address letters come from, which the mail server is told."""
    return parseaddr(settings().mail_from)[1]


def sender_domain() -> str:
    """The domain letters come from; it ends every Message-ID, as mail filters expect."""
    return sender_address().rpartition("@")[2] or "localhost"
