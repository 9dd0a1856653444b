"""The figures of a before/after comparison of the same people."""

from __future__ import annotations

from dataclasses import dataclass, fields

from training_app.impact.results import Figure, Interval, Limits, NotCalculable, plain


@dataclass(frozen=True, slots=True)
class SignedRankTest:
    """One Wilcoxon signed-rank test, under one rule for the people who did not change.

    ``w_plus`` and ``w_minus`` are sums of ranks. ``p_exact`` is two-sided and conditional on the ties and
    zeros seen; ``p_exact_one_sided`` is the tail on the side the ratings moved to. ``p_asymptotic`` is the
    tie-corrected normal value, ``p_asymptotic_continuity`` the same with a correction of one half.
    """

    w_plus: float
    w_minus: float
    p_exact: Figure
    p_exact_one_sided: Figure
    p_asymptotic: Figure
    p_asymptotic_continuity: Figure

    @property
    def w(self) -> float:
        """The smaller of the two rank sums, as older tables list it."""
        return min(self.w_plus, self.w_minus)

    def to_dict(self) -> dict[str, object]:
        """Plain values under the names of the reference cases; ``None`` where not calculable."""
        return {
            "W_plus": self.w_plus,
            "W_minus": self.w_minus,
            "p_exact": plain(self.p_exact),
            "p_asymptotic": plain(self.p_asymptotic),
            "p_asymptotic_cc": plain(self.p_asymptotic_continuity),
        }


@dataclass(frozen=True, slots=True)
class PairedChange:
    """Everything calculated from pairs of ratings before and after; a change is after minus before.

    Ratings and changes are in scale points; ``n_…`` are people; intervals are at 95%; shares lie between
    0 and 1. ``n_before_only`` and ``n_after_only`` are people left out for want of the other rating: every
    other figure is about the ``n_pairs`` people with both. No value is rounded or clipped to the scale
    except the limits of shares, which lie within 0 and 1 by their formula.
    """

    n_pairs: int
    n_before_only: int
    n_after_only: int
    mean_before: Figure
    mean_after: Figure
    mean_change: Figure
    median_change: Figure
    n_higher: int
    n_same: int
    n_lower: int
    higher_ci95: Limits
    same_ci95: Limits
    lower_ci95: Limits
    probability_of_improvement: Figure
    n_before_at_top: int | NotCalculable
    n_after_at_top: int | NotCalculable
    class_gain: Figure
    mean_individual_gain: Figure
    sd_before: Figure
    sd_after: Figure
    sd_change: Figure
    se_change: Figure
    t: Figure
    df: int | NotCalculable
    p_t: Figure
    ci95_t: Limits
    correlation: Figure
    d_z: Figure
    g_z: Figure
    d_av: Figure
    d_av_rms: Figure
    g_av: Figure
    wilcoxon_dropping_zeros: SignedRankTest
    wilcoxon_pratt: SignedRankTest
    wilcoxon_zsplit: SignedRankTest
    rank_biserial: Figure
    p_sign: Figure
    p_sign_flip: Figure
    hodges_lehmann: Figure
    bootstrap_ci95_percentile: Limits
    bootstrap_ci95_bca: Limits

    def to_dict(self) -> dict[str, object]:
        """Plain values under the names of the reference cases, ready for JSON; ``None`` = not calculable."""
        row: dict[str, object] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            key = REFERENCE_NAMES.get(field.name, field.name)
            row[key] = value.to_dict() if isinstance(value, SignedRankTest) else plain(value)
        return row

    def reasons(self) -> dict[str, str]:
        """The fields that hold no figure, each with the reason in words."""
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value.reason for name, value in values if isinstance(value, NotCalculable)}


REFERENCE_NAMES = {
    "n_before_only": "n_pre_only",
    "n_after_only": "n_post_only",
    "mean_before": "mean_pre",
    "mean_after": "mean_post",
    "n_higher": "n_improved",
    "n_lower": "n_worse",
    "higher_ci95": "pct_improved_wilson95",
    "same_ci95": "pct_same_wilson95",
    "lower_ci95": "pct_worse_wilson95",
    "probability_of_improvement": "prob_improvement",
    "n_before_at_top": "n_pre_at_max",
    "n_after_at_top": "n_post_at_max",
    "class_gain": "hake_class_gain",
    "mean_individual_gain": "mean_individual_gain_pre_below_max",
    "sd_before": "sd_pre",
    "sd_after": "sd_post",
    "correlation": "r_pre_post",
    "wilcoxon_dropping_zeros": "wilcoxon_wilcox",
    "p_sign_flip": "p_signflip_exact",
    "bootstrap_ci95_percentile": "exact_bootstrap_ci95_percentile",
    "bootstrap_ci95_bca": "exact_bootstrap_ci95_bca",
}

__all__ = ["Interval", "PairedChange", "SignedRankTest"]
