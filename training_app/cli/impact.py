"""`flask impact FILE.csv`: before/after ratings from a file, no database needed."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from training_app.cli.impact_words import LeftOut, change_in_words, left_out_in_words, nothing_known_in_words
from training_app.impact import RatingTable, paired_change, read_rating
from training_app.impact.reading import NotARating
from training_app.impact.table import Cell, Rating
from training_app.words.numbers import read_whole_number

LARGEST_COUNT = 10**9
PLAINER = str.maketrans("“”−–…", '""--.')
COLUMNS = ("before", "after", "count")
A_COUNT = "a count that is missing or none"
# What spreadsheets write beside a line under the people's.
A_SUMMARY = re.compile(r"(the )?(overall )?(average|avg|mean|median|total|sum|overall)s?( (score|rating)s?)?[.:]?")


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
    kind: str
    """What is wrong, as it is counted: with words in place of a number."""

    def to_dict(self) -> dict[str, object]:
        """As `--json` prints it."""
        return {"row": self.line.row, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass(frozen=True)
class Ratings:
    """What a file holds: the ratings as counts, how many lines hold anything, and every cell not taken."""

    table: RatingTable
    lines: int
    refusals: list[Refusal]

    @property
    def left_out(self) -> LeftOut:
        """The lines with a refusal, each by its first."""
        firsts = {refused.line.row: refused for refused in reversed(self.refusals)}
        in_order = [firsts[row] for row in sorted(firsts)]
        return LeftOut(self.lines, [(refused.kind, refused.value.strip()) for refused in in_order])


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
    count says how many people a line stands for. Blank, "none" and "n/a" are missing ratings. Lines with
    cells that are not whole numbers on the scale are left out and named.

    The exit code is 1 if a line could not be read; with --json, where "rejected" names them, only if none could.
    """
    try:
        RatingTable.empty(scale)
    except ValueError as refusal:
        raise UnreadableFile(f"--scale {scale[0]} {scale[1]}: {refusal}") from refusal
    ratings = read_file(file, scale)
    if as_json:
        _print_json(ratings)
    else:
        _print_sentences(ratings, scale)


def _print_json(ratings: Ratings) -> None:
    rejected = [refused.to_dict() for refused in ratings.refusals]
    figures = paired_change(ratings.table).to_dict() | {"rejected": rejected}
    click.echo(json.dumps(figures, indent=1, allow_nan=False))
    if ratings.left_out.is_everything:
        _say(left_out_in_words(ratings.left_out), err=True)
        raise SystemExit(1)


def _print_sentences(ratings: Ratings, scale: tuple[int, int]) -> None:
    change, left_out = paired_change(ratings.table), ratings.left_out
    if left_out.lines:
        _say(left_out_in_words(left_out))
    known = change.n_pairs or (ratings.lines and not left_out.lines)
    for sentence in change_in_words(change, scale) if known else nothing_known_in_words(left_out):
        _say(sentence)
    if not ratings.refusals:
        return
    _say(f"\nNot taken ({len(ratings.refusals)}):")
    for refused in ratings.refusals:
        where = f"line {refused.line.number}" + (f", {refused.column}" if refused.column else "")
        _say(f"  {where}: {refused.reason}")
    raise SystemExit(1)


def _say(sentence: str, *, err: bool = False) -> None:
    """Print a sentence even where the terminal has no curly quotes or minus sign."""
    encoding = getattr(sys.stderr if err else sys.stdout, "encoding", None) or "utf-8"
    plainer = sentence.encode(encoding, "ignore").decode(encoding)
    if plainer != sentence:
        sentence = sentence.translate(PLAINER).encode(encoding, "replace").decode(encoding)
    click.echo(sentence, err=err)


def read_file(file: Path, scale: tuple[int, int]) -> Ratings:
    """The ratings of a file as counts, and every cell not taken; a row with one is left out whole."""
    header_line, *lines = _lines(_text(file), file.name)
    header = [name.strip().casefold() for name in header_line.cells]
    places = _places(header, file.name)
    counts: Counter[Cell] = Counter()
    refusals: list[Refusal] = []
    filled = {line.row for line in lines if any(cell.strip() for cell in _typed(line, places).values())}
    last = max(filled, default=None)
    for line in lines:
        refused = [*_surplus(line, len(header))]
        if not refused and line.row in filled:
            refused += _summary(line, places, is_last=line.row == last)
        cell, people = _read_line(line, places, scale, refused)
        refusals += refused
        if not refused:
            counts[cell] += people
    filled |= {refused.line.row for refused in refusals}
    return Ratings(RatingTable.from_counts(counts, scale), len(filled), refusals)


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
    return [Refusal(line, None, ",".join(line.cells), reason, "too many cells")]


def _summary(line: Line, places: dict[str, int], *, is_last: bool) -> list[Refusal]:
    """A line that sums up the others is no person: its first words say so, or any, where it is the last."""
    filled = [(at, cell.strip()) for at, cell in enumerate(line.cells) if cell.strip()]
    said = filled if is_last else filled[:1]
    for at, label in said:
        if A_SUMMARY.fullmatch(label.casefold()):
            column = next((name for name, place in places.items() if place == at), None)
            reason = f"“{label}”: this line sums up the others and is no person's"
            return [Refusal(line, column, label, reason, "an average or a total")]
    return []


def _typed(line: Line, places: dict[str, int]) -> dict[str, str]:
    return {column: line.cells[at] if at < len(line.cells) else "" for column, at in places.items()}


def _read_line(
    line: Line, places: dict[str, int], scale: tuple[int, int], refused: list[Refusal]
) -> tuple[Cell, int]:
    """The ratings of a line and how many people it stands for; adds to ``refused`` what cannot be taken."""
    typed = _typed(line, places)
    if refused or not any(cell.strip() for cell in typed.values()):
        return (None, None), 0
    ratings: dict[str, Rating] = {}
    for column in COLUMNS[:2]:
        try:
            ratings[column] = read_rating(typed[column], scale)
        except NotARating as refusal:
            refused.append(Refusal(line, column, typed[column], str(refusal), refusal.fault.value))
    people = 1
    if "count" in typed:
        try:
            stated = _people(typed["count"])
        except NotARating as refusal:
            refused.append(Refusal(line, "count", typed["count"], str(refusal), A_COUNT))
        else:
            if stated is None:
                refused.append(Refusal(line, "count", typed["count"], "the count is missing", A_COUNT))
            people = stated or 0
    return (ratings.get("before"), ratings.get("after")), people


def _people(typed: str) -> int | None:
    """How many people a line stands for; None where nobody says."""
    with suppress(ValueError):
        typed = str(read_whole_number(typed))
    return read_rating(typed, (0, LARGEST_COUNT))
