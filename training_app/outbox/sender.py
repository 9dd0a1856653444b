"""What the installation's settings say of letters: from whom they come, how long one may be held."""

from datetime import timedelta
from email.utils import parseaddr

from training_app.installation import settings


def lease() -> timedelta:
    """How long a worker may hold a letter before another may try it.

    Longer than every time-out of one sending together: a letter goes out twice only when its worker died.
    """
    return timedelta(seconds=settings().letter_lease)


def sender_address() -> str:
    """The bare address letters come from, which the mail server is told."""
    return parseaddr(settings().mail_from)[1]


def sender_domain() -> str:
    """The domain letters come from; it ends every Message-ID, as mail filters expect."""
    return sender_address().rpartition("@")[2] or "localhost"
