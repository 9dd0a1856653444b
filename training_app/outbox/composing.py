"""A claimed letter as an e-mail message."""

import re
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from functools import cache

from training_app.outbox.attachments import Attachment
from training_app.outbox.commands import ClaimedLetter

# RFC 2047: an encoded word has at most 75 characters, and the line that it stands on 76.
LONGEST_LINE = 75


# An address that goes on the wire as it stands. Any other is looked at by Python's own reader of addresses.
PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_'+-]+(\.[A-Za-z0-9_'+-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class _Wired(str):
    """A header that knows how it goes on the wire; a policy stores and folds it as it says.

    The folding of Python's own policies takes a line apart between words of which only some are encoded: readers then
    see a space too many, one too few, or the raw code. It also reads each header letter by letter, twice, which took
    longer than all else about a letter.
    """

    name: str
    wire: str

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self.wire}".replace("\n", policy.linesep) + policy.linesep


def _wired(name: str, words: str, wire: str | None = None) -> _Wired:
    """Raises ValueError for words that would begin another header."""
    header = _Wired(words)
    header.name, header.wire = name, _on_one_line(words) if wire is None else wire
    return header


class _AsWritten(EmailPolicy):
    """Every header as it is given: also those that the email package writes, of what a body is and how encoded."""

    def header_max_count(self, name: str) -> int | None:
        return _most_of(name)

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        return name, value if isinstance(value, _Wired) else _wired(name, value)


@cache
def _most_of(name: str) -> int | None:
    return SMTP.header_max_count(name)


POLICY = _AsWritten(linesep=SMTP.linesep)


def compose(letter: ClaimedLetter, mail_from: str, now: datetime) -> EmailMessage:
    """The message to hand over. Raises ValueError if a header would hold what it must not."""
    message = EmailMessage(policy=POLICY)
    message["Message-ID"] = letter.message_id
    message["Date"] = format_datetime(now)
    message["From"] = _from(mail_from)
    message["To"] = _to(letter.recipient)
    message["Subject"] = _subject(letter.subject)
    # Out-of-office notes and mailing lists must not answer a machine.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # Plain ASCII on the way, so that no server on it can refuse or mangle an accent.
    message.set_content(letter.body, cte="quoted-printable")
    if letter.attachment:
        _attach(message, letter.attachment)
    return message


def _subject(words: str) -> _Wired:
    """Plain where it may be: on one line, in ASCII, and with nothing that a reader would decode."""
    plain = words.isascii() and "=?" not in words and len(f"Subject: {words}") <= LONGEST_LINE
    return _wired("Subject", words, None if plain else _in_encoded_words("Subject", words))


@cache
def _from(mail_from: str) -> _Wired:
    name, address = parseaddr(mail_from)
    plain = _on_one_line(mail_from)
    if name.isascii() and len(f"From: {plain}") <= LONGEST_LINE:
        return _wired("From", plain)
    # On a line of its own, the address fits whatever the name is; encoded words need no quotation marks, which Python's
    # folding leaves out of a long name that holds a comma or brackets.
    wire = f"{_in_encoded_words('From', name)}\n <{address}>" if name else address
    return _wired("From", mail_from, wire)


def _to(recipient: str) -> _Wired:
    address = as_on_the_wire(recipient)
    return _wired("To", address if PLAIN_ADDRESS.fullmatch(address) else str(Address(addr_spec=address)))


def _in_encoded_words(name: str, words: str) -> str:
    """All of it in encoded words, each of whole characters: what is between two of them is no part of what they say."""
    return Header(_on_one_line(words), "utf-8", maxlinelen=LONGEST_LINE, header_name=name).encode()


def _on_one_line(words: str) -> str:
    if "".join(words.splitlines()) != words:
        raise ValueError("A header is one line.")
    return words


def as_on_the_wire(address: str) -> str:
    """An address whose domain has letters beyond ASCII, as mail servers write it."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}"


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    main, sub, parameters = _kind_of(attachment.media_type)
    message.add_attachment(
        attachment.content, maintype=main, subtype=sub, filename=attachment.name, params=parameters
    )


@cache
def _kind_of(media_type: str) -> tuple[str, str, dict[str, str]]:
    """Such as text, calendar, and what else is said of it."""
    kind = EmailMessage(policy=SMTP)
    kind["Content-Type"] = media_type
    main, _, sub = kind.get_content_type().partition("/")
    return main, sub, dict(kind["Content-Type"].params)
