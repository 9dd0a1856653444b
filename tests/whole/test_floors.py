"""The plan of the house is a test."""

import shutil
import subprocess
import sys
from pathlib import Path

from training_app.config import ROOT

# In a process of its own: the linter switches off the loggers it finds, and other tests read what is logged.
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"
# What each contract is there to find: a file, and a line that it may not hold.
OFFENCES = {
    "training_app/people/queries.py": "from training_app.office import forms",
    "training_app/words/dates.py": "import sqlalchemy",
    "training_app/bookings/rules.py": "from training_app import clock",
    "training_app/registers/wording.py": "from training_app.registers import models",
    "training_app/office/forms.py": "from training_app.extensions import db",
    # Reached by way of the room's own module, as a command once reached the page's application.
    "training_app/bookings/calendar.py": "from flask import current_app",
}
CONTRACTS = (
    "Imports go down the floors",
    "The statistics and the words know neither",
    "Rules know the standard library",
    "Wording makes sentences of facts",
    "Forms know the shape of what is typed",
    "Commands, queries and models get the actor",
)


# And a room that stands on no floor.
NEW_ROOM = "training_app/returns/__init__.py"


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LINT, "--config", str(folder / "setup.cfg"), "--no-cache"], cwd=folder,
        capture_output=True, text=True, timeout=120,
    )


def test_imports_follow_the_plan():
    done = _lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(CONTRACTS)} kept, 0 broken" in done.stdout


def test_each_contract_finds_what_it_forbids(tmp_path: Path):
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    shutil.copytree(ROOT / "training_app", tmp_path / "training_app", ignore=shutil.ignore_patterns("__pycache__"))
    for file, line in OFFENCES.items():
        with (tmp_path / file).open("a", encoding="utf-8") as code:
            code.write(f"\n{line}\n")
    (tmp_path / NEW_ROOM).parent.mkdir()
    (tmp_path / NEW_ROOM).write_text('"""Files from elsewhere."""\n', encoding="utf-8")
    done = _lint(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"0 kept, {len(CONTRACTS)} broken" in done.stdout
    said = " ".join(done.stdout.split())
    assert all(f"{contract}" in said for contract in CONTRACTS)
    assert "returns" in said, "a room on no floor"
