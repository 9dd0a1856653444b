"""Tables and changes for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from training_app.impact import RatingTable

SCALES = st.sampled_from([(1, 10), (0, 10), (1, 5), (-3, 3), (1, 2), (0, 100)])


@st.composite
def tables(draw: st.DrawFn, scale: tuple[int, int] | None = None, most: int = 60) -> RatingTable:
    """Any table: empty, constant, with missing sides, with a few or many people in a cell."""
    low, high = scale or draw(SCALES)
    rating = st.one_of(st.none(), st.integers(low, high))
    counts = draw(st.dictionaries(st.tuples(rating, rating), st.integers(0, most), max_size=12))
    return RatingTable.from_counts(counts, (low, high))


def changes(most_people: int = 9) -> st.SearchStrategy[list[int]]:
    """A few whole changes of a 1 to 10 scale, with ties and zeros likely."""
    return st.lists(st.integers(-9, 9), min_size=1, max_size=most_people)
