"""Views know HTTP alone: what they show is read by queries, and what they do is a command."""

import ast
from pathlib import Path

import pytest

from tests.whole.sources import dotted, files, named, tree_of
from training_app.config import ROOT

# Pages of the front room that stand beside its views.
PAGES = {f"training_app/front/{name}.py" for name in ("catalogue", "my_training", "navigation")}
TOOLKITS = ("sqlalchemy", "flask_sqlalchemy")
# What the database may say no with: to answer that is the view's work.
REFUSALS = "sqlalchemy.exc"


def is_view(file: Path) -> bool:
    return "views" in {*file.relative_to(ROOT).parts, file.stem} or named(file) in PAGES


def sql_in(tree: ast.Module) -> list[str]:
    """Where a module reaches for the database, by line."""
    return [f"{node.lineno} {said}" for node in ast.walk(tree) for said in _reaches(node)]


def _reaches(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names if _is_toolkit(one.name)]
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        takes_db = module == "training_app.extensions" and "db" in {one.name for one in node.names}
        return [module] if takes_db or _is_toolkit(module) else []
    called = dotted(node)
    return [called] if f".{called}".endswith(".db.session") else []


def _is_toolkit(module: str) -> bool:
    return module.split(".")[0] in TOOLKITS and module != REFUSALS


def test_no_view_reaches_for_the_database():
    views = [file for file in files("training_app", "*.py") if is_view(file)]
    assert {named(file) for file in views} >= PAGES and len(views) > 20
    assert not {named(file): found for file in views if (found := sql_in(tree_of(file)))}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from sqlalchemy import select", ["1 sqlalchemy"]),
        ("import sqlalchemy as sa", ["1 sqlalchemy"]),
        ("from sqlalchemy.orm import selectinload", ["1 sqlalchemy.orm"]),
        ("from flask_sqlalchemy.pagination import Pagination", ["1 flask_sqlalchemy.pagination"]),
        ("from training_app.extensions import db", ["1 training_app.extensions"]),
        ("\nfrom training_app import extensions\nextensions.db.session.delete(course)", ["3 extensions.db.session"]),
        ("def view():\n    with db.session.begin():\n        pass", ["2 db.session"]),
        ("from sqlalchemy.exc import IntegrityError\nfrom training_app.extensions import login_manager", []),
        ("from training_app.office import queries\nqueries.course(1)\nold_db.session", []),
    ],
)
def test_whatever_reaches_for_it_is_found(source, found):
    assert sql_in(ast.parse(source)) == found
