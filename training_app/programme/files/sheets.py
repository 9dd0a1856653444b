"""The table in a text file, however a spreadsheet wrote it: which sign parts its columns, and where it begins. Pure."""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice

PARTED_BY = (",", ";", "\t")
DEEPEST_HEADER = 20
Record = tuple[int, list[str]]


@dataclass
class Sheet:
    """The names of the columns, and the records below and above them, each with the line it begins on.

    `width` columns have a name or stand before one that has; `full_width` counts the blank ones behind them too.
    `fault` is the line from which on the text is no table, and why.
    """

    line: int = 0
    header: list[str] = field(default_factory=list)
    full_width: int = 0
    above: list[tuple[int, str]] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    fault: tuple[int, str] | None = None

    @property
    def width(self) -> int:
        return len(self.header)


def read_sheet(text: str, columns: Collection[str]) -> Sheet:
    """The table that has most of these columns; lines above their names are kept apart, blank lines left out."""
    text = text.removeprefix("\ufeff")
    sign = max(PARTED_BY, key=lambda sign: _most_named(text, sign, columns))
    most = _most_named(text, sign, columns)
    sheet = Sheet()
    try:
        for line, cells in _records(text, sign):
            if sheet.header:
                sheet.records.append((line, cells))
            elif _named(cells, columns) == most:
                sheet.line, sheet.full_width = line, len(cells)
                sheet.header = _without_blanks_behind([_column(cell) for cell in cells])
            else:
                sheet.above.append((line, " ".join(" ".join(cells).split())))
    except _NoTable as fault:
        sheet.fault = fault.line, fault.why
    return sheet


class _NoTable(Exception):
    def __init__(self, line: int, why: str) -> None:
        self.line, self.why = line, why


def _records(text: str, sign: str) -> Iterator[Record]:
    """What is not blank, with the line each begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise _NoTable(line, str(error)) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield line, cells


def _most_named(text: str, sign: str, columns: Collection[str]) -> int:
    """How many of the columns the line names that names most of them, near the top."""
    most = 0
    try:
        for _, cells in islice(_records(text, sign), DEEPEST_HEADER):
            most = max(most, _named(cells, columns))
    except _NoTable:
        return most
    return most


def _named(cells: Collection[str], columns: Collection[str]) -> int:
    return len({_column(cell) for cell in cells} & set(columns))


def _column(cell: str) -> str:
    return "_".join(cell.casefold().split())


def _without_blanks_behind(names: list[str]) -> list[str]:
    last = max((place for place, name in enumerate(names, 1) if name), default=0)
    return names[:last]
