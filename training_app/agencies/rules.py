"""Where agencies work, what they are and when."""

from datetime import date
from enum import StrEnum

LONGEST_AGENCY_NAME = 120


class Area(StrEnum):
    """A council area, or across more than one."""

    LEICESTER = "leicester"
    LEICESTERSHIRE = "leicestershire"
    RUTLAND = "rutland"
    ACROSS = "across"

    @property
    def label(self) -> str:
        return "Across the three areas" if self is Area.ACROSS else self.value.capitalize()


class Partnership(StrEnum):
    """Which partnership an area belongs to. Agencies that span both count in a line of their own."""

    LSCP = "lscp"
    LRSCP = "lrscp"
    ACROSS = "across"

    @property
    def label(self) -> str:
        return {"lscp": "Leicester", "lrscp": "Leicestershire & Rutland", "across": "Across both"}[self.value]


class Sector(StrEnum):
    """The kind of agency, as the arrangements group them."""

    LOCAL_AUTHORITY = "local_authority"
    DISTRICT_COUNCIL = "district_council"
    POLICE = "police"
    HEALTH = "health"
    EDUCATION = "education"
    PROBATION = "probation"
    FIRE = "fire"
    FAMILY_COURT = "family_court"
    VOLUNTARY = "voluntary"

    @property
    def label(self) -> str:
        return {
            "local_authority": "Councils: children’s services",
            "district_council": "District and borough councils",
            "police": "Police",
            "health": "Health",
            "education": "Schools, colleges and early years",
            "probation": "Probation",
            "fire": "Fire and rescue",
            "family_court": "Cafcass",
            "voluntary": "Voluntary, faith, sport and community",
        }[self.value]


def partnership_of(area: Area) -> Partnership:
    """The partnership that answers for an area."""
    if area is Area.ACROSS:
        return Partnership.ACROSS
    return Partnership.LSCP if area is Area.LEICESTER else Partnership.LRSCP


def in_force(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Does an agency with these dates exist on the day? Both ends count; an open end is open."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)
