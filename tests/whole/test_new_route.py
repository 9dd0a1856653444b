"""A new route needs no line in these tests: it is found, opened as everyone and held against what it declares."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, redirect

from tests.conftest import settings_for
from tests.whole.access import act_cells, met_by_acts, met_on_pages, page_cells
from tests.whole.crawling import visit
from tests.whole.places import Place, Places, places_to_try, routes
from tests.whole.visitors import VISITORS, visitor_name
from training_app import create_app
from training_app.accounts.rules.roles import Role
from training_app.extensions import db
from training_app.web.access import public, requires, signed_in
from training_app.web.rules import Permission

NEW = "/throw-away"
MARKS = {
    "letters": requires(Permission.SEE_LETTERS),
    "registers": requires(Permission.TAKE_REGISTER),
    "one-s-own": signed_in,
    "anyone-s": public,
}
ARGUMENTS = "<int:session_id>/<int:plan_id>/<year:year>/<any_word>/<uuid:mark>"


@pytest.fixture
def extended(demonstration_file: Path, tmp_path: Path) -> Iterator[Flask]:
    """The demonstration in an application that has some more routes than ours, one for each kind of mark."""
    shutil.copy(demonstration_file, tmp_path / "test.sqlite3")
    app = create_app(settings_for(tmp_path))
    for name, mark in MARKS.items():
        app.add_url_rule(f"{NEW}/{name}/{ARGUMENTS}", f"see.{name}", mark(_new_page()))
        app.add_url_rule(f"{NEW}/{name}/{ARGUMENTS}/do", f"do.{name}", mark(_new_act()), methods=["POST"])
    app.add_url_rule(f"{NEW}/wrong", "wrong", requires(Permission.SEE_LETTERS)(lambda: ("It is not here", 404)))
    app.add_url_rule(f"{NEW}/silent", "silent", lambda: "seen")
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _new_page() -> Callable[..., object]:
    """A function of its own for each route: the mark is put on it."""
    return lambda **arguments: (f"{arguments}", {"Content-Type": "text/plain"})


def _new_act() -> Callable[..., object]:
    return lambda **arguments: redirect("/programme")


def _new(app: Flask, places: Places, method: str, start: str = "") -> list[Place]:
    """The new routes whose name begins so."""
    return [one for one in routes(app, places, method) if one.address.startswith(NEW) and one.name.startswith(start)]


@pytest.mark.parametrize(
    ("method", "start", "cells_of", "meet"),
    [("GET", "see.", page_cells, met_on_pages), ("POST", "do.", act_cells, met_by_acts)],
    ids=["pages", "acts"],
)
def test_it_is_met_as_it_declares(extended: Flask, method: str, start: str, cells_of: Callable, meet: Callable):
    places = _new(extended, places_to_try(extended), method, start)
    assert [one.name for one in places if "registers" in one.name] == [
        f"{start}registers, one led by the trainer", f"{start}registers, another",
    ]  # fmt: skip
    assert len(places) == len(MARKS) + 1
    for role in VISITORS:
        follows = {one.name: cells_of(extended, one)[visitor_name(role)] for one in places}
        met = meet(extended, places, role)
        # The query behind a register keeps its scope. This one has forgotten it, and that is seen.
        forgot = {f"{start}registers, another"} if role is Role.TRAINER else set()
        assert {name for name in met if met[name] != follows[name]} == forgot


def test_its_arguments_are_filled_by_their_names(extended: Flask):
    places = places_to_try(extended)
    (page,) = _new(extended, places, "GET", "see.letters")
    session, plan, year, word, mark = page.address.removeprefix(f"{NEW}/letters/").split("/")
    assert int(session) == places.usual["session_id"] and int(plan) > 0 and year == "2024-25"
    assert word and len(mark) == 36


def test_it_is_opened_by_the_crawl_of_all_pages(extended: Flask):
    crawled = {visited.endpoint for visited in visit(extended, places_to_try(extended), Role.TRAINER, most_of_a_kind=1)}
    assert {"see.registers", "see.one-s-own", "see.anyone-s"} <= crawled
    assert "see.letters" not in crawled


def test_one_that_does_not_do_as_it_declares_is_found(extended: Flask):
    places = places_to_try(extended)
    (wrong,) = _new(extended, places, "GET", "wrong")
    assert met_on_pages(extended, [wrong], Role.OFFICE) == {"wrong": "none"}
    assert page_cells(extended, wrong)["administrator"] == "yes"


def test_one_that_declares_nothing_is_refused_and_fails(extended: Flask):
    places = places_to_try(extended)
    (silent,) = _new(extended, places, "GET", "silent")
    for role in VISITORS:
        assert met_on_pages(extended, [silent], role) == {"silent": "no"}
    with pytest.raises(AssertionError, match="declares nothing"):
        page_cells(extended, silent)
