"""Two ways for a letter to leave: through a mail server, or as a file into a folder."""

import os
import re
import smtplib
import ssl
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from tempfile import mkstemp
from typing import Protocol
from urllib.parse import unquote, urlsplit

from training_app.outbox.deadlines import Deadline, WatchedSmtp, WatchedSmtps

TOO_LATE = "The mail server did not answer in time."
SECONDS_TO_PART = 2.0
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class Undelivered(Exception):
    """A letter did not go out. `str(error)` says why, for staff.

    `for_good`: trying again would not help. `unreachable`: not this letter's fault, so others would fail too.
    """

    def __init__(self, reason: str, *, for_good: bool = False, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.for_good = for_good
        self.unreachable = unreachable


class Mailer(Protocol):
    """Hands over one message after another; `close` when there are no more."""

    def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Raises Undelivered."""

    def close(self) -> None: ...


class FolderMailer:
    """Writes each letter into a folder as an .eml file, which any mail program opens.

    The file is named after the Message-ID, so a letter sent twice is one file. It appears whole or not.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        name = re.sub(r"[^A-Za-z0-9@.-]", "", message["Message-ID"]).lstrip(".") + ".eml"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_whole(self.folder / name, message.as_bytes())
        except OSError as error:
            reason = f"The letter could not be written: {error.strerror}."
            raise Undelivered(reason, unreachable=True) from None

    def close(self) -> None:
        pass


def _write_whole(path: Path, content: bytes) -> None:
    """On the disk before it has its name, so that a crash leaves the whole file or none."""
    handle, part = mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(path)
    except BaseException:
        Path(part).unlink()
        raise


class SmtpMailer:
    """Speaks to one mail server and keeps the connection from letter to letter.

    smtp:// speaks in the clear, smtp+starttls:// goes no further without a certificate, smtps:// begins with
    one. Within the time given a letter is handed over, the connection made first where there is none.
    """

    def __init__(self, url: str, *, greeting: str, timeout: float) -> None:
        self.server = urlsplit(url)
        self.greeting = greeting
        self.deadline = Deadline(timeout)
        self.connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        with self.deadline.running():
            try:
                self._send(message, sender, recipient)
            except Undelivered as failure:
                if self.deadline.is_over:
                    raise Undelivered(TOO_LATE, unreachable=True) from None
                raise failure

    def _send(self, message: EmailMessage, sender: str, recipient: str) -> None:
        try:
            connection = self._connected()
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Undelivered(_unreachable(error), unreachable=True) from None
        try:
            connection.send_message(message, from_addr=sender, to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise Undelivered(_refused(code, said), for_good=code >= 500) from None
        except smtplib.SMTPDataError as error:
            reason = _refused(error.smtp_code, error.smtp_error)
            raise Undelivered(reason, for_good=error.smtp_code >= 500) from None
        except smtplib.SMTPResponseException as error:
            # The server will not take letters from us at all, or not now: not this letter's fault.
            self._drop()
            raise Undelivered(_refused(error.smtp_code, error.smtp_error), unreachable=True) from None
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            this_letter_only = isinstance(error, smtplib.SMTPNotSupportedError)
            raise Undelivered(_unreachable(error), unreachable=not this_letter_only) from None

    def close(self) -> None:
        with self.deadline.running(SECONDS_TO_PART):
            self._drop()

    def _drop(self) -> None:
        connection, self.connection = self.connection, None
        if connection is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()
        self.deadline.forget()

    def _connected(self) -> smtplib.SMTP:
        """The connection, made anew if the server has closed it in the meantime."""
        if self.connection is not None and not _answers(self.connection):
            self._drop()
        if self.connection is None:
            self.connection = self._connect()
        return self.connection

    def _connect(self) -> smtplib.SMTP:
        scheme, host = self.server.scheme, self.server.hostname or ""
        port = self.server.port or PORTS[scheme]
        if scheme == "smtps":
            connection: smtplib.SMTP = WatchedSmtps(self.deadline, host, port, greeting=self.greeting)
        else:
            connection = WatchedSmtp(self.deadline, host, port, greeting=self.greeting)
        try:
            if scheme == "smtp+starttls":
                connection.starttls(context=ssl.create_default_context())
            if self.server.username:
                connection.login(unquote(self.server.username), unquote(self.server.password or ""))
        except BaseException:
            connection.close()
            raise
        return connection


def _answers(connection: smtplib.SMTP) -> bool:
    try:
        return connection.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False


def greeting_of(host: str) -> str:
    """How this installation names itself to a mail server: its host, an address in brackets."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"


def _refused(code: int, said: bytes | str) -> str:
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"The mail server refused it: {code} {words}"


def _unreachable(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return TOO_LATE
    words = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return f"The mail server could not be used: {words}"
