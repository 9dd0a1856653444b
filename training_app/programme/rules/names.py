"""How titles become addresses, what a cell states, and where a venue stands."""

import re
import unicodedata
from collections.abc import Collection

from training_app.agencies.rules import Area
from training_app.words.names import folded
from training_app.words.signs import without_apostrophes

LONGEST_SLUG = 110  # The column holds 120: room for "-2", "-3" …
ONLINE_ROOM = re.compile(
    r"\b(ms teams|microsoft teams|teams|zoom|online|webinar|virtual|google meet|youtube)\b"
)
NOT_STATED = re.compile(
    r"(not stated|not given|not known|unknown|to be confirmed|tbc|n/a)\b.*|[-–—?.]*", re.DOTALL
)
# Towns and buildings by council area. A town that names a street elsewhere is no sign of the area.
PLACES: dict[Area, tuple[str, ...]] = {
    Area.RUTLAND: ("oakham", "uppingham", "catmose", "ketton", "rutland"),
    Area.LEICESTERSHIRE: (
        "glenfield",
        "county hall",
        "loughborough",
        "hinckley",
        "melton mowbray",
        "melton",
        "market harborough",
        "harborough",
        "coalville",
        "ashby de la zouch",
        "ashby",
        "lutterworth",
        "wigston",
        "oadby",
        "blaby",
        "enderby",
        "shepshed",
        "earl shilton",
        "syston",
        "birstall",
        "narborough",
        "leicestershire",
    ),
    Area.LEICESTER: ("city hall", "leicester", "phoenix cinema"),
}
_OFF = r"(?:cancell?ed|postponed|called off)"
# Alone, in brackets, parted from the rest by a sign, or last: “Cancelled appointments” is what a course is about.
CALLED_OFF = re.compile(
    rf"^\W*{_OFF}\s*(?:$|[-–—:;,.*)\]])|[(\[*]\s*{_OFF}\b|\s{_OFF}\W*$", re.IGNORECASE
)
IN_CAPITALS = re.compile(r"\b(?:CANCELL?ED|POSTPONED|CALLED OFF)\b")
STREET = r"(?! (street|st|road|rd|lane|avenue|way|drive|close|place|house)\b)"


def says_called_off(text: str) -> bool:
    """Does a title or a note say that the session does not take place?

    >>> says_called_off("CANCELLED Core Awareness"), says_called_off("Core Awareness (cancelled)")
    (True, True)
    >>> says_called_off("Cancelled appointments and children who are not brought")
    False
    """
    return CALLED_OFF.search(text) is not None or IN_CAPITALS.search(text) is not None


def slug_of(title: str) -> str:
    """A title as the last word of an address.

    >>> slug_of("Practitioners’ ADHD Toolkit (for “new” leads)")
    'practitioners-adhd-toolkit-for-new-leads'
    """
    plain = unicodedata.normalize("NFKD", without_apostrophes(title)).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > LONGEST_SLUG:
        slug = slug[:LONGEST_SLUG].rpartition("-")[0] or slug[:LONGEST_SLUG]
    return slug or "course"


def unused_slug(title: str, taken: Collection[str]) -> str:
    """The title's slug, with a number behind it where another course has it already."""
    slug, number = slug_of(title), 2
    candidate = slug
    while candidate in taken:
        candidate, number = f"{slug}-{number}", number + 1
    return candidate


def stated(text: str) -> str | None:
    """What a cell says, or None where it is blank or says that it is not known.

    >>> stated("Not stated in the report") is None
    True
    """
    plain = " ".join(text.split())
    return None if NOT_STATED.fullmatch(plain.casefold()) else plain


def is_online_room(venue: str) -> bool:
    """Is this a room on the internet?"""
    return ONLINE_ROOM.search(venue.casefold()) is not None


def area_of_venue(venue: str) -> Area | None:
    """The council area a venue's name points to; None where it points to none. An online room belongs to all.

    >>> area_of_venue("Rutland Street, Leicester"), area_of_venue("County Hall, Glenfield, Leicester")
    (<Area.LEICESTER: 'leicester'>, <Area.LEICESTERSHIRE: 'leicestershire'>)
    """
    if is_online_room(venue):
        return Area.ACROSS
    words = folded(venue)
    for area, places in PLACES.items():
        if any(re.search(rf"\b{place}\b{STREET}", words) for place in places):
            return area
    return None
