"""Reads a year and puts its report together. The only place where the report meets the database."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from training_app.clock import local
from training_app.evaluation.queries.comments import ReleasedComment, released_comments
from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.findings.queries import published_sessions
from training_app.findings.results import Findings, ItemFinding
from training_app.findings.year import findings_of_year
from training_app.impact import (
    NotCalculable,
    ResponseRate,
    if_nonresponders_unchanged,
    is_calculable,
    paired_change,
    response_rate,
)
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import EvaluationMode
from training_app.registers.queries.marks import distinct_people, holds_generated_marks
from training_app.reports import wording
from training_app.reports.models import StatedFact
from training_app.reports.queries.sessions import priorities_in_force, session_lines, stated_facts
from training_app.reports.results.figures import Fact, Missing, Quote, Rate, RatingLine
from training_app.reports.results.yearly import (
    HowMuch,
    YearlyReport,
    evaluated_separately,
    how_much,
)
from training_app.reports.rules.tally import FORMS_FOR_A_CLOSER_LOOK, SessionLine
from training_app.words.dates import short_date
from training_app.words.numbers import counted

MOST_QUOTES = 12
EVERY_SESSION_COUNTED = NotCalculable("every session is counted, so chance has no part in it")
NO_FORMS_HELD = NotCalculable("no evaluation form of this year is held here")


def compile_yearly(year: BusinessYear, now: datetime) -> YearlyReport:
    """The training section of the yearly report. A year without sessions gives a report of noughts and unknowns."""
    today = local(now).date()
    lines = session_lines(year, now)
    inside = [line.session_id for line in lines if line.in_programme]
    over = [line.session_id for line in lines if line.in_programme and not line.is_to_come(today)]
    findings = findings_of_year(year, now)
    much = how_much(lines, distinct_people(over), priorities_in_force(year), today)
    ratings = [_rating_line(item) for item in findings.items]
    return YearlyReport(
        year=year,
        made_on=today,
        generated=findings.generated or holds_generated_marks(inside),
        how_much=much,
        response=Rate(
            _rate(findings.response.forms, findings.response.attendances, findings),
            wording.RESPONSE,
            tuple(_left_out_of_response(findings)),
        ),
        response_of_all=Rate(
            _rate(
                findings.response.forms, much.split.total if much.split.sessions_with_data else None, findings
            ),
            wording.RESPONSE_OF_ALL,
            (counted(much.split.sessions_without_data, "session") + " with no data",),
        ),
        sessions_with_a_form=_sessions_with(1, findings),
        sessions_with_five_forms=_sessions_with(FORMS_FOR_A_CLOSER_LOOK, findings),
        quotes=_quotes(released_comments(inside)),
        ratings=ratings,
        if_others_unchanged=dict(_if_others_unchanged(ratings, findings)),
        facts=[_printed(fact) for fact in stated_facts(year)],
        missing=list(_missing(lines, much, findings)),
    )


def _rate(part: int, whole: int | None, findings: Findings) -> ResponseRate:
    """A year of which no form at all is held was not evaluated here: its rate is unknown, not nought."""
    if not findings.forms:
        return ResponseRate(part, whole, NO_FORMS_HELD, NO_FORMS_HELD, NO_FORMS_HELD)
    return response_rate(part, whole)


def _rating_line(item: ItemFinding) -> RatingLine:
    if not item.shows_figures:
        return RatingLine(item.key, item.label, item.scale, None, None)
    return RatingLine(item.key, item.label, item.scale, item.table.n_pairs, paired_change(item.table))


def _if_others_unchanged(ratings: Sequence[RatingLine], findings: Findings) -> Iterator[tuple[str, float]]:
    if not findings.every_pair_is_in_the_rate:
        return
    for line in ratings:
        if line.change is None or line.pairs is None:
            continue
        rise = if_nonresponders_unchanged(line.change.mean_change, line.pairs, findings.response.attendances)
        if is_calculable(rise):
            yield line.label, rise


def _sessions_with(forms: int, findings: Findings) -> Rate:
    standard = [one for one in findings.sessions if one.mode is EvaluationMode.STANDARD and not one.to_come]
    enough = sum(one.forms >= forms for one in standard)
    share = _rate(enough, len(standard) or None, findings)
    return Rate(
        replace(share, ci95=EVERY_SESSION_COUNTED, fpc=EVERY_SESSION_COUNTED),
        wording.SESSIONS_EVALUATED,
        (counted(len(findings.sessions) - len(standard), "session") + " not on the standard evaluation or to come",),
    )


def _left_out_of_response(findings: Findings) -> Iterator[str]:
    response = findings.response
    for left_out, why in (
        (response.separate, "evaluated separately"),
        (response.no_data, "with no attendance data"),
        (response.not_evaluated, "not evaluated"),
        (response.beside_programme, "beside the programme"),
    ):
        if left_out.sessions:
            people = f" ({counted(left_out.attendances, 'attendance')})" if left_out.attendances else ""
            forms = f", {counted(left_out.forms, 'form')}" if left_out.forms else ""
            yield f"{counted(left_out.sessions, 'session')} {why}{people}{forms}"
    if response.to_come:
        yield f"{counted(response.to_come, 'session')} still to come"


def _quotes(comments: Sequence[ReleasedComment]) -> list[Quote]:
    """As many as a report has room for: first one of each course, then a second, so that no course crowds it."""
    turns: dict[str | None, int] = {}
    ranked: dict[str, tuple[int, int, ReleasedComment]] = {}
    for at, one in enumerate(comments):
        if one.words not in ranked:
            turns[one.course_title] = turns.get(one.course_title, 0) + 1
            ranked[one.words] = (turns[one.course_title], at, one)
    chosen = sorted(ranked.values(), key=lambda entry: entry[:2])[:MOST_QUOTES]
    return [Quote(one.words, one.course_title, one.generated) for _, _, one in chosen]


def _printed(fact: StatedFact) -> Fact:
    return Fact(
        fact.kind.label, fact.figure, fact.words, fact.source, short_date(fact.dated), fact.kind.about_difference
    )


def _missing(lines: Sequence[SessionLine], much: HowMuch, findings: Findings) -> Iterator[Missing]:
    for one in much.no_data:
        yield Missing("Attendances", counted(one.sessions, "session"), one.reason)
    separate = evaluated_separately(lines)
    if separate.attendances:
        yield Missing(
            "From the response rate", counted(separate.attendances, "attendance"),
            f"{counted(separate.sessions, 'session')} had a survey of its own",
        )
    if much.live and much.live.attendances:
        yield Missing(much.live.label, counted(much.live.attendances, "attendance"), "Beside the programme, not in it")
    if much.split.disagreements:
        yield Missing(
            "Agreement", counted(much.split.disagreements, "session"),
            "The register’s names and the stated headcount differ; the names are counted and the office is asked",
        )
    published = published_sessions([one.id for one in findings.sessions])
    small = [one for one in findings.sessions if one.id in published and one.forms and one.pairs < LEAST_FOR_A_FIGURE]
    if small:
        yield Missing(
            "Figures of single sessions", counted(sum(one.forms for one in small), "form"),
            f"From {counted(len(small), 'session')} with fewer than {LEAST_FOR_A_FIGURE} pairs: "
            "in the totals, not shown apart",
        )
    unpublished = findings.forms - findings.forms_published
    if unpublished > 0:
        yield Missing("Answers not yet in the figures", counted(unpublished, "form"), "Waiting to be published")
    yield Missing("Change for children", "Not known", "Nothing here measures it")
