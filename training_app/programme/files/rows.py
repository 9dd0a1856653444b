"""The rows of a programme file, read and judged one by one. Pure: text in, rows and problems out."""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import TypeVar

from training_app.errors import Refused
from training_app.programme.rules.business_year import YEARS
from training_app.programme.rules.names import is_online_room, stated
from training_app.programme.rules.no_data import NOT_GIVEN
from training_app.programme.rules.sessions import EvaluationMode, Format, PartKind, Strand
from training_app.words.dates import read_iso_date
from training_app.words.names import same_name
from training_app.words.signs import without_unseen
from training_app.words.times import read_clock

Choice = TypeVar("Choice")
Value = TypeVar("Value")

COLUMNS = (
    "course_title",
    "course_type",
    "session_date",
    "start",
    "end",
    "format",
    "venue",
    "priority",
    "provider",
    "capacity",
    "attendees",
    "source",
    "note",
)
COURSE_TYPES = {**{strand.value: strand for strand in Strand}, "conference": Strand.LARGE_EVENT}
FORMATS = {one.value: one for one in Format}
LARGEST = 1_000_000


@dataclass(frozen=True)
class Problem:
    """Why a cell cannot be taken. `line` is the line of the file that the row begins on."""

    line: int | None
    column: str | None
    value: str
    reason: str

    def __str__(self) -> str:
        row = f"Row {self.line}" if self.line else "The file"
        column = f", column {self.column}" if self.column else ""
        value = f", “{_shortened(self.value)}”" if self.value else ""
        return f"{row}{column}{value}: {self.reason}"


class FileRefused(Refused):
    """A programme file that was not loaded, with every reason why."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(["Nothing was loaded.", *map(str, problems)]))


@dataclass(frozen=True)
class Row:
    """One session as the file states it."""

    line: int
    title: str
    strand: Strand
    day: date
    starts_at: time
    ends_at: time
    format: Format
    venue: str | None
    priority_text: str
    provider: str | None
    capacity: int
    attendees: int | None
    source: str
    note: str

    @property
    def key(self) -> tuple[str, date, time]:
        """What makes it the same session the next time, however its title's quotes and case are typed."""
        return same_name(self.title), self.day, self.starts_at

    @property
    def no_data_reason(self) -> str | None:
        return None if self.attendees is not None else self.note or NOT_GIVEN

    @property
    def dated_kind(self) -> PartKind:
        """Whether the part with a date is met in a room or online."""
        online = self.format is Format.ONLINE or (self.venue is not None and is_online_room(self.venue))
        return PartKind.ONLINE if online and self.format is not Format.IN_PERSON else PartKind.IN_PERSON

    def evaluation_mode(self, beside_programme: bool) -> EvaluationMode:
        """Inside the programme only a large event has a form of its own.

        Beside it (forums, the network, briefings) nobody is asked, unless the note says so.
        """
        if self.strand is Strand.LARGE_EVENT:
            return EvaluationMode.SEPARATE
        if not beside_programme:
            return EvaluationMode.STANDARD
        return (
            EvaluationMode.SEPARATE if "evaluated separately" in self.note.casefold() else EvaluationMode.NONE
        )


