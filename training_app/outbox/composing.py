"""A claimed letter as an e-mail message."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from training_app.outbox.attachments import Attachment
from training_app.outbox.commands import ClaimedLetter


def compose(letter: ClaimedLetter, mail_from: str, now: datetime) -> EmailMessage:
    """The message to hand over. Raises ValueError if a header would hold what it must not."""
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = letter.message_id
    message["Date"] = now
    message["From"] = mail_from
    message["To"] = Address(addr_spec=as_on_the_wire(letter.recipient))
    message["Subject"] = letter.subject
    # Out-of-office notes and mailing lists must not answer a machine.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    # Plain ASCII on the way, so that no server on it can refuse or mangle an accent.
    message.set_content(letter.body, cte="quoted-printable")
    if letter.attachment:
        _attach(message, letter.attachment)
    return message


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
