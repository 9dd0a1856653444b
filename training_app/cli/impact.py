"""`flask impact FILE.csv`: before/after ratings from a file, no database needed."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from training_app.cli.impact_words import change_in_words
from training_app.impact import RatingTable, paired_change, read_rating
from training_app.impact.table import Cell, Rating

LARGEST_COUNT = 10**9
PLAINER = str.maketrans("“”−–…", '""--.')
COLUMNS = ("before", "after", "count")


class UnreadableFile(click.ClickException):
    """The file cannot be read as ratings at all: one sentence, exit code 2."""

    exit_code = 2


@dataclass(frozen=True)
class Line:
    """One row under the header: ``row`` counts rows from 0, ``number`` lines of the file from 1."""

    row: int
    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """A cell not taken; ``column`` is its name, or ``None`` if the row as a whole is at fault."""

    line: Line
    column: str | None
    value: str
    reason: str

    def to_dict(self) -> dict[str, object]:
        """As `--json` prints it."""
        return {"row": self.line.row, "column": self.column, "value": self.value, "reason": self.reason}


@click.command("impact")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--scale",
    nargs=2,
    type=int,
    default=(1, 10),
    show_default=True,
    metavar="LOW HIGH",
    help="Lowest and highest rating.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every figure as JSON.")
def impact_command(file: Path, scale: tuple[int, int], as_json: bool) -> None:
    """Say what changed between ratings before and after.

    FILE is a CSV file in UTF-8 with the columns before and after, one person a line; an optional column
    count says how many people a line stands for. Blank, "none" and "n/a" are missing ratings. Cells that
    are not whole numbers on the scale are left out and named.
    """
    try:
        RatingTable.empty(scale)
    except ValueError as refusal:
        raise UnreadableFile(f"--scale {scale[0]} {scale[1]}: {refusal}") from refusal
    table, refusals = read_file(file, scale)
    change = paired_change(table)
    if as_json:
        rejected = [refused.to_dict() for refused in refusals]
        click.echo(json.dumps(change.to_dict() | {"rejected": rejected}, indent=1, allow_nan=False))
        return
    for sentence in change_in_words(change, scale):
        _say(sentence)
    if refusals:
        _say(f"\nNot taken ({len(refusals)}):")
    for refused in refusals:
        where = f"line {refused.line.number}" + (f", {refused.column}" if refused.column else "")
        _say(f"  {where}: {refused.reason}")


def _say(sentence: str) -> None:
    """Print a sentence even where the terminal has no curly quotes or minus sign."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    plainer = sentence.encode(encoding, "ignore").decode(encoding)
    if plainer != sentence:
        sentence = sentence.translate(PLAINER).encode(encoding, "replace").decode(encoding)
    click.echo(sentence)


def read_file(file: Path, scale: tuple[int, int]) -> tuple[RatingTable, list[Refusal]]:
    """The ratings of a file as counts, and every cell not taken; a row with one is left out whole."""
    lines = _lines(_text(file), file.name)
    header = [name.strip().casefold() for name in next(lines).cells]
    places = _places(header, file.name)
    counts: Counter[Cell] = Counter()
    refusals: list[Refusal] = []
    for line in lines:
        refused = _surplus(line, len(header))
        cell, people = _read_line(line, places, scale, refused)
        refusals += refused
        if not refused:
            counts[cell] += people
    return RatingTable.from_counts(counts, scale), refusals


def _text(file: Path) -> str:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as fault:
        raise UnreadableFile(
            f"“{file.name}” cannot be opened: {(fault.strerror or 'unknown').lower()}."
        ) from fault
    except UnicodeDecodeError as fault:
        raise UnreadableFile(
            f"“{file.name}” is not text in UTF-8; save it as a CSV file in UTF-8 and try again."
        ) from fault
    if not text.strip():
        raise UnreadableFile(f"“{file.name}” is empty.")
    return text


def _lines(text: str, name: str) -> Iterator[Line]:
    """The header (as row −1) and the rows under it; lines with nothing at all on them are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row, last = -1, 0
    try:
        for cells in reader:
            number, last = last + 1, reader.line_num
            if cells:
                yield Line(row, number, tuple(cells))
                row += 1
    except csv.Error as fault:
        raise UnreadableFile(
            f"“{name}” cannot be read from line {last + 1} on: its quotation marks do not match, "
            "or a cell is far too long."
        ) from fault


def _places(header: list[str], name: str) -> dict[str, int]:
    """Where each known column is; a sentence if one is missing or there twice."""
    missing = [column for column in COLUMNS[:2] if column not in header]
    if missing:
        whole = ",".join(header)
        for sign, word in ((";", "semicolons"), ("\t", "tabs")):
            if sign in whole:
                raise UnreadableFile(
                    f"“{name}” separates its columns with {word}; save it with commas instead."
                )
        found = ", ".join(column or "(blank)" for column in header[:8]) + (", …" if len(header) > 8 else "")
        raise UnreadableFile(
            f"“{name}” needs the columns before and after; its first line has: {found[:300]}."
        )
    twice = [column for column in COLUMNS if header.count(column) > 1]
    if twice:
        raise UnreadableFile(f"“{name}” has the column {twice[0]} more than once.")
    return {column: header.index(column) for column in COLUMNS if column in header}


def _surplus(line: Line, width: int) -> list[Refusal]:
    """More cells than the header has: perhaps a decimal comma, so what stands where is anybody's guess."""
    beyond = [cell for cell in line.cells[width:] if cell.strip()]
    if not beyond:
        return []
    reason = f"the line has {len(line.cells)} cells and the first line of the file {width}"
    return [Refusal(line, None, ",".join(line.cells), reason)]


def _read_line(
    line: Line, places: dict[str, int], scale: tuple[int, int], refused: list[Refusal]
) -> tuple[Cell, int]:
    """The ratings of a line and how many people it stands for; adds to ``refused`` what cannot be taken."""
    typed = {column: line.cells[at] if at < len(line.cells) else "" for column, at in places.items()}
    if refused or not any(cell.strip() for cell in typed.values()):
        return (None, None), 0
    ratings: dict[str, Rating] = {}
    for column in COLUMNS[:2]:
        try:
            ratings[column] = read_rating(typed[column], scale)
        except ValueError as refusal:
            refused.append(Refusal(line, column, typed[column], str(refusal)))
    people = 1
    if "count" in typed:
        try:
            people = _people(typed["count"])
        except ValueError as refusal:
            refused.append(Refusal(line, "count", typed["count"], str(refusal)))
    return (ratings.get("before"), ratings.get("after")), people


def _people(typed: str) -> int:
    people = read_rating(typed, (0, LARGEST_COUNT))
    if people is None:
        raise ValueError("the count is missing")
    return people
