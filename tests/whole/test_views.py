"""Views know HTTP alone: what they show is read by queries, and what they do is a command."""

import ast
from pathlib import PurePosixPath

import pytest

from tests.whole.sources import dotted, files, named, tree_of

# What puts a function at an address, whatever the file is called.
ROUTES = {"route", "get", "post", "put", "patch", "delete", "add_url_rule"}
# It tells whether the database answers, so it asks the database itself.
ASKS_ITSELF = "training_app/web/health.py"
# All that a view may take of the database.
TRANSACTIONS = {"transaction", "in_transaction"}
QUEUES = "enqueue"
SELECTS = {"where", "options", "order_by"}
TOOLKITS = ("sqlalchemy", "flask_sqlalchemy")
# What the database may say no with: to answer that is the view's work.
REFUSALS = "sqlalchemy.exc"


def is_view(path: str, tree: ast.Module) -> bool:
    """Is it called one, or does it answer at an address?"""
    called_one = "views" in PurePosixPath(path).with_suffix("").parts
    return called_one or any(isinstance(node, ast.FunctionDef) and _is_route(node) for node in ast.walk(tree))


def _is_route(function: ast.FunctionDef) -> bool:
    """A blueprint's decorator: it is called with the address, which begins with a slash."""
    return any(
        isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in ROUTES
        and one.args and isinstance(one.args[0], ast.Constant) and str(one.args[0].value).startswith("/")
        for one in function.decorator_list
    )  # fmt: skip


def sql_in(tree: ast.Module) -> list[str]:
    """Where a module reaches for the database or does a command's work, by line."""
    return [f"{node.lineno} {said}" for node in ast.walk(tree) for said in _reaches(node)]


def _reaches(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names if _is_toolkit(one.name)]
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        names = {one.name for one in node.names}
        return [module] if _is_toolkit(module) or _is_for_commands(module, names) else []
    called = dotted(node)
    if isinstance(node, ast.Attribute) and (node.attr in SELECTS or f".{called}".endswith(".extensions.db")):
        return [called or node.attr]
    return [called] if f".{called}".endswith(".db.session") else []


def _is_for_commands(module: str, names: set[str]) -> bool:
    """The database but for the transaction, the audit's lines, and letters to be queued."""
    if module == "training_app.extensions":
        return "db" in names
    if module == "training_app.database":
        return not names <= TRANSACTIONS
    return QUEUES in names or module == "training_app.audit.commands" or (
        module == "training_app.audit" and "commands" in names
    )


def _is_toolkit(module: str) -> bool:
    return module.split(".")[0] in TOOLKITS and module != REFUSALS


def test_no_view_reaches_for_the_database():
    views = [file for file in files("training_app", "*.py") if is_view(named(file), tree_of(file))]
    assert len(views) > 20
    assert {named(file) for file in views if sql_in(tree_of(file))} == {ASKS_ITSELF}


def test_a_page_is_a_view_whatever_its_file_is_called():
    page = ast.parse("@blueprint.get('/years')\ndef years():\n    pass")
    assert is_view("training_app/front/year.py", page) and is_view("training_app/web/health.py", page)
    assert is_view("training_app/office/views/places.py", ast.parse("")) and is_view("training_app/demo/views.py", page)
    cached = ast.parse("@cache.get('key')\ndef found():\n    pass")
    assert not is_view("training_app/bookings/queries/bookings.py", cached)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("from sqlalchemy import select", ["1 sqlalchemy"]),
        ("import sqlalchemy as sa", ["1 sqlalchemy"]),
        ("from sqlalchemy.orm import selectinload", ["1 sqlalchemy.orm"]),
        ("from flask_sqlalchemy.pagination import Pagination", ["1 flask_sqlalchemy.pagination"]),
        ("from training_app.extensions import db", ["1 training_app.extensions"]),
        ("\nfrom training_app import extensions\nextensions.db.paginate(query)", ["3 extensions.db"]),
        ("from training_app.database import lock_rows, transaction", ["1 training_app.database"]),
        ("from training_app.audit import commands as audit", ["1 training_app.audit"]),
        ("from training_app.outbox.commands import enqueue", ["1 training_app.outbox.commands"]),
        ("whole_sessions().where(PUBLISHED)", ["1 where"]),
        ("from training_app.database import in_transaction, transaction", []),
        ("def view():\n    with db.session.begin():\n        pass", ["2 db.session"]),
        ("from sqlalchemy.exc import IntegrityError\nfrom training_app.extensions import login_manager", []),
        ("from training_app.office import queries\nqueries.course(1)\nold_db.session", []),
    ],
)
def test_whatever_reaches_for_it_is_found(source, found):
    assert sql_in(ast.parse(source)) == found
