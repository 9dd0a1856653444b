"""Impact pages: who may open them, what they show at which number, and what a publishing changes."""

from datetime import date

import pytest
from flask import Flask

from tests.browser import Browser
from tests.evaluation.counted import (
    SPRING,
    add_course,
    add_forms,
    add_marks,
    add_session,
    agencies_of,
    days,
    lead,
    publish,
    rose,
)
from training_app.accounts.rules import Role

YEAR = "/impact/2024-25"


@pytest.fixture
def neglect(app: Flask) -> int:
    """A session of a course, without answers yet."""
    with app.app_context():
        return add_session(add_course("Neglect"))


def test_the_whole_page_of_a_session(app: Flask, browser_of, neglect: int) -> None:
    with app.app_context():
        publish(neglect, rose(12, same=2, lower=1), looking_back=4)
    page = browser_of(Role.REVIEWER).get(f"/sessions/{neglect}/impact")
    assert page.heading == "Neglect, 1 May 2024"
    assert (
        "9 of the 12 people who answered rated their confidence higher afterwards, 2 the same and 1 lower." in page.text
    )
    assert "allowing for chance, likely between" in page.text
    assert "60% of 20, range 39% to 78%" in page.text
    assert "Figures: caution" in page.text
    assert "put their confidence before the training at 4.0 on average" in page.text
    assert "p < 0.0001" in page.text or "p = 0." in page.text
    for moment in ("Average ratings before and after", "Wilcoxon–Pratt", "These are people’s own ratings"):
        assert moment in page.text
