"""The home page: what this is, what comes next and where to begin; whoever has signed in goes to their work."""

from datetime import timedelta

import pytest

from tests.registers.acts import book_for
from tests.world.programme import make_session
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.database import transaction


def in_days(days: int):
    return (clock.today() + timedelta(days=days),)


def test_the_next_three_with_places_and_where_to_begin(app, browser):
    with app.app_context(), transaction():
        full = make_session("Full to the last", days=in_days(5), capacity=1)
        book_for(full)
        for number in range(4):
            make_session(f"Course {number}", days=in_days(10 + number), capacity=20)
    page = browser.get("/")
    assert page.heading.startswith("Training for everyone")
    assert "Next three with places" in page.text and "Full to the last" not in page.text
    assert all(f"Course {number}" in page.text for number in range(3)) and "Course 3" not in page.text
    assert page.links["See all 5 sessions"] == page.links["See the programme"] == "/programme"
    assert page.links["I am a trainer"] == "/sign-in?next=/registers"


def test_it_says_so_where_everything_is_full_or_nothing_is_published(app, browser):
    assert "No session to come is published just now." in browser.get("/").text
    with app.app_context(), transaction():
        book_for(make_session("Full to the last", days=in_days(5), capacity=1))
    assert "Every session to come is full just now." in browser.get("/").text


@pytest.mark.parametrize(
    ("role", "begins"), [(Role.PRACTITIONER, "/my"), (Role.TRAINER, "/registers"), (Role.OFFICE, "/staff/sessions")]
)
def test_each_role_begins_with_what_needs_them(browser_of, role, begins):
    assert browser_of(role).get("/", status=302).location == begins


def test_an_error_page_has_a_menu_and_ways_on_for_a_visitor_too(browser):
    page = browser.get("/nowhere", status=404)
    assert page.links["Sign in"] == "/sign-in" and page.links["Go to the start"] == "/"
    assert "Look for a course or topic" in page.text and page.links["Ask the business office"] == "/contact"
