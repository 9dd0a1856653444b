"""Every fixed door opens in a process of its own, as a person at a shell opens it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from training_app.config import ROOT


@pytest.fixture
def shell(tmp_path: Path):
    environment = {key: value for key, value in os.environ.items() if not key.startswith("TRAINING_")} | {
        "TRAINING_SECRET_KEY": "a-key-for-tests-only-0123456789abcdef",
        "TRAINING_DATABASE_URL": f"sqlite:///{tmp_path / 'doors.sqlite3'}",
        "TRAINING_QUEUE_URL": f"sqlite:///{tmp_path / 'queue.sqlite3'}",
        "TRAINING_MAIL_FOLDER": str(tmp_path / "letters"),
        "FLASK_APP": "wsgi",
    }

    def run(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "flask", *words], cwd=ROOT, env=environment, capture_output=True, text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_year_in_and_the_report_out_each_in_its_own_process(shell):
    shell("db", "upgrade")
    files = ROOT / "training_app" / "demo" / "programme"
    shell("programme", "import", str(files / "programme_2024_25.csv"))
    shell("programme", "import", str(files / "outside_88_2024_25.csv"), "--beside-programme")
    told = json.loads(shell("report", "yearly", "--year", "2024-25", "--format", "json"))
    assert told["how_much"]["sessions"]["value"] == 88
    assert told["how_much"]["attendances"]["value"] == 1609
    assert told["how_much"]["safeguarding_matters_live"]["attendances"] == 795


def test_the_demonstration_loads_in_a_process_of_its_own(shell):
    shell("db", "upgrade")
    assert "loaded" in shell("demo", "load")
    told = json.loads(shell("report", "yearly", "--year", "2024-25", "--format", "json"))
    assert told["how_well"]["response_rate"]["printed"] == "20.2%"
