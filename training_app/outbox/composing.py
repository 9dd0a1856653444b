"""A claimed letter as an e-mail message."""

from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import parseaddr

from training_app.outbox.attachments import Attachment
from training_app.outbox.commands import ClaimedLetter

# RFC 2047: an encoded word has at most 75 characters, and the line that it stands on 76.
LONGEST_LINE = 75


class _Encoded(str):
    """A header that knows how it goes on the wire; a policy stores and folds it as it says.

    The folding of Python's own policies takes a line apart between words of which only some are encoded: readers then
    see a space too many, one too few, or the raw code.
    """

    name: str
    wire: str

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self.wire}".replace("\n", policy.linesep) + policy.linesep


def compose(letter: ClaimedLetter, mail_from: str, now: datetime) -> EmailMessage:
    """The message to hand over. Raises ValueError if a header would hold what it must not."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = letter.message_id
    message["Date"] = now
    message["From"] = _from(mail_from)
    message["To"] = Address(addr_spec=as_on_the_wire(letter.recipient))
    message["Subject"] = _subject(letter.subject)
    # Out-of-office notes and mailing lists must not answer a machine.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # Plain ASCII on the way, so that no server on it can refuse or mangle an accent.
    message.set_content(letter.body, cte="quoted-printable")
    if letter.attachment:
        _attach(message, letter.attachment)
    return message


def _subject(words: str) -> _Encoded:
    """Plain where it may be: on one line, in ASCII, and with nothing that a reader would decode."""
    plain = words.isascii() and "=?" not in words and len(f"Subject: {words}") <= LONGEST_LINE
    return _encoded("Subject", words, _on_one_line(words) if plain else _in_encoded_words("Subject", words))


def _from(mail_from: str) -> str:
    name, address = parseaddr(mail_from)
    if name.isascii():
        return mail_from
    # On a line of its own, the address fits whatever the name is.
    return _encoded("From", mail_from, f"{_in_encoded_words('From', name)}\n <{address}>")


def _encoded(name: str, words: str, wire: str) -> _Encoded:
    header = _Encoded(words)
    header.name, header.wire = name, wire
    return header


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
    kind = EmailMessage(policy=SMTP)
    kind["Content-Type"] = attachment.media_type
    main, _, sub = kind.get_content_type().partition("/")
    parameters = dict(kind["Content-Type"].params)
    message.add_attachment(
        attachment.content, maintype=main, subtype=sub, filename=attachment.name, params=parameters
    )
