import pytest

from training_app.agencies.rules import Area
from training_app.programme.rules.names import LONGEST_SLUG, area_of_venue, is_online_room, slug_of, unused_slug
from training_app.words.names import folded, same_name


@pytest.mark.parametrize(
    ("venue", "area"),
    [
        ("County Hall, Glenfield", Area.LEICESTERSHIRE),
        ("City Hall, Leicester", Area.LEICESTER),
        ("Phoenix Cinema and Arts Centre, Leicester", Area.LEICESTER),
        ("Oakham, Rutland", Area.RUTLAND),
        ("Loughborough (church hall)", Area.LEICESTERSHIRE),
        ("Leicestershire Fire and Rescue, Birstall", Area.LEICESTERSHIRE),
        ("Rutland Street, Leicester", Area.LEICESTER),
        ("Hinckley Road Community Centre, Leicester", Area.LEICESTER),
        ("MS Teams", Area.ACROSS),
        ("online (Zoom)", Area.ACROSS),
        ("The Old Barn", None),
        ("Leicesterville", None),
    ],
)
def test_where_a_venue_stands(venue, area):
    assert area_of_venue(venue) is area
    assert is_online_room(venue) == (area is Area.ACROSS)


def test_a_very_long_title_still_has_an_address():
    title = "Understanding and working with " * 10
    assert len(slug_of(title)) <= LONGEST_SLUG
    assert title.lower().startswith(slug_of(title).replace("-", " ")), "cut between words"
    assert len(slug_of("x" * 300)) == LONGEST_SLUG


def test_addresses_do_not_run_out():
    taken = {"dsl", "dsl-2", "dsl-3"}
    assert unused_slug("DSL", taken) == "dsl-4"
    assert unused_slug("Neglect", taken) == "neglect"


def test_what_a_priority_s_name_forgives():
    assert same_name("  Out–of school's ") == same_name("out-of SCHOOL’S")
    assert same_name("Neglect") != same_name("Neglect (including the Toolkit)")
    assert same_name("Safeguarding & babies") != same_name("Safeguarding and babies")


def test_words_of_other_scripts_can_be_searched():
    assert folded("સુરક્ષા તાલીમ")
    assert folded("Żółć, señor") == "zołc senor"
