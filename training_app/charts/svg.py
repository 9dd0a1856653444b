"""The few pieces of SVG every chart is made of.

Charts are drawn without a viewBox: x is in percent and y in pixels, so that text keeps its size at every
width and no script is needed. All looks are presentation attributes, because the security policy refuses
`style` and because the same string must also work outside a page.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from enum import StrEnum

from markupsafe import Markup, escape

INK = "#1c2326"
INK_SOFT = "#4a5357"
LINE = "#dad8d0"
LINE_STRONG = "#7d8588"
ACCENT = "#14575b"
ACCENT_DEEP = "#0b3a3d"
PAPER = "#ffffff"
PALE = "#c9d6d4"
RUST = "#a8471c"
DOTS_GROUND = "#f0eee8"
FONT = "Arial, Helvetica, sans-serif"

LABEL_SIZE = 16
LINE_HEIGHT = 20
# What fits beside a result, and across a whole row, on a phone 320 px wide.
SHORT_LABEL = 18
LONG_LABEL = 30

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
# XML 1.0 has no way to write these, escaped or not.
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class ChartError(ValueError):
    """A chart was asked for that cannot be drawn truthfully: a mistake to mend, not a state to show."""


class Fill(StrEnum):
    """How a piece of a bar is filled. Each differs in shape as well as in colour, so that it survives a
    black and white printer."""

    SOLID = "solid"
    PALE = "pale"
    DOTS = "dots"
    HATCH = "hatch"


def text(value: object) -> Markup:
    """Escape any text for use in SVG, leaving out characters that XML cannot hold."""
    return escape(_UNWRITABLE.sub(" ", str(value)))


def element(name: str, *children: Markup | str, **attributes: object) -> Markup:
    """One element. `text_anchor="end"` becomes `text-anchor="end"`; an attribute that is None is left out."""
    written = "".join(
        f' {key.replace("_", "-")}="{text(value)}"' for key, value in attributes.items() if value is not None
    )
    inner = "".join(str(text(child)) if not isinstance(child, Markup) else child for child in children)
    if not inner:
        return Markup(f"<{name}{written}/>")  # noqa: S704  every part was escaped above
    return Markup(f"<{name}{written}>{inner}</{name}>")  # noqa: S704


def join(parts: Iterable[Markup]) -> Markup:
    return Markup("\n").join(parts)


def percent(value: float) -> str:
    """A position or width in percent, at most two decimals: 59.2 becomes "59.2%"."""
    return f"{plain(value)}%"


def plain(value: float) -> str:
    """A number with at most two decimals and no trailing noughts."""
    rounded = round(finite(value, "a measure in the chart"), 2) + 0.0
    return f"{rounded:.2f}".rstrip("0").rstrip(".")


def finite(value: float, what: str) -> float:
    if isinstance(value, bool) or not math.isfinite(value):
        raise ChartError(f"{what} must be a number, not {value!r}")
    return float(value)


def check_id(chart_id: str) -> str:
    """Ids of patterns and titles begin with the chart's own id, so it must be fit to be one."""
    if not _ID.fullmatch(chart_id):
        raise ChartError(f"a chart's id is a letter followed by letters, digits, - or _, not {chart_id!r}")
    return chart_id


def frame(chart_id: str, title: str, description: str, height: float, body: Iterable[Markup]) -> Markup:
    """The outer SVG: named and described for someone who cannot see it."""
    if not title.strip() or not description.strip():
        raise ChartError(f"chart {chart_id!r} needs a title and a description that says the numbers")
    return element(
        "svg",
        join(
            [
                Markup(""),
                element("title", title, id=f"{chart_id}-t"),
                element("desc", description, id=f"{chart_id}-d"),
                *body,
                Markup(""),
            ]
        ),
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_labelledby=f"{chart_id}-t {chart_id}-d",
        width="100%",
        height=plain(height),
        font_family=FONT,
        font_size=14,
        fill=INK,
    )


def patterns(prefix: str, fills: Iterable[Fill]) -> Markup:
    """The <defs> for the fills used, or nothing. Ids carry the prefix: two charts never share one."""
    drawn = {
        Fill.DOTS: lambda: element(
            "pattern",
            element("rect", width=7, height=7, fill=DOTS_GROUND),
            element("circle", cx=3.5, cy=3.5, r=1.3, fill=INK_SOFT),
            id=f"{prefix}-dots",
            width=7,
            height=7,
            patternUnits="userSpaceOnUse",
        ),
        Fill.HATCH: lambda: element(
            "pattern",
            element("rect", width=6, height=6, fill=PAPER),
            element("rect", width=3, height=6, fill=RUST),
            id=f"{prefix}-hatch",
            width=6,
            height=6,
            patternUnits="userSpaceOnUse",
            patternTransform="rotate(45)",
        ),
    }
    wanted = [drawn[fill]() for fill in Fill if fill in drawn and fill in set(fills)]
    return element("defs", *wanted) if wanted else Markup("")


def paint(prefix: str, fill: Fill) -> str:
    """The value of the fill attribute."""
    plain_colours = {Fill.SOLID: ACCENT, Fill.PALE: PALE}
    return plain_colours.get(fill) or f"url(#{prefix}-{fill.value})"


def edge(fill: Fill) -> str:
    """The colour of the line round a piece."""
    return {Fill.SOLID: ACCENT_DEEP, Fill.PALE: INK, Fill.DOTS: LINE_STRONG, Fill.HATCH: RUST}[fill]


def label_lines(label: str) -> list[str]:
    """The label of a row, broken by words where it would run off a phone."""
    if not label.strip():
        raise ChartError("every row of a chart needs a label")
    return textwrap.wrap(_UNWRITABLE.sub(" ", label), LONG_LABEL) or [label]


def row_head(
    label: str, result: Sequence[Markup], *, top: float, result_size: int, may_share_line: bool = True
) -> tuple[Markup, float]:
    """The label at the left and the result at the right, and how many pixels it took beyond one line.

    On a phone a long label and its result do not fit on one line, so the result goes under the label."""
    lines = label_lines(label)
    beside = may_share_line and len(lines) == 1 and len(lines[0]) <= SHORT_LABEL
    drawn = [
        element("text", line, x=0, y=plain(top + LINE_HEIGHT * at), font_size=LABEL_SIZE, font_weight="bold")
        for at, line in enumerate(lines)
    ]
    below = top if beside else top + LINE_HEIGHT * len(lines)
    drawn.append(
        element(
            "text",
            *result,
            x="100%" if beside else 0,
            y=plain(below),
            text_anchor="end" if beside else None,
            font_size=result_size,
        )
    )
    return join(drawn), below - top


def nothing_drawn(words: str) -> Markup:
    """What stands in place of a chart when there is nothing to draw."""
    return element("p", words, **{"class": "scp-note"})
