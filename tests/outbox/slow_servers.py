"""Mail servers that take a connection and are in no hurry."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

PACE = 0.3


@contextmanager
def slow_server(*, drips: bool) -> Iterator[str]:
    """Says nothing at all, or a byte at a time of a greeting that never ends; yields its address."""
    over, taken = threading.Event(), []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)

        def drip(connection: socket.socket) -> None:
            with suppress(OSError):
                while drips and not over.wait(PACE):
                    connection.sendall(b"2")

        def serve() -> None:
            while not over.is_set():
                with suppress(TimeoutError):
                    connection, _ = listening.accept()
                    taken.append(connection)
                    threading.Thread(target=drip, args=(connection,), daemon=True).start()

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            over.set()
            serving.join()
            for connection in taken:
                connection.close()


@contextmanager
def never_taken() -> Iterator[tuple[str, int]]:
    """An address at which nobody takes a connection, nor refuses one: so many knocked before that none is let in."""
    with ExitStack() as knocking:
        listening = knocking.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        address = listening.getsockname()
        for _ in range(4):
            early = knocking.enter_context(socket.socket())
            early.setblocking(False)
            with suppress(BlockingIOError):
                early.connect(address)
        yield address
