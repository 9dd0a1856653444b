"""How findings are said: the sentences of an ordinary, a tiny, a low-response and every degenerate case."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.evaluation.banned import BANNED
from training_app.findings.wording import sentences as say
from training_app.findings.wording.sentences import Mark
from training_app.findings.wording.technical import probability, technical_rows
from training_app.impact import (
    Interval,
    NotCalculable,
    PairedChange,
    RatingTable,
    if_nonresponders_unchanged,
    paired_change,
    response_rate,
)
from training_app.words.numbers import in_words, one_decimal, signed

SCALE = (1, 10)

CASE = json.loads((Path(__file__).parents[1] / "impact/reference_cases/scp_like_n40.json").read_text("utf-8"))["data"]
FORTY = dict(Counter(zip(CASE["pre"], CASE["post"], strict=True)))


def change_of(counts: dict[tuple[int, int], int]) -> PairedChange:
    return paired_change(RatingTable.from_counts(counts))


def said_of(counts: dict[tuple[int, int], int]) -> str:
    change = change_of(counts)
    return str(say.changed("confidence", change, SCALE, change.n_pairs))


def test_the_ordinary_case() -> None:
    sentence = say.changed("confidence", change_of(FORTY), SCALE, 40)
    assert sentence.lead == "34 of the 40 people who answered rated their confidence higher afterwards"
    assert str(sentence) == (
        "34 of the 40 people who answered rated their confidence higher afterwards, 5 the same and 1 lower. The "
        "average rose 1.8 points, from 5.8 to 7.6; allowing for chance, likely between 1.4 and 2.2."
    )


def test_whom_it_is_about_where_some_could_not_be_matched() -> None:
    assert "34 of the 40 people who answered both before and after rated" in str(
        say.changed("confidence", change_of(FORTY), SCALE, 46)
    )


def test_the_tiny_case() -> None:
    assert str(say.too_few(3, 14, 3, "the year’s total for the course")) == (
        "Three of 14 people answered, too few to report safely. Their answers count in the year’s total for the course."
    )


def test_the_low_response_case() -> None:
    overall = if_nonresponders_unchanged(2.1, 288, 1609)
    assert say.low_response("knowledge", 2.1, 288 / 1609, overall) == (
        "Those who answered rated their knowledge 2.1 points higher on average. Only 18 in every 100 did, so this may "
        "not describe everyone: if the rest did not change at all, the average rise would be 0.4."
    )


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        (
            {(5, 5): 9},
            "All 9 people who answered rated their confidence the same before and after. The average did not change: "
            "5.0 before and after. No likely range can be given: every change is the same, so there is no spread to "
            "judge by.",
        ),
        (
            {(5, 7): 9},
            "All 9 people who answered rated their confidence higher afterwards. The average rose 2.0 points, from 5.0 "
            "to 7.0. No likely range can be given: every change is the same, so there is no spread to judge by.",
        ),
        (
            {(5, 7): 1},
            "The 1 person who answered rated their confidence higher afterwards. The average rose 2.0 points, from "
            "5.0 to 7.0. No likely range can be given: one pair has no spread to judge by.",
        ),
        (
            {},
            "Nobody has rated their confidence both before and after. There is no average: nobody rated themselves "
            "both before and after.",
        ),
        (
            {(9, 6): 5, (8, 6): 5},
            "All 10 people who answered rated their confidence lower afterwards. The average fell 2.5 points, from 8.5 "
            "to 6.0; allowing for chance, likely between 2.1 and 2.9.",
        ),
        (
            {(5, 7): 5, (7, 5): 5},
            "5 of the 10 people who answered rated their confidence higher afterwards, none the same and 5 lower. The "
            "average did not change: 6.0 before and after. Allowing for chance, it may be anything from a fall of 1.5 "
            "to a rise of 1.5: we cannot tell whether it changed.",
        ),
        (
            {(5, 4): 2, (5, 5): 8},
            "Not one of the 10 people who answered rated their confidence higher afterwards, 8 the same and 2 lower. "
            "The average fell 0.2 points, from 5.0 to 4.8. Allowing for chance, it may be anything from a fall of 0.5 "
            "to a rise of 0.1: we cannot tell whether it changed.",
        ),
    ],
)
def test_degenerate_cases_are_answers(counts: dict[tuple[int, int], int], sentence: str) -> None:
    assert said_of(counts) == sentence


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        (say.nobody_answered(14), "14 people came. Nobody has answered."),
        (say.nobody_answered(None), "Nobody has answered, and we do not know how many came."),
        (str(say.too_few(0, None, 0, None)), "Nobody has answered, and we do not know how many came."),
        (str(say.too_few(1, 1, 1, None)), "One of 1 person answered, too few to report safely."),
        (str(say.too_few(3, None, 3, None)), "Three people answered, too few to report safely."),
        (
            str(say.too_few(12, 20, 3, None)),
            "12 of 20 people answered, but only three both before and after: too few to report safely.",
        ),
        (
            say.not_published_yet(3),
            "Three people have answered. Their answers are not counted here yet: that happens at 8 forms, or when the "
            "form closes.",
        ),
    ],
)
def test_where_there_is_nothing_to_show(sentence: str, words: str) -> None:
    assert sentence == words


def test_limits_stay_on_the_scale() -> None:
    """Ratings near the top leave little room: the likely range ends where the scale does."""
    change = change_of({(9, 10): 4, (8, 10): 1, (10, 10): 3, (3, 10): 1})
    limits = say.clipped(change, SCALE)
    assert isinstance(limits, Interval)
    assert change.ci95_t.high > 10 - change.mean_before
    assert limits.high == pytest.approx(10 - change.mean_before)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        (FORTY, "If the training made no difference, a change this large would be very unlikely."),
        ({(5, 7): 5, (7, 5): 5}, "could be chance alone: we cannot tell"),
    ],
)
def test_chance_in_words(counts: dict[tuple[int, int], int], words: str) -> None:
    assert words in (say.chance(change_of(counts)) or "")


def test_no_test_is_made_of_fewer_than_eight() -> None:
    assert say.chance(change_of({(5, 7): 7})) is None


@pytest.mark.parametrize(
    ("pairs", "forms", "attended", "mark"),
    [
        (7, 7, 10, Mark.FEW),
        (8, 8, 10, Mark.CAUTION),
        (29, 29, 30, Mark.CAUTION),
        (30, 30, 75, Mark.GOOD),
        (30, 30, 76, Mark.CAUTION),
        (30, 30, None, Mark.CAUTION),
        (30, 40, 30, Mark.CAUTION),
        (0, 0, 0, Mark.FEW),
    ],
)
def test_the_mark(pairs: int, forms: int, attended: int | None, mark: Mark) -> None:
    quality = say.quality(pairs, response_rate(forms, attended))
    assert quality.mark is mark
    assert quality.why.endswith(".")


def test_why_caution() -> None:
    assert say.quality(40, response_rate(46, 238)).why == (
        "Good needs at least 30 matched people and 40 in every 100 answering. Here 40 people have a published rating "
        "both before and after, but only 19 in every 100 answered."
    )


def test_a_place_kept_back_is_marked_too_few_and_says_why() -> None:
    quality = say.quality(14, response_rate(14, 20), kept_back=True)
    assert quality.mark is Mark.FEW
    assert "kept back" in quality.why


@pytest.mark.parametrize(
    ("changes", "limits", "words"),
    [
        ([2.1, 1.9], [Interval(1, 3), Interval(1, 3)], "On average people rated themselves 1.9 to 2.1 points higher"),
        ([2.1, 2.1], [Interval(1, 3), Interval(1, 3)], "On average people rated themselves 2.1 points higher"),
        ([-0.5], [Interval(-0.9, -0.1)], "On average people rated themselves 0.5 points lower"),
        ([2.1, 0.1], [Interval(1, 3), Interval(-1, 1)], "Some of these ratings changed; of others we cannot tell"),
        ([0.1], [Interval(-1, 1)], "We cannot tell whether these ratings changed"),
        # Everyone rose by the same: there is no spread to doubt, and the sentence and the drawing agree.
        ([2.0], [NotCalculable("no spread")], "On average people rated themselves 2.0 points higher"),
        ([0.0], [NotCalculable("no spread")], "We cannot tell whether these ratings changed"),
    ],
)
def test_the_finding_over_a_drawing(changes: list[float], limits: list[Interval], words: str) -> None:
    assert say.all_changes(changes, limits).startswith(words)


def test_numbers_have_one_decimal_and_thousands() -> None:
    assert one_decimal(-0.02) == "0.0"
    assert signed(2) == "+2.0"
    assert in_words(1609) == "1,609"
    change = change_of({(5, 7): 1600, (5, 5): 9})
    assert str(say.people_moved("skills", change, 1609)).startswith("1,600 of the 1,609 people who answered")


def test_p_is_never_printed_as_nought() -> None:
    assert probability(0.0) == "p < 0.0001"
    assert probability(0.00009) == "p < 0.0001"


def test_the_technical_panel_says_why_a_measure_is_missing() -> None:
    rows = {row[0]: row[1] for row in technical_rows([change_of({(5, 7): 3})])}
    assert rows["Paired t"] == "not calculable, because every change is the same, so there is no spread to judge by"
    assert rows["Exact sign-flip"].startswith("not calculable, because with fewer than 6 people")
    assert rows["Pairs (n)"] == "3"


def test_the_technical_panel_of_forty() -> None:
    change = change_of(FORTY)
    rows = {row[0]: row[1] for row in technical_rows([change])}
    assert rows["Exact sign-flip"] == "p < 0.0001"
    assert rows["Paired t"] == f"{change.t:.2f} on 39 df; p < 0.0001"
    assert rows["d(av), corrected"] == f"{change.g_av:.2f}"
    assert rows["Already at the top before"] == "0 of 40"


ratings = st.integers(1, 10)
tables = st.dictionaries(st.tuples(ratings, ratings), st.integers(1, 30), max_size=8)


@given(tables, st.integers(0, 200), st.one_of(st.none(), st.integers(0, 400)))
def test_no_sentence_says_more_than_it_may(counts: dict[tuple[int, int], int], more: int, attended: int | None) -> None:
    change = change_of(counts)
    forms = change.n_pairs + more
    response = response_rate(forms, attended)
    said = [
        str(say.changed("confidence", change, SCALE, forms)),
        say.chance(change) or "",
        say.quality(change.n_pairs, response).why,
        str(say.too_few(forms, attended, change.n_pairs, "the year’s total")),
        say.not_heard_from(response, change.n_pairs, None, None) or "",
        *(cell for row in technical_rows([change]) for cell in row),
    ]
    if change.n_pairs and isinstance(response.rate, float):
        said.append(say.low_response("skills", change.mean_change, response.rate, change.mean_change * response.rate))
    for sentence in said:
        assert not [word for word in BANNED if word in sentence.lower()], sentence
        assert not re.search(r"\b(None|nan|inf)\b", sentence), sentence
        assert not re.search(r"−0\.0+(?!\d)", sentence), sentence
        assert "-" not in sentence.replace("sign-flip", "").replace("rank-biserial", "")
