"""One person's name, however it is written, compares alike; and part of it is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.words.names import called_alike, comparable_person, fit, searched_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O’Rourke", "o'rourke"),
        ("Zoë Hart", "Zoe Hart"),
        ("Siân O’Neill", "SIAN O'NEILL"),
        ("Chloé Hathersage", "Hathersage, Chloe"),
        ("Chloé", "Chloe\u0301"),
        ("Zo\u200bë", "Zoë\ufeff"),
        ("Ann Soar-Bell", "ann soar bell"),
        ("Paweł Łoś", "Pawel Los"),
        *[("Ann Lee", f"{title} Ann Lee") for title in ("Mr", "Mrs.", "MS", "Miss", "Dr.", "Prof", "Rev.", "Rev Dr")],
        ("Ann Lee", "Lee, Dr Ann"),
    ],
)
def test_one_name_however_it_is_written(one: str, other: str) -> None:
    assert called_alike(one, other) and called_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ann Lee", "Ann Leeson"), ("Ann", "Ann Lee"), ("Dr", "Rev"), ("The Nguyen", "Nguyen"), ("", ""), ("李", "王")],
)
def test_other_names_stay_others(one: str, other: str) -> None:
    assert not called_alike(one, other)


@given(st.text())
def test_comparing_twice_is_comparing_once(name: str) -> None:
    once = comparable_person(name)
    assert comparable_person(once) == once


@given(st.text(min_size=1))
def test_whatever_a_name_is_it_is_found_by_itself(name: str) -> None:
    wanted = searched_words(name)
    assert fit(wanted, name) == (2 if wanted else 0)


@pytest.mark.parametrize(
    ("typed", "name", "how_well"),
    [
        ("o rourke", "Ann O’Rourke", 1),
        ("orourke", "Ann O Rourke", 1),
        ("hathersage chloe", "Chloé Hathersage", 2),
        ("Ms chlo hath", "Chloé Hathersage", 1),
        ("and", "Andy", 1),
        ("dr", "Dr Ann Lee", 2),
        ("lee ann moss", "Ann Lee", 0),
        ("łos", "Ann Los", 0),
        ("%", "Ann", 0),
    ],
)
def test_part_of_it_in_any_order_is_found(typed: str, name: str, how_well: int) -> None:
    assert fit(searched_words(typed), name) == how_well
