"""What is signed on paper: of each part with a day, everyone on the register in the order of their surnames."""

from collections.abc import Sequence
from dataclasses import dataclass

from training_app.programme.models import SessionPart
from training_app.registers.queries.sheet import Row, Sheet
from training_app.words.names import by_surname


@dataclass(frozen=True)
class PartToSign:
    """One part, and whom a line is kept for. Those who walked into an earlier part have one too."""

    part: SessionPart
    rows: Sequence[Row]


def parts_to_sign(sheet: Sheet) -> list[PartToSign]:
    return [
        PartToSign(one.part, sorted(one.rows, key=lambda row: (by_surname(row.name), row.person_id)))
        for one in sheet.parts
        if one.part.on_day
    ]
