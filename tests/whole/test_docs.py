"""What the project says of itself is so: commands, options, addresses, files and links exist."""

import re
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest
from flask import Flask
from flask.cli import routes_command, run_command, shell_command
from werkzeug.exceptions import HTTPException

from tests.whole.sources import files, named
from training_app.config import ROOT

# A file that names these is about one person's machine, not about the project.
MACHINE = re.compile(r"(?<![\w.:/<])/(home|root|work|Users|mnt|media|tmp/[a-z])[/\w]*")
OURS = ("training_app/", "templates/", "tests/", "migrations/", "static/", "docs/", "bench/", ".ci/")
# Made by ./run, so a fresh clone does not hold them.
MADE = ("static/vendor",)
FROM_FLASK = {"routes": routes_command, "run": run_command, "shell": shell_command}


def _documents() -> list[Path]:
    return [ROOT / "README.md", *files("docs", "*.md")]


def _code_in(document: Path) -> list[str]:
    """What stands in backticks, and every line of the blocks between three of them."""
    text = document.read_text(encoding="utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))
    lines = [line.partition("  #")[0].strip() for block in blocks for line in block.splitlines()]
    return [one for one in [*lines, *spans] if one]


def _commands() -> list[tuple[str, list[str]]]:
    """Every use of the command line that a document or ./run tells of: where, and the words after `flask`."""
    said = [(named(document), code) for document in _documents() for code in _code_in(document)]
    said += [("run", line) for line in (ROOT / "run").read_text(encoding="utf-8").split('"""')[1].splitlines()]
    found = []
    for where, code in said:
        told = re.search(r"(?:^|\./run |[ /])flask ([a-z][^;|&)]*)", code)
        if told:
            found.append((where, shlex.split(told[1].replace("…", "X"))))
    return found


@pytest.fixture(scope="module")
def application(house: tuple[Flask, Path]) -> Flask:
    return house[0]


def test_every_command_and_option_that_is_told_of_exists(application):
    told = _commands()
    assert len(told) > 8
    missing = [f"{where}: flask {' '.join(words)}" for where, words in told if not _exists(application, words)]
    assert not missing


def _exists(app: Flask, words: list[str]) -> bool:
    """Walk down the groups by the words, then hold every option against the command reached."""
    command: click.Command = click.Group(commands=FROM_FLASK | app.cli.commands)
    rest = list(words)
    while rest and isinstance(command, click.Group):
        if rest[0] not in command.commands:
            return rest == ["--help"]
        command, rest = command.commands[rest[0]], rest[1:]
    known = {name for one in command.params for name in (*one.opts, *one.secondary_opts)} | {"--help"}
    return all(word.partition("=")[0] in known for word in rest if word.startswith("-") and word != "-")


def test_an_option_that_is_named_alone_belongs_to_some_command(application):
    known = {"--port", "--all", "--help"} | {
        name for command in _walk(application.cli) for one in command.params for name in one.opts
    }
    told = {
        (named(document), code.split()[0])
        for document in _documents()
        for code in _code_in(document)
        if code.startswith("--")
    }
    assert told and not {(where, option) for where, option in told if option not in known}


def _walk(command: click.Command) -> list[click.Command]:
    below = command.commands.values() if isinstance(command, click.Group) else ()
    return [command, *(deeper for one in below for deeper in _walk(one))]


def test_every_command_of_ours_is_told_of(application):
    """A command nobody has heard of is a command nobody uses."""
    text = "".join(document.read_text(encoding="utf-8") for document in _documents())
    missing = []
    for name, command in application.cli.commands.items():
        if name == "db":
            continue
        names = [f"{name} {below}" for below in command.commands] if isinstance(command, click.Group) else [name]
        missing += [one for one in names if f"flask {one}" not in text]
    assert not missing


def test_every_relative_link_leads_somewhere():
    dead = []
    for document in _documents():
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            parts = urlsplit(target)
            if parts.scheme:
                continue
            file = (document.parent / parts.path).resolve() if parts.path else document
            if not file.exists() or (parts.fragment and parts.fragment not in _anchors(file)):
                dead.append(f"{named(document)}: {target}")
    assert not dead


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_every_file_that_is_named_is_there():
    missing = [
        f"{named(document)}: {code}"
        for document in _documents()
        for code in _code_in(document)
        if code.startswith(OURS) and not code.startswith(MADE) and not re.search(r"[ *…<{]", code)
        if not (ROOT / code.partition(":")[0]).exists()
    ]
    assert not missing


def test_every_address_that_is_told_of_is_one_of_ours(application):
    known = application.url_map.bind("127.0.0.1")
    told = [
        (named(document), urlsplit(address).path or "/")
        for document in _documents()
        for address in re.findall(r"https?://127\.0\.0\.1(?::\d+)?[^\s)>`|\"]*", document.read_text(encoding="utf-8"))
    ]
    assert told
    for where, path in told:
        try:
            known.match(path)
        except HTTPException:
            pytest.fail(f"{where} tells of {path}, which is no page of ours")


def test_no_file_is_about_one_persons_machine():
    found = []
    for file in _texts():
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if MACHINE.search(line):
                found.append(f"{named(file)}:{number} {line.strip()[:120]}")
    assert not found


def _texts() -> list[Path]:
    folders = ("training_app", "templates", "tests", "migrations", "docs", ".ci")
    kinds = {".py", ".html", ".md", ".txt", ".json", ".mako", ".csv", ".ini", ""}
    inside = [file for folder in folders for file in files(folder, "*") if file.suffix in kinds and file.is_file()]
    above = [ROOT / name for name in ("README.md", "run", "setup.cfg", "pyproject.toml", "package.json", "wsgi.py")]
    return [file for file in [*inside, *above] if file != Path(__file__).resolve()]


def test_the_settings_table_holds_no_setting_that_is_gone():
    read = set(re.findall(r"TRAINING_[A-Z_]+", (ROOT / "training_app" / "config.py").read_text(encoding="utf-8")))
    for document in _documents():
        told = set(re.findall(r"TRAINING_[A-Z_]+", document.read_text(encoding="utf-8")))
        assert told <= read, f"{named(document)} tells of settings nobody reads: {told - read}"
