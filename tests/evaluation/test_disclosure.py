"""No figure, and no difference of figures, may tell what 1 to 7 people said."""

from collections.abc import Collection, Iterator, Mapping
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from training_app.evaluation.rules.batches import (
    LEAST_FOR_A_FIGURE,
    Detail,
    Path,
    joined,
    may_count,
    own_sessions,
    people,
    shown_places,
)

YEAR, BESIDE = "in the programme", "beside the programme"
MOST_SHOWN_TO_TRY = 7


@st.composite
def programmes(draw: st.DrawFn) -> dict[Path, int]:
    """A small year: courses in it and beside it, with few people here and many there."""
    n = st.one_of(st.integers(0, 9), st.integers(0, 30))
    sessions: dict[Path, int] = {}
    for root in (YEAR, BESIDE):
        for course in range(draw(st.integers(0, 3))):
            for number in range(draw(st.integers(1, 3))):
                sessions[(root, course, 10 * course + number)] = draw(n)
    return sessions


def leaves_under(place: Path, sessions: Mapping[Path, int]) -> set[Path]:
    return {path for path in sessions if path[: len(place)] == place}


def differences(places: Collection[Path], sessions: Mapping[Path, int]) -> Iterator[set[Path]]:
    """Every sum and difference of these places that a reader can write down: the sessions that do not cancel out."""
    ordered = sorted(places, key=repr)
    under = {place: leaves_under(place, sessions) for place in ordered}
    for signs in product((-1, 0, 1), repeat=len(ordered)):
        yield {
            path
            for path in sessions
            if sum(sign for sign, place in zip(signs, ordered, strict=True) if path in under[place])
        }


def unpublished_in(sessions: Mapping[Path, int]) -> set[Path]:
    in_programme = {path[1] for path in sessions if path[0] == YEAR}
    return {(BESIDE,)} | {(BESIDE, course) for course in in_programme}


@settings(max_examples=300)
@given(programmes())
def test_no_difference_of_shown_places_isolates_one_to_seven_people(sessions: dict[Path, int]) -> None:
    places = shown_places(sessions, unpublished_in(sessions))
    assume(len(places) <= MOST_SHOWN_TO_TRY)
    for left in differences(places, sessions):
        n = sum(sessions[path] for path in left)
        assert n == 0 or n >= LEAST_FOR_A_FIGURE, (places, left)


@settings(max_examples=300)
@given(programmes())
def test_nothing_is_hidden_without_need(sessions: dict[Path, int]) -> None:
    """The year's figures stand whenever there are 8 people, and places with no people left over stay."""
    totals, places = people(sessions), shown_places(sessions)
    assert all(totals[place] >= LEAST_FOR_A_FIGURE for place in places)
    assert ((YEAR,) in places) == (totals.get((YEAR,), 0) >= LEAST_FOR_A_FIGURE)
    if all(n >= LEAST_FOR_A_FIGURE for n in sessions.values()):
        assert places == set(totals)


@settings(max_examples=300)
@given(programmes(), st.data())
def test_a_trainer_learns_of_nobody_elses_few(sessions: dict[Path, int], data: st.DataObject) -> None:
    """With their own sessions known to them, whatever else they can work out is of 8 people or more."""
    assume(sessions)
    places = shown_places(sessions, unpublished_in(sessions))
    visible = places if data.draw(st.booleans()) else places & {(YEAR,)}
    own = data.draw(st.sets(st.sampled_from(sorted(sessions)), min_size=1, max_size=3))
    details = own_sessions(sessions, visible, own)
    seen = set(visible) | {path for path, detail in details.items() if detail is not Detail.NOTHING}
    assume(len(seen) <= MOST_SHOWN_TO_TRY + 1)
    for left in differences(seen, sessions):
        others = sum(sessions[path] for path in left if details.get(path, Detail.NOTHING) is Detail.NOTHING)
        assert others == 0 or others >= LEAST_FOR_A_FIGURE, (details, left)
    for path, detail in details.items():
        least = {Detail.NOTHING: 0, Detail.COUNTS: 5, Detail.FIGURES: LEAST_FOR_A_FIGURE}[detail]
        assert sessions[path] >= least


@pytest.mark.parametrize(("n", "is_shown"), [(4, False), (5, False), (7, False), (8, True)])
def test_a_figure_needs_eight_people(n: int, is_shown: bool) -> None:
    assert ((YEAR, 1, 10) in shown_places({(YEAR, 1, 10): n})) == is_shown


