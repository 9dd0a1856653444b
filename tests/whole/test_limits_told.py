"""docs/limits.md says what the code does: each number is the one it names, and each test it names is there."""

import re
from datetime import timedelta
from importlib import import_module

import pytest

from tests.whole.sources import functions, tree_of
from training_app.config import ROOT

TEXT = (ROOT / "docs" / "limits.md").read_text(encoding="utf-8")
NUMBERS = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `([\w.]+):([A-Z_]+)` \|$", TEXT, re.MULTILINE)


def _in_words(value: object) -> str:
    if isinstance(value, timedelta):
        for unit in ("days", "hours", "minutes"):
            whole, rest = divmod(value, timedelta(**{unit: 1}))
            # A day is told in hours, as people are.
            if not rest and whole > 1:
                return f"{whole} {unit}"
    assert isinstance(value, int | float)
    return f"{value:,.0f}"


@pytest.mark.parametrize(("what", "told", "module", "name"), NUMBERS)
def test_a_number_that_is_told_is_that_of_the_code(what: str, told: str, module: str, name: str):
    assert told == _in_words(getattr(import_module(module), name)), what


def test_every_row_of_the_last_table_is_held():
    rows = TEXT.partition("\n## How much")[2].count("\n| ")
    assert len(NUMBERS) == rows - 1 > 30
    assert len({(module, name) for _, _, module, name in NUMBERS}) == len(NUMBERS)


def test_every_test_that_is_named_is_there():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
    assert len(named) > 6
    assert not [
        f"{file}::{test}" for file, test in named if test not in {one.name for one in functions(tree_of(ROOT / file))}
    ]
