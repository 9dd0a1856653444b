"""What pages say of a session: all that the programme knows, and who came."""

from training_app.programme.wording import (
    dated_parts,
    ends_at,
    hours_of,
    is_cancelled,
    is_self_paced,
    kind_of,
    length_in_words,
    length_of,
    part_heading,
    part_when,
    place_of,
    starts_at,
    tags_of,
    venues_to_find,
    when_of,
)
from training_app.registers.rules import Attendances
from training_app.reports.rules.groups import reason_heading
from training_app.words.numbers import counted

__all__ = [
    "attendance_in_words", "dated_parts", "ends_at", "hours_of", "is_cancelled", "is_self_paced", "kind_of",
    "length_in_words", "length_of", "part_heading", "part_when", "place_of", "starts_at", "tags_of", "venues_to_find",
    "when_of",
]


def attendance_in_words(attendances: Attendances, reason: str | None) -> str:
    """How many came and how we know, or why nobody knows."""
    if attendances.number is None:
        return f"No data: {reason_heading(reason or 'not given')}"
    if attendances.basis == "headcount":
        return f"{counted(attendances.number, 'person', 'people')} came, by headcount"
    said = f"{counted(attendances.number, 'person', 'people')} came, by the register"
    if attendances.disagreement is None:
        return said
    return f"{said}; the headcount stated was {attendances.disagreement:,}"
