"""What nobody can see in a name is not kept, however it came in; and names compare without it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browser import Browser
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.agencies.commands import add_agency
from training_app.agencies.rules import Area, Sector
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.commands import register_person, take_up_post
from training_app.programme.files.rows import read_rows
from training_app.programme.models import Course, Provider, Venue
from training_app.registers.forms import WalkInForm
from training_app.words.names import comparable, folded, same_name, tidy

PROGRAMME = Path(__file__).parents[2] / "training_app" / "demo" / "programme" / "programme_2024_25.csv"
UNSEEN = (
    "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u200f", "\u202a", "\u202e", "\u2066",
    "\u2069", "\u061c",
)
APOSTROPHES = "'’‘‛`´′ʼ＇"


@pytest.mark.parametrize("sign", UNSEEN)
def test_it_is_taken_out_and_does_not_tell_names_apart(sign: str) -> None:
    assert tidy(f"{sign}Zoë{sign} Ha{sign}rt{sign}") == "Zoë Hart"
    for compare in (comparable, same_name, folded):
        assert compare(f"Ne{sign}glect{sign}") == compare("Neglect")


@pytest.mark.parametrize("sign", APOSTROPHES)
def test_every_apostrophe_is_one(sign: str) -> None:
    for compare in (comparable, same_name, folded):
        assert compare(f"Children{sign}s O{sign}Rourke") == compare("Children's O'Rourke")


def test_people_jobs_and_agencies_are_kept_without(in_app: Flask) -> None:
    now = clock.now()
    with transaction():
        agency = add_agency("New\u200b Trust\ufeff", Sector.HEALTH, Area.RUTLAND, actor_id=None, now=now)
        person = register_person("Zo\u00adë\u200d", None, actor_id=None, now=now)
        post = take_up_post(person.id, agency.id, "He\u200balth visitor\u2060", clock.today(), actor_id=None, now=now)
    assert (agency.name, person.name, post.title) == ("New Trust", "Zoë", "Health visitor")


def test_courses_and_venues_are_kept_without(app: Flask, browser_of: Callable[[Role], Browser]) -> None:
    office = browser_of(Role.OFFICE)
    office.send(office.get("/staff/courses/new"), {"title": "Neg\u200blect\ufeff"})
    typed = {"name": "City\u00ad Hall", "address": "High\u200b Street\u200e\nOakham"}
    office.send(office.get("/staff/venues/new"), typed)
    with app.app_context():
        assert db.session.scalars(select(Course.title)).all() == ["Neglect"]
        venue = db.session.scalars(select(Venue).where(Venue.name == "City Hall")).one()
        assert venue.address == "High Street\nOakham"
    again = office.send(office.get("/staff/courses/new"), {"title": "\u2060Neglect"}, status=422)
    assert "There is already a course called “Neglect”." in again.text


def test_a_box_that_holds_only_what_cannot_be_seen_is_empty(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"walk_in_name": "\u200b", "walk_in_post": "\ufeff "}):
        assert not WalkInForm(meta={"csrf": False}).is_begun


def test_a_programme_file_is_read_without(in_app: Flask) -> None:
    text = PROGRAMME.read_text(encoding="utf-8")
    header, first, *_ = text.splitlines()
    title = first.split(",")[0]
    reading = read_rows(f"{header}\n\u200b{first[:3]}\u00ad{first[3:]}\n")
    assert not reading.problems and reading.rows[0].title == title


def test_a_venue_and_a_provider_in_a_programme_file_are_those_we_know(app: Flask, tmp_path: Path) -> None:
    header = PROGRAMME.read_text(encoding="utf-8").splitlines()[0]
    line = "Neglect,core,2026-06-10,09:30,12:30,in_person,{},Core,{},30,,,"
    for place, provider in (("St Mary’s Hall", "Barnardo’s"), ("St Mary's  hall\u200b", "Barnardo's")):
        file = tmp_path / "programme.csv"
        file.write_text(f"{header}\n{line.format(place, provider)}\n", encoding="utf-8")
        done = app.test_cli_runner().invoke(args=["programme", "import", str(file)])
        assert done.exit_code == 0, done.output
    assert done.output.startswith("Nothing changed")
    with app.app_context():
        assert db.session.scalars(select(Venue.name).where(Venue.name.icontains("hall"))).all() == ["St Mary’s Hall"]
        assert db.session.scalars(select(Provider.name)).all() == ["Barnardo’s"]
