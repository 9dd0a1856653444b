"""Whatever goes wrong before the service stands ends in one sentence and no traceback."""

import ast
import errno
import runpy
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.setup.program import RUN, copy_to, load, started

BUILT_IN_GENERICS = {"dict", "list", "set", "tuple", "type", "frozenset"}


def one_sentence(text: str) -> str:
    line = text.strip()
    assert line and "\n" not in line, text
    assert "Traceback" not in line
    return line


def test_an_old_python_can_read_the_file() -> None:
    tree = ast.parse(RUN.read_text(encoding="utf-8"), feature_version=(3, 6))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.module != "__future__", "annotations from __future__ need Python 3.7"
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            assert node.value.id not in BUILT_IN_GENERICS, f"line {node.lineno} needs Python 3.9"
        if isinstance(node, ast.NamedExpr | ast.Match):
            pytest.fail(f"line {node.lineno} needs a newer Python")


def test_it_needs_the_standard_library_alone() -> None:
    tree = ast.parse(RUN.read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names and {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_an_old_python_is_told_which_one_is_needed() -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 18, 'final', 0);"
        "runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    command = [sys.executable, "-c", pretend, str(RUN)]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1 and ended.stdout == ""
    assert "Python 3.11 or newer is needed" in one_sentence(ended.stderr)


def test_an_unknown_argument_prints_how_it_is_used() -> None:
    ended = started("frobnicate")
    assert ended.returncode == 2 and ended.stdout == ""
    assert "frobnicate" in ended.stderr and "./run test" in ended.stderr and "Traceback" not in ended.stderr


def test_help_is_printed_where_help_is_read() -> None:
    ended = started("--help")
    assert ended.returncode == 0 and "./run flask" in ended.stdout and ended.stderr == ""


@pytest.mark.parametrize("port", ["0", "65536", "eighty", "-1", "8000.0"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    ended = started("--port", port)
    assert ended.returncode == 1
    assert port in one_sentence(ended.stderr)


def test_a_port_in_use_is_named_and_another_offered() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ended = started("--port", str(port))
    line = one_sentence(ended.stderr)
    assert ended.returncode == 1 and f"Port {port} is in use" in line
    other = int(line.rsplit("--port ", 1)[1])
    with socket.socket() as offered:
        offered.bind(("127.0.0.1", other))


def test_a_port_that_needs_a_privilege_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    run = load()
    monkeypatch.setattr(run, "port_error", lambda port: errno.EACCES)
    with pytest.raises(run.Stop, match=r"Port 80 cannot be used .*: choose one from 1024 up\."):
        run.check_port(80)


SAID = {
    "pip: NewConnectionError: [Errno -3] Temporary failure in name resolution": "be reached",
    "ERROR: Could not find a version that satisfies the requirement uv==0.13.9": "be reached",
    "error: Failed to fetch\n  Caused by: dns error\n": "be reached",
    "npm error code ECONNREFUSED\nnpm error If you are behind a proxy": "be reached",
    "npm error code EINTEGRITY\nnpm error sha512-a integrity checksum failed": "locked to",
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.": "locked to",
    "error: Hash mismatch for `flask==3.1.3`": "locked to",
    "SSLError: certificate verify failed: unable to get local issuer certificate": "certificate",
    "npm error code UNABLE_TO_VERIFY\nnpm error self-signed certificate in certificate chain": "certificate",
    "OSError: [Errno 28] No space left on device": "disk is full",
    "failed to copy file: No space left on device (os error 28)": "disk is full",
    "npm error code EACCES\nnpm error syscall mkdir": "written to",
    "first\nTypeError: something else\nlast": "TypeError: something else",
    "": "it printed nothing",
}


@pytest.mark.parametrize(("output", "expected"), SAID.items())
def test_what_a_tool_printed_becomes_one_sentence(output: str, expected: str) -> None:
    run = load()
    with pytest.raises(run.Stop) as stopped:
        run.check("Installing something", 1, output)
    line = one_sentence(str(stopped.value))
    assert line.startswith("Installing something failed") and expected in line
    assert line.endswith("(details in instance/run.log).")
    run.check("Installing something", 0, output)


def test_a_missing_venv_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    run = load()
    monkeypatch.setattr(run, "logged", lambda *_: (1, "/usr/bin/python3: No module named ensurepip"))
    with pytest.raises(run.Stop, match="python3-venv"):
        run.make_venv({})


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EROFS, "may not write to"),
        (errno.EACCES, "may not write to"),
        (errno.EIO, "The machine refused a step"),
    ],
)
def test_what_the_machine_refuses_becomes_one_sentence(
    number: int, expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = load()

    def refuse(arguments: list[str]) -> int:
        raise OSError(number, "as the machine says it", "/somewhere")

    monkeypatch.setattr(run, "serve", refuse)
    assert run.main([]) == 1
    assert expected in one_sentence(capsys.readouterr().err)


def test_a_missing_lock_is_named(tmp_path: Path) -> None:
    file = copy_to(tmp_path)
    (tmp_path / "requirements.lock").unlink()
    ended = started("flask", "--version", file=file, cwd=tmp_path)
    assert ended.returncode == 1 and "requirements.lock" in one_sentence(ended.stderr)


def test_loading_the_file_starts_nothing() -> None:
    assert "main" in runpy.run_path(str(RUN))
