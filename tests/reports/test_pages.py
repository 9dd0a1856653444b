"""The report's pages and the facts that staff state."""

import pytest

from tests.evaluation.published import add_course, add_session, publish, rose
from training_app.accounts.rules.roles import Role
from training_app.extensions import db
from training_app.programme.rules.sessions import EvaluationMode
from training_app.reports.models import StatedFact

FACTS = "/reports/yearly/2024-25/facts"
FACT = {
    "kind": "separate_survey",
    "figure": "80%",
    "words": "would do things differently, O’Neill’s survey said <b>twice</b>",
    "source": "The conference survey",
    "dated": "31 March 2025",
}


def test_a_year_with_nothing_in_it_still_has_a_page(browser_of):
    page = browser_of(Role.REVIEWER).get("/reports/yearly/2021-22")
    assert "0 sessions" in page.text
    assert "Change for children" in page.text


@pytest.mark.parametrize("year", ["2024", "2024-26", "x"])
def test_an_address_that_is_no_year_is_not_found(browser_of, year):
    assert browser_of(Role.REVIEWER).get(f"/reports/yearly/{year}", status=404).heading == "Page not found"


def test_the_list_of_years_says_when_there_is_none(browser_of):
    assert "No year to report on yet" in browser_of(Role.REVIEWER).get("/reports/yearly").text


def test_a_stated_fact_prints_with_its_source_and_date_and_can_be_withdrawn(app, browser_of):
    browser = browser_of(Role.OFFICE)
    browser.send(browser.get(FACTS), FACT, action=FACTS)
    report = browser.get("/reports/yearly/2024-25").text
    assert "80% would do things differently, O’Neill’s survey said <b>twice</b>" in report
    assert "Source: The conference survey, 31 March 2025." in report
    browser.send(browser.get(FACTS), action="/withdraw")
    assert "80%" not in browser.get("/reports/yearly/2024-25").text
    assert "withdrawn" in browser.get(FACTS).text
    with app.app_context():
        (fact,) = db.session.query(StatedFact)
        assert fact.withdrawn_by_id is not None


def test_a_date_without_a_year_is_one_of_the_report_s_year(browser_of):
    browser = browser_of(Role.OFFICE)
    browser.send(browser.get(FACTS), FACT | {"dated": "Monday 31st March"}, action=FACTS)
    assert "Source: The conference survey, 31 March 2025." in browser.get("/reports/yearly/2024-25").text


def test_a_fact_is_withdrawn_once(app, browser_of):
    browser = browser_of(Role.OFFICE)
    browser.send(browser.get(FACTS), FACT, action=FACTS)
    page = browser.get(FACTS)
    browser.send(page, action="/withdraw")
    browser.send(page, action="/withdraw")
    assert "This figure was withdrawn before." in browser.get(FACTS).text


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("figure", "", "Enter the figure as it should print"),
        ("words", "", "Say in a sentence what the figure means"),
        ("source", "", "Say where the figure comes from"),
        ("dated", "", "Enter the date of the figure"),
        ("dated", "31 February 2025", "There is no 31 February 2025: February 2025 has 28 days"),
        ("dated", "Friday 31 March 2025", "31 March 2025 is a Monday, not a Friday"),
        ("dated", "soon", "Enter a date like 23 May 2027"),
    ],
)
def test_what_is_missing_is_said_and_everything_typed_is_kept(browser_of, field, typed, said):
    browser = browser_of(Role.OFFICE)
    page = browser.send(browser.get(FACTS), FACT | {field: typed}, action=FACTS, status=422)
    assert said in page.text
    kept = {key: value for key, value in FACT.items() if key not in {field, "kind"}}
    form = page.form(FACTS)
    values = [one.get("value") for one in form.iter() if one.get("value")] + ["".join(form.itertext())]
    for value in kept.values():
        assert any(value in shown for shown in values), f"“{value}” was lost"


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.COORDINATOR, Role.TRAINER])
def test_the_report_is_for_reviewers_and_the_business_office(browser_of, role):
    page = browser_of(role).get("/reports/yearly/2024-25", status=403)
    assert page.heading == "You cannot see this page"


def test_a_reviewer_reads_and_states_nothing(browser_of):
    reviewer, office = browser_of(Role.REVIEWER), browser_of(Role.OFFICE)
    offer = "Figures from elsewhere"
    assert offer in office.get("/reports/yearly/2024-25").links
    assert offer not in reviewer.get("/reports/yearly/2024-25").text
    reviewer.get(FACTS, status=403)


def test_one_and_the_same_rate_is_not_shown_twice(app, browser_of):
    with app.app_context():
        publish(add_session(add_course("Neglect")), rose(10))
    reviewer = browser_of(Role.REVIEWER)
    same = reviewer.get("/reports/yearly/2024-25").text
    assert "50.0% told us what they thought" in same and "50.0% of all attendances" not in same
    with app.app_context():
        add_session(add_course("Trauma"), evaluation_mode=EvaluationMode.SEPARATE)
    both = reviewer.get("/reports/yearly/2024-25").text
    assert "50.0% told us what they thought" in both and "25.0% of all attendances" in both
