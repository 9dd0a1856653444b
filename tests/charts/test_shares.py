"""Bars divided by how many, and their keys."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from markupsafe import Markup

from tests.charts.drawing import all_of, deepest, ids, parse, texts
from training_app.charts import (
    ChartError,
    Fill,
    SharePiece,
    SplitRow,
    dumbbell_key,
    higher_same_lower,
    higher_same_lower_key,
    known_share,
    share_key,
)

KNOWN = [
    SharePiece("Recorded", 70, Fill.SOLID),
    SharePiece("Records lost", 7, Fill.HATCH),
    SharePiece("Not shared", 11, Fill.HATCH),
]


def split(*rows: SplitRow) -> Markup:
    return higher_same_lower(rows, chart_id="stack", title="How many people", description="33 higher.")


def share(*pieces: SharePiece) -> Markup:
    return known_share(pieces, chart_id="know", title="Sessions", description="70 of 88.")


def bars(chart: Markup) -> list[tuple[str | None, str | None, str | None]]:
    found = all_of(chart, "rect")
    return [(r.get("x"), r.get("width"), r.get("fill")) for r in found if r.get("y") is not None]


def test_pieces_stand_where_the_reference_page_has_them() -> None:
    chart = split(
        SplitRow("Knowledge", 33, 6, 1), SplitRow("Skills", 32, 7, 1), SplitRow("Confidence", 34, 5, 1)
    )
    assert bars(chart)[:3] == [
        ("0%", "82.5%", "#14575b"),
        ("82.5%", "15%", "url(#stack-dots)"),
        ("97.5%", "2.5%", "url(#stack-hatch)"),
    ]
    assert parse(chart).get("height") == "206"
    assert [r.get("y") for r in all_of(chart, "rect") if r.get("y")] == ["26"] * 3 + ["96"] * 3 + ["166"] * 3


def test_every_count_is_in_the_words_of_its_row() -> None:
    assert texts(split(SplitRow("Knowledge", 33, 6, 1)))[:3] == [
        "Knowledge",
        "6 the same, 1 lower",
        "33 higher",
    ]


def test_where_the_bar_cannot_say_it_the_words_say_all_three() -> None:
    chart = split(SplitRow("Knowledge", 1, 3, 36))
    assert texts(chart) == ["Knowledge", "1 higher, 3 the same, 36 lower", "36"]
    assert [t.get("y") for t in all_of(chart, "text")] == ["16", "36", "66"]
    assert parse(chart).get("height") == str(66 + 20)


@pytest.mark.parametrize(
    ("row", "inside"),
    [
        (SplitRow("K", 90, 10, 0), ["90 higher"]),
        (SplitRow("K", 89, 11, 0), ["89 higher", "11"]),
        (SplitRow("K", 20, 40, 40), ["20", "40", "40"]),
        (SplitRow("K", 1400, 100, 500), ["1,400 higher", "500"]),
    ],
)
def test_a_count_stands_inside_only_where_its_piece_is_over_a_tenth(row: SplitRow, inside: list[str]) -> None:
    assert texts(split(row))[2:] == inside


def test_a_piece_of_nought_is_not_drawn() -> None:
    assert bars(split(SplitRow("K", 5, 0, 0))) == [("0%", "100%", "#14575b")]
    assert bars(split(SplitRow("K", 0, 0, 5))) == [("0%", "100%", "url(#stack-hatch)")]


def test_thirds_meet_and_fill_the_bar() -> None:
    drawn = bars(split(SplitRow("K", 1, 1, 1)))
    assert [(x, width) for x, width, _ in drawn] == [
        ("0%", "33.33%"),
        ("33.33%", "33.34%"),
        ("66.67%", "33.33%"),
    ]


def test_a_row_nobody_answered_is_an_empty_outline_with_words() -> None:
    chart = split(SplitRow("Knowledge", 5, 1, 0), SplitRow("Skills", 0, 0, 0))
    assert "No answers from before and after" in texts(chart)
    assert bars(chart)[-1] == ("0%", "100%", "#ffffff")
    assert deepest(chart) <= float(parse(chart).get("height", "0"))


@pytest.mark.parametrize("rows", [[], [SplitRow("K", 0, 0, 0)]])
def test_when_nobody_answered_at_all_a_paragraph_says_so(rows: list[SplitRow]) -> None:
    assert split(*rows) == Markup(
        '<p class="scp-note">Nothing is drawn here: nobody rated themselves both before and after.</p>'
    )


@pytest.mark.parametrize("count", [-1, 1.5, float("nan"), True])
def test_a_count_that_is_no_count_is_refused(count: int) -> None:
    with pytest.raises(ChartError, match="count"):
        split(SplitRow("K", count, 1, 1))
    with pytest.raises(ChartError, match="count"):
        share(SharePiece("K", count, Fill.SOLID))


def test_the_bar_of_what_is_known() -> None:
    chart = share(SharePiece("Recorded", 70, Fill.SOLID), SharePiece("No data", 18, Fill.HATCH))
    assert bars(chart) == [("0%", "79.55%", "#14575b"), ("79.55%", "20.45%", "url(#know-hatch)")]
    assert parse(chart).get("height") == "36"
    assert texts(chart) == ["70", "18"]


def test_a_tenth_of_the_bar_is_too_narrow_for_its_count() -> None:
    assert texts(share(SharePiece("A", 9, Fill.SOLID), SharePiece("B", 1, Fill.HATCH))) == ["9"]


def test_pieces_of_one_fill_are_told_apart_by_their_edges() -> None:
    assert [x for x, _, _ in bars(share(*KNOWN))] == ["0%", "79.55%", "87.5%"]
    assert {r.get("stroke") for r in all_of(share(*KNOWN), "rect") if r.get("y")} == {"#1c2326"}


def test_only_the_patterns_in_use_are_defined() -> None:
    assert ids(share(SharePiece("All", 5, Fill.SOLID))) == ["know-t", "know-d"]
    assert "know-dots" in ids(share(SharePiece("A", 5, Fill.PALE), SharePiece("B", 5, Fill.DOTS)))


@pytest.mark.parametrize("pieces", [[], [SharePiece("Recorded", 0, Fill.SOLID)]])
def test_a_whole_of_nought_is_a_paragraph(pieces: list[SharePiece]) -> None:
    assert share(*pieces) == Markup(
        '<p class="scp-note">Nothing is drawn here: there is nothing to count.</p>'
    )


def test_every_pattern_used_is_defined_in_the_same_piece_of_markup() -> None:
    for markup in (
        split(SplitRow("K", 3, 3, 3)),
        share(*KNOWN),
        higher_same_lower_key(chart_id="stack"),
        share_key(KNOWN, chart_id="know"),
    ):
        used = {part.split(")")[0] for part in str(markup).split("url(#")[1:]}
        assert used and used <= set(ids(markup))


def test_chart_and_keys_on_one_page_share_no_id() -> None:
    page = (
        split(SplitRow("K", 3, 3, 3))
        + higher_same_lower_key(chart_id="stack")
        + share(*KNOWN)
        + share_key(KNOWN, chart_id="know")
        + dumbbell_key()
    )
    found = ids(page)
    assert len(found) == len(set(found))


def test_keys_say_words_and_hide_their_drawings() -> None:
    key = ET.fromstring(str(share_key([*KNOWN, SharePiece("A & B's <i>", 2, Fill.DOTS)], chart_id="know")))
    assert key.get("class") == "scp-key"
    assert ["".join(item.itertext()) for item in key] == [
        "Recorded 70",
        "Records lost 7",
        "Not shared 11",
        "A & B's <i> 2",
    ]
    assert all(item[0].get("aria-hidden") == "true" for item in key)
    assert [item.text or item[0].tail for item in ET.fromstring(str(dumbbell_key()))] == [
        "Before",
        "After",
        "Likely range of the change",
    ]
