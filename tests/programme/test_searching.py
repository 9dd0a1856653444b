"""What may be asked of the catalogue, without a database."""

from datetime import date, time

import pytest

from training_app.agencies.rules import Area
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.search import CatalogueSearch, Entry, months_of
from training_app.programme.rules.sessions import Format, Strand
from training_app.words.names import folded

EVENING_IN_RUTLAND = Entry(
    folded("DSL Initial. Für Anfänger, children’s lives. Harm Outside the Home. Oakham"),
    Strand.DSL_INITIAL,
    Format.IN_PERSON,
    date(2027, 3, 30),
    time(18),
    frozenset({Area.RUTLAND}),
)
TWILIGHT_ONLINE = Entry(
    folded("Neglect and its toolkit. Training pool"),
    Strand.CORE,
    Format.ONLINE,
    date(2027, 4, 1),
    time(17, 59),
    frozenset({Area.ACROSS}),
)


@pytest.mark.parametrize(
    ("asked", "rutland", "online"),
    [
        ({}, True, True),
        ({"q": "toolkit NEGLECT"}, False, True),
        ({"q": "neglect rutland"}, False, False),
        ({"q": "fur anfanger"}, True, False),
        ({"q": "CHILDRENS"}, True, False),
        ({"q": "children's"}, True, False),
        ({"q": "  !?  "}, True, True),
        ({"strand": "dsl"}, True, False),
        ({"strand": "dsl_refresher"}, False, False),
        ({"strand": "core"}, False, True),
        ({"strand": "nonsense"}, True, True),
        ({"format": "online"}, False, True),
        ({"format": "hologram"}, True, True),
        ({"month": "2027-03"}, True, False),
        ({"month": "2027-13"}, True, True),
        ({"month": "03/2027"}, True, True),
        ({"area": "rutland"}, True, False),
        ({"area": "leicester"}, False, False),
        ({"time": "evening"}, True, False),
        ({"time": "twilight"}, False, True),
        ({"time": "morning"}, False, False),
        ({"area": "rutland", "time": "evening", "strand": "dsl", "q": "harm"}, True, False),
        ({"area": "rutland", "time": "twilight"}, False, False),
    ],
)
def test_what_a_search_finds(asked, rutland, online):
    search = CatalogueSearch.from_address(asked)
    assert (search.finds(EVENING_IN_RUTLAND), search.finds(TWILIGHT_ONLINE)) == (rutland, online)
    assert search.count([EVENING_IN_RUTLAND, TWILIGHT_ONLINE]) == rutland + online


def test_a_search_is_its_address():
    asked = {
        "q": "a  b",
        "strand": "dsl",
        "format": "online",
        "month": "2027-03",
        "area": "rutland",
        "time": "evening",
        "year": "2026-27",
    }
    search = CatalogueSearch.from_address(asked)
    assert search.to_address() == asked | {"q": "a b"}
    assert CatalogueSearch.from_address(search.to_address()) == search
    assert search.cleared == CatalogueSearch(year=BusinessYear(2026))
    assert search.only(area=Area.LEICESTER).to_address() == {
        "q": "a b",
        "area": "leicester",
        "year": "2026-27",
    }
    assert (search.online.area, search.online.format, search.online.time) == (
        None,
        Format.ONLINE,
        search.time,
    )


def test_a_year_that_is_none_is_refused():
    with pytest.raises(ValueError, match="not a business year"):
        CatalogueSearch.from_address({"year": "2024-2025"})


def test_a_very_long_search_is_cut():
    assert len(CatalogueSearch.from_address({"q": "x" * 10_000}).words) == 200


def test_months_in_order():
    assert months_of([TWILIGHT_ONLINE, EVENING_IN_RUTLAND, TWILIGHT_ONLINE]) == [
        date(2027, 3, 1),
        date(2027, 4, 1),
    ]
