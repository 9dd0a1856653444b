"""The project's own files, for checks that read them. A kind of file that is not found is a fault."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from training_app.config import ROOT

LETTERS = ROOT / "templates" / "letters"
Function = ast.FunctionDef | ast.AsyncFunctionDef


def files(folder: str, pattern: str) -> list[Path]:
    """All files of this kind under a folder of the project, made things left out."""
    found = [
        file
        for file in sorted((ROOT / folder).rglob(pattern))
        if not {"vendor", "__pycache__", "node_modules"} & set(file.parts)
    ]
    assert found, f"no {pattern} under {folder}: a check of nothing would pass"
    return found


def application() -> list[Path]:
    """Every file of Python that runs in the service."""
    return [*files("training_app", "*.py"), *files("migrations", "*.py"), ROOT / "wsgi.py", ROOT / "run"]


def suite() -> list[Path]:
    """Every file of Python that tests or measures it."""
    return [*files("tests", "*.py"), *files("bench", "*.py")]


def templates() -> list[Path]:
    """The templates of pages. Those of letters are plain text, and have checks of their own."""
    return [file for file in files("templates", "*.*") if LETTERS not in file.parents]


def letters(room: str = "") -> list[Path]:
    """The templates of letters: of a room, or of all; the pieces that letters share left out."""
    return files(f"templates/letters/{room}", "[!_]*.*")


def named(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def functions(tree: ast.AST) -> Iterator[Function]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield node


def dotted(node: ast.AST) -> str:
    """`datetime.datetime.now` for that expression; empty for anything that is not names joined by dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def decorators(function: Function) -> set[str]:
    """What stands above a function, without its arguments."""
    return {dotted(one.func if isinstance(one, ast.Call) else one) for one in function.decorator_list}
