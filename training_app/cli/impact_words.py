"""The figures of a change in sentences, for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.impact import (
    Interval,
    NotCalculable,
    PairedChange,
    SignedRankTest,
    is_calculable,
)
from training_app.words.numbers import counted, one_decimal

LEAST_P = 0.0001

DETAILS: tuple[tuple[str, str], ...] = (
    ("median_change", "median change"),
    ("hodges_lehmann", "Hodges–Lehmann change"),
    ("sd_before", "standard deviation before"),
    ("sd_after", "standard deviation after"),
    ("sd_change", "standard deviation of change"),
    ("se_change", "standard error of change"),
    ("ci95_t", "mean change, 95% interval (t)"),
    ("bootstrap_ci95_percentile", "mean change, 95% interval (exact bootstrap)"),
    ("bootstrap_ci95_bca", "mean change, 95% interval (exact BCa bootstrap)"),
    ("t", "t"),
    ("df", "degrees of freedom"),
    ("p_t", "p, paired t"),
    ("p_sign_flip", "p, exact sign-flip"),
    ("p_sign", "p, sign test"),
    ("wilcoxon_pratt", "Wilcoxon, Pratt's rule for no change"),
    ("wilcoxon_zsplit", "Wilcoxon, no change split"),
    ("wilcoxon_dropping_zeros", "Wilcoxon, no change left out"),
    ("correlation", "correlation of before and after"),
    ("d_av", "d_av"),
    ("d_av_rms", "d_av, root mean square"),
    ("g_av", "g_av, small-sample corrected"),
    ("d_z", "d_z"),
    ("g_z", "g_z, small-sample corrected"),
    ("rank_biserial", "matched rank-biserial"),
    ("probability_of_improvement", "share higher, same counting half"),
    ("higher_ci95", "share higher, 95% interval (Wilson)"),
    ("same_ci95", "share the same, 95% interval (Wilson)"),
    ("lower_ci95", "share lower, 95% interval (Wilson)"),
    ("class_gain", "share of the room to the top used"),
    ("mean_individual_gain", "the same, mean of each person's"),
    ("n_before_at_top", "already at the top before"),
    ("n_after_at_top", "at the top after"),
)


@dataclass(frozen=True)
class LeftOut:
    """The lines of a file that could not be read: of how many, and of each what is wrong and what was typed."""

    of: int
    lines: Sequence[tuple[str, str]]

    @property
    def is_everything(self) -> bool:
        return bool(self.lines) and len(self.lines) == self.of


def left_out_in_words(left_out: LeftOut) -> str:
    """2 of 3 lines could not be read and are left out: 2 with more than a number in a cell, like “8/10”."""
    kinds = Counter(kind for kind, _ in left_out.lines)
    examples = {kind: typed for kind, typed in reversed(left_out.lines) if typed}
    why = "; ".join(
        f"{number:,} with {kind}" + (f", like “{_cut(examples[kind])}”" if kind in examples else "")
        for kind, number in kinds.most_common()
    )
    verb = "is" if len(left_out.lines) == 1 else "are"
    lines = counted(left_out.of, "line")
    return f"{len(left_out.lines):,} of {lines} could not be read and {verb} left out: {why}."


def nothing_known_in_words(left_out: LeftOut) -> Iterator[str]:
    """What is said where no line that was read has both ratings, and that may be for lack of reading or of lines."""
    if left_out.is_everything:
        yield "Nothing is known of any change. Write each rating as the number alone and try again."
    elif left_out.lines:
        yield "No line that could be read has a rating both before and after, so nothing is known of any change."
    else:
        yield "There are no ratings under the first line, so nothing is known of any change."


def _cut(typed: str) -> str:
    plain = " ".join(typed.split())
    return plain if len(plain) <= 40 else f"{plain[:39]}…"


def change_in_words(change: PairedChange, scale: tuple[int, int]) -> Iterator[str]:
    """The headline in sentences, then every figure on a line of its own."""
    low, high = scale
    yield f"{_people(change.n_pairs)} rated themselves both before and after, from {low} to {high}."
    if change.n_before_only or change.n_after_only:
        yield (
            f"Left out: {change.n_before_only} with a rating before only, "
            f"{change.n_after_only} with one after only."
        )
    yield from _headline(change, scale)
    yield "These are people's own ratings, without a comparison group; they do not show what caused a change."
    yield "\nTechnical detail"
    width = max(len(label) for _, label in DETAILS)
    for name, label in DETAILS:
        yield f"  {label:<{width}}  {_number(name, getattr(change, name))}"


def _headline(change: PairedChange, scale: tuple[int, int]) -> Iterator[str]:
    if not change.n_pairs:
        return
    yield (
        f"{change.n_higher} of {change.n_pairs} rated themselves higher afterwards, "
        f"{change.n_same} the same and {change.n_lower} lower."
    )
    before, after, mean = change.mean_before, change.mean_after, change.mean_change
    if not (is_calculable(before) and is_calculable(after) and is_calculable(mean)):
        return
    verb = "stayed the same" if mean == 0 else "rose" if mean > 0 else "fell"
    size = "" if mean == 0 else f" {abs(mean):.1f} points"
    ends = f", at {before:.1f}" if mean == 0 else f", from {before:.1f} to {after:.1f}"
    yield f"The average {verb}{size}{ends}{_range(change, scale)}."
    if change.n_pairs < LEAST_FOR_A_FIGURE:
        yield f"With fewer than {LEAST_FOR_A_FIGURE} people an average says little: do not publish it."


def _range(change: PairedChange, scale: tuple[int, int]) -> str:
    """The interval of the mean change, cut to what the scale allows."""
    if isinstance(change.ci95_t, NotCalculable):
        return f"; a range cannot be calculated, because {change.ci95_t.reason}"
    widest = scale[1] - scale[0]
    low, high = max(-widest, change.ci95_t.low), min(widest, change.ci95_t.high)
    return f"; allowing for chance, the change is likely between {one_decimal(low)} and {one_decimal(high)}"


def _number(name: str, value: object) -> str:
    if isinstance(value, NotCalculable):
        return f"not calculable: {value.reason}"
    if isinstance(value, SignedRankTest):
        exact = _number("p_exact", value.p_exact)
        normal = _number("p_asymptotic", value.p_asymptotic)
        corrected = _number("p_asymptotic", value.p_asymptotic_continuity)
        return (
            f"W+ {value.w_plus:.1f}, W− {value.w_minus:.1f}; exact p {exact}; "
            f"normal p {normal}, with continuity correction {corrected}"
        )
    if isinstance(value, Interval):
        return f"{value.low:.3f} to {value.high:.3f}"
    if isinstance(value, int):
        return f"{value:,}"
    if name.startswith("p_") and isinstance(value, float):
        return f"under {LEAST_P}" if value < LEAST_P else f"{value:.4f}"
    return f"{value:.3f}"


def _people(n: int) -> str:
    return "1 person" if n == 1 else f"{n:,} people" if n else "Nobody"
