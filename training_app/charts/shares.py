"""Bars that fill the width and are divided by how many: higher, same, lower; known and not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from training_app.charts.svg import (
    INK,
    LINE_STRONG,
    PAPER,
    ChartError,
    Fill,
    check_id,
    edge,
    element,
    frame,
    join,
    nothing_drawn,
    paint,
    patterns,
    percent,
    plain,
    row_head,
)

SPLIT_ROW_HEIGHT = 70
SPLIT_FOOT_HEIGHT = -4
BAR_HEIGHT = 30
SHARE_HEIGHT = 36
# A count is written inside a piece only where it fits on a phone; with its word it needs more room.
COUNT_FROM_PERCENT = 10.0
WORD_FROM_PERCENT = 35.0
SPLIT_FILLS = (Fill.SOLID, Fill.DOTS, Fill.HATCH)


@dataclass(frozen=True)
class SplitRow:
    """How many people rated one thing higher, the same and lower afterwards."""

    label: str
    higher: int
    same: int
    lower: int

    @property
    def total(self) -> int:
        return self.higher + self.same + self.lower


@dataclass(frozen=True)
class SharePiece:
    """One piece of a single bar. Solid is what is known; hatched is what is missing; dots are not known."""

    label: str
    count: int
    fill: Fill


def higher_same_lower(rows: Sequence[SplitRow], *, chart_id: str, title: str, description: str) -> Markup:
    """One bar a row, each as wide as the page. A row nobody answered is an empty outline with words in it;
    where that is every row, a paragraph says so and nothing is drawn."""
    check_id(chart_id)
    for row in rows:
        for count in (row.higher, row.same, row.lower):
            _check_count(count, row.label)
    if not any(row.total for row in rows):
        return nothing_drawn("Nothing is drawn here: nobody rated themselves both before and after.")
    drawn: list[Markup] = [patterns(chart_id, SPLIT_FILLS)]
    top = 0.0
    for row in rows:
        group, height = _split_row(row, chart_id, top)
        drawn.append(group)
        top += height
    return frame(chart_id, title, description, top + SPLIT_FOOT_HEIGHT, drawn)


def known_share(pieces: Sequence[SharePiece], *, chart_id: str, title: str, description: str) -> Markup:
    """One bar for a whole, divided into what is known and what is not. The counts that do not fit inside
    belong in the key (`share_key`) or in the words above. A whole of nought is a paragraph, not a drawing."""
    check_id(chart_id)
    for piece in pieces:
        _check_count(piece.count, piece.label)
    if not any(piece.count for piece in pieces):
        return nothing_drawn("Nothing is drawn here: there is nothing to count.")
    counts = [(piece.count, piece.fill) for piece in pieces]
    bar = [
        element(
            "rect",
            x=percent(start),
            width=percent(end - start),
            y=1,
            height=SHARE_HEIGHT - 2,
            fill=paint(chart_id, fill),
            stroke=INK,
            stroke_width=1,
        )
        for start, end, _, fill in _spans(counts)
    ]
    inside = [
        _inside(str(count), start, 23, fill, font_size=16)
        for start, end, count, fill in _spans(counts)
        if end - start > COUNT_FROM_PERCENT
    ]
    drawn = [patterns(chart_id, {piece.fill for piece in pieces if piece.count}), *bar, *inside]
    return frame(chart_id, title, description, SHARE_HEIGHT, drawn)


def _check_count(count: int, what: str) -> None:
    if isinstance(count, bool) or not isinstance(count, int) or count < 0:
        raise ChartError(f"{what}: a count is a whole number from nought up, not {count!r}")


def _spans(counts: Sequence[tuple[int, Fill]]) -> list[tuple[float, float, int, Fill]]:
    """Where each piece starts and ends. Ends are rounded, not widths: pieces meet and fill the bar."""
    total = sum(count for count, _ in counts)
    spans, so_far = [], 0
    for count, fill in counts:
        start = round(so_far / total * 100, 2)
        so_far += count
        if count:
            spans.append((start, round(so_far / total * 100, 2), count, fill))
    return spans


def _split_row(row: SplitRow, chart_id: str, top: float) -> tuple[Markup, float]:
    with_word = row.higher * 100 >= WORD_FROM_PERCENT * row.total > 0
    words = element("tspan", _split_words(row, with_word))
    # Where the bar cannot say its first count, all three are written out, too long to stand beside the label.
    head, extra = row_head(row.label, [words], top=top + 16, result_size=15, may_share_line=with_word)
    bar = _split_bar(row, chart_id, top + 26 + extra, with_word)
    return element("g", join([head, *bar])), SPLIT_ROW_HEIGHT + extra


def _split_words(row: SplitRow, higher_is_in_bar: bool) -> str:
    if not row.total:
        return "No answers from before and after"
    words = f"{row.same:,} the same, {row.lower:,} lower"
    return words if higher_is_in_bar else f"{row.higher:,} higher, {words}"


def _split_bar(row: SplitRow, chart_id: str, top: float, with_word: bool) -> list[Markup]:
    if not row.total:
        return [_empty_bar(top)]
    pieces, words = [], []
    counts = list(zip((row.higher, row.same, row.lower), SPLIT_FILLS, strict=True))
    for start, end, count, fill in _spans(counts):
        pieces.append(
            element(
                "rect",
                x=percent(start),
                width=percent(end - start),
                y=plain(top),
                height=BAR_HEIGHT,
                fill=paint(chart_id, fill),
                stroke=edge(fill),
                stroke_width=1,
            )
        )
        if end - start > COUNT_FROM_PERCENT:
            named = f"{count:,} higher" if fill is Fill.SOLID and with_word else f"{count:,}"
            words.append(_inside(named, start, top + 20, fill, font_size=15))
    return pieces + words


def _empty_bar(top: float) -> Markup:
    return element(
        "rect",
        x="0%",
        width="100%",
        y=plain(top),
        height=BAR_HEIGHT,
        fill=PAPER,
        stroke=LINE_STRONG,
        stroke_width=1,
        stroke_dasharray="6 4",
    )


def _inside(words: str, start: float, y: float, fill: Fill, *, font_size: int) -> Markup:
    """A count at the start of its piece: white on the solid teal, ink with a white edge on a pattern."""
    halo: dict[str, object] = {}
    if fill in (Fill.DOTS, Fill.HATCH):
        halo = {"stroke": PAPER, "stroke_width": 5, "stroke_linejoin": "round", "paint_order": "stroke"}
    return element(
        "text",
        words,
        x=percent(start),
        y=plain(y),
        dx=10 if fill is Fill.SOLID else 8,
        font_size=font_size,
        font_weight="bold",
        fill=PAPER if fill is Fill.SOLID else None,
        **halo,
    )
