"""What the pages of the programme say of who came to a session."""

from training_app.programme.rules.no_data import NOT_GIVEN, reason_heading
from training_app.registers.rules import Attendances
from training_app.words.numbers import counted


def attendance_in_words(attendances: Attendances, reason: str | None) -> str:
    """How many came and how we know, or why nobody knows."""
    if attendances.number is None:
        return f"No data: {reason_heading(reason or NOT_GIVEN)}"
    if attendances.basis == "headcount":
        return f"{counted(attendances.number, 'person', 'people')} came, by headcount"
    said = f"{counted(attendances.number, 'person', 'people')} came, by the register"
    if attendances.disagreement is None:
        return said
    return f"{said}; the headcount stated was {attendances.disagreement:,}"
