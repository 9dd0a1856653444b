"""A business year as a part of an address."""

import pytest
from flask import Flask, url_for
from werkzeug.exceptions import NotFound

from tests.browser import Browser
from training_app.programme.rules.business_year import BusinessYear


def test_an_address_gives_the_year_itself(app: Flask) -> None:
    endpoint, arguments = app.url_map.bind("localhost").match("/impact/2024-25")
    assert (endpoint, arguments) == ("impact.year", {"year": BusinessYear(2024)})


@pytest.mark.parametrize("year", [BusinessYear(2024), "2024-25"])
def test_an_address_is_made_of_a_year_or_of_its_words(app: Flask, year: BusinessYear | str) -> None:
    with app.test_request_context():
        assert url_for("reports.report_as_json", year=year) == "/reports/yearly/2024-25.json"


@pytest.mark.parametrize("year", ["2024-26", "2024", "1999-00", "2101-02", "nonsense", "2024-2025", "٢٠٢٤-٢٥"])
def test_what_is_no_year_is_no_address(app: Flask, browser: Browser, year: str) -> None:
    with pytest.raises(NotFound):
        app.url_map.bind("localhost").match(f"/impact/{year}")
    assert browser.get(f"/reports/yearly/{year}", status=404).heading == "Page not found"
