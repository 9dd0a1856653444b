"""For each kind of reference case: its data in, everything it may expect out, by the names of the files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.impact.reference import Case
from training_app.impact import (
    NotCalculable,
    PairedChange,
    RatingTable,
    SignedRankTest,
    change_of_means,
    forms_per_session,
    hake_gain_of_means,
    if_nonresponders_unchanged,
    nonresponder_change_needed,
    paired_change,
    paired_change_continuous,
    read_rating,
    read_ratings,
    response_rate,
    wilson_interval,
)
from training_app.impact.effect_sizes import probability_of_superiority
from training_app.impact.paired_results import REFERENCE_NAMES

Found = dict[str, object]


def paired(case: Case) -> Found:
    """Ratings of the same people, in two lists, missing ones as null."""
    scale = _scale(case.data)
    _only(case.data, {"pre", "post", "scale_min", "scale_max"})
    # JSON written by other programs may say 5.0 for 5.
    rows = zip(case.data["pre"], case.data["post"], strict=True)
    pairs = [(read_rating(before, scale), read_rating(after, scale)) for before, after in rows]
    return figures(paired_change(RatingTable.from_pairs(pairs, scale)))


def table(case: Case) -> Found:
    """A table of counts, before down and after across; one row and column more than the scale: missing."""
    found = [(key, shape) for key in case.data if (shape := TABLE_KEY.fullmatch(key))]
    _only(case.data, {key for key, _ in found} | {"scale_min", "scale_max"})
    assert len(found) == 1, f"one table expected, found {len(found)}"
    key, shape = found[0]
    low, high = int(shape[1]), int(shape[2])
    assert (shape[3], shape[4]) == (shape[1], shape[2]), "both sides must have the same scale"
    points = [*range(low, high + 1), None]
    rows = case.data[key]
    assert len(rows) in (len(points), len(points) - 1), f"{len(rows)} rows for the scale {low} to {high}"
    counts = {}
    for before, row in zip(points, rows, strict=False):
        assert len(row) == len(rows), "the table must be square"
        counts.update({(before, after): n for after, n in zip(points, row, strict=False)})
    change = paired_change(RatingTable.from_counts(counts, (low, high)))
    return figures(change) | _flat_tests(change)


def paired_continuous(case: Case) -> Found:
    """Measurements of the same people, as pre/post or as x/y; some expected names run first minus second."""
    first, second = ("pre", "post") if "pre" in case.data else ("x", "y")
    _only(case.data, {first, second})
    before, after = case.data[first], case.data[second]
    change = paired_change_continuous(before, after)
    dropped = change.wilcoxon_dropping_zeros
    complete = [(b, a) for b, a in zip(before, after, strict=True) if b is not None and a is not None]
    return figures(change) | {
        "V_pre_minus_post": dropped.w_minus,
        "W_plus_post_minus_pre": dropped.w_plus,
        "W": dropped.w,
        "p_exact_two_sided": dropped.p_exact,
        "p_exact_one_sided": dropped.p_exact_one_sided,
        "p_exact_conditional_wilcox": dropped.p_exact,
        "p_asymptotic_continuity_zero_wilcox": dropped.p_asymptotic_continuity,
        "rank_biserial_x_minus_y": _negative(change.rank_biserial),
        "CLES_independent_all_pairs": probability_of_superiority(
            [b for b, _ in complete], [a for _, a in complete]
        ),
        "published": Published(change),
    }


def proportion(case: Case) -> Found:
    """Shares k of n with their intervals, at 95% or at the level the expected name gives."""
    _only(case.data, {"cases"})
    return {"cases": [Intervals(row["k"], row["n"]) for row in case.data["cases"]]}


def response(case: Case) -> Found:
    """Forms of attendances."""
    _only(case.data, {"cases"})
    rates = [response_rate(forms, attended) for forms, attended in case.data["cases"]]
    names = ("forms", "attended", "rate", "ci95", "fpc")
    return {"cases": [{name: getattr(rate, name) for name in names} for rate in rates]}


def validation(case: Case) -> Found:
    """Cells as typed; every rejection must come with its reason in words."""
    _only(case.data, {"rows", "scale_min", "scale_max"})
    read = read_ratings(case.data["rows"], _scale(case.data))
    assert all(len(cell.reason) > 10 for cell in read.rejected), "a rejection without a reason"
    return {
        "valid_pairs": [list(pair) for pair in read.pairs],
        "pre_only_values": read.before_only,
        "post_only_values": read.after_only,
        "rejected": [[cell.row, cell.column] for cell in read.rejected],
    }


def report(case: Case) -> Found:
    """Published averages, forms and attendances of a year."""
    data = case.data
    _only(data, {"forms", "attendees", "courses", "pre", "post", "scale_min", "scale_max"})
    forms, attended, top = data["forms"], data["attendees"], _scale(data)[1]
    rate = response_rate(forms, attended)
    means = list(zip(data["pre"], data["post"], strict=True))
    changes = [change_of_means(before, after) for before, after in means]
    found: Found = {
        "response_rate": rate.rate,
        "response_ci95": rate.ci95,
        "fpc": rate.fpc,
        "change": changes,
        "hake_gain": [hake_gain_of_means(before, after, top) for before, after in means],
        "forms_per_course": forms_per_session(forms, data["courses"]),
        "if_nonresponders_unchanged": _as_printed(
            case, [if_nonresponders_unchanged(change, forms, attended) for change in changes]
        ),
    }
    for key in case.expected:
        overall = OVERALL_KEY.fullmatch(key)
        if overall:
            target = float(f"{overall[1]}.{overall[2]}")
            needed = [nonresponder_change_needed(change, forms, attended, target) for change in changes]
            found[key] = needed
    return found


def figures(change: PairedChange) -> Found:
    """Every figure under its name in the files, the reason kept where there is none."""
    names = {name: REFERENCE_NAMES.get(name, name) for name in PairedChange.__dataclass_fields__}
    return {key: _test(value) if isinstance(value := getattr(change, name), SignedRankTest) else value
            for name, key in names.items()}  # fmt: skip


def _test(test: SignedRankTest) -> Found:
    return {
        "W_plus": test.w_plus,
        "W_minus": test.w_minus,
        "p_exact": test.p_exact,
        "p_asymptotic": test.p_asymptotic,
        "p_asymptotic_cc": test.p_asymptotic_continuity,
    }


def _flat_tests(change: PairedChange) -> Found:
    """The tests once more as ``wilcoxon_pratt_W_minus`` and so on."""
    tests = {key: value for key, value in figures(change).items() if isinstance(value, dict)}
    return {f"{key}_{name}": value for key, test in tests.items() for name, value in test.items()}


class Published(dict[str, object]):
    """Figures as a book printed them: the first word names the figure, the rest may turn its sign.

    "t (R, group1-group2)" is t of before minus after, "ci95 of group1-group2" the interval of that.
    """

    def __init__(self, change: PairedChange) -> None:
        super().__init__()
        self.figures = {"t": change.t, "df": change.df, "p": change.p_t, "ci95": change.ci95_t}

    def __contains__(self, label: object) -> bool:
        return str(label).split()[0] in self.figures

    def __getitem__(self, label: str) -> object:
        value = self.figures[label.split()[0]]
        if not re.search(r"group1-group2|pre-post|before-after", label) or isinstance(value, NotCalculable):
            return value
        return [-value[1], -value[0]] if isinstance(value, tuple) else -value


class Intervals(dict[str, object]):
    """One share: ``k``, ``n`` and its Wilson interval at any level, ``ci95``, ``ci99``, …"""

    def __init__(self, k: int, n: int) -> None:
        super().__init__(k=k, n=n)

    def __contains__(self, key: object) -> bool:
        return key in ("k", "n") or re.fullmatch(r"ci\d\d", str(key)) is not None

    def __getitem__(self, key: str) -> object:
        if not key.startswith("ci"):
            return super().__getitem__(key)
        return wilson_interval(self.get("k"), self.get("n"), int(key[2:]) / 100)


def _as_printed(case: Case, values: list[object]) -> list[object]:
    """Rounded to four places if the file prints these figures so, as given otherwise.

    The yearly report's case prints this one row to four places under a tolerance of 1e-6, which no exact
    value can meet; a file that prints more places is held to them.
    """
    printed = case.expected.get("if_nonresponders_unchanged") or []
    if all(value is None or value == round(value, 4) for value in printed):
        return [value if isinstance(value, NotCalculable) else round(value, 4) for value in values]
    return values


def _negative(value: object) -> object:
    return value if isinstance(value, NotCalculable) else -value  # type: ignore[operator]


def _scale(data: Mapping[str, Any]) -> tuple[int, int]:
    return int(data.get("scale_min", 1)), int(data.get("scale_max", 10))


def _only(data: Mapping[str, Any], known: set[str]) -> None:
    """Data this project would silently ignore must not pass for checked."""
    assert set(data) <= known, f"data nobody here knows how to use: {sorted(set(data) - known)}"


TABLE_KEY = re.compile(r"table_rows_pre_(-?\d+)_to_(-?\d+)_cols_post_(-?\d+)_to_(-?\d+)")
OVERALL_KEY = re.compile(r"nonresponder_change_needed_for_overall_(-?\d+)_(\d+)")

CALCULATIONS: dict[str, Callable[[Case], Found]] = {
    "paired": paired,
    "paired_continuous": paired_continuous,
    "table": table,
    "proportion": proportion,
    "response": response,
    "validation": validation,
    "report": report,
}
