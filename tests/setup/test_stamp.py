"""Set-up happens once, begins again where it was interrupted, and only where something changed."""

import fcntl
import json
import os
import shutil
import sys
import threading
import time
from pathlib import Path
from types import ModuleType

import pytest

from tests.setup.program import copy_to, load


class Project:
    """A project in a folder of its own, where the two slow steps only leave what they would leave."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.run: ModuleType = load(copy_to(folder))
        self.built: list[str] = []
        self.locks: list[str] = []
        self.fail = False
        self.packages: Path = self.run.VENV / "lib" / self.run.PYTHON_NAME / "site-packages"
        monkeypatch.setattr(self.run, "logged", self.tool)
        monkeypatch.setattr(self.run, "write_assets", self.write_assets)

    def tool(self, command: list[str], *_: object) -> tuple[int, str]:
        run = self.run
        if "--without-pip" in command:
            self.built.append("venv")
            Path(run.PYTHON).parent.mkdir(parents=True)
            Path(run.PYTHON).symlink_to("/bin/true")
            (run.VENV / "pyvenv.cfg").write_text("version = {}.{}.1\n".format(*sys.version_info))
        if "sync" in command:
            if self.fail:
                return 1, "No space left on device"
            self.built.append("packages")
            self.locks.append(command[-1])
            (self.packages / "flask").mkdir(parents=True, exist_ok=True)
        if "ci" in command:
            self.built.append("assets")
        return 0, "11.0.0"

    def write_assets(self, packages: Path, folder: Path) -> None:
        (folder / "fonts").mkdir()
        for name in (self.run.CSS, self.run.SCRIPT, self.run.LICENCE, *self.run.FONTS):
            (folder / name).write_text(f"made for {name}")

    def set_up(self) -> list[str]:
        self.built = []
        self.run.set_up()
        return self.built


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    return Project(tmp_path, monkeypatch)


ENVIRONMENT = ["venv", "packages"]
ALL = [*ENVIRONMENT, "assets"]


def test_the_second_time_nothing_is_made(project: Project) -> None:
    assert project.set_up() == ALL
    assert project.set_up() == []
    assert not project.run.WORK.exists()


def test_progress_never_goes_to_standard_output(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.set_up()
    said = capsys.readouterr()
    assert said.out == "" and "3 of 4: Python packages" in said.err


@pytest.mark.parametrize("lock", ["requirements.lock", "uv.lock.txt"])
def test_a_changed_lock_renews_the_packages_alone(project: Project, lock: str) -> None:
    project.set_up()
    with (project.folder / lock).open("a") as file:
        file.write("# changed\n")
    assert project.set_up() == ["packages"]
    assert project.set_up() == []


def test_production_is_chosen_once_and_installs_from_its_own_lock(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.set_up()
    assert project.locks == ["requirements.lock"]
    assert project.run.main(["production"]) == 0
    assert project.locks == ["requirements.lock", "production.lock"] and project.built == [*ALL, "packages"]
    assert "no more" in capsys.readouterr().err
    assert project.set_up() == [], "the choice stands"
    shutil.rmtree(project.run.VENV)
    assert project.set_up() == ALL and project.locks[-1] == "production.lock", "also where .venv is made anew"
    assert project.run.main(["test"]) == 1 and "in another checkout" in capsys.readouterr().err
    project.run.for_production().unlink()
    assert project.set_up() == ["packages"] and project.locks[-1] == "requirements.lock"
    assert project.run.main(["production", "now"]) == 2


def test_a_changed_asset_lock_or_recipe_renews_the_assets_alone(project: Project) -> None:
    project.set_up()
    with (project.folder / "package-lock.json").open("a") as file:
        file.write("\n")
    assert project.set_up() == ["assets"]
    project.run.CSS_RULES = project.run.CSS_RULES[1:]
    assert project.set_up() == ["assets"]
    assert project.set_up() == []


def test_altered_or_missing_page_assets_are_made_again(project: Project) -> None:
    project.set_up()
    for name in (project.run.CSS, "fonts/DejaVuSans.ttf"):
        (project.run.VENDOR / name).write_text("altered")
        assert project.set_up() == ["assets"]
    shutil.rmtree(project.run.VENDOR)
    assert project.set_up() == ["assets"]


def test_a_package_that_is_gone_makes_the_environment_again(project: Project) -> None:
    project.set_up()
    shutil.rmtree(project.packages / "flask")
    assert project.set_up() == ENVIRONMENT


def test_an_environment_without_its_python_is_made_again(project: Project) -> None:
    project.set_up()
    Path(project.run.PYTHON).unlink()
    Path(project.run.PYTHON).symlink_to("/nowhere/python")
    (project.run.VENV / "pyvenv.cfg").unlink()
    assert project.set_up() == ENVIRONMENT


def test_an_environment_of_another_python_is_made_again(project: Project) -> None:
    project.set_up()
    (project.run.VENV / "pyvenv.cfg").write_text("version = 3.10.1\n")
    project.run.write_stamp({"environment": "of another Python", "packages": ["flask"]})
    assert project.set_up() == ALL


def test_a_moved_project_is_made_again(project: Project, tmp_path: Path) -> None:
    project.set_up()
    stamp = json.loads(project.run.STAMP.read_text())
    project.run.write_stamp(stamp | {"root": "/elsewhere", "environment": "of elsewhere"})
    assert project.set_up() == ENVIRONMENT


def test_a_hand_made_environment_is_kept_and_completed(project: Project) -> None:
    project.set_up()
    project.run.STAMP.unlink()
    assert project.set_up() == ["packages", "assets"]


def test_a_failed_set_up_leaves_no_stamp_and_begins_afresh(project: Project) -> None:
    project.fail = True
    with pytest.raises(project.run.Stop, match="the disk is full"):
        project.set_up()
    assert "environment" not in project.run.read_stamp()
    project.fail = False
    assert project.set_up() == ALL


def test_a_failed_change_of_packages_is_never_taken_for_whole(project: Project) -> None:
    project.set_up()
    lock = project.folder / "requirements.lock"
    before = lock.read_text()
    lock.write_text(before + "# changed\n")
    project.fail = True
    with pytest.raises(project.run.Stop):
        project.set_up()
    lock.write_text(before)
    project.fail = False
    assert project.set_up() == ENVIRONMENT


@pytest.mark.parametrize("stamp", ["", "{", "[]", "null"])
def test_a_spoiled_stamp_counts_as_none(project: Project, stamp: str) -> None:
    project.set_up()
    project.run.STAMP.write_text(stamp)
    assert project.run.read_stamp() == {}
    assert project.set_up() == ["packages", "assets"]


def test_a_second_set_up_waits_and_then_finds_the_work_done(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.set_up()
    capsys.readouterr()
    stamp = project.run.read_stamp()
    project.run.write_stamp({})
    first = os.open(project.folder, os.O_RDONLY)
    fcntl.flock(first, fcntl.LOCK_EX)
    second = threading.Thread(target=project.set_up)
    second.start()
    time.sleep(0.2)
    assert second.is_alive() and project.built == []
    project.run.write_stamp(stamp)
    os.close(first)
    second.join(10)
    assert not second.is_alive() and project.built == []
    assert capsys.readouterr().err == "Another ./run is setting up: waiting for it.\n"


def test_the_lock_lasts_as_long_as_a_tool_that_outlives_a_kill(tmp_path: Path) -> None:
    run = load(copy_to(tmp_path))
    run.lock_project()
    code, output = run.logged(["/bin/sh", "-c", f"ls -l /proc/self/fd/{run.HELD[0]}"], dict(os.environ))
    os.close(run.HELD.pop())
    assert code == 0 and output.strip().endswith(str(tmp_path))


def test_a_secret_key_is_made_once_for_its_owner_alone(project: Project) -> None:
    project.run.flask_environment()
    key = project.folder / "instance" / "secret_key"
    first = key.read_text()
    assert key.parent.stat().st_mode & 0o777 == 0o700
    assert key.stat().st_mode & 0o777 == 0o600 and len(first.strip()) >= 32
    project.run.flask_environment()
    assert key.read_text() == first
    assert [file.name for file in key.parent.iterdir()] == ["secret_key"]
