"""Sessions of a year, counted in groups. Plain values in and out."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from training_app.programme.rules.no_data import NOT_GIVEN, reason_heading
from training_app.programme.rules.sessions import EvaluationMode, Format, Strand, TimeOfDay
from training_app.registers.rules.attendances import Attendances, Basis
from training_app.reports.rules.groups import NOT_HELD_YET, NOT_OVER_YET, series_of

FORMS_FOR_A_CLOSER_LOOK = 5


@dataclass(frozen=True)
class SessionLine:
    """What the report needs to know of one session."""

    session_id: int
    course_title: str
    strand: Strand
    format: Format
    last_day: date
    time_of_day: TimeOfDay
    capacity: int
    provider: str
    in_programme: bool
    evaluation_mode: EvaluationMode
    no_data_reason: str | None
    priorities: tuple[str, ...]
    attendances: Attendances
    is_today: bool = False
    """Its last part is on the day of the report, and is not over."""

    @property
    def has_data(self) -> bool:
        return self.attendances.number is not None

    def is_to_come(self, today: date) -> bool:
        return self.last_day > today or self.is_today

    def why_no_data(self, today: date) -> str:
        """The heading it is counted under where nobody knows how many came."""
        if self.is_today:
            return NOT_OVER_YET
        return NOT_HELD_YET if self.is_to_come(today) else reason_heading(self.no_data_reason or NOT_GIVEN)

    @property
    def number(self) -> int:
        """Attendances, for adding up lines that have data."""
        return self.attendances.number or 0


@dataclass(frozen=True)
class Group:
    """Some sessions counted together. `attendances` is None where not one of them has data."""

    label: str
    sessions: int
    sessions_with_data: int
    attendances: int | None
    places: int

    @property
    def take_up(self) -> float | None:
        """Attendances ÷ places over sessions with data; None without any place."""
        if self.attendances is None or not self.places:
            return None
        return self.attendances / self.places


def group(label: str, lines: Iterable[SessionLine]) -> Group:
    lines = list(lines)
    with_data = [line for line in lines if line.has_data]
    return Group(
        label=label,
        sessions=len(lines),
        sessions_with_data=len(with_data),
        attendances=sum(line.number for line in with_data) if with_data else None,
        places=sum(line.capacity for line in with_data),
    )


def grouped(
    lines: Iterable[SessionLine], labels: Callable[[SessionLine], Iterable[str]], order: Iterable[str],
    always: Iterable[str] = (),
) -> list[Group]:
    """One group per label that has a session, in the order given; labels not in it follow by name.

    Those in `always` have a group even without one: what nothing was done for is worth knowing.
    """
    members: dict[str, list[SessionLine]] = {label: [] for label in always}
    for line in lines:
        for label in labels(line):
            members.setdefault(label, []).append(line)
    first = [label for label in order if label in members]
    rest = sorted(set(members) - set(first))
    return [group(label, members[label]) for label in [*first, *rest]]


@dataclass(frozen=True)
class Attended:
    """How the attendances of some sessions are known: split, never mixed.

    `sessions_to_come` are those without data that have not been held yet.
    """

    total: int
    by_name: int
    by_headcount: int
    sessions_with_names: int
    sessions_with_headcount: int
    sessions_without_data: int
    sessions_to_come: int
    disagreements: int

    @property
    def sessions_with_data(self) -> int:
        return self.sessions_with_names + self.sessions_with_headcount


def attended(lines: Iterable[SessionLine], today: date) -> Attended:
    lines = list(lines)
    named = [line for line in lines if line.attendances.basis is Basis.NAMES]
    counted = [line for line in lines if line.attendances.basis is Basis.HEADCOUNT]
    return Attended(
        total=sum(line.number for line in [*named, *counted]),
        by_name=sum(line.number for line in named),
        by_headcount=sum(line.number for line in counted),
        sessions_with_names=len(named),
        sessions_with_headcount=len(counted),
        sessions_without_data=len(lines) - len(named) - len(counted),
        sessions_to_come=sum(not line.has_data and line.is_to_come(today) for line in lines),
        disagreements=sum(line.attendances.disagreement is not None for line in named),
    )


@dataclass
class NoData:
    """Sessions that share a reason for having no attendance data."""

    reason: str
    sessions: int = 0
    titles: list[str] = field(default_factory=list)


def without_data(lines: Iterable[SessionLine], today: date) -> list[NoData]:
    """Sessions with no data by the heading of their reason, most sessions first."""
    reasons: dict[str, NoData] = {}
    for line in lines:
        if line.has_data:
            continue
        heading = line.why_no_data(today)
        entry = reasons.setdefault(heading, NoData(heading))
        entry.sessions += 1
        if line.course_title not in entry.titles:
            entry.titles.append(line.course_title)
    return sorted(reasons.values(), key=lambda entry: (-entry.sessions, entry.reason))


def beside_the_programme(lines: Iterable[SessionLine]) -> list[Group]:
    """Events beside the programme, by series."""
    return grouped(lines, lambda line: [series_of(line.course_title)], [])
