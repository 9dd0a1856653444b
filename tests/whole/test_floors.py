"""The plan of the house is a test."""

import subprocess
import sys

from training_app.config import ROOT

# In a process of its own: the linter switches off the loggers it finds, and other tests read what is logged.
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_imports_follow_the_plan():
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--config", str(ROOT / "setup.cfg"), "--no-cache"], cwd=ROOT,
        capture_output=True, text=True, timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
