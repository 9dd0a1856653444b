"""Letters on their way out: claimed in one short transaction, sent outside any, marked in the next.

A worker that dies between sending and marking leaves a lease behind. When it runs out the letter is sent once
more under the same Message-ID: at least once, never lost, and one letter to the reader's mailbox.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from training_app import clock
from training_app.database import transaction
from training_app.installation import settings
from training_app.outbox.commands import ClaimedLetter, claim_due, claim_letter, mark_failed, mark_sent
from training_app.outbox.composing import as_on_the_wire, compose
from training_app.outbox.mailers import FolderMailer, Mailer, SmtpMailer, Undelivered, greeting_of
from training_app.outbox.queries import is_any_claimable, is_on_its_way
from training_app.outbox.sender import lease, sender_address

# For one letter, all in all. A person is waiting for the page, a worker is not.
SECONDS_IN_A_WORKER = 60.0
SECONDS_IN_A_VIEW = 4.0
# While a silent server holds one page, the others leave their letters to the worker after this.
SECONDS_TO_WAIT_FOR_ANOTHER = 0.5
# One letter to a claim: what a killed worker held up until its lease ends is one letter.
AT_A_TIME = 1
# One round at a time in a process, for the same reason.
_round_under_way = threading.Lock()
# One page at a time in a process sends, so that a mail server that is silent stops one page and not all.
_page_is_sending = threading.Lock()

log = logging.getLogger(__name__)


@dataclass
class Round:
    """What one round of sending came to. `unreachable`: it was broken off, the mail server being away."""

    sent: int = 0
    failed: int = 0
    unreachable: bool = False

    def __str__(self) -> str:
        away = ", mail server not reached" if self.unreachable else ""
        return f"{self.sent} sent, {self.failed} not sent{away}"


def mailer(timeout: float = SECONDS_IN_A_WORKER) -> Mailer:
    """The way out that the settings name: the mail server if there is one, else the folder."""
    given = settings()
    if given.smtp_url:
        host = urlsplit(given.base_url).hostname or "localhost"
        return SmtpMailer(given.smtp_url, greeting=greeting_of(host), timeout=timeout)
    return FolderMailer(given.mail_folder)


def _never() -> bool:
    return False


def _nothing() -> None:
    pass


def deliver_due(should_stop: Callable[[], bool] = _never) -> Round:
    """Send every letter that is due, until none is left, we are asked to stop, or the mail server is away.

    What became of one letter is noted in the transaction that claims the next.
    """
    if not _round_under_way.acquire(blocking=False):
        return Round()
    way_out, done = mailer(), Round()
    note: Callable[[], object] = _nothing
    try:
        with transaction():
            if not is_any_claimable(clock.now(), lease()):
                return done
        while True:
            with transaction():
                note()
                is_over = should_stop() or done.unreachable
                claims = [] if is_over else claim_due(clock.now(), AT_A_TIME, lease())
            if not claims:
                return done
            note = _deliver(claims[0], way_out, done)
    finally:
        way_out.close()
        _round_under_way.release()


def deliver_now(letter_id: int) -> bool:
    """Send this letter at once, for a view that has just committed it and a person who waits for a code.

    Within a few seconds all in all, and where another page is just sending, not at all: the worker does then. Never
    raises: if anything went wrong, the letter is still in the queue for the worker. True if it went, or if a worker
    was quicker and has it in hand.
    """
    if not _page_is_sending.acquire(timeout=SECONDS_TO_WAIT_FOR_ANOTHER):
        return False
    try:
        return _send_at_once(letter_id)
    finally:
        _page_is_sending.release()


def _send_at_once(letter_id: int) -> bool:
    done = Round()
    try:
        with transaction():
            claim = claim_letter(letter_id, clock.now(), lease())
        if claim is None:
            return is_on_its_way(letter_id)
        way_out = mailer(SECONDS_IN_A_VIEW)
        try:
            note = _deliver(claim, way_out, done)
            with transaction():
                note()
        finally:
            way_out.close()
    except Exception as error:
        log.error("Letter %s was not sent at once: %s", letter_id, type(error).__name__)
    return done.sent == 1


def _deliver(claim: ClaimedLetter, way_out: Mailer, done: Round) -> Callable[[], object]:
    """Hand the letter over; gives what notes in the database how that went."""
    # The log names letters by number only: who gets them, and what a server says of an address, is personal.
    try:
        message = compose(claim, settings().mail_from, clock.now())
        way_out.send(message, sender_address(), as_on_the_wire(claim.recipient))
    except Undelivered as failure:
        done.unreachable = failure.unreachable
        return _failed(claim, str(failure), done, for_good=failure.for_good)
    except ValueError:
        reason = "It cannot be written as an e-mail: check the address and the subject."
        return _failed(claim, reason, done, for_good=True)
    done.sent += 1
    log.info("Letter %s (%s) sent at attempt %s", claim.id, claim.kind, claim.attempts)
    return partial(mark_sent, claim, clock.now())


def _failed(claim: ClaimedLetter, reason: str, done: Round, *, for_good: bool) -> Callable[[], object]:
    done.failed += 1
    log.warning("Letter %s (%s) not sent at attempt %s", claim.id, claim.kind, claim.attempts)
    return partial(mark_failed, claim, reason, clock.now(), for_good=for_good)
