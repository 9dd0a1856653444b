"""The whole of it, as a newcomer meets it: clone, start, look, stop; then once more, in seconds."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.serving import free_port
from tests.setup.program import ROOT

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is committed and nothing else, set up from the package registries."""
    if not (ROOT / ".git").exists():
        pytest.skip("this copy of the project is no clone itself")
    folder = tmp_path_factory.mktemp("clone") / "project"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True, timeout=60)
    ended = command(folder, "flask", "--version")
    if "registry cannot be reached" in ended.stderr:
        pytest.skip("no package registry can be reached from here")
    assert ended.returncode == 0, ended.stderr
    assert "Set up in" in ended.stderr
    assert ended.stdout.startswith("Python 3."), "set-up printed on standard output"
    return folder


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TRAINING_")}


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, str(folder / "run"), *arguments]
    return subprocess.run(
        whole, check=False, cwd=folder, env=environment(), capture_output=True, text=True, timeout=600
    )


@contextmanager
def service(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", int, str]]:
    """./run on a free port, and what it printed by the time it had said where it is."""
    port = free_port()
    whole = [sys.executable, str(folder / "run"), "--port", str(port)]
    program = subprocess.Popen(
        whole, cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert program.stdout is not None
    printed = ""
    try:
        for line in program.stdout:
            printed += line
            if "  3. " in line:
                break
        yield program, port, printed
    finally:
        program.terminate()
        program.wait(30)
        program.stdout.close()


def page(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def children_of(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children")
    if not listed.exists():
        pytest.skip("this machine does not list the children of a process")
    return [int(number) for number in listed.read_text().split()]


def test_the_address_it_prints_answers(clone: Path) -> None:
    with service(clone) as (_, port, printed):
        assert f"The service is at http://127.0.0.1:{port}" in printed
        assert page(port, "/healthz")[0] == 200
        for path in re.findall(rf"http://127\.0\.0\.1:{port}(/\S+)", printed):
            assert page(port, path)[0] in {200, 302, 303, 403}, path
        status, text = page(port, "/programme")
        assert status == 200 and "<h1" in text


def test_a_second_start_takes_seconds_and_keeps_the_data(clone: Path) -> None:
    def figures() -> str:
        return command(clone, "flask", "report", "yearly", "--year", "2024-25", "--format", "json").stdout

    with service(clone):
        pass
    before = figures()
    began = time.monotonic()
    with service(clone):
        took = time.monotonic() - began
    assert '"' in before and figures() == before
    assert took < 30


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stopping_it_leaves_nothing_running(clone: Path, number: signal.Signals) -> None:
    with service(clone) as (program, port, _):
        started = children_of(program.pid)
        assert len(started) == 2
        program.send_signal(number)
        assert program.wait(30) == 0
        assert not [child for child in started if Path(f"/proc/{child}").exists()]
        with socket.socket() as trial:
            assert trial.connect_ex(("127.0.0.1", port)) != 0


def test_when_the_worker_dies_everything_stops_and_says_so(clone: Path) -> None:
    with service(clone) as (program, _, _printed):
        worker, web = children_of(program.pid)
        os.kill(worker, signal.SIGKILL)
        assert program.wait(30) == 1
        assert not Path(f"/proc/{web}").exists()
