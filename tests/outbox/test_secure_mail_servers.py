"""Mail servers that speak under a certificate and want a name and a password."""

import shutil
import ssl
import subprocess
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.outbox.letters import Sink
from tests.serving import free_port
from training_app.outbox.mailers import SmtpMailer, Undelivered

MESSAGE = message_from_bytes(b"Subject: One\r\n\r\nHello\r\n", policy=default)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of our own for 127.0.0.1."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl on this machine to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    command = [
        openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return folder


def _context(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    return context


class _Door:
    """Lets in who knows the password, and remembers what was offered."""

    def __init__(self):
        self.offered = []

    def __call__(self, server, session, envelope, mechanism, data):
        self.offered.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.offered[-1] == ("office@a.example", "p@ss/word"), handled=False)


@pytest.fixture(params=["smtp+starttls", "smtps"])
def server(request, certificate):
    """The address of a server for each way, its sink and its door."""
    sink, door = Sink(), _Door()
    context = _context(certificate)
    from_the_start = request.param == "smtps"
    controller = Controller(
        sink, hostname="127.0.0.1", port=free_port(), authenticator=door,
        ssl_context=context if from_the_start else None, tls_context=None if from_the_start else context,
        auth_required=not from_the_start, auth_require_tls=not from_the_start,
    )  # fmt: skip
    controller.start()
    yield f"{request.param}://office%40a.example:{{password}}@127.0.0.1:{controller.port}", sink, door
    controller.stop()


def _send(url):
    way_out = SmtpMailer(url, greeting="[127.0.0.1]", timeout=5)
    try:
        way_out.send(MESSAGE, "a@b.example", "c@d.example")
    finally:
        way_out.close()


def test_a_letter_goes_out_under_a_certificate_we_trust(server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    url, sink, door = server
    _send(url.format(password="p%40ss%2Fword"))
    assert len(sink.arrived) == 1
    assert door.offered[-1] == ("office@a.example", "p@ss/word")


def test_a_certificate_nobody_vouches_for_gets_no_password_and_no_letter(server):
    url, sink, door = server
    with pytest.raises(Undelivered, match="CERTIFICATE_VERIFY_FAILED") as failure:
        _send(url.format(password="p%40ss%2Fword"))
    assert failure.value.unreachable
    assert not failure.value.for_good
    assert (sink.arrived, door.offered) == ([], [])


def test_a_wrong_password_is_not_the_letters_fault(server, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "cert.pem"))
    url, sink, _ = server
    with pytest.raises(Undelivered, match="535") as failure:
        _send(url.format(password="wrong"))
    assert failure.value.unreachable
    assert "wrong" not in str(failure.value)
    assert sink.arrived == []
