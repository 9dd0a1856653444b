"""The examples in docstrings are run: what they say is what the code does."""

import doctest
import importlib
from types import ModuleType

import pytest

from tests.whole.sources import files, named

MODULES = [
    named(file).removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    for file in files("training_app", "*.py")
    if ">>>" in file.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_are_true(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_an_example_that_is_false_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    module = ModuleType("specimen", "What one and one make.\n\n>>> 1 + 1\n3\n")
    assert doctest.testmod(module).failed == 1
    assert "Expected:\n    3\nGot:\n    2" in capsys.readouterr().out
