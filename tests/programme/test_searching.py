"""What may be asked of the catalogue, without a database."""

from datetime import date, time

import pytest

from training_app.agencies.rules import Area
from training_app.programme.rules.abbreviations import SAME, with_other_names
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.search import CatalogueSearch, Entry, months_of
from training_app.programme.rules.sessions import Format, Strand
from training_app.programme.rules.words_sought import Texts, sought
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
    both = [EVENING_IN_RUTLAND, TWILIGHT_ONLINE]
    words = sought(search.words, [one.texts for one in both])
    assert [search.sift(one) and words.finds(one.texts) for one in both] == [rutland, online]


def test_a_search_is_its_address():
    asked = {
        "q": "a  b",
        "strand": "dsl",
        "format": "online",
        "month": "2027-03",
        "area": "rutland",
        "time": "evening",
        "year": "2026-27",
        "places": "left",
    }
    search = CatalogueSearch.from_address(asked)
    assert search.to_address() == asked | {"q": "a b"}
    assert CatalogueSearch.from_address(search.to_address()) == search
    assert search.cleared == CatalogueSearch(year=BusinessYear(2026))
    assert search.with_filter(area=Area.LEICESTER).to_address() == asked | {"q": "a b", "area": "leicester"}
    assert search.without("area").to_address() == {
        name: value for name, value in (asked | {"q": "a b"}).items() if name != "area"
    }
    assert search.without_filters.to_address() == {"q": "a b", "year": "2026-27"}
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


EXPLOITATION = Texts(
    folded("Child Criminal Exploitation. City Hall, Leicester"), frozenset(["march", "2027", "evening"])
)
ABUSE = Texts(
    with_other_names("recognising child sexual abuse loughborough"), frozenset(["april", "leicestershire", "morning"])
)
NEURO = Texts(with_other_names("safeguarding and neurodiversity with csa and mca market harborough friday"))


@pytest.mark.parametrize(
    ("typed", "found", "guessed"),
    [
        ("exploitaton", [EXPLOITATION], "exploitation"),
        ("safegarding", [NEURO], "safeguarding"),
        ("nuero", [NEURO], "neuro"),
        ("abuse sexual", [ABUSE, NEURO], ""),
        ("CSA", [ABUSE, NEURO], ""),
        ("mental capacity act", [NEURO], ""),
        ("cce", [EXPLOITATION], ""),
        ("da", [], ""),
        ("march", [EXPLOITATION], ""),
        ("mar 2027", [EXPLOITATION], ""),
        ("Leicester evening", [EXPLOITATION], ""),
        ("Loughborough morning", [ABUSE], ""),
        ("evening in Leicester", [EXPLOITATION], ""),
        ("quantum", [], ""),
        ("leicestershire evening", [], ""),
    ],
)
def test_a_search_forgives_and_says_when_it_guessed(typed, found, guessed):
    texts = [Texts(with_other_names(one.text), one.facts) for one in (EXPLOITATION, ABUSE, NEURO)]
    wanted = sought(typed, texts)
    assert [wanted.finds(one) for one in texts] == [one in found for one in (EXPLOITATION, ABUSE, NEURO)]
    assert (wanted.said if wanted.guessed else "") == guessed


def test_each_short_name_stands_in_one_line():
    names = [name for line in SAME for name in line]
    assert len(names) == len(set(names)) and all(name == folded(name) for name in names)
