"""Before and after on one line: a ring, a dot, and the likely range of the change behind the dot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from training_app.charts.svg import (
    ACCENT,
    INK,
    INK_SOFT,
    LINE,
    LINE_STRONG,
    PAPER,
    ChartError,
    check_id,
    element,
    finite,
    frame,
    join,
    nothing_drawn,
    percent,
    plain,
    row_head,
)

ROW_HEIGHT = 82
FOOT_HEIGHT = 40
FIRST_PERCENT, SPAN_PERCENT = 4.0, 92.0
# Closer than this, two numbers under their marks would print over each other on a phone.
TOO_CLOSE_PERCENT = 11.0
# Beyond this, a number centred under its mark would stick out of the drawing.
NEAR_END_PERCENT = 94.0
CENTRED_FROM_PERCENT, CENTRED_TO_PERCENT = 24.0, 76.0
MOST_TICKS = 21


@dataclass(frozen=True)
class DumbbellRow:
    """One thing rated before and after.

    `change_low` and `change_high` are the limits of the change in points; both None where no range can be
    given. `change_text` is what the page says beside it, like "+1.8 (1.4 to 2.2)". The figures under the
    marks are printed to one decimal unless the caller says how its own tables print them."""

    label: str
    before: float
    after: float
    change_low: float | None
    change_high: float | None
    change_text: str
    before_text: str | None = None
    after_text: str | None = None


def dumbbell(
    rows: Sequence[DumbbellRow],
    *,
    chart_id: str,
    title: str,
    description: str,
    scale: tuple[int, int] = (1, 10),
) -> Markup:
    """Draw the rows on one scale. With no rows, a paragraph that says so instead of a drawing.

    Raises ChartError for a value off the scale or a range the wrong way round."""
    check_id(chart_id)
    low, high = scale
    if low >= high:
        raise ChartError(f"a scale runs from low to high, not from {low} to {high}")
    if not rows:
        return nothing_drawn("Nothing is drawn here: there are no ratings from before and after.")
    drawn: list[Markup] = []
    top = 0.0
    for row in rows:
        group, height = _row(row, scale, top)
        drawn.append(group)
        top += height
    return frame(chart_id, title, description, top + FOOT_HEIGHT, [*drawn, _foot(scale, top)])


def position(value: float, scale: tuple[int, int]) -> float:
    """Where a rating stands, in percent of the width."""
    low, high = scale
    return FIRST_PERCENT + (value - low) / (high - low) * SPAN_PERCENT


def _row(row: DumbbellRow, scale: tuple[int, int], top: float) -> tuple[Markup, float]:
    before = _on_scale(row.before, scale, f"{row.label}, before")
    after = _on_scale(row.after, scale, f"{row.label}, after")
    head, extra = row_head(row.label, _change_words(row.change_text), top=top + 20, result_size=16)
    y = top + 48 + extra
    from_x, to_x = position(before, scale), position(after, scale)
    parts = [
        head,
        element("line", x1="4%", x2="96%", y1=plain(y), y2=plain(y), stroke=LINE, stroke_width=2),
        *(element("circle", cx=percent(x), cy=plain(y), r=2.5, fill=LINE_STRONG) for x in _ticks(scale)),
        *_likely_range(row, before, scale, y),
        element(
            "line",
            x1=percent(from_x),
            x2=percent(to_x),
            y1=plain(y),
            y2=plain(y),
            stroke=ACCENT,
            stroke_width=4,
        ),
        *_marks(from_x, to_x, y),
        *_figures(row, from_x, to_x, y + 28),
    ]
    return element("g", join(parts)), ROW_HEIGHT + extra


def _on_scale(value: float, scale: tuple[int, int], what: str) -> float:
    number = finite(value, what)
    low, high = scale
    # A mean of tens may come out of floating point a hair above ten.
    if not low - 1e-9 <= number <= high + 1e-9:
        raise ChartError(f"{what}: {number} is not on the scale from {low} to {high}")
    return min(max(number, low), high)


def _ticks(scale: tuple[int, int]) -> list[float]:
    low, high = scale
    whole = range(low, high + 1) if high - low < MOST_TICKS else (low, high)
    return [position(value, scale) for value in whole]


def _change_words(change_text: str) -> list[Markup]:
    """The change in bold, what stands in brackets after it in the softer ink."""
    change, bracket, rest = change_text.partition(" (")
    words = [element("tspan", change, font_weight="bold")]
    if bracket:
        words.append(element("tspan", bracket + rest, fill=INK_SOFT))
    return words


def _likely_range(row: DumbbellRow, before: float, scale: tuple[int, int], y: float) -> list[Markup]:
    if row.change_low is None or row.change_high is None:
        return []
    low = finite(row.change_low, f"{row.label}, lower limit of the change")
    high = finite(row.change_high, f"{row.label}, upper limit of the change")
    if low > high:
        raise ChartError(f"{row.label}: the range of the change runs from {low} down to {high}")
    ends = [position(min(max(before + limit, scale[0]), scale[1]), scale) for limit in (low, high)]
    box = element(
        "rect",
        x=percent(ends[0]),
        width=percent(ends[1] - ends[0]),
        y=plain(y - 11),
        height=22,
        fill=ACCENT,
        fill_opacity=0.2,
    )
    lines = [
        element(
            "line",
            x1=percent(x),
            x2=percent(x),
            y1=plain(y - 11),
            y2=plain(y + 11),
            stroke=ACCENT,
            stroke_width=1.5,
        )
        for x in ends
    ]
    return [box, *lines]


def _marks(from_x: float, to_x: float, y: float) -> list[Markup]:
    """The open ring and the filled dot. Where they fall together the ring is drawn wide, round the dot: a dot
    on top of a ring of the same size would hide that there was a rating before."""
    together = from_x == to_x
    ring = element(
        "circle",
        cx=percent(from_x),
        cy=plain(y),
        r=10 if together else 7,
        fill=PAPER,
        stroke=INK,
        stroke_width=2.5,
    )
    dot = element(
        "circle",
        cx=percent(to_x),
        cy=plain(y),
        r=6 if together else 8,
        fill=ACCENT,
        stroke=PAPER,
        stroke_width=1.5,
    )
    return [ring, dot]


def _figures(row: DumbbellRow, from_x: float, to_x: float, y: float) -> list[Markup]:
    before = row.before_text or f"{row.before:.1f}"
    after = row.after_text or f"{row.after:.1f}"
    if abs(to_x - from_x) >= TOO_CLOSE_PERCENT:
        return [
            _figure(before, from_x, y, font_weight=None, fill=None),
            _figure(after, to_x, y, font_weight="bold", fill=ACCENT),
        ]
    joined = [
        element("tspan", before),
        element("tspan", " to "),
        element("tspan", after, font_weight="bold", fill=ACCENT),
    ]
    if before == after:
        joined = [element("tspan", f"{before} before and after")]
    return [element("text", *joined, y=plain(y), **_anchored((from_x + to_x) / 2))]


def _figure(words: str, x: float, y: float, **attributes: object) -> Markup:
    at_end = x > NEAR_END_PERCENT
    return element(
        "text",
        words,
        x="100%" if at_end else percent(x),
        y=plain(y),
        text_anchor="end" if at_end else "middle",
        **attributes,
    )


def _anchored(x: float) -> dict[str, object]:
    """Where a wider text goes so that it stays inside the drawing on a phone."""
    if x < CENTRED_FROM_PERCENT:
        return {"x": 0}
    if x > CENTRED_TO_PERCENT:
        return {"x": "100%", "text_anchor": "end"}
    return {"x": percent(x), "text_anchor": "middle"}


def _foot(scale: tuple[int, int], top: float) -> Markup:
    low, high = scale
    middle = (low + high) // 2
    y = plain(top + 24)
    ends = [
        element("text", f"{low} = low", x=0, y=y, fill=INK_SOFT),
        element("text", f"{high} = high", x="100%", y=y, text_anchor="end", fill=INK_SOFT),
    ]
    if low < middle < high:
        at = percent(position(middle, scale))
        ends.insert(1, element("text", str(middle), x=at, y=y, text_anchor="middle", fill=INK_SOFT))
    return join(ends)
