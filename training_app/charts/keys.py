"""The key above a chart: each mark as it is drawn, and its word."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from training_app.charts.shares import SPLIT_FILLS, SharePiece
from training_app.charts.svg import ACCENT, INK, Fill, check_id, edge, element, join, paint, patterns


def dumbbell_key() -> Markup:
    """Before, after and the likely range."""
    ring = element("circle", cx=13, cy=8, r=6, fill="#fff", stroke=INK, stroke_width=2.5)
    dot = element("circle", cx=13, cy=8, r=7, fill=ACCENT)
    box = element("rect", x=3, width=20, height=16, fill=ACCENT, fill_opacity=0.2)
    ends = element("path", d="M3 0v16M23 0v16", stroke=ACCENT, stroke_width=1.5)
    return _list(
        [
            _item("Before", [ring]),
            _item("After", [dot]),
            _item("Likely range of the change", [box, ends]),
        ]
    )


def higher_same_lower_key(*, chart_id: str) -> Markup:
    """Higher, the same, lower, in the fills of the bars of the chart with this id."""
    words = ("Higher", "The same", "Lower")
    named = zip(words, SPLIT_FILLS, strict=True)
    return _list([_swatch(word, fill, edge(fill), chart_id, at) for at, (word, fill) in enumerate(named)])


def share_key(pieces: Sequence[SharePiece], *, chart_id: str) -> Markup:
    """Each piece with its count: what does not fit inside the bar is said here."""
    named = [(f"{piece.label} {piece.count:,}", piece.fill) for piece in pieces]
    return _list([_swatch(words, fill, INK, chart_id, at) for at, (words, fill) in enumerate(named)])


def _swatch(words: str, fill: Fill, stroke: str, chart_id: str, at: int) -> Markup:
    # Patterns of its own: a key must not fall blank where the chart is on another page or not drawn.
    prefix = f"{check_id(chart_id)}-key{at + 1}"
    if fill is Fill.SOLID:
        return _item(words, [element("rect", width=26, height=16, fill=ACCENT)])
    box = element("rect", x=0.5, y=0.5, width=25, height=15, fill=paint(prefix, fill), stroke=stroke)
    return _item(words, [patterns(prefix, [fill]), box])


def _item(words: str, drawing: Sequence[Markup]) -> Markup:
    picture = element("svg", *drawing, aria_hidden="true", viewBox="0 0 26 16", width=26, height=16)
    return element("li", picture, words)


def _list(items: Sequence[Markup]) -> Markup:
    return element("ul", join([Markup(""), *items, Markup("")]), **{"class": "scp-key"})
