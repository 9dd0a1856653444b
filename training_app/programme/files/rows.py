"""The rows of a programme file, read and judged one by one. Pure: text in, rows and problems out."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from itertools import pairwise
from typing import TypeVar

from training_app.errors import Refused
from training_app.programme.files.sheets import Sheet, read_sheet
from training_app.programme.rules.business_year import YEARS
from training_app.programme.rules.names import is_online_room, says_called_off, stated
from training_app.programme.rules.no_data import NOT_GIVEN
from training_app.programme.rules.parts import in_the_afternoon, may_mean_the_afternoon, unusual_about_times
from training_app.programme.rules.sessions import EvaluationMode, Format, PartKind, Strand
from training_app.words.dates import read_date_of_file
from training_app.words.names import same_name
from training_app.words.numbers import read_whole_number
from training_app.words.signs import without_unseen
from training_app.words.times import clock_time, read_time_of_file, time_range

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
# What people write for them too, besides how the pages call them.
ALSO_FORMATS = {
    "face_to_face": Format.IN_PERSON, "f2f": Format.IN_PERSON, "classroom": Format.IN_PERSON,
    "live_online": Format.ONLINE, "virtual": Format.ONLINE, "webinar": Format.ONLINE,
    "blended": Format.BLENDED, "two_parts,_with_e_learning": Format.BLENDED,
}
LARGEST = 1_000_000
CALLED_OFF = (
    "the title says that it does not take place, and a file can only bring sessions that do. Take this row out; if the "
    "session is in the programme, cancel it on its page. If it does take place, write the title without the word."
)
# Spreadsheets leave blank cells out at the end of a line; of these a blank one says nothing.
MAY_BE_LEFT_OUT = frozenset({"source", "note"})


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


def read_file(content: bytes) -> Reading:
    """Read a programme file as it came from a disk. Raises FileRefused where it is no text at all."""
    text = decoded(content)
    reading = read_rows(text)
    if strange := _first_of_windows(content):
        line, sign = strange
        said = f"“{sign}” in the way of Windows (cp1252). The file was read so: see that its letters are right."
        reading.warnings.insert(0, Problem(line, None, "", f"this line is written with {said}"))
    return reading


def read_rows(text: str) -> Reading:
    """Read every row of a programme file, and gather all that is wrong with it."""
    reading = Reading()
    for line, cells, strays in _lines(read_sheet(text, COLUMNS), reading):
        row = _Judged(line, cells, reading).row_beside(strays)
        if row is not None:
            reading.rows.append(row)
    if not reading.rows and not reading.problems:
        reading.problems.append(Problem(None, None, "", "it holds no sessions."))
    _refuse_doubles(reading)
    reading.problems.sort(key=lambda problem: problem.line or 0)
    return reading


def decoded(content: bytes) -> str:
    """The text of a file in UTF-8, with or without a byte-order mark, or as Excel writes it on Windows.

    Raises FileRefused, saying what the file looks like and how to save it.
    """
    how = "Save it again as “CSV UTF-8 (comma delimited)”."
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused([Problem(None, None, "", f"it is in UTF-16, not UTF-8. {how}")])
    if b"\0" in content:
        raise FileRefused([Problem(None, None, "", f"it is not a text file. {how}")])
    try:
        return content.decode("cp1252" if _first_of_windows(content) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        looks = f"this line is neither in UTF-8 nor in the way of Windows (cp1252). {how}"
        raise FileRefused([Problem(line, None, "", looks)]) from error


def _first_of_windows(content: bytes) -> tuple[int, str] | None:
    """The line and the sign at which a text shows that it is not in UTF-8."""
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The place is counted behind a byte-order mark.
        start = error.start + (len(content) - len(error.object))
        return content.count(b"\n", 0, start) + 1, content[start : start + 1].decode("cp1252", "replace")
    return None


def _lines(sheet: Sheet, reading: Reading) -> Iterator[tuple[int, Mapping[str, str], int]]:
    """Each row as cells by column, with the line it begins on and how many blank cells stand beside the table."""
    if sheet.header and not _header_fits(sheet, reading):
        return
    for line, cells in sheet.records:
        width, beyond = sheet.width, [cell for cell in cells[sheet.width :] if cell.strip()]
        left_out = set(sheet.header[len(cells) :]) & set(COLUMNS)
        if (beyond and len(cells) > sheet.full_width) or not left_out <= MAY_BE_LEFT_OUT:
            reading.problems.append(_not_as_wide(line, len(cells), width))
            continue
        if beyond:
            reason = "this cell stands in a column without a name: left out."
            reading.warnings.append(Problem(line, None, beyond[0], reason))
        padded = [*cells[:width], *[""] * (width - len(cells))]
        yield line, dict(zip(sheet.header, padded, strict=True)), max(0, len(cells) - sheet.full_width)
    if sheet.fault:
        line, why = sheet.fault
        reading.problems.append(Problem(line, None, "", f"the quotation marks do not fit ({why})."))
    elif not sheet.header:
        reading.problems.append(Problem(None, None, "", "it is empty."))


def _not_as_wide(line: int, cells: int, width: int) -> Problem:
    counts = f"{cells} cells, and the file has {width} columns"
    return Problem(line, None, "", f"it has {counts}: is a comma not in quotation marks?")


def _header_fits(sheet: Sheet, reading: Reading) -> bool:
    header, line = sheet.header, sheet.line
    for above, text in sheet.above:
        reading.warnings.append(Problem(above, None, text, "it stands above the names of the columns: left out."))
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        reading.problems.append(Problem(line, None, "", f"missing columns: {', '.join(missing)}."))
    for column in sorted({one for one in header if one and header.count(one) > 1}):
        reading.problems.append(Problem(line, column, "", "this column is there twice."))
    for column in dict.fromkeys(header):
        if column not in COLUMNS and (not column or header.count(column) == 1):
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

    def row_beside(self, strays: int) -> Row | None:
        """The row; beside blank cells that no column has, only where no comma can have moved its cells along.

        A comma that is not in quotation marks leaves as many cells, with all behind it in the wrong column.
        """
        problems, warnings = len(self.reading.problems), len(self.reading.warnings)
        row = self.row()
        if strays and (row is None or self.is_a_number_in_two()):
            del self.reading.problems[problems:], self.reading.warnings[warnings:]
            self.reading.problems.append(_not_as_wide(self.line, len(self.cells) + strays, len(self.cells)))
            return None
        return row

    def is_a_number_in_two(self) -> bool:
        """Does a 1,609 stand in two columns?"""
        cells = [self.cells[column].strip() for column in ("capacity", "attendees", "source")]
        return any(
            re.fullmatch("[0-9]", first) and re.fullmatch("[0-9]{3}", rest) for first, rest in pairwise(cells)
        )

    def row(self) -> Row | None:
        """The whole row, or None when any cell of it cannot be taken."""
        before = len(self.reading.problems)
        title = self.text("course_title", 200, needed=True)
        strand = self.choice("course_type", COURSE_TYPES)
        day = self.day("session_date")
        starts_at, ends_at = self.clock("start"), self.clock("end")
        kind = self.choice("format", FORMATS, ALSO_FORMATS)
        if starts_at and ends_at and ends_at <= starts_at:
            self.refuse("end", f"the session must end after it starts ({self.cells['start'].strip()}).")
        capacity = self.number("capacity", needed=True)
        attendees = self.number("attendees")
        venue, provider = self.text("venue", 160), self.text("provider", 160)
        priority_text, note = self.text("priority", 2000), self.text("note", 5000)
        source = self.text("source", 40)
        # Of one word alone it may be the name of the course: `look_twice` tells of it.
        if says_called_off(title) and " " in title:
            self.refuse("course_title", CALLED_OFF)
        if len(self.reading.problems) > before:
            return None
        assert strand and day and starts_at and ends_at and kind and capacity is not None
        if strand is Strand.FORUM and "network" in title.casefold():
            strand = Strand.NETWORK
        self.look_twice((starts_at, ends_at), kind, venue, capacity, attendees)
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

    def look_twice(
        self, hours: tuple[time, time], kind: Format, venue: str, capacity: int, attendees: int | None
    ) -> None:
        """What may be right but is worth a look: people do come without a booking, and rooms do change."""
        for said in unusual_about_times(*hours):
            reason = f"the session {said}. Taken as stated."
            self.reading.warnings.append(Problem(self.line, None, time_range(*hours), reason))
        if attendees is not None and attendees > capacity:
            reason = f"more people than the {capacity} places. Taken as stated."
            self.reading.warnings.append(Problem(self.line, "attendees", str(attendees), reason))
        for column in ("course_title", "note"):
            if says_called_off(self.cells[column]):
                reason = "this says that it does not take place. Taken as one that does: if not, cancel it on its page."
                self.reading.warnings.append(Problem(self.line, column, self.cells[column], reason))
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

    def choice(
        self, column: str, choices: Mapping[str, Choice], others: Mapping[str, Choice] | None = None
    ) -> Choice | None:
        given = re.sub(r"[\s_-]+", "_", self.cells[column].strip().casefold())
        chosen = {**(others or {}), **choices}.get(given)
        if chosen is None:
            self.refuse(column, f"not known. It must be one of {', '.join(choices)}.")
        return chosen

    def day(self, column: str) -> date | None:
        day = self.read(column, read_date_of_file)
        if day is not None and day.year not in YEARS:
            self.refuse(column, f"not a year between {YEARS[0]} and {YEARS[-1]}.")
        return day

    def clock(self, column: str) -> time | None:
        at = self.read(column, read_time_of_file)
        if at is not None and may_mean_the_afternoon(self.cells[column], at):
            later = f"{in_the_afternoon(at):%H:%M}"
            self.refuse(column, f"is it morning or afternoon? Write {later}, or {clock_time(at)} if it is so early.")
            return None
        return at

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
        try:
            number = read_whole_number(given)
        except ValueError:
            number = LARGEST + 1
        if number > LARGEST:
            self.refuse(column, "not a whole number of people, 0 or more.")
            return None
        return number
