"""What ./run starts, with which settings, and that it leaves nothing running behind it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.setup.program import ROOT, load

Executed = list[tuple[list[str], dict[str, str]]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The run file with a throw-away instance folder, set up already."""
    module = load()
    monkeypatch.setattr(module, "INSTANCE", tmp_path / "instance")
    monkeypatch.setattr(module, "LOG", tmp_path / "instance" / "run.log")
    monkeypatch.setattr(module, "set_up", lambda: None)
    for name in [name for name in os.environ if name.startswith("TRAINING_")]:
        monkeypatch.delenv(name)
    return module


def test_bytecode_is_kept_apart_where_it_may_not_lie_beside_the_source(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    environment = run.python_environment()
    assert "PYTHONDONTWRITEBYTECODE" not in environment
    assert environment["PYTHONPYCACHEPREFIX"] == str(ROOT / ".venv" / "bytecode")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE")
    assert "PYTHONPYCACHEPREFIX" not in run.python_environment()


@pytest.fixture
def executed(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Executed:
    """What would replace this process, instead of replacing it."""
    seen: Executed = []
    monkeypatch.setattr(run.os, "execve", lambda program, command, env: seen.append((command, env)))
    monkeypatch.setattr(run.os, "chdir", lambda folder: None)
    return seen


def test_arguments_of_test_go_to_pytest(run: ModuleType, executed: Executed) -> None:
    run.main(["test", "tests/charts", "-k", "one"])
    assert executed[0][0][1:] == ["-m", "pytest", "tests/charts", "-k", "one"]


def test_all_adds_the_long_tests(run: ModuleType, executed: Executed) -> None:
    run.main(["test", "--all", "tests/charts"])
    assert executed[0][0][1:] == ["-m", "pytest", "-m", "", "tests/charts"]


@pytest.mark.parametrize(
    ("processors", "options"), [(None, []), (1, []), (2, ["-n", "2"]), (64, ["-n", "4"])]
)
def test_the_whole_suite_uses_the_processors_there_are(
    processors: int | None,
    options: list[str],
    run: ModuleType,
    executed: Executed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run.os, "cpu_count", lambda: processors)
    run.main(["test"])
    run.main(["test", "--all"])
    usual = ["-m", "pytest", *options]
    assert [command[1:] for command, _ in executed] == [usual, [*usual, "-m", ""]]


@pytest.mark.parametrize(("mark", "passed"), [([], "1 passed, 1 deselected"), (["-m", ""], "2 passed")])
def test_an_empty_mark_outdoes_the_usual_one(mark: list[str], passed: str, tmp_path: Path) -> None:
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    (tmp_path / "tests").mkdir()
    tests = "import pytest\n@pytest.mark.long\ndef test_long(): pass\ndef test_usual(): pass\n"
    (tmp_path / "tests" / "test_both.py").write_text(tests)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", *mark],
        check=False,
        cwd=tmp_path,
        env=dict(os.environ, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1"),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert passed in ended.stdout


def test_the_settings_of_a_live_service_do_not_reach_the_tests(
    run: ModuleType, executed: Executed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINING_DATABASE_URL", "postgresql://live/training")
    monkeypatch.setenv("REFERENCE_CASES", "cases")
    run.main(["test"])
    environment = executed[0][1]
    assert not [name for name in environment if name.startswith("TRAINING_")]
    assert environment["REFERENCE_CASES"] == str(Path.cwd() / "cases")


def test_a_flask_command_runs_where_the_person_stands(
    run: ModuleType, executed: Executed, capsys: pytest.CaptureFixture[str]
) -> None:
    run.main(["flask", "impact", "ratings.csv", "--json"])
    command, environment = executed[0]
    assert command[1:] == ["-m", "flask", "impact", "ratings.csv", "--json"]
    assert environment["FLASK_APP"] == str(ROOT / "wsgi.py")
    assert capsys.readouterr().out == ""


class Served:
    """`served("--port", "8123")` notes every command that would be started, and the settings it would get."""

    def __init__(self, run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run = run
        self.commands: list[list[str]] = []
        self.settings: dict[str, str] = {}
        monkeypatch.setattr(run, "logged", self.note)
        monkeypatch.setattr(run, "start", self.note)
        monkeypatch.setattr(run, "check_port", lambda port: None)
        monkeypatch.setattr(run, "watch", lambda children, port, demonstration: 0)
        monkeypatch.setattr(run, "end", lambda children: None)

    def note(self, module: list[str], environment: dict[str, str]) -> tuple[int, str]:
        self.commands.append(module[3:] if module[1] == "-c" else module)
        self.settings = environment
        return 0, ""

    def __call__(self, *arguments: str) -> None:
        assert self.run.serve(list(arguments)) == 0


@pytest.fixture
def served(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Served:
    return Served(run, monkeypatch)


BACK_UP, MIGRATE, LOAD = "backup --before-upgrade", "db upgrade", "demo load --if-empty"


def test_serving_migrates_loads_the_demonstration_and_starts_two_processes(served: Served) -> None:
    served("--port", "8123")
    web = ["waitress", "--listen=127.0.0.1:8123", "--threads=8", "wsgi:app"]
    assert served.commands == [[BACK_UP, MIGRATE, LOAD], ["flask", "worker"], web]
    assert served.settings["TRAINING_BASE_URL"] == "http://127.0.0.1:8123"
    assert served.settings["TRAINING_DEMO"] == "1"


@pytest.mark.parametrize(
    ("database", "wish", "loads"),
    [
        ("", "", True),
        (" ", " ", True),
        ("", "0", False),
        ("sqlite:////srv/own.sqlite3", "", False),
        ("sqlite:////srv/own.sqlite3", "0", False),
        ("sqlite:////srv/own.sqlite3", "1", True),
    ],
)
def test_the_demonstration_goes_into_no_database_of_ones_own_unasked(
    database: str, wish: str, loads: bool, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINING_DATABASE_URL", database)
    monkeypatch.setenv("TRAINING_DEMO", wish)
    served()
    assert served.commands[0] == ([BACK_UP, MIGRATE, LOAD] if loads else [BACK_UP, MIGRATE])
    assert served.settings["TRAINING_DEMO"] == ("1" if loads else "0")


def test_an_address_that_was_set_stays(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINING_BASE_URL", "https://training.example")
    served()
    assert served.settings["TRAINING_BASE_URL"] == "https://training.example"


def test_the_backup_before_an_upgrade_is_told_of(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    served = Served(run, monkeypatch)
    told = "Backed up before the upgrade to a.backup."
    monkeypatch.setattr(run, "logged", lambda *_: (0, f"{told}\nThe demonstration is loaded.\n"))
    served()
    assert [line for line in capsys.readouterr().err.splitlines() if "ack" in line] == [told]


def test_a_failed_migration_stops_before_anything_is_served(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "check_port", lambda port: None)
    monkeypatch.setattr(run, "logged", lambda *_: (1, "Error: TRAINING_DEMO must be 1 or 0.\n"))
    monkeypatch.setattr(run, "start", lambda *_: pytest.fail("started all the same"))
    assert run.main([]) == 1
    said = capsys.readouterr().err.strip().splitlines()
    assert "TRAINING_DEMO must be 1 or 0" in said[-1] and "Traceback" not in said[-1]


def test_flask_commands_share_a_process_until_one_fails(run: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "wsgi.py").write_text(
        "import click, flask\napp = flask.Flask('tried')\n"
        "@app.cli.command()\n@click.argument('word')\ndef echo(word): click.echo(word)\n"
        "@app.cli.command()\ndef refuse(): raise click.ClickException('Not today.')\n"
    )
    whole = [sys.executable, "-c", run.FLASK_COMMANDS, "echo one", "refuse", "echo two"]
    code, output = run.logged(whole, dict(os.environ), tmp_path)
    assert (code, output) == (1, "one\nError: Not today.\n")
    assert run.last_error(output) == "Not today"


def sleeper(code: int | None = None) -> "subprocess.Popen[bytes]":
    what = "import time; time.sleep(60)" if code is None else f"raise SystemExit({code})"
    return subprocess.Popen([sys.executable, "-c", what], start_new_session=True)


def test_when_one_stops_by_itself_the_other_is_ended(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run.signal, "signal", lambda number, handler: None)
    children = {"worker": sleeper(3), "web server": sleeper()}
    try:
        assert run.watch(children, 1, True) == 1
    finally:
        run.end(children)
    assert "The worker stopped by itself (exit code 3)" in capsys.readouterr().err
    assert children["web server"].returncode == -signal.SIGTERM


def test_a_child_that_will_not_end_is_killed(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "STOP_SECONDS", 0.3)
    monkeypatch.setattr(run.signal, "signal", lambda number, handler: None)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE)
    assert child.stdout is not None and child.stdout.readline()
    run.end({"worker": child})
    child.stdout.close()
    assert child.returncode == -signal.SIGKILL


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells a child of it")
def test_children_end_even_when_run_itself_is_killed(tmp_path: Path) -> None:
    (tmp_path / "idle.py").write_text("import time\ntime.sleep(30)\n")
    parent = (
        "import os, sys, time; from tests.setup.program import load;"
        "run = load(); run.PYTHON = sys.executable;"
        "print(run.start(['idle'], dict(os.environ, PYTHONPATH=sys.argv[1])).pid, flush=True);"
        "time.sleep(30)"
    )
    command = [sys.executable, "-c", parent, str(tmp_path)]
    program = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert program.stdout is not None
    child = Path("/proc") / program.stdout.readline().decode().strip() / "stat"
    assert child.exists()
    program.kill()
    program.wait(10)
    program.stdout.close()
    deadline = time.monotonic() + 10
    while child.exists() and ") Z " not in child.read_text():
        assert time.monotonic() < deadline, "the child lives on"
        time.sleep(0.05)


def test_a_service_that_never_answers_is_given_up(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "START_SECONDS", 0.1)
    monkeypatch.setattr(run, "answers", lambda port: False)
    child = sleeper()
    try:
        began = time.monotonic()
        assert run.watch({"web server": child}, 1, True) == 1
        assert time.monotonic() - began < 5
    finally:
        child.kill()
        child.wait()
    assert "did not answer" in capsys.readouterr().err


@pytest.mark.parametrize(("demonstration", "second"), [(True, "/demo/roles"), (False, "/sign-in")])
def test_three_things_to_try_are_printed(
    demonstration: bool, second: str, run: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    run.invite("http://127.0.0.1:8123", demonstration)
    printed = capsys.readouterr().out
    for path in ("/programme", second, "/reports/yearly/2024-25"):
        assert f"http://127.0.0.1:8123{path}\n" in printed


@pytest.mark.parametrize("name", ["run", ".ci/run"])
def test_the_two_doors_can_be_opened(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


def test_continuous_integration_runs_the_same_tests() -> None:
    script = ROOT / ".ci" / "run"
    subprocess.run(["bash", "-n", str(script)], check=True, timeout=10)
    assert script.read_text(encoding="utf-8").rstrip().endswith('exec ./run test "$@"')
