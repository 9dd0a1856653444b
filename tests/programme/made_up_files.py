"""Programme files made up on the spot."""

import csv
import io
from pathlib import Path

from training_app import clock
from training_app.database import transaction
from training_app.programme.files.loading import ImportOutcome, import_programme
from training_app.programme.files.rows import COLUMNS

YEAR_FILES = Path(__file__).parents[2] / "training_app" / "demo" / "programme"
PROGRAMME, BESIDE = YEAR_FILES / "programme_2024_25.csv", YEAR_FILES / "outside_88_2024_25.csv"
USUAL = {
    "course_title": "Core Awareness",
    "course_type": "core",
    "session_date": "2027-06-08",
    "start": "09:30",
    "end": "12:30",
    "format": "in_person",
    "venue": "City Hall, Leicester",
    "priority": "Core / business as usual",
    "provider": "Training pool",
    "capacity": "24",
    "attendees": "18",
    "source": "made up",
    "note": "",
}


def a_row(**cells: str) -> dict[str, str]:
    """An ordinary row with these cells changed."""
    assert set(cells) <= set(COLUMNS)
    return USUAL | cells


def a_file(*rows: dict[str, str]) -> str:
    """The text of a programme file with these rows."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def as_excel_saves(
    text: str, *, sign: str = ",", encoding: str = "utf-8-sig", seconds: bool = True, above: str = "",
    in_person: str = "in_person",
) -> bytes:
    """A programme file once a British Excel has opened and saved it: blank columns and lines are left behind."""
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    lines: list[list[str]] = [[above], []] if above else []
    lines.append([*COLUMNS, "", ""])
    for row in table:
        year, month, day = row["session_date"].split("-")
        changed = row | {"session_date": f"{day}/{month}/{year}"}
        if seconds:
            changed |= {"start": f"{row['start']}:00", "end": f"{row['end']}:00"}
        if row["format"] == "in_person":
            changed["format"] = in_person
        lines.append([*(changed[column] for column in COLUMNS), "", ""])
    lines += [[""] * (len(COLUMNS) + 2)] * 3
    saved = io.StringIO(newline="")
    csv.writer(saved, delimiter=sign).writerows(lines)
    return saved.getvalue().encode(encoding)


def loaded(source: str | Path, *, beside: bool = False) -> ImportOutcome:
    """Import it as the command does: one transaction."""
    with transaction():
        return import_programme(source, beside_programme=beside, actor_id=None, now=clock.now())