def test_the_course_is_kept_and_its_session_hidden_where_their_difference_is_few() -> None:
    assert shown_places({(YEAR, 1, 10): 9, (YEAR, 1, 11): 3}) == {(YEAR,), (YEAR, 1)}


def test_the_smallest_rest_is_hidden_first() -> None:
    """Of 30, 12 and 3 the 12 goes, and the 30 stays."""
    sessions = {(YEAR, 1, 10): 30, (YEAR, 1, 11): 12, (YEAR, 1, 12): 3}
    assert shown_places(sessions) == {(YEAR,), (YEAR, 1), (YEAR, 1, 10)}


def test_a_course_that_would_give_away_another_goes_with_its_only_session() -> None:
    """A course of 4 is hidden; its 4 people would be the year less the others; so the next smallest goes too."""
    sessions = {(YEAR, 1, 10): 20, (YEAR, 2, 20): 9, (YEAR, 3, 30): 4}
    assert shown_places(sessions) == {(YEAR,), (YEAR, 1), (YEAR, 1, 10)}


def test_a_place_without_a_page_is_never_shown_and_protects_nothing() -> None:
    sessions = {(BESIDE, 1, 10): 20, (BESIDE, 2, 20): 3}
    assert shown_places(sessions, {(BESIDE,)}) == {(BESIDE, 1), (BESIDE, 1, 10)}


def test_questions_are_judged_by_their_own_numbers() -> None:
    """Where one person left a question blank, that question alone falls below 8."""
    assert shown_places({(YEAR, 1, 10): 8}) == {(YEAR,), (YEAR, 1), (YEAR, 1, 10)}
    assert shown_places({(YEAR, 1, 10): 7}) == frozenset()


@pytest.mark.parametrize(
    ("n", "detail"), [(4, Detail.NOTHING), (5, Detail.COUNTS), (7, Detail.COUNTS), (8, Detail.FIGURES)]
)
def test_what_a_trainer_sees_of_their_own_session(n: int, detail: Detail) -> None:
    sessions = {(YEAR, 1, 10): n, (YEAR, 2, 20): 40}
    assert own_sessions(sessions, {(YEAR,)}, {(YEAR, 1, 10)}) == {(YEAR, 1, 10): detail}


def test_a_trainers_counts_are_kept_back_where_the_year_less_them_is_few() -> None:
    sessions = {(YEAR, 1, 10): 6, (YEAR, 2, 20): 6}
    assert own_sessions(sessions, {(YEAR,)}, {(YEAR, 1, 10)}) == {(YEAR, 1, 10): Detail.NOTHING}


def test_two_sessions_of_one_trainer_are_taken_together() -> None:
    """12 of 18 would leave 6 of someone else's: one of the two is kept back."""
    sessions = {(YEAR, 1, 10): 6, (YEAR, 1, 11): 6, (YEAR, 2, 20): 6}
    details = own_sessions(sessions, {(YEAR,)}, {(YEAR, 1, 10), (YEAR, 1, 11)})
    assert sorted(details.values()) == [Detail.COUNTS, Detail.NOTHING]


@pytest.mark.parametrize(
    ("counts", "allowed"),
    [((2, 1, 1), False), ((4, 1, 0), True), ((5, 0, 0), False), ((0, 7, 0), False), ((8, 0, 0), True)],
)
def test_counts_are_not_shown_where_one_holds_everyone(counts: tuple[int, int, int], allowed: bool) -> None:
    assert may_count(*counts) is allowed


groups_of_people = st.dictionaries(
    st.sampled_from(["Health", "Police", "Fire", "Schools", "Probation", "Councils"]),
    st.tuples(st.integers(0, 40), st.integers(0, 40)),
)


@given(groups_of_people)
def test_joined_groups_add_up_and_none_is_small(groups: dict[str, tuple[int, int]]) -> None:
    rows = joined(groups)
    if rows:
        assert sum(row[1] for row in rows) == sum(came for came, _ in groups.values())
        assert sum(row[2] for row in rows) == sum(answered for _, answered in groups.values())
        assert all(min(row[1], row[2]) >= LEAST_FOR_A_FIGURE for row in rows)
        assert len(rows) > 1
