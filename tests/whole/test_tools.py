"""What the linter and the type checker would say is said by the tests."""

import subprocess
import sys

import pytest

from training_app.config import ROOT


def _said_by(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_linter_finds_nothing():
    assert _said_by("ruff", "check", "--no-cache", "--output-format=concise", ".") == ""


@pytest.mark.long
def test_the_types_hold(tmp_path):
    assert _said_by("mypy", f"--cache-dir={tmp_path}", "training_app") == ""