@dataclass
class Reading:
    """What a file holds: rows that can be taken, problems that refuse the file, warnings that do not."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def read_rows(text: str) -> Reading:
    """Read every row of a programme file, and gather all that is wrong with it."""
    reading = Reading()
    for line, cells in _lines(text, reading):
        judged = _Judged(line, cells, reading)
        row = judged.row()
        if row is not None:
            reading.rows.append(row)
    if not reading.rows and not reading.problems:
        reading.problems.append(Problem(None, None, "", "it holds no sessions."))
    _refuse_doubles(reading)
    reading.problems.sort(key=lambda problem: problem.line or 0)
    return reading


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark.

    Raises FileRefused, saying what the file looks like and how to save it.
    """
    how = "Save it again as “CSV UTF-8 (comma delimited)”."
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused([Problem(None, None, "", f"it is in UTF-16, not UTF-8. {how}")])
    if b"\0" in content:
        raise FileRefused([Problem(None, None, "", f"it is not a text file. {how}")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        guess = content[error.start : error.start + 1].decode("cp1252", "replace")
        looks = f"“{guess}” in the way of Windows (cp1252), not UTF-8. {how}"
        raise FileRefused([Problem(line, None, "", f"this line is written with {looks}")]) from error


def _lines(text: str, reading: Reading) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row as cells by column, with the line it begins on."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    header: list[str] | None = None
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            reading.problems.append(Problem(line, None, "", f"the quotation marks do not fit ({error})."))
            return
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = ["_".join(cell.casefold().split()) for cell in cells]
            if not _header_fits(header, line, reading):
                return
        elif len(cells) != len(header):
            counts = f"{len(cells)} cells, and the file has {len(header)} columns"
            reason = f"it has {counts}: is a comma not in quotation marks?"
            reading.problems.append(Problem(line, None, "", reason))
        else:
            yield line, dict(zip(header, cells, strict=True))
    if header is None:
        reading.problems.append(Problem(None, None, "", "it is empty."))


def _header_fits(header: list[str], line: int, reading: Reading) -> bool:
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        hint = (
            " Its columns seem to be parted by semicolons: save it with commas." if ";" in header[0] else ""
        )
        reading.problems.append(Problem(line, None, "", f"missing columns: {', '.join(missing)}.{hint}"))
    for column in sorted({one for one in header if header.count(one) > 1}):
        reading.problems.append(Problem(line, column, "", "this column is there twice."))
    for column in header:
        if column not in COLUMNS and header.count(column) == 1:
            reading.warnings.append(
                Problem(line, column or "(no name)", "", "not a column of the programme: left out.")
            )
    return not reading.problems


def _refuse_doubles(reading: Reading) -> None:
    first: dict[tuple[str, date, time], int] = {}
    for row in reading.rows:
        earlier = first.setdefault(row.key, row.line)
        if earlier != row.line:
            reason = f"the same course on the same day at the same time is already in row {earlier}."
            reading.problems.append(Problem(row.line, "course_title", row.title, reason))


def _shortened(value: str) -> str:
    plain = " ".join(value.split())
    return plain if len(plain) <= 60 else plain[:59] + "…"


class _Judged:
    """One row while it is judged: each question gives the value, or None with the problem noted."""

    def __init__(self, line: int, cells: Mapping[str, str], reading: Reading) -> None:
        self.line, self.cells, self.reading = line, cells, reading

    def row(self) -> Row | None:
        """The whole row, or None when any cell of it cannot be taken."""
        before = len(self.reading.problems)
        title = self.text("course_title", 200, needed=True)
        strand = self.choice("course_type", COURSE_TYPES)
        day = self.day("session_date")
        starts_at, ends_at = self.clock("start"), self.clock("end")
        kind = self.choice("format", FORMATS)
        if starts_at and ends_at and ends_at <= starts_at:
            self.refuse("end", f"the session must end after it starts ({self.cells['start'].strip()}).")
        capacity = self.number("capacity", needed=True)
        attendees = self.number("attendees")
        venue, provider = self.text("venue", 160), self.text("provider", 160)
        priority_text, note = self.text("priority", 2000), self.text("note", 5000)
        source = self.text("source", 40)
        if len(self.reading.problems) > before:
            return None
        assert strand and day and starts_at and ends_at and kind and capacity is not None
        if strand is Strand.FORUM and "network" in title.casefold():
            strand = Strand.NETWORK
        self.look_twice(kind, venue, capacity, attendees)
        return Row(
            line=self.line,
            title=title,
            strand=strand,
            day=day,
            starts_at=starts_at,
            ends_at=ends_at,
            format=kind,
            venue=stated(venue),
            priority_text=priority_text,
            provider=stated(provider),
            capacity=capacity,
            attendees=attendees,
            source=source,
            note=note,
        )

    def refuse(self, column: str, reason: str) -> None:
        self.reading.problems.append(Problem(self.line, column, self.cells[column].strip(), reason))

    def look_twice(self, kind: Format, venue: str, capacity: int, attendees: int | None) -> None:
        """What may be right but is worth a look: people do come without a booking, and rooms do change."""
        if attendees is not None and attendees > capacity:
            reason = f"more people than the {capacity} places. Taken as stated."
            self.reading.warnings.append(Problem(self.line, "attendees", str(attendees), reason))
        if kind is Format.IN_PERSON and is_online_room(venue):
            reason = "an online room, though the format is in person. Taken as stated."
            self.reading.warnings.append(Problem(self.line, "venue", venue, reason))

    def text(self, column: str, longest: int, needed: bool = False) -> str:
        """Words on one line: a line break inside a cell is a space."""
        plain = " ".join(without_unseen(self.cells[column]).split())
        if needed and not plain:
            self.refuse(column, "it is blank, and every session needs it.")
        if any(unicodedata.category(sign) == "Cc" for sign in plain):
            self.refuse(column, "it holds a sign that cannot be shown. Type it again.")
        if len(plain) > longest:
            self.refuse(column, f"it is longer than {longest} characters.")
        return plain

    def choice(self, column: str, choices: Mapping[str, Choice]) -> Choice | None:
        chosen = choices.get(re.sub(r"[\s_-]+", "_", self.cells[column].strip().casefold()))
        if chosen is None:
            self.refuse(column, f"not known. It must be one of {', '.join(choices)}.")
        return chosen

    def day(self, column: str) -> date | None:
        day = self.read(column, read_iso_date)
        if day is not None and day.year not in YEARS:
            self.refuse(column, f"not a year between {YEARS[0]} and {YEARS[-1]}.")
        return day

    def clock(self, column: str) -> time | None:
        return self.read(column, read_clock)

    def read(self, column: str, reader: Callable[[str], Value]) -> Value | None:
        try:
            return reader(self.cells[column].strip())
        except ValueError as error:
            self.refuse(column, str(error))
            return None

    def number(self, column: str, needed: bool = False) -> int | None:
        given = self.cells[column].strip()
        if not given:
            if needed:
                self.refuse(column, "it is blank, and every session needs it.")
            return None
        if not re.fullmatch(r"[0-9]{1,7}", given) or int(given) > LARGEST:
            self.refuse(column, "not a whole number of people, 0 or more.")
            return None
        return int(given)
