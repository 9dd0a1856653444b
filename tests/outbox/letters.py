"""Letters to test with, and a mail server that can be told to refuse."""

import asyncio
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.controller import Controller

from tests.serving import free_port
from tests.world.letters import make_letter
from training_app.database import transaction
from training_app.extensions import db
from training_app.outbox.commands import ClaimedLetter
from training_app.outbox.composing import compose
from training_app.outbox.models import Letter


def queue_letter(**changes: object) -> int:
    """Queue one letter, commit, and return its number."""
    with transaction():
        return make_letter(**changes).id


def letter_as_stored(letter_id: int) -> Letter:
    db.session.rollback()
    return db.session.get_one(Letter, letter_id)


def composed(subject: str, sender: str = "Safeguarding training <training@partnership.example>") -> EmailMessage:
    """A letter with this subject, as it goes out."""
    now = datetime(2027, 5, 10, 9, tzinfo=UTC)
    claim = ClaimedLetter(
        id=1, message_id="<1@partnership.example>", kind="booking confirmed", recipient="bryony@agency.example",
        subject=subject, body="Dear Bryony\n", attachment=None, attempts=1, sealed=False, lease_until=now,
    )  # fmt: skip
    return compose(claim, sender, now)


class Sink:
    """What the mail server does with letters: takes its time, remembers them, refuses when told to.

    `answers_late`: it has the letter at once and takes its time to say so, as a busy server does.
    `holds_after`: so many letters it takes; the next it is `holding` until `let_go` is set.
    """

    def __init__(self, seconds: float = 0.0, *, answers_late: bool = False, holds_after: int | None = None) -> None:
        self.seconds = seconds
        self.holds_after = holds_after
        self.holding, self.let_go = threading.Event(), threading.Event()
        self.answers_late = answers_late
        self.arrived: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.senders: list[str] = []
        self.answer_recipient = ""
        self.answer_data = ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answer_recipient:
            return self.answer_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if self.answer_data:
            return self.answer_data
        while len(self.arrived) == self.holds_after and not self.let_go.is_set():
            self.holding.set()
            await asyncio.sleep(0.01)
        if not self.answers_late:
            await asyncio.sleep(self.seconds)
        self.arrived.append(message_from_bytes(envelope.content, policy=default))
        self.recipients.append(list(envelope.rcpt_tos))
        self.senders.append(envelope.mail_from)
        if self.answers_late:
            await asyncio.sleep(self.seconds)
        return "250 Message accepted for delivery"

    @property
    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.arrived]


@contextmanager
def mail_server(sink: Sink, port: int = 0):
    """A real SMTP server on this machine; gives its address."""
    controller = Controller(sink, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()
