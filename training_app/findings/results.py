"""What findings are made of: how many answered, what the counts hold, and how much of it may be shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from training_app.evaluation.rules import batches
from training_app.evaluation.rules.batches import Detail
from training_app.impact import RatingTable, ResponseRate, response_rate
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import EvaluationMode
from training_app.registers.rules.attendances import Attendances

PROGRAMME, BESIDE = "in the programme", "beside the programme"


class Level(StrEnum):
    SESSION = "session"
    COURSE = "course"
    YEAR = "year"


PATH_LENGTH = {Level.YEAR: 1, Level.COURSE: 2, Level.SESSION: 3}


@dataclass(frozen=True)
class Scope:
    """What the findings are about. `course_id` and `session_id` are None above their level."""

    level: Level
    year: BusinessYear
    title: str
    course_id: int | None = None
    course_slug: str | None = None
    session_id: int | None = None


@dataclass(frozen=True)
class ItemFinding:
    """One question's published counts, and how much of them may be shown here to who is looking.

    `table` holds true before × after. `looking_back` holds the rating looking back × after: a question of its own,
    never added to the first. Of looking back only the average of the looking-back ratings themselves may be shown
    (where `looking_back_shown`): its after-ratings are mostly the same people's, and would subtract to a few.
    """

    key: str
    label: str
    scale: tuple[int, int]
    table: RatingTable
    looking_back: RatingTable
    detail: Detail
    looking_back_shown: bool

    @property
    def shows_figures(self) -> bool:
        """May the mean, its interval and all that comes with them be shown?"""
        return self.detail is Detail.FIGURES


@dataclass(frozen=True)
class LeftOut:
    """Sessions that are not in a rate, with the attendances and forms known of them; of some none are known."""

    sessions: int = 0
    attendances: int = 0
    forms: int = 0
    without_data: int = 0


@dataclass(frozen=True)
class ResponseFinding:
    """After-forms and matched people out of attendances, and what is left out of both.

    Counted are the `sessions` on the standard evaluation that have taken place and have attendance data;
    `attendances` is None where there is no such session: unknown is not zero.
    """

    forms: int
    pairs: int
    attendances: int | None
    sessions: int
    no_data: LeftOut
    separate: LeftOut
    not_evaluated: LeftOut
    beside_programme: LeftOut
    to_come: int

    @property
    def rate(self) -> ResponseRate:
        """After-forms out of attendances."""
        return response_rate(self.forms, self.attendances)

    @property
    def pair_rate(self) -> ResponseRate:
        """People with a form before and a form after, out of attendances."""
        return response_rate(self.pairs, self.attendances)


@dataclass(frozen=True)
class SessionFinding:
    """One session as far as the office and its trainers may see it at any number: attendances and forms, not answers.

    `to_come`: it is not over; `is_today`: it is to be over before the day is.
    `generated`: some of its answers were made up for a demonstration.
    """

    id: int
    course_id: int
    course_title: str
    course_slug: str
    first_day: date
    last_day: date
    mode: EvaluationMode
    in_programme: bool
    no_data_reason: str | None
    attendances: Attendances
    forms: int
    pairs: int
    to_come: bool
    is_today: bool
    generated: bool

    @property
    def path(self) -> batches.Path:
        """Where it stands among the year's places."""
        return (PROGRAMME if self.in_programme else BESIDE, self.course_id, self.id)


@dataclass(frozen=True)
class PartFinding:
    """A course of a year, or a session of a course, as a line in a list: how many answered, not what they said.

    `pairs` is the most people that any question has matched; `shows_figures`: of any question?
    `session_id` is None for a course.
    """

    title: str
    course_slug: str
    session_id: int | None
    in_programme: bool
    sessions: tuple[SessionFinding, ...]
    response: ResponseFinding
    pairs: int
    shows_figures: bool


@dataclass(frozen=True)
class Findings:
    """What is known at one level, and the parts it is made of. `forms_published` of the forms are in the counts."""

    scope: Scope
    items: tuple[ItemFinding, ...]
    response: ResponseFinding
    sessions: tuple[SessionFinding, ...]
    parts: tuple[PartFinding, ...]
    forms: int
    forms_published: int
    published_at: datetime | None
    generated: bool

    @property
    def every_pair_is_in_the_rate(self) -> bool:
        """Do all who answered before and after come from sessions that the response rate counts?

        Only then may their average be set against those who did not answer.
        """
        return sum(one.pairs for one in self.sessions) == self.response.pairs

    def item(self, key: str) -> ItemFinding | None:
        """The question with this key; the one with most people where scales have changed."""
        named = [item for item in self.items if item.key == key]
        return max(named, key=lambda item: item.table.n_pairs, default=None)


@dataclass(frozen=True)
class Viewer:
    """Who is looking: the sessions they lead, and whether they may open pages of other sessions, courses and years.

    Who may not still reads the yearly report: the year's figures are taken as known to everyone.
    """

    own_sessions: frozenset[int] = frozenset()
    sees_all: bool = True


def response_of(counted: Iterable[SessionFinding], beside: Iterable[SessionFinding] = ()) -> ResponseFinding:
    """How many answered out of how many came, and why each session that is not in it is not."""
    past = [one for one in counted if not one.to_come]
    standard = [one for one in past if one.mode is EvaluationMode.STANDARD]
    in_rate = [one for one in standard if one.attendances.number is not None]
    return ResponseFinding(
        forms=sum(one.forms for one in in_rate),
        pairs=sum(one.pairs for one in in_rate),
        attendances=sum(one.attendances.number or 0 for one in in_rate) if in_rate else None,
        sessions=len(in_rate),
        no_data=_left_out(one for one in standard if one.attendances.number is None),
        separate=_left_out(one for one in past if one.mode is EvaluationMode.SEPARATE),
        not_evaluated=_left_out(one for one in past if one.mode is EvaluationMode.NONE),
        beside_programme=_left_out(one for one in beside if not one.to_come),
        to_come=sum(one.to_come for one in counted),
    )


def _left_out(sessions: Iterable[SessionFinding]) -> LeftOut:
    out = list(sessions)
    return LeftOut(
        sessions=len(out),
        attendances=sum(one.attendances.number or 0 for one in out),
        forms=sum(one.forms for one in out),
        without_data=sum(one.attendances.number is None for one in out),
    )
