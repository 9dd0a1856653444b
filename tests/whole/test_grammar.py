"""What a file may hold follows from a word in its path: the grammar of the house, matched by path and not by lists."""

import ast
from pathlib import PurePosixPath

import pytest

from tests.whole.sources import dotted, files, named, tree_of

# The rooms of floors 1 to 7. Ground and roof are few files, each with a name of its own.
FLOORS = {
    "agencies", "people", "accounts", "programme", "records", "bookings", "registers", "evaluation", "findings",
    "reports", "front", "office",
}
GRAMMAR = {
    "rules", "models", "queries", "commands", "wording", "letters", "forms", "views", "cli", "files",
    "calendar", "snapshots", "pages", "results", "year", "catalogue", "my_training", "navigation", "markup",
    "blueprint",
}
OPENS_A_TRANSACTION = {"transaction", "in_transaction"}
MAY_OPEN_ONE = {"views", "cli", "jobs"}
# Delivery claims, sends and marks in transactions of its own; the other file defines them.
MAY_OPEN_ONE_TOO = {"training_app/outbox/delivery.py", "training_app/database/transaction.py"}
LONGEST_FILE = 400


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
    """Lines on which a file opens a transaction that it may not open: an act is whole in a view, a shell or a job."""
    if path in MAY_OPEN_ONE_TOO or MAY_OPEN_ONE & set(words_of(path)):
        return []
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] in OPENS_A_TRANSACTION
    ]


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


def test_no_file_of_a_room_grows_past_reading():
    long = {
        named(file): lines
        for file in files("training_app", "*.py")
        if words_of(named(file))[0] in FLOORS
        and (lines := len(file.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert not long


def test_transactions_begin_in_views_shells_and_jobs_alone():
    found = {
        f"{named(file)}:{line}"
        for file in files("training_app", "*.py")
        for line in transactions_in(named(file), tree_of(file))
    }
    assert not found


@pytest.mark.parametrize("call", ["with transaction():\n    pass", "database.in_transaction(act)"])
def test_a_transaction_in_a_command_is_found(call: str):
    assert transactions_in("training_app/bookings/commands/places.py", ast.parse(call)) == [1]
    assert transactions_in("training_app/office/wording.py", ast.parse(call)) == [1]
    assert not transactions_in("training_app/bookings/views/own.py", ast.parse(call))
    assert not transactions_in("training_app/jobs/running.py", ast.parse(call))
