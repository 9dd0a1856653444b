"""Other dates of a course: those with a place left first, full ones after, and none that has begun."""

import pytest

from tests.bookings.by_page import book_by_page, coming_session, fill
from tests.guards import XHTML, words_of

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def dates(app, session) -> dict[str, int]:
    """Of the course of `session`: a full date, one begun today, two with places; and one that takes no bookings."""
    with app.app_context():
        full = coming_session(in_days=12, capacity=1)
        fill(full, 1)
        made = {"full": full, "late": coming_session(in_days=20), "soon": coming_session(in_days=15)}
        return made | {"begun": coming_session(in_days=0), "none": coming_session(in_days=16, capacity=0)}


def offered(page) -> list[int]:
    """The sessions that the main part of the page links to, in order."""
    links = [one.get("href") or "" for one in page.tree.iter(f"{XHTML}a")]
    return [int(one.rpartition("/")[2]) for one in links if one.startswith("/sessions/") and one[10:].isdigit()]


def test_a_session_page_offers_dates_with_places_first(me, session, dates, today):
    today.move_to("2026-06-01 12:00:00+00:00")
    page = me.get(f"/sessions/{session}")
    assert offered(page) == [dates["soon"], dates["late"], dates["full"]]
    lines = [words_of(one) for one in page.tree.iter(f"{XHTML}li") if "June 2026" in words_of(one)]
    assert lines[0].endswith("2 places left")
    assert lines[2].endswith("Full, waiting list")


def test_whoever_joined_the_waiting_list_sees_them_too(app, me, session, dates):
    with app.app_context():
        fill(session, 2)
    page = book_by_page(me, session)
    assert page.heading == "You are on the waiting list"
    found = [one for one in offered(page) if one != session]
    assert found[:2] == [dates["soon"], dates["late"]] and dates["full"] == found[-1]
    assert "Or come on another date" in page.text and "2 places left" in page.text


def test_a_full_date_says_how_many_wait(app, me, session, dates):
    with app.app_context():
        fill(dates["full"], 3)
    assert "Full, waiting list with 3 people on it" in me.get(f"/sessions/{session}").text
