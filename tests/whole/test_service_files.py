"""The files that docs/operating.md tells to copy: systemd and nginx read them, and they say what the documents say."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.serving import THREADS, WORKERS
from training_app.config import ROOT, Settings

FILES = ROOT / "docs" / "service"
UNITS = ("training-web.service", "training-worker.service", "training-backup.service", "training-backup.timer")
SERVES = (
    f"gunicorn --workers {WORKERS} --threads {THREADS} --bind 127.0.0.1:8000 --no-control-socket --preload wsgi:app"
)


def read(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def settings_told() -> dict[str, str]:
    found = re.findall(r"^(TRAINING_\w+)='(.*)'$", read("training.env"), re.MULTILINE)
    assert len(found) == sum(not line.startswith("#") for line in read("training.env").splitlines())
    return dict(found)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd on this machine")
def test_systemd_understands_the_units(tmp_path: Path):
    for name in UNITS:
        here = read(name).replace("/srv/training", str(ROOT))
        (tmp_path / name).write_text(here, encoding="utf-8")
    command = ["systemd-analyze", "verify", *(str(tmp_path / name) for name in UNITS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "training-" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.skipif(not shutil.which("nginx"), reason="there is no nginx on this machine")
def test_nginx_understands_the_site(tmp_path: Path):
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=training.example.org"]
    files = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run([*make, *files], check=True, capture_output=True, timeout=60)
    site = read("nginx.conf").replace("/etc/ssl/training", str(tmp_path)).replace("listen 443", "listen 18443")
    (tmp_path / "site.conf").write_text(site.replace("listen 80;", "listen 18080;"), encoding="utf-8")
    around = f"pid {tmp_path}/pid; events {{}} http {{ access_log off; include {tmp_path}/site.conf; }}"
    (tmp_path / "nginx.conf").write_text(around, encoding="utf-8")
    command = ["nginx", "-t", "-e", str(tmp_path / "log"), "-c", str(tmp_path / "nginx.conf")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("unit", [one for one in UNITS if one.endswith(".service")])
def test_the_history_of_the_code_is_out_of_reach(unit: str):
    """The service runs from a checkout, and needs nothing of what git keeps there."""
    assert "\nInaccessiblePaths=-/srv/training/.git\n" in read(unit)
    assert "root " not in read("nginx.conf") and "alias " not in read("nginx.conf"), "nginx serves no folder"


def test_what_is_served_is_what_the_tests_serve():
    assert f"ExecStart=/srv/training/.venv/bin/{SERVES}\n" in read("training-web.service")
    assert "proxy_pass http://127.0.0.1:8000;" in read("nginx.conf")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host"])
def test_the_proxy_sets_each_header_that_is_believed(header: str):
    value = re.search(rf"proxy_set_header {header} +(\S+);", read("nginx.conf"))
    assert value and "http_" not in value[1] and "add_x_forwarded" not in value[1], "nothing that a visitor sent"


def test_the_settings_are_settings_of_ours_and_hold_no_key():
    told = settings_told()
    assert told["TRAINING_SECRET_KEY"] == "", "whoever copies the file must choose one"
    read_ = Settings.from_environment(told | {"TRAINING_SECRET_KEY": "x" * 48})
    assert read_.secure_cookies and read_.trusted_proxies == 1 and "sslmode=verify-full" in read_.database_url
