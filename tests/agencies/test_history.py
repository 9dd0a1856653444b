"""Agencies as at a day: found under any name, merged without losing what was."""

from datetime import date, timedelta

import pytest
from flask import Flask

from training_app import clock
from training_app.agencies import commands
from training_app.agencies.models import Agency
from training_app.agencies.queries import agencies_by_sector, agencies_in_force, agency_as_at, find_agency
from training_app.agencies.rules import Area, Sector
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db

DAY = date(2024, 9, 10)
MERGER = date(2028, 4, 1)


def _found(name: str, on: date = DAY) -> str | None:
    agency = find_agency(name, on)
    return agency.name if agency else None


def _agency(name: str, on: date = DAY) -> Agency:
    agency = find_agency(name, on)
    assert agency
    return agency


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Leics Police", "Leicestershire Police"),
        ("LEICESTERSHIRE POLICE ", "Leicestershire Police"),
        ("UHL NHS", "University Hospitals of Leicester NHS Trust"),
        ("LPT ", "Leicestershire Partnership NHS Trust"),
        ("l.p.t.", "Leicestershire Partnership NHS Trust"),
        ("EMAS", "East Midlands Ambulance Service"),
        ("The Probation Service", "Probation Service"),
        ("Hinckley and Bosworth Borough Council", "Hinckley & Bosworth Borough Council"),
        ("St. Marys", None),
        ("LCC", None),
        ("Leicestershire Polise", None),
        ("", None),
        ("&", None),
        ("%", None),
    ],
)
def test_a_name_means_an_agency_exactly_or_not_at_all(in_app: Flask, written: str, meant: str | None) -> None:
    assert _found(written) == meant


def test_an_agency_is_found_only_on_the_days_it_exists(in_app: Flask) -> None:
    assert _found("ICB", date(2022, 6, 30)) is None
    assert _found("ICB", date(2022, 7, 1)) is not None
    assert "Probation Service" not in [one.name for one in agencies_in_force(date(2021, 6, 25))]


def test_a_merger_keeps_both_and_the_day_says_which(in_app: Flask) -> None:
    with transaction():
        new = commands.add_agency(
            "North Leicestershire & Rutland Council",
            Sector.LOCAL_AUTHORITY,
            Area.ACROSS,
            valid_from=MERGER - timedelta(days=30),
            actor_id=None,
            now=clock.now(),
        )
        commands.merge_agency(_agency("Rutland").id, new.id, on=MERGER, actor_id=None, now=clock.now())
    assert _found("RCC", MERGER - timedelta(days=1)) == "Rutland County Council"
    assert _found("RCC", MERGER) == "North Leicestershire & Rutland Council"
    assert _found("Rutland County Council", MERGER) == "North Leicestershire & Rutland Council"
    assert "Rutland County Council" not in [one.name for one in agencies_in_force(MERGER)]
    assert "Rutland County Council" in [one.name for one in agencies_in_force(DAY)]
    entry = db.session.query(AuditEntry).filter_by(action="agency.merged").one()
    assert entry.detail == {"into": new.id, "on": "2028-04-01"}


def test_a_chain_of_mergers_is_followed_to_its_end(in_app: Flask) -> None:
    a, b, c = (_agency(name) for name in ("Blaby", "Harborough", "Melton"))
    with transaction():
        commands.merge_agency(a.id, b.id, on=MERGER, actor_id=None, now=clock.now())
        commands.merge_agency(b.id, c.id, on=MERGER + timedelta(days=365), actor_id=None, now=clock.now())
    assert agency_as_at(a, MERGER) is b
    assert agency_as_at(a, MERGER + timedelta(days=365)) is c
    assert agency_as_at(a, DAY) is a


def test_an_agency_that_ended_without_a_successor_is_nobody(in_app: Flask) -> None:
    with transaction():
        _agency("Blaby").valid_to = DAY
    assert _found("Blaby", DAY) == "Blaby District Council"
    assert _found("Blaby", DAY + timedelta(days=1)) is None


def test_mergers_that_make_no_sense_are_refused(in_app: Flask) -> None:
    a, b, icb = _agency("Blaby"), _agency("Harborough"), _agency("ICB")
    with transaction():
        commands.merge_agency(a.id, b.id, on=MERGER, actor_id=None, now=clock.now())
    for one, into, on in (
        (a, a, MERGER),
        (a, b, MERGER),
        (b, a, MERGER + timedelta(days=1)),
        (icb, b, date(2022, 7, 1)),
    ):
        with pytest.raises(Refused), transaction():
            commands.merge_agency(one.id, into.id, on=on, actor_id=None, now=clock.now())
    assert b.merged_into_id is None and icb.valid_to is None


def test_an_alias_once_added_is_remembered(in_app: Flask) -> None:
    with transaction():
        commands.add_alias(_agency("EMAS").id, "  E. Mids.  Ambulance ", actor_id=None, now=clock.now())
    assert _found("e mids ambulance") == "East Midlands Ambulance Service"
    assert db.session.query(AuditEntry).filter_by(action="agency.alias_added").one().detail == {
        "alias": "E. Mids. Ambulance"
    }


@pytest.mark.parametrize("name", ["leics police", "LEICESTERSHIRE Police", "EMAS", "", "&", "x" * 121])
def test_an_alias_that_is_taken_or_no_name_is_refused(in_app: Flask, name: str) -> None:
    with pytest.raises(Refused), transaction():
        commands.add_alias(_agency("UHL").id, name, actor_id=None, now=clock.now())
    with pytest.raises(Refused), transaction():
        commands.add_agency(name, Sector.HEALTH, Area.ACROSS, actor_id=None, now=clock.now())


def test_the_list_goes_by_sector_then_name(in_app: Flask) -> None:
    names = [agency.name for agency in agencies_in_force(DAY)]
    assert names[:4] == [
        "Leicester City Council",
        "Leicestershire County Council",
        "Rutland County Council",
        "Blaby District Council",
    ]
    grouped = agencies_by_sector(DAY)
    assert list(grouped)[:3] == [
        Sector.LOCAL_AUTHORITY.label,
        Sector.DISTRICT_COUNCIL.label,
        Sector.POLICE.label,
    ]
    assert [agency.name for group in grouped.values() for agency in group] == names
    assert len(grouped[Sector.HEALTH.label]) == 4
