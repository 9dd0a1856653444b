"""How the report's figures are said and drawn on a page. Nothing is computed here that the report does not hold."""

from collections.abc import Sequence

from markupsafe import Markup

from training_app.charts import DumbbellRow, Fill, SharePiece, dumbbell, dumbbell_key, known_share, share_key
from training_app.findings.wording import sentences as say
from training_app.impact import is_calculable
from training_app.reports import wording
from training_app.reports.results.figures import Rate, RatingLine
from training_app.reports.results.yearly import YearlyReport
from training_app.reports.rules.tally import FORMS_FOR_A_CLOSER_LOOK, Group
from training_app.words.numbers import counted, in_words, one_decimal, percent, signed, thousands

NUMERIC = "numeric"


def _numeric(label: str) -> dict[str, object]:
    return {"label": label, NUMERIC: True}


class Presentation:
    """One report, ready for the page."""

    questions = wording.QUESTIONS
    about_priorities = wording.PRIORITIES
    about_ratings = wording.RATINGS
    about_events_beside = wording.BESIDE
    own_ratings = say.OWN_RATINGS
    no_comparison = say.NO_COMPARISON
    closer_look = in_words(FORMS_FOR_A_CLOSER_LOOK)

    def __init__(self, report: YearlyReport) -> None:
        self.report = report

    # 1 How much did we do?

    group_columns = ["", _numeric("Sessions with data"), _numeric("Attendances"), _numeric("Take-up")]

    def group_row(self, one: Group) -> list[str]:
        if not one.sessions:
            return [one.label, "None", "–", "–"]
        return [
            one.label,
            f"{one.sessions_with_data} of {one.sessions}",
            "No data" if one.attendances is None else thousands(one.attendances),
            "–" if one.take_up is None else f"{100 * one.take_up:.0f}%",
        ]

    def rows(self, groups: Sequence[Group]) -> list[list[str]]:
        return [self.group_row(one) for one in groups]

    def columns_headed(self, first: str) -> list[object]:
        return [first, *self.group_columns[1:]]

    @property
    def known_chart(self) -> Markup:
        return known_share(
            self._pieces, chart_id="known", title="Sessions by what we know of attendance", description=self.known_words
        )

    @property
    def known_key(self) -> Markup:
        return share_key(self._pieces, chart_id="known")

    @property
    def _pieces(self) -> list[SharePiece]:
        split = self.report.how_much.split
        return [
            SharePiece("Names on the register", split.sessions_with_names, Fill.SOLID),
            SharePiece("Headcount", split.sessions_with_headcount, Fill.PALE),
            SharePiece("No data", split.sessions_without_data - split.sessions_to_come, Fill.HATCH),
            *([SharePiece("Not held yet", split.sessions_to_come, Fill.DOTS)] if split.sessions_to_come else []),
        ]

    @property
    def known_words(self) -> str:
        reasons = "; ".join(f"{one.reason}: {one.sessions}" for one in self.report.how_much.no_data)
        split = self.report.how_much.split
        return (
            f"Of {counted(self.report.how_much.sessions.value, 'session')}, "
            f"{split.sessions_with_names} have a register with names, {split.sessions_with_headcount} a headcount and "
            f"{split.sessions_without_data} no data{' (' + reasons + ')' if reasons else ''}."
        )

    # 2 How well did we do it?

    def rate_words(self, rate: Rate, singular: str, plural: str) -> str:
        """288 of 1,426 attendances, likely range 18% to 22%"""
        if rate.share is None or rate.of.attended is None:
            return f"Not calculable, because {rate.why_not}."
        of = f"{rate.of.forms:,} of {counted(rate.of.attended, singular, plural)}"
        if rate.range is None:
            return of
        low, high = rate.range
        return f"{of}, range {100 * low:.0f}% to {100 * high:.0f}%"

    def rate_percent(self, rate: Rate) -> str | None:
        return None if rate.share is None else percent(rate.share)

    # 3 What difference did it make?

    @property
    def calculable(self) -> list[RatingLine]:
        return [line for line in self.report.ratings if line.change is not None]

    @property
    def pairs(self) -> int:
        """People behind the ratings: of the item that most people answered."""
        return max((line.pairs or 0 for line in self.report.ratings), default=0)

    def cell(self, line: RatingLine, what: str) -> str:
        """One cell of the evaluation table: before, after, change or range."""
        if line.change is None:
            return "Too few"
        if what == "range":
            if not is_calculable(line.likely):
                return "Not calculable"
            return f"{signed(line.likely.low)} to {signed(line.likely.high)}"
        cells = {"before": one_decimal(line.before), "after": one_decimal(line.after), "change": signed(line.moved)}
        return cells[what]

    @property
    def change_charts(self) -> list[tuple[str, Markup]]:
        """One drawing for each scale that was used, with what it says of its scale."""
        scales = sorted({line.scale for line in self.calculable})
        return [(f"Scale {low} to {high}.", self._chart((low, high))) for low, high in scales]

    def _chart(self, scale: tuple[int, int]) -> Markup:
        lines = [line for line in self.calculable if line.scale == scale]
        return dumbbell(
            [self._row(line) for line in lines],
            chart_id=f"change-{scale[0]}-{scale[1]}",
            title=f"Average ratings before and after, {self.report.year}",
            description=self.change_words(lines, scale),
            scale=scale,
        )

    change_key = staticmethod(dumbbell_key)

    def _row(self, line: RatingLine) -> DumbbellRow:
        limits = line.likely if is_calculable(line.likely) else None
        likely = f" ({signed(limits.low)} to {signed(limits.high)})" if limits else ""
        return DumbbellRow(
            line.label, line.before, line.after, limits.low if limits else None, limits.high if limits else None,
            signed(line.moved) + likely,
        )

    def change_words(self, lines: Sequence[RatingLine], scale: tuple[int, int]) -> str:
        """Knowledge went from 6.4 to 8.5, skills from 6.4 to 8.4, …, for 288 people."""
        said = ", ".join(
            f"{line.label.lower()} went from {self.cell(line, 'before')} to {self.cell(line, 'after')}"
            for line in lines
        )
        people = counted(max(line.pairs or 0 for line in lines), "person", "people")
        return f"{said[:1].upper()}{said[1:]}, on a scale of {scale[0]} to {scale[1]}, for {people}."

    @property
    def finding(self) -> str:
        """What happened to the averages, in the same words as on the impact pages."""
        if not self.calculable:
            return "Too few people answered before and after to say"
        moved = [line.moved for line in self.calculable]
        return say.all_changes(moved, [line.likely for line in self.calculable])

    @property
    def if_others_unchanged(self) -> str:
        """If the people who did not answer did not change at all, the average change would be …"""
        rises = {label: one_decimal(rise) for label, rise in self.report.if_others_unchanged.items()}
        if len(set(rises.values())) == 1:
            return f"{next(iter(rises.values()))} for each rating"
        return ", ".join(f"{rise} for {label.lower()}" for label, rise in rises.items())

    @property
    def difference_mark(self) -> str:
        """How far to trust the ratings, by the rule of the impact pages."""
        return say.quality(self.pairs, self.report.response.of, kept_back=not self.calculable).mark.value

    @property
    def attendance_mark(self) -> str:
        split = self.report.how_much.split
        return "good" if split.sessions_without_data == split.sessions_to_come else "caution"

    # 4 What is missing, and why

    @property
    def missing_rows(self) -> list[list[str]]:
        return [[one.what, one.how_many, one.why] for one in self.report.missing]

    # The answer in a few lines

    @property
    def lede(self) -> list[str]:
        much, split = self.report.how_much, self.report.how_much.split
        sessions = counted(much.sessions.value, "session")
        said = [f"The programme had {sessions} with {split.total:,} attendances recorded."]
        if self.calculable:
            said.append(f"{self.finding}.")
        if self.report.response.share is not None:
            in_a_hundred = round(100 * self.report.response.share)
            told = f"{in_a_hundred} in every 100 told us."
            said.append(f"Only {told}" if in_a_hundred < 50 else told)
        unknown = split.sessions_without_data - split.sessions_to_come
        if split.sessions_to_come:
            be = "is" if split.sessions_to_come == 1 else "are"
            said.append(f"{split.sessions_to_come:,} of the sessions {be} still to come.")
        if unknown:
            said.append(f"For {unknown} of {sessions} we do not know how many came.")
        said.append("Nothing here measures what changed for children.")
        return said
