"""Whatever the numbers, a chart is well-formed, inside its frame and says no NaN."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tests.charts.drawing import deepest, parse, percents
from training_app.charts import (
    DumbbellRow,
    Fill,
    SharePiece,
    SplitRow,
    dumbbell,
    higher_same_lower,
    known_share,
    share_key,
)

ratings = st.floats(1, 10)
changes = st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)).map(sorted)
labels = st.text(min_size=1, max_size=60).filter(lambda label: bool(label.strip()))
counts = st.integers(0, 10**9)


@st.composite
def dumbbell_rows(draw: st.DrawFn) -> DumbbellRow:
    limits = draw(st.one_of(st.none(), changes))
    low, high = limits if limits else (None, None)
    return DumbbellRow(draw(labels), draw(ratings), draw(ratings), low, high, draw(st.text(max_size=30)))


def check(chart: str) -> None:
    assert all(0 <= place <= 100.005 for place in percents(chart))  # type: ignore[arg-type]
    assert deepest(chart) <= float(parse(chart).get("height", "0"))  # type: ignore[arg-type]
    attributes = re.findall(r'="([^"]*)"', chart)
    assert not any(re.fullmatch(r"-?(nan|inf|.*e[+-]\d+)%?", value) for value in attributes)


@given(st.lists(dumbbell_rows(), min_size=1, max_size=4))
def test_dumbbell(rows: list[DumbbellRow]) -> None:
    check(dumbbell(rows, chart_id="c", title="T", description="D"))


@given(st.lists(st.builds(SplitRow, labels, counts, counts, counts), min_size=1, max_size=4))
def test_higher_same_lower(rows: list[SplitRow]) -> None:
    chart = higher_same_lower(rows, chart_id="c", title="T", description="D")
    if any(row.total for row in rows):
        check(chart)
    else:
        assert chart.startswith("<p ")


@given(st.lists(st.builds(SharePiece, labels, counts, st.sampled_from(Fill)), min_size=1, max_size=6))
def test_known_share(pieces: list[SharePiece]) -> None:
    chart = known_share(pieces, chart_id="c", title="T", description="D")
    if any(piece.count for piece in pieces):
        check(chart)
        assert percents(chart) and max(percents(chart)) <= 100
    parse(share_key(pieces, chart_id="c"))
