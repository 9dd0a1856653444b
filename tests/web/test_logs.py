"""A line of the log says when in UTC, how grave, from where and what; nobody writes another by what they type."""

import logging
import re
from io import StringIO
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import settings_for
from training_app import create_app
from training_app.web.access import public

BEGINS = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC [A-Z]+ [\w.]+: \S")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StringIO:
    """What a service of its own, started where nobody has set up a log, wrote when a page failed."""
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    app = create_app(settings_for(tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    written = StringIO()
    [handler] = logging.getLogger().handlers
    monkeypatch.setattr(handler, "stream", written)

    @public
    def fail(word: str) -> str:
        logging.getLogger("training_app.outbox.delivery").warning("Letter %s not sent", 7)
        raise RuntimeError(f"odd\n{word}")

    app.add_url_rule("/fail/<word>", "fail", fail)
    app.test_client().get("/fail/x%0d%0a2026-01-01%20forged%1b[2J")
    return written


def test_each_line_says_when_in_utc_and_from_where(written: StringIO):
    letter, fault, *_ = written.getvalue().splitlines()
    assert BEGINS.match(letter) and letter.endswith("UTC WARNING training_app.outbox.delivery: Letter 7 not sent")
    assert BEGINS.match(fault) and "ERROR training_app.assembly: Exception on /fail/x" in fault


def test_what_a_visitor_types_begins_no_line(written: StringIO):
    lines = written.getvalue().splitlines()
    assert "forged" in written.getvalue() and "\x1b" not in written.getvalue()
    assert [line for line in lines if not BEGINS.match(line) and not line.startswith("    ")] == []


@pytest.mark.parametrize(
    ("sent", "line"),
    [
        ({"data": {"email": "x@evil.example"}}, "form not acted on: page=accounts.sign_in from_elsewhere=False"),
        (
            {"data": {"email": "x@evil.example"}, "headers": {"Origin": "https://evil.example"}},
            "form not acted on: page=accounts.sign_in from_elsewhere=True",
        ),
        ({"data": b"x" * 6 * 1024 * 1024}, "turned away: status=413 method=POST page=accounts.sign_in"),
    ],
)
def test_what_was_sent_around_a_guard_leaves_a_line(
    app: Flask, caplog: pytest.LogCaptureFixture, sent: dict[str, object], line: str
):
    app.test_client().post("/sign-in", **sent)
    assert [one.getMessage() for one in caplog.records if one.levelname == "WARNING"] == [line]
    assert "x@evil.example" not in caplog.text
