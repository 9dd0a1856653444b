"""Habits of the house that a reader of one file would not see broken."""

import ast
import re
from collections import Counter
from pathlib import Path

from tests.whole.sources import (
    application,
    decorators,
    dotted,
    files,
    functions,
    named,
    suite,
    tree_of,
)
from training_app.config import ROOT

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
READS_THE_CLOCK = {"now", "utcnow", "today", "fromtimestamp"}
# Wall time is read for people and stored; these measure how long something took, or pace a loop.
STOPWATCHES = {"monotonic", "perf_counter", "sleep"}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP)\b|NotImplementedError|lorem ipsum", re.IGNORECASE)


def _committers(tree: ast.Module) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit"
    ]


def test_one_place_commits():
    found = {named(file) for file in files("training_app", "*.py") if _committers(tree_of(file))}
    # The other is a driver's connection, which calls the end of a transaction that only read by another name.
    assert found == {"training_app/database/transaction.py", "training_app/database/prepared.py"}


def test_files_stay_short():
    assert not _too_long([*files("training_app", "*.py"), *suite()])


def test_a_file_past_reading_is_found(tmp_path: Path):
    short, long = tmp_path / "short.py", tmp_path / "long.py"
    short.write_text("pass\n" * LONGEST_FILE, encoding="utf-8")
    long.write_text("pass\n" * (LONGEST_FILE + 1), encoding="utf-8")
    assert _too_long([short, long]) == {long: LONGEST_FILE + 1}


def _too_long(some: list[Path]) -> dict[Path, int]:
    lengths = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in some}
    return {file: lines for file, lines in lengths.items() if lines > LONGEST_FILE}


def test_functions_stay_short():
    long = [
        f"{named(file)}:{one.lineno} {one.name} has {_length(one)} lines"
        for file in [*files("training_app", "*.py"), ROOT / "run", *suite()]
        for one in functions(tree_of(file))
        if _length(one) > LONGEST_FUNCTION
    ]
    assert not long


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def test_only_the_clock_reads_the_clock():
    readers = [
        f"{named(file)}:{node.lineno} {dotted(node.func)}"
        for file in files("training_app", "*.py")
        if named(file) != "training_app/clock.py"
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and _reads_the_clock(dotted(node.func))
    ]
    assert not readers


def _reads_the_clock(called: str) -> bool:
    owner, _, name = called.rpartition(".")
    last = owner.split(".")[-1]
    return (last in {"datetime", "date"} and name in READS_THE_CLOCK) or called in {"time.time", "time.localtime"}


def test_time_is_measured_only_with_a_stopwatch():
    """`from time import time` would pass the check above by another name."""
    taken = [
        f"{named(file)}: from time import {name.name}"
        for file in files("training_app", "*.py")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ImportFrom) and node.module == "time"
        for name in node.names
        if name.name not in STOPWATCHES
    ]
    assert not taken


def test_the_database_is_not_asked_for_the_time():
    """A default made by the database would be its own clock, and another one in tests."""
    asked = [
        f"{named(file)}:{node.lineno}"
        for file in files("training_app", "*.py")
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Attribute) and dotted(node) in {"func.now", "func.current_timestamp"}
    ]
    assert not asked


def test_no_file_is_a_drawer_for_anything():
    drawers = [named(file) for file in [*files("training_app", "*.py"), *suite()] if DRAWERS & set(_parts(file))]
    assert not drawers


def _parts(file: Path) -> list[str]:
    return [*file.relative_to(ROOT).parts[:-1], file.stem]


def test_nothing_is_left_for_later():
    every = [*application(), *suite(), *files("templates", "*.*"), *files("static", "*.*")]
    here = Path(__file__).resolve()
    left = [
        f"{named(file)}:{number} {line.strip()}"
        for file in every
        if file != here
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not left


def test_an_error_is_never_swallowed_unnamed():
    swallowed = [
        f"{named(file)}:{node.lineno}"
        for file in application()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.ExceptHandler) and _hides(node)
    ]
    assert not swallowed


def _hides(handler: ast.ExceptHandler) -> bool:
    """Does it catch anything at all and go on as if nothing had happened?"""
    broad = handler.type is None or dotted(handler.type) in {"Exception", "BaseException"}
    return broad and all(isinstance(one, ast.Pass | ast.Continue) for one in handler.body)


def test_every_test_can_fail():
    """It asserts something, itself or in what it calls of its own file."""
    checkers = {file: _checkers(tree_of(file)) for file in suite()}
    idle = [
        f"{named(file)}:{one.lineno} {one.name}"
        for file, known in checkers.items()
        for one in functions(tree_of(file))
        if one.name.startswith("test_") and not _checks(one, known)
    ]
    assert not idle


CHECKING = re.compile(r"^(assert\w*|check\w*|raises|fail|expect)$")
PAGE_CHECKS = {"get", "send", "post", "follow", "save"}  # the test browser checks every page it opens


def _checkers(tree: ast.Module) -> set[str]:
    """The functions of a file that check something, directly or through one another."""
    known: set[str] = set()
    while True:
        more = {one.name for one in functions(tree) if _checks(one, known)} - known
        if not more:
            return known
        known |= more


def _checks(function: ast.FunctionDef | ast.AsyncFunctionDef, known: set[str]) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            owner, _, name = dotted(node.func).rpartition(".")
            if CHECKING.match(name) or name in known or (name in PAGE_CHECKS and "browser" in owner):
                return True
            if any(one.arg == "check" and ast.unparse(one.value) == "True" for one in node.keywords):
                return True  # a program that must end well
    return False


def test_every_function_of_a_test_file_is_a_test_or_used():
    """A test whose name lacks `test_` never runs and never fails."""
    named_somewhere = {name for file in suite() for name in _names_used(tree_of(file))}
    forgotten = [
        f"{named(file)}:{one.lineno} {one.name}"
        for file in suite()
        for one in tree_of(file).body
        if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
        and not one.name.startswith(("test_", "pytest_"))
        and not decorators(one) & {"pytest.fixture", "fixture"}
        and one.name not in (_names_used(tree_of(file)) if one.name.startswith("_") else named_somewhere)
    ]
    assert not forgotten


def test_every_fixture_is_used():
    known = {
        one.name: f"{named(file)}:{one.lineno}"
        for file in suite()
        for one in functions(tree_of(file))
        if decorators(one) & {"pytest.fixture", "fixture"} and "autouse=True" not in _above(one)
    }
    asked = {
        name
        for file in suite()
        for one in functions(tree_of(file))
        for name in [*(argument.arg for argument in one.args.args), *re.findall(r"'(\w+)'", _above(one))]
    } | {
        node.args[0].value
        for file in suite()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Call) and dotted(node.func).endswith(("getfixturevalue", "usefixtures"))
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert known and not {where for name, where in known.items() if name not in asked}


def _above(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return " ".join(ast.unparse(one) for one in function.decorator_list)


def _names_used(tree: ast.Module) -> set[str]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return names | {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_no_test_is_defined_twice():
    """The second of two tests with one name silently replaces the first."""
    doubled = [
        f"{named(file)} {name}"
        for file in suite()
        for name, times in Counter(
            one.name for one in tree_of(file).body if isinstance(one, ast.FunctionDef)
        ).items()
        if times > 1
    ]
    assert not doubled
