"""The site for nginx that comes with it, as nginx serves it: which TLS it speaks, and whom it leads on to HTTPS."""

import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest
from flask import Flask

from tests.serving import free_port
from training_app.config import ROOT

SITE = (ROOT / "docs" / "service" / "nginx.conf").read_text(encoding="utf-8")
# What programs ask for by themselves, with nobody who reads where they are led.
FOR_PROGRAMS = (".ics", "/healthz", "/readyz")
FORWARD_SECRET = re.compile(r"ECDHE-(ECDSA|RSA)-(AES\d{3}-GCM-SHA\d{3}|CHACHA20-POLY1305)")


def test_nothing_but_tls_1_2_and_1_3_with_ciphers_that_keep_what_was_said_secret():
    assert re.findall(r"^ *ssl_protocols (.*);$", SITE, re.MULTILINE) == ["TLSv1.2 TLSv1.3"]
    (ciphers,) = re.findall(r"^ *ssl_ciphers ([^;]*);$", SITE, re.MULTILINE)
    listed = ciphers.split(":")
    assert all(FORWARD_SECRET.fullmatch(one) for one in listed)
    assert listed == sorted(listed, key=lambda one: "AES128" in one) and "ssl_prefer_server_ciphers on;" in SITE


def test_what_programs_ask_for_is_led_nowhere(app: Flask):
    """They are told no, rather than led on: a quiet redirect would hide that they ask in clear each time."""
    (refused,) = re.findall(r'^ *location ~ "(.*)" \{ return 403; \}$', SITE, re.MULTILINE)
    addresses = {re.sub(r"<[^>]*>", "1", str(rule)) for rule in app.url_map.iter_rules()}
    assert {one for one in addresses if re.search(refused, one)} == {
        one for one in addresses if one.endswith(FOR_PROGRAMS)
    }
    assert sum(one.endswith(FOR_PROGRAMS) for one in addresses) >= 5


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int]]:
    """It serves the site on this machine alone; its ports for HTTP and HTTPS. Nobody answers behind it."""
    program = shutil.which("nginx")
    if program is None:
        pytest.skip("there is no nginx on this machine")
    folder, plain, secure = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=training.example.org"]
    files = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([*make, *files], check=True, capture_output=True, timeout=60)
    (folder / "nginx.conf").write_text(_around(folder, plain, secure), encoding="utf-8")
    command = [program, "-e", str(folder / "log"), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            _wait_for(plain)
            yield plain, secure
        finally:
            running.terminate()


def _around(folder: Path, plain: int, secure: int) -> str:
    site = SITE.replace("/etc/ssl/training", str(folder)).replace("listen 80;", f"listen 127.0.0.1:{plain};")
    site = site.replace("listen 443 ssl;", f"listen 127.0.0.1:{secure} ssl;")
    temporary = "".join(
        f"{one}_temp_path {folder}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"daemon off; worker_processes 1; pid {folder}/pid; events {{}} http {{ {temporary}\n{site} }}"


def _wait_for(port: int) -> None:
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError("nginx did not begin to listen")


def _answer(port: int, path: str) -> tuple[int, str]:
    line = HTTPConnection("127.0.0.1", port, timeout=10)
    line.request("GET", path, headers={"Host": "training.example.org"})
    answer = line.getresponse()
    line.close()
    return answer.status, answer.getheader("Location", "")


@pytest.mark.parametrize("path", ["/", "/programme", "/sessions/1", "/my?from=letter", "/reports/yearly/2024-25.json"])
def test_whoever_types_the_address_is_led_on(nginx, path: str):
    assert _answer(nginx[0], path) == (301, f"https://training.example.org{path}")


@pytest.mark.parametrize("path", ["/calendar.ics", "/sessions/1/calendar.ics?x=1", "/healthz", "/readyz"])
def test_a_program_is_told_no(nginx, path: str):
    assert _answer(nginx[0], path) == (403, "")


def _speaks(port: int, version: ssl.TLSVersion, ciphers: str) -> str:
    """The cipher on which they agree. Raises OSError where they do not."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    context.set_ciphers(ciphers)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line, context.wrap_socket(line) as secure:
        cipher = secure.cipher()
        assert cipher is not None
        return cipher[0]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_browsers_of_today_come_in_with_the_strongest(nginx, version):
    assert "AES_256_GCM" in _speaks(nginx[1], version, "ALL").replace("AES256-GCM", "AES_256_GCM")


@pytest.mark.parametrize("ciphers", ["AES128-SHA", "ECDHE-RSA-AES128-SHA", "AES256-GCM-SHA384"])
def test_a_cipher_that_is_not_recommended_is_not_agreed_on(nginx, ciphers: str):
    with pytest.raises(OSError, match=r"(?i)handshake"):
        _speaks(nginx[1], ssl.TLSVersion.TLSv1_2, ciphers)
