"""How the report's figures are said and drawn on a page. Nothing is computed here that the report does not hold."""

from collections.abc import Sequence

from markupsafe import Markup

from training_app.charts import DumbbellRow, Fill, SharePiece, dumbbell, dumbbell_key, known_share, share_key
from training_app.impact import is_calculable
from training_app.reports.figures import Rate, RatingLine
from training_app.reports.tally import Group
from training_app.reports.yearly import YearlyReport
from training_app.web.words import counted, one_decimal, percent, signed, thousands

FEWEST_FOR_GOOD = 30
LEAST_RATE_FOR_GOOD = 0.4
NUMERIC = "numeric"


def _numeric(label: str) -> dict[str, object]:
    return {"label": label, NUMERIC: True}


class Presentation:
    """One report, ready for the page."""

    def __init__(self, report: YearlyReport) -> None:
        self.report = report

    # 1 How much did we do?

    group_columns = ["", _numeric("Sessions with data"), _numeric("Attend­ances"), _numeric("Take-up")]

    def group_row(self, one: Group) -> list[str]:
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
            SharePiece("No data", split.sessions_without_data, Fill.HATCH),
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
            limits = line.change.ci95_t
            return f"{limits.low:.1f} to {limits.high:.1f}" if is_calculable(limits) else "Not calculable"
        value = {
            "before": line.change.mean_before, "after": line.change.mean_after, "change": line.change.mean_change
        }[what]
        if not is_calculable(value):
            return "Not calculable"
        return one_decimal(value)

    @property
    def change_chart(self) -> Markup:
        return dumbbell(
            [self._row(line) for line in self.calculable],
            chart_id="change", title=f"Average ratings before and after, {self.report.year}",
            description=self.change_words,
        )

    change_key = staticmethod(dumbbell_key)

    def _row(self, line: RatingLine) -> DumbbellRow:
        change = line.change
        assert change is not None and is_calculable(change.mean_change)
        limits = change.ci95_t if is_calculable(change.ci95_t) else None
        likely = f" ({limits.low:.1f} to {limits.high:.1f})" if limits else ""
        return DumbbellRow(
            line.label,
            float(change.mean_before),  # type: ignore[arg-type]
            float(change.mean_after),  # type: ignore[arg-type]
            limits.low if limits else None,
            limits.high if limits else None,
            signed(change.mean_change) + likely,
        )

    @property
    def change_words(self) -> str:
        """Knowledge went from 6.4 to 8.5, skills from 6.4 to 8.4, …, for 288 people."""
        parts = [
            f"{line.label.lower()} went from {self.cell(line, 'before')} to {self.cell(line, 'after')}"
            for line in self.calculable
        ]
        said = ", ".join(parts)
        return f"{said[:1].upper()}{said[1:]}, on a scale of 1 to 10, for {counted(self.pairs, 'person', 'people')}."

    @property
    def finding(self) -> str:
        """The heading of the chart: what happened, without a verdict."""
        changes = [
            line.change.mean_change
            for line in self.calculable
            if line.change is not None and is_calculable(line.change.mean_change)
        ]
        if not changes:
            return "Too few people answered before and after to say"
        low, high = min(changes), max(changes)
        if low > 0:
            size = one_decimal(low) if one_decimal(low) == one_decimal(high) else f"{low:.1f} to {high:.1f}"
            return f"People rated themselves {size} points higher afterwards"
        if high < 0:
            return f"People rated themselves {-high:.1f} to {-low:.1f} points lower afterwards"
        return "Some ratings were higher afterwards and some were not"

    @property
    def if_others_unchanged(self) -> str:
        """If the people who did not answer did not change at all, the average change would be …"""
        rises = {label: one_decimal(rise) for label, rise in self.report.if_others_unchanged.items()}
        if len(set(rises.values())) == 1:
            return f"{next(iter(rises.values()))} for each rating"
        return ", ".join(f"{rise} for {label.lower()}" for label, rise in rises.items())

    @property
    def difference_mark(self) -> str:
        rate = self.report.response.share
        if not self.calculable:
            return "few"
        return "good" if self.pairs >= FEWEST_FOR_GOOD and (rate or 0) >= LEAST_RATE_FOR_GOOD else "caution"

    @property
    def attendance_mark(self) -> str:
        return "good" if self.report.how_much.split.sessions_without_data == 0 else "caution"

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
        if split.sessions_without_data:
            said.append(f"For {split.sessions_without_data} of {sessions} we do not know how many came.")
        said.append("Nothing here measures what changed for children.")
        return said
