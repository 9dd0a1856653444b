"""The panel for those who want the statistics: every measure under its own name, or why there is none."""

from collections.abc import Callable

from training_app.findings.wording.sentences import clipped
from training_app.impact.paired_results import PairedChange
from training_app.impact.results import Interval, NotCalculable
from training_app.words.numbers import decimals, one_decimal

SMALLEST_P = 0.0001
LEAST_FOR_A_TEST = 6
NO_TEST = NotCalculable("with fewer than 6 people no exact test can reach 5 in 100")

METHODS = (
    "Paired t interval and test (Student); limits above are kept to the scale, those here are not.",
    "Exact tests, two-sided, from the counts: sign-flip of the mean change; Wilcoxon signed-rank with Pratt’s zeros.",
    "d(av): mean change over the mean of the two standard deviations, with Hedges’ exact small-sample correction J.",
    "Matched rank-biserial after Kerby. Probability of improvement counts those who stayed the same as half.",
    "Likely ranges of shares are Wilson’s. All intervals are at 95%.",
)


def measured(value: float | NotCalculable) -> str:
    """A measure to two places, or why there is none."""
    return f"not calculable, because {value.reason}" if isinstance(value, NotCalculable) else decimals(value, 2)


def probability(p: float | NotCalculable) -> str:
    """A p value. Never nought: below the smallest that is worth printing it says so.

    >>> probability(0.0), probability(0.0322)
    ('p < 0.0001', 'p = 0.0322')
    """
    if isinstance(p, NotCalculable):
        return measured(p)
    return f"p < {SMALLEST_P}" if p < SMALLEST_P else f"p = {p:.4f}"


def with_spread(mean: float | NotCalculable, spread: float | NotCalculable) -> str:
    """A mean with its standard deviation in brackets."""
    if isinstance(mean, NotCalculable):
        return measured(mean)
    return f"{measured(mean)} ({'no SD: ' + spread.reason if isinstance(spread, NotCalculable) else measured(spread)})"


def between(limits: Interval | NotCalculable) -> str:
    """Two limits in words."""
    if isinstance(limits, NotCalculable):
        return measured(limits)
    return f"{measured(limits.low)} to {measured(limits.high)}"


def likely_range(change: PairedChange, scale: tuple[int, int]) -> str:
    """The range of the change as tables print it, kept to the scale."""
    limits = clipped(change, scale)
    if isinstance(limits, NotCalculable):
        return f"none: {limits.reason}"
    return f"{one_decimal(limits.low)} to {one_decimal(limits.high)}"


def share_range(limits: Interval | NotCalculable) -> str:
    """The likely range of a share: 68% to 91%."""
    if isinstance(limits, NotCalculable):
        return f"none: {limits.reason}"
    return f"{limits.low:.0%} to {limits.high:.0%}"


def _tested(change: PairedChange, value: float | NotCalculable) -> float | NotCalculable:
    return NO_TEST if 0 < change.n_pairs < LEAST_FOR_A_TEST else value


def _wilcoxon(change: PairedChange) -> str:
    test = change.wilcoxon_pratt
    if isinstance(test.p_exact, NotCalculable) and not isinstance(test.p_asymptotic, NotCalculable):
        return f"{probability(test.p_asymptotic)} (normal, tie-corrected)"
    return probability(_tested(change, test.p_exact))


def _t(change: PairedChange) -> str:
    if isinstance(change.t, NotCalculable) or isinstance(change.df, NotCalculable):
        return measured(change.t)
    return f"{measured(change.t)} on {change.df:,} df; {probability(change.p_t)}"


def _at_top(change: PairedChange) -> str:
    if isinstance(change.n_before_at_top, NotCalculable):
        return measured(change.n_before_at_top)
    return f"{change.n_before_at_top:,} of {change.n_pairs:,}"


MEASURES: tuple[tuple[str, Callable[[PairedChange], str]], ...] = (
    ("Pairs (n)", lambda change: f"{change.n_pairs:,}"),
    (
        "Left out: before only, after only",
        lambda change: f"{change.n_before_only:,}, {change.n_after_only:,}",
    ),
    ("Mean before (SD)", lambda change: with_spread(change.mean_before, change.sd_before)),
    ("Mean after (SD)", lambda change: with_spread(change.mean_after, change.sd_after)),
    ("Mean change (SD)", lambda change: with_spread(change.mean_change, change.sd_change)),
    ("95% interval of the mean change", lambda change: between(change.ci95_t)),
    ("Paired t", _t),
    ("Exact sign-flip", lambda change: probability(_tested(change, change.p_sign_flip))),
    ("Wilcoxon–Pratt, exact", _wilcoxon),
    ("d(av), corrected", lambda change: measured(change.g_av)),
    ("Matched rank-biserial", lambda change: measured(change.rank_biserial)),
    ("Probability of improvement", lambda change: measured(change.probability_of_improvement)),
    ("Already at the top before", _at_top),
)


def technical_rows(changes: list[PairedChange]) -> list[list[str]]:
    """One row a measure, one column a question: the label of the measure first."""
    return [[label, *(measure(change) for change in changes)] for label, measure in MEASURES]
