"""What would go over a network in clear is said when a server or a worker starts, and by the doctor."""

import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from training_app.config import ROOT, Settings
from training_app.installation import of

KEY = "x" * 48
ELSEWHERE = {
    "TRAINING_SMTP_URL": ("smtp://mail.example", "smtp://192.0.2.1:2525"),
    "TRAINING_DATABASE_URL": (
        "postgresql://training:word@db.example/training", "postgres://training@192.0.2.1/training?sslmode=prefer",
        "postgresql:///training?host=db.example", "postgresql://training@127.0.0.1,db.example/training",
    ),
    "TRAINING_QUEUE_URL": ("redis://queue.example/0", "postgresql://training:word@db.example/queue"),
}
SAFE = {
    "TRAINING_SMTP_URL": (
        "", "smtp://127.0.0.1:25", "smtp://localhost", "smtp+starttls://mail.example", "smtps://mail.example",
    ),
    "TRAINING_DATABASE_URL": (
        "", "postgresql://training@127.0.0.1/training", "postgresql:///training", "postgresql://training@[::1]/training",
        "postgresql:///training?host=/var/run/postgresql", "postgresql://%2Fvar%2Frun%2Fpostgresql/training",
        "postgresql://training@db.example/training?sslmode=require",
        "postgresql://training@db.example/training?sslrootcert=/a.crt&sslmode=verify-full",
    ),
    "TRAINING_QUEUE_URL": ("", "redis://localhost/0", "rediss://queue.example/0", "sqlite:////srv/queue.sqlite3"),
}


def _said(**given: str) -> tuple[str, ...]:
    return Settings.from_environment({"TRAINING_SECRET_KEY": KEY} | given).in_clear


@pytest.mark.parametrize(("name", "value"), [(name, one) for name, values in ELSEWHERE.items() for one in values])
def test_a_line_in_clear_to_another_machine_is_named_without_its_password(name: str, value: str):
    (sentence,) = _said(**{name: value})
    assert name in sentence and "in clear" in sentence and "word" not in sentence.replace("password", "")


@pytest.mark.parametrize(("name", "value"), [(name, one) for name, values in SAFE.items() for one in values])
def test_a_line_within_this_machine_or_encrypted_is_not(name: str, value: str):
    assert _said(**{name: value}) == ()


def test_a_server_says_so_when_it_starts(tmp_path: Path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("TRAINING_", "FLASK_"))}
    given = {
        "TRAINING_SECRET_KEY": KEY, "TRAINING_DATABASE_URL": f"sqlite:///{tmp_path / 'start.sqlite3'}",
        "TRAINING_SMTP_URL": "smtp://mail.example",
    }
    started = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environment | given, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert started.returncode == 0 and started.stdout == ""
    (line,) = started.stderr.splitlines()
    assert " WARNING " in line and "TRAINING_SMTP_URL" in line


@pytest.fixture
def in_clear(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setattr(of(app), "settings", replace(of(app).settings, smtp_url="smtp://mail.example"))
    return app


def test_the_doctor_says_so_and_calls_nothing_broken(in_clear: Flask):
    done = in_clear.test_cli_runner().invoke(args=["doctor"])
    note, last = done.output.splitlines()
    assert note.startswith("Note: ") and "TRAINING_SMTP_URL" in note
    assert last.endswith("checks, nothing broken") and done.exit_code == 0


def test_a_worker_says_so_when_it_starts(in_clear: Flask, monkeypatch: pytest.MonkeyPatch, caplog):
    monkeypatch.setattr("training_app.jobs.worker.work", lambda *given, **named: None)
    with caplog.at_level(logging.WARNING):
        assert in_clear.test_cli_runner().invoke(args=["worker"]).exit_code == 0
    assert [one.getMessage() for one in caplog.records if one.levelno == logging.WARNING] == [
        "Letters go to the mail server in clear, with the codes in them: begin TRAINING_SMTP_URL with smtp+starttls:// "
        "or smtps://."
    ]
