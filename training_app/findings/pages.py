"""An impact page put together: what to say first, who answered, the drawings, the limits, the technical panel.

From findings to words and charts. Nothing is read and nothing is decided here about what may be shown: a question
comes with its `detail`, and a place without figures gets a sentence that says why.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from training_app.charts import (
    DumbbellRow,
    SplitRow,
    dumbbell,
    dumbbell_key,
    higher_same_lower,
    higher_same_lower_key,
)
from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE, Detail, may_count
from training_app.findings.results import Findings, ItemFinding, Level, PartFinding, ResponseFinding
from training_app.findings.wording import sentences as say
from training_app.findings.wording.sentences import Quality, Sentence
from training_app.findings.wording.technical import likely_range, share_range, technical_rows
from training_app.impact import (
    PairedChange,
    RatingTable,
    if_nonresponders_unchanged,
    is_calculable,
    paired_change,
)
from training_app.impact.results import Interval
from training_app.programme.rules.sessions import EvaluationMode
from training_app.words.numbers import counted, signed

HEADLINE = "confidence"


@dataclass(frozen=True)
class Rated:
    """A question whose figures may be shown, with them."""

    item: ItemFinding
    change: PairedChange

    @property
    def what(self) -> str:
        """Its name inside a sentence."""
        return in_a_sentence(self.item)


@dataclass(frozen=True)
class Drawing:
    """A chart with its finding, and the same numbers in rows. One for each scale in use."""

    finding: str
    what: str
    key: Markup
    svg: Markup
    rows: list[list[str]]


@dataclass(frozen=True)
class ImpactPage:
    """Everything a page of findings shows, in the order it is read."""

    findings: Findings
    quality: Quality
    lede: Sentence
    notes: list[str]
    changes: list[Drawing]
    people: list[Drawing]
    counts: list[list[str]]
    looking_back: list[str]
    limits: list[str]
    technical_columns: list[str]
    technical: list[list[str]]


def page_of(findings: Findings) -> ImpactPage:
    """Put the page of a session, a course or a year together."""
    rated = [Rated(item, paired_change(item.table)) for item in findings.items if item.shows_figures]
    first = next((one for one in rated if one.item.key == HEADLINE), rated[0] if rated else None)
    counts = _counts(findings.items)
    return ImpactPage(
        findings=findings,
        quality=quality_of(findings.response, matched(findings), bool(rated)),
        lede=_lede(findings, first),
        notes=_notes(findings, first),
        changes=[_change(group) for group in _by_scale(rated)],
        people=[_people(group) for group in _by_scale(rated)],
        counts=counts,
        looking_back=_looked_back([item for item in findings.items if item.looking_back_shown]),
        limits=_limits(findings, first),
        technical_columns=[one.item.label for one in rated],
        technical=technical_rows([one.change for one in rated]) if rated else [],
    )


def matched(findings: Findings) -> int:
    """The most people that any question has a published rating of both before and after."""
    return max((item.table.n_pairs for item in findings.items), default=0)


def quality_of(response: ResponseFinding, pairs: int, shows_figures: bool) -> Quality:
    """The mark of a page or a line: by people and by response, and too few where nothing is shown."""
    return say.quality(pairs, response.rate, kept_back=not shows_figures)


def quality_of_part(part: PartFinding) -> Quality:
    """The mark of a course or session in a list."""
    return quality_of(part.response, part.pairs, part.shows_figures)


def counts_in(findings: Findings) -> str | None:
    """The total that answers too few to show are part of."""
    if findings.scope.level is Level.YEAR or not findings.sessions[0].in_programme:
        return None
    total = "the year’s total"
    return f"{total} for the course" if findings.scope.level is Level.SESSION else total


def _lede(findings: Findings, first: Rated | None) -> Sentence:
    if first is not None:
        return say.changed(first.what, first.change, first.item.scale, findings.forms)
    return _why_no_figures(findings)


def _why_no_figures(findings: Findings) -> Sentence:
    if not findings.sessions:
        return Sentence("There was nothing in the programme to rate.")
    if all(one.to_come for one in findings.sessions):
        is_today = any(one.is_today for one in findings.sessions)
        return Sentence("It is today, and not over yet." if is_today else "Nothing has taken place yet.")
    if all(one.mode is EvaluationMode.SEPARATE for one in findings.sessions):
        return Sentence("This was evaluated separately, with questions of its own.")
    if all(one.mode is EvaluationMode.NONE for one in findings.sessions):
        return Sentence("This is not evaluated.")
    people, forms = matched(findings), findings.forms
    if forms and not findings.items:
        return Sentence(say.not_published_yet(forms))
    if people >= LEAST_FOR_A_FIGURE:
        return say.kept_back(people, counts_in(findings))
    attended = findings.response.attendances if findings.response.forms == forms else None
    return say.too_few(forms, attended, people, counts_in(findings))


def _notes(findings: Findings, first: Rated | None) -> list[str]:
    if first is None:
        return []
    response = findings.response.rate
    said = [say.chance(first.change)]
    overall = _if_rest_unchanged(findings, first)
    if say.is_low(response) and is_calculable(first.change.mean_change) and overall is not None:
        said.append(say.low_response(first.what, first.change.mean_change, _share(findings), overall))
    waiting = findings.forms - findings.forms_published
    if waiting > 0:
        said.append(f"{counted(waiting, 'more form')} came in since these counts were published.")
    return [one for one in said if one]


def _share(findings: Findings) -> float:
    rate = findings.response.rate.rate
    return rate if is_calculable(rate) else 0.0


def _if_rest_unchanged(findings: Findings, rated: Rated) -> float | None:
    if not findings.every_pair_is_in_the_rate:
        return None
    overall = if_nonresponders_unchanged(rated.change.mean_change, rated.change.n_pairs, findings.response.attendances)
    return overall if is_calculable(overall) else None


def _by_scale(rated: Sequence[Rated]) -> list[list[Rated]]:
    """Questions on one scale share a drawing."""
    groups: dict[tuple[int, int], list[Rated]] = {}
    for one in rated:
        groups.setdefault(one.item.scale, []).append(one)
    return list(groups.values())


def _chart_id(kind: str, scale: tuple[int, int]) -> str:
    return f"{kind}-{scale[0]}-{scale[1]}"


def _of_whom(group: Sequence[Rated]) -> str:
    sizes = sorted({one.change.n_pairs for one in group})
    people = f"{sizes[0]:,}" if len(sizes) == 1 else f"{sizes[0]:,} to {sizes[-1]:,}"
    return f"the {people} people who answered before and after"


def _change(group: Sequence[Rated]) -> Drawing:
    scale = group[0].item.scale
    rows = [_dumbbell_row(one) for one in group]
    moved = [one.change.mean_change for one in group if is_calculable(one.change.mean_change)]
    return Drawing(
        finding=say.all_changes(moved, [say.clipped(one.change, scale) for one in group]),
        what=f"Average of {_of_whom(group)}. Scale {scale[0]} to {scale[1]}.",
        key=dumbbell_key(),
        svg=dumbbell(
            rows,
            chart_id=_chart_id("change", scale),
            title="Average ratings before and after",
            description=" ".join(
                f"{row.label}: from {row.before:.1f} to {row.after:.1f}, {row.change_text}." for row in rows
            ),
            scale=scale,
        ),
        rows=[
            [row.label, f"{one.change.n_pairs:,}", f"{row.before:.1f}", f"{row.after:.1f}",
             row.change_text.partition(" (")[0], likely_range(one.change, scale)]
            for row, one in zip(rows, group, strict=True)
        ],
    )  # fmt: skip


def _dumbbell_row(one: Rated) -> DumbbellRow:
    change, limits = one.change, say.clipped(one.change, one.item.scale)
    before, after, moved = (
        value if is_calculable(value) else float(one.item.scale[0])
        for value in (change.mean_before, change.mean_after, change.mean_change)
    )
    likely = f" ({likely_range(change, one.item.scale)})" if isinstance(limits, Interval) else ""
    return DumbbellRow(
        label=one.item.label,
        before=before,
        after=after,
        change_low=limits.low if isinstance(limits, Interval) else None,
        change_high=limits.high if isinstance(limits, Interval) else None,
        change_text=signed(moved) + likely,
    )


def _people(group: Sequence[Rated]) -> Drawing:
    first = next((one for one in group if one.item.key == HEADLINE), group[0])
    top, at_top = first.item.scale[1], first.change.n_before_at_top
    room = say.room_to_rise(first.what, at_top, first.change.n_pairs, top) if isinstance(at_top, int) else ""
    rows = [SplitRow(one.item.label, one.change.n_higher, one.change.n_same, one.change.n_lower) for one in group]
    same_people = len({one.change.n_pairs for one in group}) == 1
    chart_id = _chart_id("people", first.item.scale)
    return Drawing(
        finding=f"{first.change.n_higher:,} of {first.change.n_pairs:,} people rated their {first.what} higher",
        what=f"Each bar is {'the same ' if same_people else ''}{_of_whom(group).removeprefix('the ')}. {room}",
        key=higher_same_lower_key(chart_id=chart_id),
        svg=higher_same_lower(
            rows,
            chart_id=chart_id,
            title="How many people rated themselves higher, the same or lower",
            description=" ".join(
                f"{row.label}: {row.higher:,} higher, {row.same:,} the same, {row.lower:,} lower." for row in rows
            ),
        ),
        rows=[
            [one.item.label, f"{one.change.n_higher:,}", f"{one.change.n_same:,}", f"{one.change.n_lower:,}",
             share_range(one.change.higher_ci95), _at_top(one)]
            for one in group
        ],
    )  # fmt: skip


def _at_top(one: Rated) -> str:
    at_top = one.change.n_before_at_top
    return f"{at_top / one.change.n_pairs:.0%}" if isinstance(at_top, int) and one.change.n_pairs else "not known"


def _counts(items: Sequence[ItemFinding]) -> list[list[str]]:
    """For a trainer, where there are too few for an average: how many moved which way.

    All or none: a question kept back alone, because everyone answered it alike, would say just that.
    """
    moved = [(item.label, directions(item.table)) for item in items if item.detail is Detail.COUNTS]
    if not all(may_count(*counts) for _, counts in moved):
        return []
    return [[label, *(str(n) for n in counts)] for label, counts in moved]


def directions(table: RatingTable) -> tuple[int, int, int]:
    """How many went up, stayed and went down."""
    pairs = table.pairs.items()
    return (
        sum(n for (before, after), n in pairs if after > before),
        sum(n for (before, after), n in pairs if after == before),
        sum(n for (before, after), n in pairs if after < before),
    )


def _looked_back(items: Sequence[ItemFinding]) -> list[str]:
    """The averages of the ratings looking back, and nothing else of them: see ItemFinding."""
    told: dict[int, list[str]] = {}
    for item in items:
        given = [(rating, n) for (rating, _), n in item.looking_back.cells if rating is not None]
        n = sum(people for _, people in given)
        average = sum(rating * people for rating, people in given) / n
        told.setdefault(n, []).append(f"their {in_a_sentence(item)} at {average:.1f}")
    return [say.looked_back(n, averages) for n, averages in told.items()]


def in_a_sentence(item: ItemFinding) -> str:
    """A question's name with a small letter."""
    return item.label[:1].lower() + item.label[1:]


def _limits(findings: Findings, first: Rated | None) -> list[str]:
    response = findings.response
    change = first.change.mean_change if first is not None and is_calculable(first.change.mean_change) else None
    overall = _if_rest_unchanged(findings, first) if first is not None else None
    pairs = first.change.n_pairs if first is not None else response.pairs
    said = [
        say.OWN_RATINGS,
        say.not_heard_from(response.rate, pairs, change, overall),
        _no_data(response),
        say.NO_COMPARISON,
    ]
    return [one for one in said if one]


def _no_data(response: ResponseFinding) -> str | None:
    if not response.no_data.sessions:
        return None
    without_data = counted(response.no_data.sessions, "session") + " with no attendance data"
    forms = response.no_data.forms
    return f"{without_data} {'are' if response.no_data.sessions > 1 else 'is'} in no rate" + (
        f", though {counted(forms, 'form')} came back and count in the ratings." if forms else "."
    )
