"""A time by which one letter is handed over, whatever the mail server does.

A time-out of a socket begins anew with every byte, so a server that drips one in three seconds holds its
sender for ever. It begins anew with every address of the server too, and the question which addresses it has knows
no time-out at all.
"""

import os
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress

# A step's own time-out comes after the deadline, which alone says why.
LATER = 0.5

# What socket.getaddrinfo says: family, kind, protocol, name and address of each.
Address = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[object, ...]]
Addresses = list[Address]
_being_asked: dict[tuple[str, int], Future[Addresses]] = {}
_asking = threading.Lock()


def addresses_of(host: str, port: int, seconds: float) -> Addresses:
    """What the name service says, which nothing can cut short: its thread is left behind where it takes too long.

    Only one is ever left behind for a server: whoever asks meanwhile waits for the same answer.
    """
    with _asking:
        answer = _being_asked.get((host, port))
        if answer is None:
            answer = _being_asked[host, port] = Future()
            threading.Thread(target=_ask, args=(host, port, answer), name="name service", daemon=True).start()
    return answer.result(timeout=seconds)


def _ask(host: str, port: int, answer: Future[Addresses]) -> None:
    try:
        found: Addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)  # type: ignore[assignment]
    except Exception as error:
        answer.set_exception(error)
    else:
        answer.set_result(found)
    finally:
        with _asking:
            del _being_asked[host, port]


class Deadline:
    """Cuts a connection when its time is over; whoever waits for the server then gets an error at once."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.is_over = False
        self._ends_at = time.monotonic() + seconds
        self._line: socket.socket | None = None
        self._lock = threading.Lock()

    @contextmanager
    def running(self, seconds: float | None = None) -> Iterator[None]:
        """From now on the time runs, the usual one unless given, until the block ends."""
        given = self.seconds if seconds is None else seconds
        self.is_over, self._ends_at = False, time.monotonic() + given
        timer = threading.Timer(given, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def left(self) -> float:
        """The seconds that are left. Raises TimeoutError where none are."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    def connect(self, host: str, port: int) -> socket.socket:
        """A line to the first of the server's addresses that answers. Each has its share of what is left, so that one
        that is silent leaves time for the others. Raises OSError.
        """
        found = addresses_of(host, port, self.left())
        failure = OSError("It has no address.")
        for number, one in enumerate(found):
            try:
                return self._line_to(one, self.left() / (len(found) - number))
            except OSError as error:
                failure = error
        raise failure

    def _line_to(self, one: Address, seconds: float) -> socket.socket:
        family, kind, protocol, _, address = one
        line = socket.socket(family, kind, protocol)
        try:
            line.settimeout(seconds)
            line.connect(address)
            line.settimeout(self.seconds + LATER)
            self.watch(line)
        except BaseException:
            line.close()
            raise
        return line

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
        return self.deadline.connect(host, port)


class WatchedSmtps(smtplib.SMTP_SSL, WatchedSmtp):
    """A connection that begins with encryption; it is watched before that."""

    def __init__(self, deadline: Deadline, host: str, port: int, *, greeting: str) -> None:
        self.deadline = deadline
        smtplib.SMTP_SSL.__init__(
            self, host, port, local_hostname=greeting, timeout=deadline.seconds + LATER,
            context=ssl.create_default_context(),
        )
