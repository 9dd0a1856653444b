"""When two spells of a person's working life share a day."""

from datetime import date


def overlaps(started_on: date, ended_on: date | None, other_start: date, other_end: date | None) -> bool:
    """Do two spells share a day?"""
    return (other_end is None or started_on <= other_end) and (ended_on is None or other_start <= ended_on)
