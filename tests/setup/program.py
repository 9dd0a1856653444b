"""The `run` file, loaded as a module or started as a person would."""

import importlib.machinery
import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
RUN = ROOT / "run"
LOCKS = ("uv.lock.txt", "requirements.lock", "production.lock", "nodejs.lock.txt", "package.json", "package-lock.json")


def load(file: Path = RUN) -> ModuleType:
    """A fresh copy of the module each time, so that tests may change it."""
    loader = importlib.machinery.SourceFileLoader("run_under_test", str(file))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def copy_to(folder: Path) -> Path:
    """The run file and its locks, alone in a folder of their own."""
    for name in ("run", *LOCKS):
        shutil.copy(ROOT / name, folder / name)
    return folder / "run"


def started(*arguments: str, file: Path = RUN, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(file), *arguments]
    return subprocess.run(command, check=False, cwd=cwd, capture_output=True, text=True, timeout=60)
