"""The agencies of the arrangements, as the file lists them and the migration loads them."""

import json
from collections import Counter

from flask import Flask

from training_app.agencies.models import Agency
from training_app.agencies.rules import Area, Sector
from training_app.config import ROOT
from training_app.extensions import db
from training_app.words.names import comparable

LISTED = json.loads((ROOT / "migrations" / "reference" / "agencies.json").read_text(encoding="utf-8"))
STATUTORY = {
    "Leicester City Council",
    "Leicestershire County Council",
    "Rutland County Council",
    "Leicestershire Police",
    "Leicester, Leicestershire and Rutland Integrated Care Board",
}


def test_the_statutory_partners_and_the_relevant_agencies_are_there() -> None:
    assert {one["name"] for one in LISTED if one["statutory_partner"]} == STATUTORY
    assert Counter(one["sector"] for one in LISTED) == {
        "local_authority": 3,
        "district_council": 7,
        "police": 1,
        "health": 4,
        "education": 1,
        "probation": 1,
        "fire": 1,
        "family_court": 1,
        "voluntary": 1,
    }
    assert all(
        set(one) == {"name", "sector", "area", "statutory_partner", "aliases", "valid_from", "valid_to"}
        for one in LISTED
    )


def test_areas_are_where_agencies_work() -> None:
    areas = {one["name"]: one["area"] for one in LISTED}
    assert areas["Leicester City Council"] == Area.LEICESTER
    assert areas["Rutland County Council"] == Area.RUTLAND
    assert all(
        one["area"] == Area.LEICESTERSHIRE for one in LISTED if one["sector"] == Sector.DISTRICT_COUNCIL
    )
    assert areas["Leicestershire Police"] == areas["Probation Service"] == Area.ACROSS


def test_every_way_of_writing_means_one_agency_only() -> None:
    written = [comparable(one["name"]) for one in LISTED]
    written += [alias["comparable"] for one in LISTED for alias in one["aliases"]]
    doubled = [name for name, times in Counter(written).items() if times > 1]
    assert not doubled and "" not in written


def test_the_frozen_form_of_an_alias_is_what_is_looked_up() -> None:
    wrong = [
        alias
        for one in LISTED
        for alias in one["aliases"]
        if alias["comparable"] != comparable(alias["name"])
    ]
    assert not wrong


def test_short_forms_that_could_mean_two_are_left_out() -> None:
    written = {alias["comparable"] for one in LISTED for alias in one["aliases"]}
    assert written.isdisjoint({"lcc", "county council", "council", "nhs", "police", "social services"})


def test_the_migration_loads_what_the_file_lists(in_app: Flask) -> None:
    stored = {
        agency.name: (
            agency.sector,
            agency.area,
            agency.statutory_partner,
            {alias.name for alias in agency.aliases},
        )
        for agency in db.session.query(Agency)
    }
    assert stored == {
        one["name"]: (
            one["sector"],
            one["area"],
            one["statutory_partner"],
            {alias["name"] for alias in one["aliases"]},
        )
        for one in LISTED
    }
