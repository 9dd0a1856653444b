"""However a mail server is found, and whichever of its addresses answers: a letter has one deadline, all in all."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import default

import pytest

from tests.outbox.letters import Sink, mail_server
from tests.outbox.slow_servers import never_taken
from tests.serving import free_port
from training_app.outbox.mailers import TOO_LATE, SmtpMailer, Undelivered

MESSAGE = message_from_bytes(b"Subject: One\r\n\r\nHello\r\n", policy=default)
WAYS = ["smtp", "smtp+starttls", "smtps"]


def _send(url: str, *, timeout: float) -> None:
    mailer = SmtpMailer(url, greeting="training.example", timeout=timeout)
    try:
        mailer.send(MESSAGE, "a@agency.example", "b@agency.example")
    finally:
        mailer.close()


@pytest.fixture
def silent_name_service(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[object]]:
    """It never answers; yields what it was asked."""
    asked, over = [], threading.Event()

    def getaddrinfo(*given: object, **named: object) -> list[object]:
        asked.append(given)
        over.wait(10)
        raise socket.gaierror("It does not know.")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    yield asked
    over.set()


@pytest.mark.parametrize("way", WAYS)
def test_a_name_service_that_is_silent_holds_nobody_and_is_asked_once(way: str, silent_name_service: list[object]):
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(Undelivered, match=TOO_LATE) as failure:
            _send(f"{way}://{way.replace('+', '-')}.mail.example:25", timeout=0.4)
        assert failure.value.unreachable
    assert time.monotonic() - began < 3 * 0.4 + 1
    assert len(silent_name_service) == 1
    assert len([one for one in threading.enumerate() if one.name == "name service"]) == 1


def test_a_name_that_was_slow_is_asked_for_anew(monkeypatch: pytest.MonkeyPatch):
    """What came too late is nobody's answer: the mail server may have moved."""
    answers = iter([0.6, 0])

    def getaddrinfo(*given: object, **named: object) -> list[object]:
        time.sleep(next(answers))
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with pytest.raises(Undelivered, match=TOO_LATE):
        _send("smtp://slow.mail.example", timeout=0.3)
    time.sleep(0.5)
    with pytest.raises(Undelivered, match="Name or service not known"):
        _send("smtp://slow.mail.example", timeout=0.3)


@pytest.mark.parametrize("way", WAYS)
def test_three_silent_addresses_have_one_deadline(way: str, addresses: Callable[..., None]):
    with never_taken() as one, never_taken() as two, never_taken() as three:
        addresses(one, two, three)
        began = time.monotonic()
        with pytest.raises(Undelivered, match=TOO_LATE) as failure:
            _send(f"{way}://three.mail.example:25", timeout=0.9)
        assert time.monotonic() - began < 1.6
    assert failure.value.unreachable


def test_an_address_that_is_silent_leaves_time_for_one_that_answers(addresses: Callable[..., None]):
    sink = Sink()
    with never_taken() as silent, mail_server(sink) as answering:
        addresses(silent, _address_in(answering))
        _send("smtp://two.mail.example:25", timeout=4)
    assert len(sink.arrived) == 1


def test_an_address_that_refuses_leaves_its_time_to_the_others(addresses: Callable[..., None]):
    sink = Sink()
    with mail_server(sink) as answering:
        addresses(("127.0.0.1", free_port()), _address_in(answering))
        _send("smtp://two.mail.example:25", timeout=4)
    assert len(sink.arrived) == 1


@pytest.fixture
def addresses(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Say which addresses the name service knows of any mail server."""

    def are(*known: tuple[str, int]) -> None:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", one) for one in known]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *given, **named: found)

    return are


def _address_in(url: str) -> tuple[str, int]:
    return "127.0.0.1", int(url.rpartition(":")[2])
