"""Tests take their rows from tests/world, and share nothing out of a file of tests."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.whole.sources import dotted, named, suite, tree_of
from training_app import tables
from training_app.database import Base

WORLD = "tests/world/"
# Where a test builds a row by hand, and why it must.
BY_HAND = {("tests/bookings/test_transitions.py", "Booking"): "what is tried is a booking that is not stored yet"}


def _mapped() -> set[str]:
    """The full name of every class that is stored in a table."""
    assert tables
    return {f"{mapper.class_.__module__}.{mapper.class_.__name__}" for mapper in Base.registry.mappers}


def _full_names(tree: ast.Module) -> dict[str, str]:
    """What each imported name of a file stands for."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
        if isinstance(node, ast.Import):
            found |= {name.asname: name.name for name in node.names if name.asname}
    return found


def _rows_built(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """The line and the class of each row that a file builds without the factories: `Person(…)`, `insert(Person)`."""
    mapped, names = _mapped(), _full_names(tree)

    def model(node: ast.AST) -> str:
        first, _, rest = dotted(node).partition(".")
        full = f"{names.get(first, first)}.{rest}" if rest else names.get(first, "")
        return full.rpartition(".")[2] if full in mapped else ""

    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        inserts = dotted(node.func).rpartition(".")[2] in {"insert", "bulk_insert_mappings"}
        for built in [node.func, *(node.args if inserts else [])]:
            if model(built):
                yield node.lineno, model(built)


def _outside_the_world() -> list[Path]:
    return [file for file in suite() if not named(file).startswith(WORLD)]


def test_rows_come_from_the_factories():
    assert len(_mapped()) > 30
    built = {(named(file), model) for file in _outside_the_world() for _, model in _rows_built(tree_of(file))}
    assert built - BY_HAND.keys() == set(), "make these with a function of tests/world"
    assert BY_HAND.keys() - built == set(), "these exceptions are no longer needed"
    assert all(BY_HAND.values())


def test_a_row_built_by_hand_is_found():
    tree = ast.parse(
        "from training_app.people import models\n"
        "from training_app.people.models import Person as Somebody\n"
        "import training_app.bookings.models as bookings\n"
        "from elsewhere import Booking\n"
        "Somebody(name='Ann')\n"
        "models.Post(person_id=1)\n"
        "db.session.execute(insert(bookings.Booking).values(id=1))\n"
        "Booking(), select(Somebody), Somebody.name\n"
    )
    assert list(_rows_built(tree)) == [(5, "Person"), (6, "Post"), (7, "Booking")]


def _taken_from_test_files(tree: ast.Module) -> list[str]:
    """Every import of a file of tests, or from one."""
    imported = [f"{node.module}.{name.name}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)
                for name in node.names]  # fmt: skip
    imported += [name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names]
    return [name for name in imported if any(part.startswith("test_") for part in name.split("."))]


def test_nothing_is_taken_from_a_file_of_tests():
    found = {named(file): _taken_from_test_files(tree_of(file)) for file in suite()}
    assert {file: names for file, names in found.items() if names} == {}


def test_what_is_taken_from_a_file_of_tests_is_found():
    tree = ast.parse(
        "from tests.office.test_sessions import make\n"
        "from tests.office import test_places\n"
        "import tests.web.test_times\n"
        "from tests.world.people import make_person\n"
    )
    assert len(_taken_from_test_files(tree)) == 3
