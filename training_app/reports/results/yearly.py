"""The training section of the yearly report: every figure computed once, for every form it is printed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import EvaluationMode, Format, Strand, TimeOfDay
from training_app.reports import wording
from training_app.reports.results.figures import Count, Fact, Missing, Quote, Rate, RatingLine, dicts
from training_app.reports.rules.tally import (
    Attended,
    Group,
    NoData,
    SessionLine,
    attended,
    beside_the_programme,
    group,
    grouped,
    without_data,
)
from training_app.words.numbers import counted

NO_PRIORITY = "No priority in force"
SAFEGUARDING_MATTERS_LIVE = "Safeguarding Matters Live"


@dataclass(frozen=True)
class LargeEvent:
    """A large event of the programme, and its attendances where anyone knows them."""

    title: str
    day: date
    provider: str
    attendances: int | None

    def to_dict(self) -> dict[str, object]:
        return {
            "title": self.title, "date": self.day.isoformat(), "provider": self.provider,
            "attendances": self.attendances,
        }


@dataclass(frozen=True)
class HowMuch:
    """How much did we do? Sessions and attendances, in every cut the report prints."""

    sessions: Count
    courses: Count
    attendances: Count
    split: Attended
    people: Count
    all_sessions: Group
    by_strand: Sequence[Group]
    by_priority: Sequence[Group]
    by_format: Sequence[Group]
    dsl: Group
    dsl_by_format: Sequence[Group]
    large_events: Sequence[LargeEvent]
    evenings: int
    twilights: int
    no_data: Sequence[NoData]
    beside: Sequence[Group]

    @property
    def live(self) -> Group | None:
        """Safeguarding Matters Live, which stands beside the programme; None in a year without it."""
        return next((group for group in self.beside if group.label == SAFEGUARDING_MATTERS_LIVE), None)

    def to_dict(self) -> dict[str, object]:
        return {
            "sessions": self.sessions.to_dict(),
            "courses": self.courses.to_dict(),
            "attendances": {
                **self.attendances.to_dict(),
                "by_name": self.split.by_name,
                "by_headcount": self.split.by_headcount,
                "sessions_with_names": self.split.sessions_with_names,
                "sessions_with_headcount": self.split.sessions_with_headcount,
                "sessions_with_data": self.split.sessions_with_data,
                "sessions_without_data": self.split.sessions_without_data,
                "sessions_to_come": self.split.sessions_to_come,
                "registers_that_disagree_with_a_headcount": self.split.disagreements,
            },
            "distinct_people": self.people.to_dict(),
            "take_up": _group_dict(self.all_sessions),
            "by_strand": [_group_dict(one) for one in self.by_strand],
            "by_priority": {
                "definition": wording.PRIORITIES, "lines": [_group_dict(one) for one in self.by_priority]
            },
            "by_format": [_group_dict(one) for one in self.by_format],
            "dsl": {**_group_dict(self.dsl), "by_format": [_group_dict(one) for one in self.dsl_by_format]},
            "large_events": [event.to_dict() for event in self.large_events],
            "evening_sessions": self.evenings,
            "twilight_sessions": self.twilights,
            "no_data": [
                {"reason": one.reason, "sessions": one.sessions, "courses": one.titles} for one in self.no_data
            ],
            "safeguarding_matters_live": _group_dict(self.live) if self.live else None,
            "beside_the_programme": {
                "definition": wording.BESIDE, "lines": [_group_dict(one) for one in self.beside]
            },
        }


def _group_dict(one: Group) -> dict[str, object]:
    return {
        "label": one.label,
        "sessions": one.sessions,
        "sessions_with_data": one.sessions_with_data,
        "attendances": one.attendances,
        "take_up": {
            "numerator": one.attendances, "denominator": one.places or None, "share": one.take_up,
            "left_out": f"{counted(one.sessions - one.sessions_with_data, 'session')} with no data",
            "definition": wording.TAKE_UP,
        },
    }


@dataclass(frozen=True)
class YearlyReport:
    """The whole section. `generated` says that a demonstration made some of it up."""

    year: BusinessYear
    made_on: date
    generated: bool
    how_much: HowMuch
    response: Rate
    response_of_all: Rate
    sessions_with_a_form: Rate
    sessions_with_five_forms: Rate
    quotes: Sequence[Quote]
    ratings: Sequence[RatingLine]
    if_others_unchanged: dict[str, float]
    facts: Sequence[Fact]
    missing: Sequence[Missing]

    def to_dict(self) -> dict[str, object]:
        return {
            "question": wording.QUESTIONS.overall,
            "year": str(self.year),
            "from": self.year.first_day.isoformat(),
            "to": self.year.last_day.isoformat(),
            "made_on": self.made_on.isoformat(),
            "generated_for_demonstration": self.generated,
            "how_much": {"question": wording.QUESTIONS.how_much, **self.how_much.to_dict()},
            "how_well": {
                "question": wording.QUESTIONS.how_well,
                "response_rate": self.response.to_dict(),
                "response_rate_of_all_attendances": self.response_of_all.to_dict(),
                "sessions_with_a_form": self.sessions_with_a_form.to_dict(),
                "sessions_with_five_forms": self.sessions_with_five_forms.to_dict(),
                "comments": dicts(self.quotes),
            },
            "what_difference": {
                "question": wording.QUESTIONS.what_difference,
                "definition": wording.RATINGS,
                "ratings": dicts(self.ratings),
                "average_rise_if_the_rest_did_not_change": self.if_others_unchanged,
            },
            "stated_facts": {"definition": wording.STATED, "facts": dicts(self.facts)},
            "missing": dicts(self.missing),
        }


def how_much(lines: Sequence[SessionLine], people: int, priorities: Sequence[str], today: date) -> HowMuch:
    """Count the programme's sessions, and beside them the events that are not in it."""
    inside = [line for line in lines if line.in_programme]
    split = attended(inside, today)
    unknown = split.sessions_without_data
    dsl = [line for line in inside if line.strand.is_dsl]
    return HowMuch(
        sessions=Count(
            len(inside), wording.SESSIONS, (f"{counted(len(lines) - len(inside), 'event')} beside the programme",)
        ),
        courses=Count(len({line.course_title for line in inside}), wording.COURSES),
        attendances=Count(split.total, wording.ATTENDANCES, (f"{counted(unknown, 'session')} with no data",)),
        split=split,
        people=Count(
            people, wording.PEOPLE, (f"{counted(split.by_headcount, 'attendance')} known only as headcounts",)
        ),
        all_sessions=group("All", inside),
        by_strand=grouped(inside, lambda line: [line.strand.label], [strand.label for strand in Strand]),
        by_priority=grouped(
            inside, lambda line: line.priorities or (NO_PRIORITY,), [*priorities, NO_PRIORITY], always=priorities
        ),
        by_format=grouped(inside, lambda line: [line.format.label], [one.label for one in Format]),
        dsl=group("Designated Safeguarding Lead", dsl),
        dsl_by_format=grouped(dsl, lambda line: [line.format.label], [one.label for one in Format]),
        large_events=[
            LargeEvent(line.course_title, line.last_day, line.provider, line.attendances.number)
            for line in inside
            if line.strand is Strand.LARGE_EVENT
        ],
        evenings=sum(line.time_of_day is TimeOfDay.EVENING for line in inside),
        twilights=sum(line.time_of_day is TimeOfDay.TWILIGHT for line in inside),
        no_data=without_data(inside, today),
        beside=beside_the_programme(line for line in lines if not line.in_programme),
    )


def evaluated_separately(lines: Sequence[SessionLine]) -> Group:
    """The programme's sessions that had a survey of their own."""
    return group(
        "Evaluated separately",
        [line for line in lines if line.in_programme and line.evaluation_mode is EvaluationMode.SEPARATE],
    )
