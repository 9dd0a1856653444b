"""The before-and-after chart, against numbers worked by hand: place = 4 + (rating - 1) / 9 x 92 percent."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from tests.charts.drawing import all_of, ids, parse, percents, texts
from training_app.charts import ChartError, DumbbellRow, dumbbell

KNOWLEDGE = DumbbellRow("Knowledge", 6.4, 8.5, 1.9, 2.3, "+2.1 (1.9 to 2.3)")
SKILLS = DumbbellRow("Skills", 6.4, 8.4, 1.8, 2.2, "+2.0 (1.8 to 2.2)")
CONFIDENCE = DumbbellRow("Confidence", 6.2, 8.4, 2.0, 2.4, "+2.2 (2.0 to 2.4)")


def draw(*rows: DumbbellRow, scale: tuple[int, int] = (1, 10)) -> Markup:
    return dumbbell(rows, chart_id="yd", title="Average ratings", description="Knowledge rose.", scale=scale)


def row(before: float, after: float, low: float | None = None, high: float | None = None) -> DumbbellRow:
    return DumbbellRow("Knowledge", before, after, low, high, "+0.0")


def marks(chart: Markup) -> list[tuple[str | None, str | None]]:
    return [(c.get("cx"), c.get("r")) for c in all_of(chart, "circle") if c.get("r") != "2.5"]


def test_marks_and_range_stand_where_the_reference_page_has_them() -> None:
    chart = draw(KNOWLEDGE, SKILLS, CONFIDENCE)
    assert marks(chart) == [
        ("59.2%", "7"),
        ("80.67%", "8"),
        ("59.2%", "7"),
        ("79.64%", "8"),
        ("57.16%", "7"),
        ("79.64%", "8"),
    ]
    boxes = [(b.get("x"), b.get("width"), b.get("y"), b.get("height")) for b in all_of(chart, "rect")]
    assert boxes == [
        ("78.62%", "4.09%", "37", "22"),
        ("77.6%", "4.09%", "119", "22"),
        ("77.6%", "4.09%", "201", "22"),
    ]
    assert parse(chart).get("height") == "286"


def test_it_is_named_described_and_has_no_view_box() -> None:
    root = parse(draw(KNOWLEDGE))
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "yd-t yd-d"
    assert [child.get("id") for child in root][:2] == ["yd-t", "yd-d"]
    assert [child.text for child in root][:2] == ["Average ratings", "Knowledge rose."]
    assert root.get("viewBox") is None
    assert (root.get("width"), root.get("font-family")) == ("100%", "Arial, Helvetica, sans-serif")


def test_nothing_the_security_policy_refuses() -> None:
    chart = str(draw(KNOWLEDGE))
    assert "style" not in chart
    assert "<script" not in chart


def test_the_words_of_a_row() -> None:
    assert texts(draw(KNOWLEDGE)) == [
        "Knowledge",
        "+2.1 (1.9 to 2.3)",
        "6.4",
        "8.5",
        "1 = low",
        "5",
        "10 = high",
    ]


def test_the_change_is_bold_and_its_range_is_not() -> None:
    spans = [(s.text, s.get("font-weight")) for s in all_of(draw(KNOWLEDGE), "tspan")]
    assert spans == [("+2.1", "bold"), (" (1.9 to 2.3)", None)]


def test_there_are_ten_ticks_at_whole_ratings() -> None:
    ticks = [c.get("cx") for c in all_of(draw(KNOWLEDGE), "circle") if c.get("r") == "2.5"]
    assert ticks[:3] == ["4%", "14.22%", "24.44%"]
    assert (len(ticks), ticks[-1]) == (10, "96%")


def test_without_a_range_no_box_is_drawn() -> None:
    assert all_of(draw(row(6, 8)), "rect") == []
    assert all_of(draw(row(6, 8, 1.0, None)), "rect") == []


def test_the_range_is_clipped_to_the_scale() -> None:
    box = all_of(draw(row(9, 9.8, -0.4, 2.0)), "rect")[0]
    # 8.6 stands at 4 + 7.6/9 x 92 = 81.69; the upper limit, 11, stops at ten: 96.
    assert (box.get("x"), box.get("width")) == ("81.69%", "14.31%")


def test_equal_ratings_show_a_ring_round_a_dot_and_say_so_once() -> None:
    chart = draw(row(7, 7, -0.5, 0.5))
    assert marks(chart) == [("65.33%", "10"), ("65.33%", "6")]
    assert "7.0 before and after" in texts(chart)


def test_close_ratings_share_one_text_so_that_they_do_not_overprint() -> None:
    assert "6.4 to 6.9" in texts(draw(row(6.4, 6.9)))
    assert "6.9 to 6.4" in texts(draw(row(6.9, 6.4)))


@pytest.mark.parametrize(("before", "after", "cx"), [(1, 10, ["4%", "96%"]), (10, 1, ["96%", "4%"])])
def test_the_ends_of_the_scale(before: float, after: float, cx: list[str]) -> None:
    chart = draw(row(before, after, -9, 9))
    assert [place for place, _ in marks(chart)] == cx
    ten = next(t for t in all_of(chart, "text") if t.text == "10.0")
    assert (ten.get("x"), ten.get("text-anchor")) == ("100%", "end")
    assert max(percents(chart)) <= 100 and min(percents(chart)) >= 0


def test_the_caller_may_say_how_its_tables_print_the_means() -> None:
    given = DumbbellRow("Knowledge", 6.45, 8.5, None, None, "+2.1", before_text="6.5", after_text="8.5")
    assert "6.5" in texts(draw(given))


def test_a_long_label_wraps_and_its_result_goes_below() -> None:
    long = DumbbellRow(
        "Knowing when and how to share information with other agencies", 5, 8, 2, 4, "+3.0 (2 to 4)"
    )
    chart = draw(long, SKILLS)
    assert texts(chart)[:4] == [
        "Knowing when and how to share",
        "information with other",
        "agencies",
        "+3.0 (2 to 4)",
    ]
    assert [t.get("y") for t in all_of(chart, "text")[:4]] == ["20", "40", "60", "80"]
    # Three lines more than usual push everything after them down by 60 pixels.
    assert parse(chart).get("height") == str(82 * 2 + 60 + 40)
    skills = next(t for t in all_of(chart, "text") if t.text == "Skills")
    assert skills.get("y") == str(82 + 60 + 20)


@pytest.mark.parametrize(
    "label", ['Tom & Jerry\'s <b>"plan"</b>', "a\x00b\x0bc", "\ud800 lone", "💬 talking"]
)
def test_any_text_stays_text(label: str) -> None:
    chart = dumbbell(
        [DumbbellRow(label, 5, 6, None, None, label)], chart_id="c", title=label, description=label
    )
    assert parse(chart) is not None
    assert "<b>" not in str(chart)


def test_escaping_keeps_the_words() -> None:
    label = 'R & R\'s <i>"q"</i>'
    assert label in texts(draw(DumbbellRow(label, 5, 8, None, None, "+3.0")))


def test_another_scale() -> None:
    chart = draw(row(0, 4), scale=(0, 4))
    assert [place for place, _ in marks(chart)] == ["4%", "96%"]
    assert texts(chart)[-3:] == ["0 = low", "2", "4 = high"]


def test_a_scale_of_two_points_has_no_middle_and_a_long_one_few_ticks() -> None:
    assert texts(draw(row(0, 1), scale=(0, 1)))[-2:] == ["0 = low", "1 = high"]
    assert len([c for c in all_of(draw(row(0, 80), scale=(0, 100)), "circle") if c.get("r") == "2.5"]) == 2


def test_no_rows_is_a_paragraph_that_says_so() -> None:
    assert dumbbell([], chart_id="c", title="T", description="D") == Markup(
        '<p class="scp-note">Nothing is drawn here: there are no ratings from before and after.</p>'
    )


@pytest.mark.parametrize(
    "wrong",
    [
        row(0.9, 8),
        row(6, 10.1),
        row(float("nan"), 8),
        row(6, float("inf")),
        row(6, 8, 2.5, 1.5),
        row(6, 8, float("-inf"), 1.5),
        row(True, 8),
        DumbbellRow("  ", 6, 8, None, None, "+2.0"),
    ],
)
def test_what_cannot_be_drawn_truthfully_is_refused(wrong: DumbbellRow) -> None:
    with pytest.raises(ChartError):
        draw(wrong)


def test_a_mean_a_hair_off_the_scale_is_the_end_of_it() -> None:
    assert marks(draw(row(1 - 1e-12, 10 + 1e-12))) == [("4%", "7"), ("96%", "8")]


@pytest.mark.parametrize("chart_id", ["", "1st", "a b", 'a"b', "é"])
def test_an_id_that_could_break_the_page_is_refused(chart_id: str) -> None:
    with pytest.raises(ChartError, match="id"):
        dumbbell([KNOWLEDGE], chart_id=chart_id, title="T", description="D")


@pytest.mark.parametrize(("title", "description"), [("", "D"), ("T", " ")])
def test_a_chart_without_its_words_is_refused(title: str, description: str) -> None:
    with pytest.raises(ChartError, match="title and a description"):
        dumbbell([KNOWLEDGE], chart_id="c", title=title, description=description)


def test_a_scale_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ChartError, match="scale"):
        draw(KNOWLEDGE, scale=(10, 1))


def test_two_charts_on_a_page_share_no_id() -> None:
    one = dumbbell([KNOWLEDGE], chart_id="one", title="T", description="D")
    two = dumbbell([KNOWLEDGE], chart_id="two", title="T", description="D")
    found = ids(one + two)
    assert len(found) == 4 == len(set(found))
