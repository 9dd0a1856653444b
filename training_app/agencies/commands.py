"""How the list of agencies changes: nothing is taken away, because bookings and marks name what was."""

from datetime import date, datetime, timedelta

from training_app.agencies.models import Agency, AgencyAlias
from training_app.agencies.queries import agency_named
from training_app.agencies.rules import LONGEST_AGENCY_NAME, Area, Sector
from training_app.audit.commands import record
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.words.names import comparable, tidy


def add_agency(
    name: str,
    sector: Sector,
    area: Area,
    *,
    actor_id: int | None,
    now: datetime,
    valid_from: date | None = None,
) -> Agency:
    """Take an agency into the list. Raises Refused where the name is already taken, as a name or an alias."""
    name = _free_name(name)
    agency = Agency(name=name, sector=sector, area=area, valid_from=valid_from)
    db.session.add(agency)
    db.session.flush()
    record("agency.added", "agency", agency.id, actor_id=actor_id, now=now, name=name)
    return agency


def add_alias(agency_id: int, name: str, *, actor_id: int | None, now: datetime) -> AgencyAlias:
    """Remember another way of writing an agency's name. Raises Refused where it already means one."""
    agency = db.session.get_one(Agency, agency_id)
    name = _free_name(name)
    alias = AgencyAlias(agency=agency, name=name, comparable=comparable(name))
    db.session.add(alias)
    db.session.flush()
    record("agency.alias_added", "agency", agency_id, actor_id=actor_id, now=now, alias=name)
    return alias


def merge_agency(agency_id: int, into_id: int, *, on: date, actor_id: int | None, now: datetime) -> Agency:
    """From this day the first agency is part of the second. Both stay; what happened before keeps its name.

    Raises Refused where that would be circular, or the first had already ended or not yet begun.
    """
    if agency_id == into_id:
        raise Refused("An agency cannot merge into itself.")
    by_id = {agency.id: agency for agency in lock_rows(Agency, [agency_id, into_id])}
    agency, into = by_id[agency_id], by_id[into_id]
    last_day = on - timedelta(days=1)
    if agency.valid_to is not None:
        raise Refused(f"{agency.name} has already ended.")
    if agency.valid_from is not None and last_day < agency.valid_from:
        raise Refused(f"{agency.name} began on {agency.valid_from:%d/%m/%Y}: choose a later day.")
    if into.valid_to is not None and into.valid_to < on:
        raise Refused(f"{into.name} has ended by then, so nothing can merge into it.")
    agency.valid_to = last_day
    agency.merged_into_id = into.id
    db.session.flush()
    record("agency.merged", "agency", agency_id, actor_id=actor_id, now=now, into=into_id, on=on.isoformat())
    return agency


def _free_name(name: str) -> str:
    name = tidy(name)
    if not comparable(name):
        raise Refused("Give the agency a name with at least one letter or number.")
    if max(len(comparable(name)), len(name)) > LONGEST_AGENCY_NAME:
        raise Refused(f"Use at most {LONGEST_AGENCY_NAME} letters for an agency’s name.")
    taken_by = agency_named(name)
    if taken_by is not None:
        raise Refused(f"“{name}” already means {taken_by.name}.")
    return name
