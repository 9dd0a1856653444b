"""Agencies as they were on a day, found under any name they are known by."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select

from training_app.agencies.models import Agency, AgencyAlias
from training_app.agencies.rules import Sector, in_force
from training_app.extensions import db
from training_app.words.names import comparable


def agency_named(name: str) -> Agency | None:
    """The agency with this name or alias, whatever its dates. A near miss is no match: a person decides."""
    wanted = comparable(name)
    if not wanted:
        return None
    by_alias = select(Agency).join(AgencyAlias).where(AgencyAlias.comparable == wanted)
    found = db.session.scalar(by_alias)
    if found is not None:
        return found
    # The agencies are few, and how names compare is a rule in Python, so it is not asked of the database.
    everyone = db.session.scalars(select(Agency).order_by(Agency.id))
    return next((agency for agency in everyone if comparable(agency.name) == wanted), None)


def agency_as_at(agency: Agency, day: date) -> Agency | None:
    """This agency on that day: itself, the one it had merged into by then, or None if neither was."""
    seen: set[int] = set()
    while not in_force(agency.valid_from, agency.valid_to, day):
        seen.add(agency.id)
        ended = agency.valid_to is not None and agency.valid_to < day
        if not ended or agency.merged_into_id is None or agency.merged_into_id in seen:
            return None
        agency = db.session.get_one(Agency, agency.merged_into_id)
    return agency


def looked_after(agencies: Iterable[Agency], day: date) -> dict[int, Agency]:
    """By their numbers, these agencies and those they had become part of by that day.

    What was booked before a merger names the old one, what is booked since the new one; whoever looks after the old
    one's people looks after both.
    """
    found: dict[int, Agency] = {}
    for agency in agencies:
        now = agency_as_at(agency, day)
        found |= {one.id: one for one in (agency, now) if one is not None}
    return found


def find_agency(name: str, on: date) -> Agency | None:
    """Whom this name means on that day; None where nobody, so that the row is put aside and asked about."""
    found = agency_named(name)
    return agency_as_at(found, on) if found else None


def agencies_in_force(day: date) -> Sequence[Agency]:
    """The agencies there are on a day, by sector in the order of the arrangements, then by name."""
    order = list(Sector)
    everyone = db.session.scalars(select(Agency))
    there = [one for one in everyone if in_force(one.valid_from, one.valid_to, day)]
    return sorted(there, key=lambda agency: (order.index(agency.sector), agency.name.casefold(), agency.id))


def agencies_by_sector(day: date) -> dict[str, list[Agency]]:
    """The same, under the sector's own words: the groups of a select."""
    groups: dict[str, list[Agency]] = {}
    for agency in agencies_in_force(day):
        groups.setdefault(agency.sector.label, []).append(agency)
    return groups
