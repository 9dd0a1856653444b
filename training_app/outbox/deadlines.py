"""A time by which one letter is handed over, whatever the mail server does.

A time-out of a socket begins anew with every byte, so a server that drips one in three seconds holds its
sender for ever.
"""

import os
import smtplib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

# A step's own time-out comes after the deadline, which alone says why.
LATER = 0.5


class Deadline:
    """Cuts a connection when its time is over; whoever waits for the server then gets an error at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_over = False
        self._line: socket.socket | None = None
        self._lock = threading.Lock()

    @contextmanager
    def running(self, seconds: float | None = None) -> Iterator[None]:
        """From now on the time runs, the usual one unless given, until the block ends."""
        self.is_over = False
        timer = threading.Timer(self.seconds if seconds is None else seconds, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def watch(self, connection: socket.socket) -> None:
        """A second handle of the same line, because the first changes hands where encryption begins."""
        self.forget()
        with self._lock:
            if self.is_over:
                raise TimeoutError
            self._line = socket.socket(fileno=os.dup(connection.fileno()))

    def forget(self) -> None:
        with self._lock:
            line, self._line = self._line, None
            if line is not None:
                line.close()

    def _cut(self) -> None:
        with self._lock:
            self.is_over = True
            if self._line is not None:
                with suppress(OSError):  # the server has closed it itself
                    self._line.shutdown(socket.SHUT_RDWR)


class WatchedSmtp(smtplib.SMTP):
    """A connection in the clear, at least at first."""

    def __init__(self, deadline: Deadline, host: str, port: int, *, greeting: str) -> None:
        self.deadline = deadline
        super().__init__(host, port, local_hostname=greeting, timeout=deadline.seconds + LATER)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self.deadline.watch(connection)
        return connection


class WatchedSmtps(smtplib.SMTP_SSL, WatchedSmtp):
    """A connection that begins with encryption; it is watched before that."""

    def __init__(self, deadline: Deadline, host: str, port: int, *, greeting: str) -> None:
        self.deadline = deadline
        smtplib.SMTP_SSL.__init__(
            self, host, port, local_hostname=greeting, timeout=deadline.seconds + LATER,
            context=ssl.create_default_context(),
        )
