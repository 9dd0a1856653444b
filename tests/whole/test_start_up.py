"""The service starts light, and does not start at all on a wrong setting: it says which, in one sentence."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.outbox.letters import composed
from training_app.config import ROOT, Settings, SettingsError

KEY = "a-key-for-tests-only-0123456789abcdef"
# Heavy, or a tool of the tests: each is imported where it is used, never by starting.
NEVER_AT_START = {
    "aiosmtpd", "axe_playwright_python", "html5lib", "huey", "hypothesis", "lxml", "numpy", "playwright", "psycopg",
    "pytest", "scipy", "time_machine", "waitress",
}  # fmt: skip
LIST_MODULES = "import sys; from training_app import create_app; create_app(); print(*sorted(sys.modules))"
# Each setting with values that must stop the start, and a word the sentence must hold.
WRONG = {
    "TRAINING_SECRET_KEY": [("short", "32"), ("x" * 31, "32")],
    "TRAINING_DATABASE_URL": [
        ("mysql://db/training", "sqlite:///"), ("training.sqlite3", "postgresql://"), ("sqlite:/one", "sqlite:///"),
        ("postgresql://user:word@[db/training", "an address"), ("postgresql://user:word@db:port/training", "its port"),
    ],
    "TRAINING_BASE_URL": [
        ("training.example.org", "https://"), ("ftp://training.example.org", "https://"), ("http://here:port", "port"),
    ],
    "TRAINING_QUEUE_URL": [("amqp://queue", "sqlite:///"), ("redis://[queue", "an address")],
    "TRAINING_SMTP_URL": [
        ("http://mail", "smtp://"), ("smtp://", "smtp://"), ("mail.example", "smtps://"), ("smtp://mail:port", "port"),
        ("smtp://user:word@mail.example:587", "in clear"), ("smtp://user@192.0.2.1", "smtps://"),
    ],
    "TRAINING_LETTER_LEASE": [("0", "1 second"), ("soon", "whole number"), ("9" * 20, "a day")],
    "TRAINING_DEMO": [("yes", "1 or 0"), ("2", "1 or 0")],
    "TRAINING_TRUSTED_PROXIES": [("-1", "whole number"), ("one", "whole number"), ("²", "whole number")],
    "TRAINING_CONTACT_EMAIL": [("the office", "e-mail address"), ("a@", "e-mail address"), ("a@b.org, c", "e-mail")],
    "TRAINING_MAIL_FROM": [
        ("Training, Leicester <training@example.org>", "quotation marks"), ("Training", "one sender"),
        ("Training (LLR) <training@example.org>", "brackets"), ("[LLR] Training <training@example.org>", "brackets"),
        ("one@example.org, two@example.org", "one sender"), ("Training <training>", "one sender"),
        ("Training <training@example.org> LLR", "one sender"), ("<>", "one sender"),
        (f"Training <training@{'x' * 64}.example>", "one sender"),
    ],
    "TRAINING_REPORT_CONCERN_URL": [("the council", "web address")],
}
# Any text will do for these.
FREE_TEXT = {
    "TRAINING_KEPT_FOLDER", "TRAINING_MAIL_FOLDER", "TRAINING_SITE_NAME", "TRAINING_SITE_AREA",
    "TRAINING_SITE_RUN_BY", "TRAINING_CONTACT_PHONE",
}  # fmt: skip


def _started(program: list[str], folder: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    usual = {
        "TRAINING_SECRET_KEY": KEY,
        "TRAINING_DATABASE_URL": f"sqlite:///{folder / 'start.sqlite3'}",
        "FLASK_APP": "wsgi",
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TRAINING_", "FLASK_"))}
    return subprocess.run(
        [sys.executable, *program], cwd=ROOT, env=environment | usual | settings,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_starting_imports_nothing_heavy(tmp_path):
    started = _started(["-W", "error", "-c", LIST_MODULES], tmp_path)
    assert started.returncode == 0, started.stderr
    modules = set(started.stdout.split())
    assert "training_app.assembly" in modules
    assert not {name.split(".")[0] for name in modules} & NEVER_AT_START


def test_starting_touches_no_database(tmp_path):
    """The CLI must be able to start on a database that does not answer, if only to say so."""
    started = _started(["-c", "import wsgi"], tmp_path)
    assert started.returncode == 0, started.stderr
    # Only the mark that a restore looks for: somebody serves, or is about to.
    assert [one.name for one in tmp_path.iterdir()] == ["start.sqlite3-in-use"]


@pytest.mark.parametrize(("name", "value", "word"), [(n, v, w) for n, cases in WRONG.items() for v, w in cases])
def test_a_wrong_setting_is_named_in_one_sentence(name, value, word):
    with pytest.raises(SettingsError) as refusal:
        _settings({name: value})
    _is_one_sentence(str(refusal.value), name)
    assert word in str(refusal.value)


def _settings(given: Mapping[str, str]) -> Settings:
    usual = {"TRAINING_SECRET_KEY": KEY, "TRAINING_DATABASE_URL": "sqlite:///start.sqlite3"}
    return Settings.from_environment(usual | given)


def _is_one_sentence(text: str, name: str) -> None:
    assert name in text
    assert "\n" not in text and text.endswith(".")
    assert not re.search(r"\. [A-Z]", text), "more than one sentence"
    assert "Error" not in text and "Traceback" not in text


@pytest.mark.parametrize("program", [["-c", "import wsgi"], ["-m", "flask", "routes"], ["-m", "waitress", "wsgi:app"]])
def test_a_wrong_setting_stops_every_way_to_start(program, tmp_path):
    started = _started(program, tmp_path, TRAINING_SECRET_KEY="short")
    assert started.returncode == 1
    assert started.stdout == ""
    assert started.stderr.startswith("Cannot start: ")
    _is_one_sentence(started.stderr.strip(), "TRAINING_SECRET_KEY")


def test_without_a_secret_key_nothing_starts(monkeypatch, tmp_path):
    monkeypatch.setattr("training_app.config.INSTANCE", tmp_path)
    with pytest.raises(SettingsError) as refusal:
        _settings({"TRAINING_SECRET_KEY": ""})
    _is_one_sentence(str(refusal.value), "TRAINING_SECRET_KEY")


def test_a_kept_secret_key_is_used_and_held_to_the_same_length(monkeypatch, tmp_path):
    monkeypatch.setattr("training_app.config.INSTANCE", tmp_path)
    (tmp_path / "secret_key").write_text(f"{KEY}\n", encoding="utf-8")
    assert _settings({"TRAINING_SECRET_KEY": ""}).secret_key == KEY
    (tmp_path / "secret_key").write_text("short\n", encoding="utf-8")
    with pytest.raises(SettingsError):
        _settings({"TRAINING_SECRET_KEY": ""})


def test_every_setting_is_held_to_account_here():
    """A setting added to config.py needs its wrong values above, or a place among the free texts."""
    read = set(re.findall(r"TRAINING_[A-Z_]+", (ROOT / "training_app" / "config.py").read_text(encoding="utf-8")))
    assert read == WRONG.keys() | FREE_TEXT


def test_every_setting_reaches_the_settings(tmp_path):
    given = {
        "TRAINING_BASE_URL": "https://training.example.org/",
        "TRAINING_QUEUE_URL": "sqlite:////queue.sqlite3",
        "TRAINING_SMTP_URL": "smtp+starttls://user:word@mail.example:587",
        "TRAINING_MAIL_FOLDER": str(tmp_path),
        "TRAINING_MAIL_FROM": "Training <training@example.org>",
        "TRAINING_LETTER_LEASE": "120",
        "TRAINING_DEMO": "1",
        "TRAINING_TRUSTED_PROXIES": "2",
        "TRAINING_SITE_NAME": "Training",
        "TRAINING_SITE_AREA": "Anyshire",
        "TRAINING_SITE_RUN_BY": "the Anyshire partnership",
        "TRAINING_CONTACT_EMAIL": "office@example.org",
        "TRAINING_CONTACT_PHONE": "0116 496 0000",
        "TRAINING_REPORT_CONCERN_URL": "https://anyshire.example/report",
    }
    settings = _settings(given)
    held = {str(value) for value in [*vars(settings).values(), *vars(settings.site).values()]}
    expected = set(given.values()) - {"1", "https://training.example.org/"} | {"True", "https://training.example.org"}
    assert expected <= held
    assert settings.secure_cookies


@pytest.mark.parametrize("sender", ["{}", "Training <{}>", '"Training, Zürich" <{}>'])
def test_a_sender_whose_domain_has_accents_is_kept_as_mail_servers_read_it(sender):
    """Else it is taken at the start, and every letter fails for good."""
    kept = _settings({"TRAINING_MAIL_FROM": sender.format("training@bücher.example")}).mail_from
    assert kept == sender.format("training@xn--bcher-kva.example")
    assert composed("Neglect", kept).as_bytes().count(b"training@xn--bcher-kva.example") == 1


def test_a_plain_postgresql_address_uses_the_driver_we_ship():
    for scheme in ("postgres", "postgresql"):
        url = _settings({"TRAINING_DATABASE_URL": f"{scheme}://db.example/training"}).database_url
        assert url == "postgresql+psycopg://db.example/training"


@pytest.mark.parametrize("name", sorted(FREE_TEXT | WRONG.keys()))
def test_the_readme_explains_every_setting(name):
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "sender",
    ["training@example.org", "Training <training@example.org>", '"Training, Leicester (LLR)" <training@example.org>',
     "Siân’s training <training@example.org>"],
)  # fmt: skip
def test_a_sender_is_one_name_and_one_address(sender):
    assert _settings({"TRAINING_MAIL_FROM": sender}).mail_from == sender
