"""How names compare, and when an agency is in force."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.agencies.rules import Area, Partnership, Sector, in_force, partnership_of
from training_app.words.names import comparable


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Leics Police", "  LEICS   police. "),
        ("LPT", "L.P.T."),
        ("LPT", "lpt "),
        ("St. Mary’s", "St Marys"),
        ("Oadby & Wigston Borough Council", "oadby and wigston borough council"),
        ("The Probation Service", "Probation Service"),
        ("Siân’s Café", "SIANS CAFE"),
        ("Leicestershire Partnership (NHS) Trust", "Leicestershire Partnership NHS Trust"),
    ],
)
def test_the_same_name_however_it_is_written(one: str, other: str) -> None:
    assert comparable(one) == comparable(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Leicester City Council", "Leicestershire County Council"),
        ("Łódź House", "Odz House"),
        ("مسجد النور", "مسجد السلام"),
        ("St Mary", "St Marys"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


@pytest.mark.parametrize("name", ["", "  ", "--", "The", "and & the"])
def test_no_name_compares_to_nothing(name: str) -> None:
    assert comparable(name) == ""


@given(st.text())
def test_comparing_twice_is_comparing_once(name: str) -> None:
    assert comparable(comparable(name)) == comparable(name)


DAY = date(2024, 7, 1)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "there"),
    [
        (None, None, True),
        (DAY, DAY, True),
        (date(2024, 7, 2), None, False),
        (None, date(2024, 6, 30), False),
        (date(2024, 6, 30), date(2024, 7, 2), True),
    ],
)
def test_both_ends_of_the_dates_count(valid_from: date | None, valid_to: date | None, there: bool) -> None:
    assert in_force(valid_from, valid_to, DAY) is there


def test_every_area_belongs_to_one_line_and_the_lines_to_the_whole() -> None:
    assert {area: partnership_of(area) for area in Area} == {
        Area.LEICESTER: Partnership.LSCP,
        Area.LEICESTERSHIRE: Partnership.LRSCP,
        Area.RUTLAND: Partnership.LRSCP,
        Area.ACROSS: Partnership.ACROSS,
    }
    assert all(one.label for kind in (Area, Partnership, Sector) for one in kind)
