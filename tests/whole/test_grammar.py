"""What a file may hold follows from a word in its path: the grammar of the house, matched by path and not by lists."""

import ast
import re
from configparser import ConfigParser
from dataclasses import fields
from pathlib import PurePosixPath

import pytest

from tests.whole.sources import dotted, files, named, tree_of
from training_app.config import ROOT
from training_app.installation import Ports

CONTRACTS = ConfigParser()
CONTRACTS.read(ROOT / "setup.cfg", encoding="utf-8")
# From the roof down, as the contract of the floors has them: each room stands there, or that contract fails.
FROM_THE_ROOF = re.findall(r"\w+", CONTRACTS["importlinter:contract:floors"]["layers"])
# The rooms of floors 1 to 7. Ground and roof are few files, each with a name of its own.
FLOORS = FROM_THE_ROOF[FROM_THE_ROOF.index("office") : FROM_THE_ROOF.index("web")]
GRAMMAR = {
    "rules", "models", "queries", "commands", "wording", "letters", "forms", "views", "cli", "files",
    "calendar", "snapshots", "pages", "results", "year", "catalogue", "my_training", "navigation", "markup",
    "blueprint",
}
OPENS_A_TRANSACTION = {"transaction", "in_transaction"}
BEGINS_ONE_BY_HAND = (".session.begin", ".engine.begin", ".connection.begin")
OF_A_PAGE = {
    "second_factor_is_due", "sign_in_address", "second_factor_address", "start_address", "purpose_of",
    "before_form_address", "room_code", "feedback_code",
}  # fmt: skip
OF_ANYONE = {
    "user_may", "register_contents", "rated_before", "feedback_alarms", "forms_returned", "last_runs",
    "is_demonstration",
}  # fmt: skip
KINDS_THAT_MAY, ROOMS_THAT_MAY = {"views", "cli"}, {"cli", "jobs"}
# Delivery claims, sends and marks in transactions of its own.
MAY_OPEN_ONE_TOO = {"training_app/outbox/delivery.py"}
DEFINES_IT = "training_app/database/__init__.py"


def words_of(path: str) -> list[str]:
    """The words of a path below training_app: its folders, then the name of the file."""
    parts = PurePosixPath(path).with_suffix("").parts
    return list(parts[parts.index("training_app") + 1 :])


def kind_of(path: str) -> str | None:
    """The word that says what the file is; None where there is none."""
    return next((word for word in words_of(path)[1:] if word in GRAMMAR), None)


def is_unnamed(path: str) -> bool:
    """Does a file of a room on floors 1 to 7 leave out what kind it is?"""
    room, *rest = words_of(path)
    return room in FLOORS and rest != ["__init__"] and kind_of(path) is None


def transactions_in(path: str, tree: ast.Module) -> list[int]:
    """Lines on which a file reaches for a transaction that it may not open: an act is whole in a view, a shell or a
    job. By hand nobody begins one."""
    may = path in MAY_OPEN_ONE_TOO or kind_of(path) in KINDS_THAT_MAY or words_of(path)[0] in ROOMS_THAT_MAY
    return [
        node.lineno
        for node in ast.walk(tree)
        if _begins_by_hand(node) or (not may and path != DEFINES_IT and _reaches_for_one(node))
    ]


def _begins_by_hand(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and f".{dotted(node)}".endswith(BEGINS_ONE_BY_HAND)


def _reaches_for_one(node: ast.AST) -> bool:
    """By any name: what is imported as something else is found where it is imported."""
    if isinstance(node, ast.ImportFrom):
        return bool(OPENS_A_TRANSACTION & {one.name for one in node.names})
    return isinstance(node, ast.Attribute) and node.attr in OPENS_A_TRANSACTION


def test_every_file_says_by_its_path_what_it_is():
    assert not [named(file) for file in files("training_app", "*.py") if is_unnamed(named(file))]


@pytest.mark.parametrize(
    "path", ["training_app/bookings/steps.py", "training_app/office/stock/rooms.py", "training_app/front/places.py"]
)
def test_a_path_without_a_word_of_the_grammar_is_found(path: str):
    assert is_unnamed(path)


@pytest.mark.parametrize(
    "path",
    ["training_app/bookings/rules.py", "training_app/office/views/sessions.py", "training_app/bookings/__init__.py",
     "training_app/outbox/composing.py", "training_app/database/engine.py"],
)  # fmt: skip
def test_a_path_with_one_passes_and_so_do_ground_and_roof(path: str):
    assert not is_unnamed(path)


def test_transactions_begin_in_views_shells_and_jobs_alone():
    found = {
        f"{named(file)}:{line}"
        for file in files("training_app", "*.py")
        for line in transactions_in(named(file), tree_of(file))
    }
    assert not found


@pytest.mark.parametrize(
    "call",
    ["from training_app.database import transaction", "from training_app.database import transaction as act",
     "database.in_transaction(act)", "run = partial(database.in_transaction, act)"],
)  # fmt: skip
def test_a_transaction_in_a_command_is_found(call: str):
    for path in ("commands/places", "wording", "commands/jobs", "queries/cli"):
        assert transactions_in(f"training_app/bookings/{path}.py", ast.parse(call)) == [1], path
    assert not transactions_in("training_app/bookings/views/own.py", ast.parse(call))
    assert not transactions_in("training_app/jobs/running.py", ast.parse(call))


@pytest.mark.parametrize("call", ["with db.session.begin():\n    pass", "with db.engine.begin() as one:\n    pass"])
def test_a_transaction_begun_by_hand_is_found(call: str):
    for path in ("bookings/commands/places.py", "bookings/views/own.py", "jobs/running.py"):
        assert transactions_in(f"training_app/{path}", ast.parse(call)) == [1], path


def ports_asked(path: str, tree: ast.Module) -> list[str]:
    """The ports of a page that a file asks, although no page need be open when it runs."""
    if kind_of(path) in {"views", "navigation"} or words_of(path)[0] in {"web", "assembly", "installation"}:
        return []
    return [node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in OF_A_PAGE]


def test_ports_of_a_page_are_asked_by_pages_alone():
    """They read who is signed in or make an address, so the worker and a shell have no answer to them."""
    assert {one.name for one in fields(Ports)} == OF_A_PAGE | OF_ANYONE, "say which the new port is"
    every = {named(file): ports_asked(named(file), tree_of(file)) for file in files("training_app", "*.py")}
    assert not {path: asked for path, asked in every.items() if asked}
    command = ast.parse("ports().sign_in_address(None)")
    assert ports_asked("training_app/bookings/commands/places.py", command) == ["sign_in_address"]
    assert ports_asked("training_app/bookings/views/own.py", command) == []


def test_the_floors_are_those_of_the_contract():
    assert FLOORS[0] == "office" and FLOORS[-1] == "agencies" and len(FLOORS) >= 12
