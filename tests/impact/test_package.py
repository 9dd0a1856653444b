"""The package as a whole: pure, light, and its examples true."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import training_app.impact

MODULES = sorted(
    f"training_app.impact.{module.name}" for module in pkgutil.iter_modules(training_app.impact.__path__)
)
SOURCES = sorted(Path(training_app.impact.__path__[0]).glob("*.py"))


def test_importing_loads_neither_numpy_nor_scipy_nor_the_web() -> None:
    lines = ["import sys", *(f"import {module}" for module in MODULES), "print(*sorted(sys.modules))"]
    ran = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in ran.stdout.split()}
    assert "training_app" in loaded
    assert not loaded & {"numpy", "scipy", "flask", "sqlalchemy", "click", "werkzeug", "jinja2"}


def test_figures_of_responses_need_no_numpy_at_all() -> None:
    lines = [
        "import sys",
        "from training_app.impact import response_rate, if_nonresponders_unchanged, hake_gain_of_means",
        "response_rate(288, 1609), if_nonresponders_unchanged(2.1, 288, 1609), hake_gain_of_means(6.4, 8.5)",
        "sys.exit('numpy' in sys.modules)",
    ]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], check=True)


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_no_module_knows_more_than_it_may(source: Path) -> None:
    """At the top only the standard library and this package; numpy and scipy inside functions; no clock."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            root = name.split(".")[0]
            assert root in sys.stdlib_module_names | {"numpy", "scipy"} or name.startswith(
                "training_app.impact"
            )
            assert root not in {"time", "datetime", "logging", "random", "os"}
            assert not name.startswith("scipy.stats"), "scipy.stats takes seconds to load; use scipy.special"


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder()
    examples = [test for module in MODULES for test in finder.find(importlib.import_module(module))]
    assert sum(len(test.examples) > 0 for test in examples) >= 35


def test_everything_public_is_documented_and_exported_names_exist() -> None:
    for name in training_app.impact.__all__:
        assert getattr(training_app.impact, name) is not None
    for source in SOURCES:
        tree = ast.parse(source.read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), f"{source.name} has no docstring"
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{source.name}: {node.name} has no docstring"
