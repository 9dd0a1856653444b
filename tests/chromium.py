"""The service as a process of its own, and a real Chromium to open it with."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from tests import fonts
from training_app.accounts.rules.roles import Role
from training_app.config import ROOT

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
KEY = "a-key-for-tests-only-0123456789abcdef"


def program() -> str | None:
    """Where Chromium is on this machine; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass(frozen=True)
class Service:
    """A running service: where it answers, its database file, and the folder its letters go to."""

    address: str
    database: Path
    letters: Path


@contextmanager
def serving(database: Path) -> Iterator[Service]:
    """Serve this database file with waitress, as ./run does, and end the process at the end."""
    folder = database.parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRAINING_")} | {
        "TRAINING_SECRET_KEY": KEY,
        "TRAINING_DATABASE_URL": f"sqlite:///{database}",
        "TRAINING_QUEUE_URL": f"sqlite:///{folder / 'queue.sqlite3'}",
        "TRAINING_MAIL_FOLDER": str(folder / "letters"),
        "TRAINING_KEPT_FOLDER": str(folder / "kept"),
    }
    command = [sys.executable, "-u", "-m", "waitress", "--listen=127.0.0.1:0", "--threads=4", "wsgi:app"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            yield Service(_address(server), database, folder / "letters")
        finally:
            server.terminate()


def _address(server: "subprocess.Popen[str]") -> str:
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        found = re.search(r"Serving on (http://127\.0\.0\.1:\d+)", line)
        if found:
            # Read on, or the server would stop at a full pipe.
            threading.Thread(target=server.stdout.read, daemon=True).start()
            return found[1]
    raise AssertionError(f"the server did not start: {''.join(said)}")


@contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium that writes in the fonts of the tests."""
    with TemporaryDirectory() as folder, sync_playwright() as driver:
        environment = os.environ | fonts.environment(Path(folder))
        chromium = driver.chromium.launch(executable_path=program(), args=["--no-sandbox"], env=dict(environment))
        try:
            yield chromium
        finally:
            chromium.close()


@dataclass
class Visitor:
    """Someone at a screen. What the browser complains of (scripts refused, files missing) is kept."""

    page: Page
    address: str
    complaints: list[str]

    def open(self, path: str) -> None:
        answer = self.page.goto(self.address + path)
        assert answer is not None and answer.status == 200, f"{path}: {answer and answer.status}"

    def step_into(self, role: Role) -> None:
        """As a visitor of the demonstration does it: by the button with the role's name."""
        self.open("/demo/roles")
        self.page.locator(f"button:has-text('Step in as'):has-text('{role.label}')").first.click()
        self.page.wait_for_load_state()


@contextmanager
def visitor(chromium: Browser, service: Service, role: Role | None = None, **window: object) -> Iterator[Visitor]:
    """A fresh window of the browser, signed in as a person of the demonstration."""
    context = chromium.new_context(**({"viewport": PHONE} | window))  # type: ignore[arg-type]
    try:
        page = context.new_page()
        page.set_default_timeout(10_000)
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        someone = Visitor(page, service.address, complaints)
        if role is not None:
            someone.step_into(role)
        yield someone
    finally:
        context.close()
