"""Asks a server for one page again and again over connections that stay open, in a process of its own.

It writes and reads plain bytes: a client library would use more of the processor than the smallest page does.
"""

import argparse
import json
import selectors
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from statistics import quantiles

HEAD_ENDS = b"\r\n\r\n"
CONNECTIONS = 4  # each of two workers always has a page to make, and the next one waiting
# Of fewer answers nobody can say how long 95 of 100 took; a server may be too slow even so.
FEWEST, LONGEST_SECONDS = 40, 20


@dataclass(frozen=True)
class Load:
    """How a server answered: the time that 95 of 100 were answered in, and the client's own share of a core."""

    answers: int
    seconds: float
    p95_ms: float
    client_share: float

    @property
    def per_second(self) -> float:
        return self.answers / self.seconds


def load(host: str, port: int, path: str, *, cookie: str = "", seconds: float) -> Load:
    """Put the server under load for so long."""
    command = [sys.executable, "-m", "bench.load", host, str(port), path, str(seconds), "--cookie", cookie]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 60)
    if ended.returncode:
        raise RuntimeError(f"{path} could not be measured: {ended.stderr.strip()[-500:]}")
    return Load(**json.loads(ended.stdout))


@dataclass
class _Line:
    """One open connection, and what has come of the answer."""

    socket: socket.socket
    asked: float = 0.0
    came: bytearray = field(default_factory=bytearray)
    expected: int = 0

    def ask(self, request: bytes) -> None:
        self.came.clear()
        self.expected = 0
        self.asked = time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> bool:
        """Take what is there; True when the answer is whole."""
        piece = self.socket.recv(65536)
        if not piece:
            raise ConnectionError("the server closed a connection that was to stay open")
        self.came += piece
        if not self.expected:
            head, ends, _ = bytes(self.came).partition(HEAD_ENDS)
            if not ends:
                return False
            self.expected = len(head) + len(HEAD_ENDS) + _length(head)
        return len(self.came) >= self.expected


def _length(head: bytes) -> int:
    first, *lines = head.split(b"\r\n")
    if first.split()[1] != b"200":
        raise ValueError(f"the server said {first.decode()}")
    return next(int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:"))


def _ask_for(seconds: float, host: str, port: int, request: bytes) -> tuple[list[float], float]:
    """How long each answer took, and the time in which they came."""
    chooser, took = selectors.DefaultSelector(), list[float]()
    for _ in range(CONNECTIONS):
        line = _Line(socket.create_connection((host, port), timeout=30))
        chooser.register(line.socket, selectors.EVENT_READ, line)
        line.ask(request)
    began = time.perf_counter()
    while (spent := time.perf_counter() - began) < seconds or (len(took) < FEWEST and spent < LONGEST_SECONDS):
        for key, _ in chooser.select(timeout=1):
            line = key.data
            if line.read():
                took.append(time.perf_counter() - line.asked)
                line.ask(request)
    return took, spent


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description=__doc__)
    for name in ("host", "port", "path", "seconds"):
        parser.add_argument(name)
    parser.add_argument("--cookie", default="")
    given = parser.parse_args()
    cookie = f"Cookie: {given.cookie}\r\n" if given.cookie else ""
    request = f"GET {given.path} HTTP/1.1\r\nHost: {given.host}:{given.port}\r\n{cookie}\r\n".encode()
    began = time.process_time()
    took, spent = _ask_for(float(given.seconds), given.host, int(given.port), request)
    print(json.dumps({
        "answers": len(took), "seconds": spent, "p95_ms": 1000 * quantiles(took, n=20)[-1],
        "client_share": (time.process_time() - began) / spent,
    }))  # fmt: skip


if __name__ == "__main__":
    main()
