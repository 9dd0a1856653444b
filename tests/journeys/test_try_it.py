"""What the README says under “Try it”, done in its order, without a script in the browser."""

from flask import Flask

from tests.browser import Browser, Page
from tests.guards import XHTML, words_of
from training_app import clock
from training_app.programme.rules.business_year import BusinessYear


def step_into(browser: Browser, role: str) -> Page:
    roles = browser.get("/demo/roles")
    cards = [one for one in roles.tree.iter(f"{XHTML}form") if one.getparent() is not None]
    (action,) = [one.get("action") for one in cards if role in words_of(one.getparent())]
    return browser.follow(browser.send(roles, action=action))


def link(page: Page, words: str) -> str:
    return next(href for said, href in page.links.items() if words in said)


def test_search_answer_see_the_figures_change_and_read_the_report(demonstration: Flask):
    browser = Browser(demonstration)

    found = browser.get("/programme?q=neglect")
    assert "Neglect" in browser.get(link(found, "Neglect (including the Neglect Toolkit)")).heading

    my_training = step_into(browser, "Practitioner")
    form = browser.get(link(my_training, "Give feedback"))
    session_path = form.response.request.path.removesuffix("/evaluation")

    step_into(browser, "Learning and Development Group")
    year = str(BusinessYear.of(clock.today()))
    session_before = browser.get(f"{session_path}/impact").text
    year_before = browser.get(f"/impact/{year}").text
    assert "too few" in session_before

    step_into(browser, "Practitioner")
    form = browser.get(f"{session_path}/evaluation")
    ratings = {f"after_{key}": value for key, value in (("knowledge", 9), ("skills", 8), ("confidence", 9))}
    thanks = browser.follow(browser.send(form, ratings))
    assert "Thank you" in thanks.heading

    step_into(browser, "Learning and Development Group")
    session_after = browser.get(f"{session_path}/impact").text
    assert "of the 8 people who answered rated their confidence" in session_after
    assert browser.get(f"/impact/{year}").text != year_before

    report = browser.get("/reports/yearly/2024-25").text
    for figure in ("88", "1,609", "795", "20.2%", "288 of 1,426", "17.9%", "288 of 1,609"):
        assert figure in report


def test_the_demonstration_year_reports_the_published_figures(demonstration: Flask):
    from training_app.reports.queries.yearly import compile_yearly

    with demonstration.app_context():
        told = compile_yearly(BusinessYear(2024), clock.now()).to_dict()
    much, well = told["how_much"], told["how_well"]
    attendances = much["attendances"]
    assert much["sessions"]["value"] == 88
    assert (attendances["value"], attendances["by_name"] + attendances["by_headcount"]) == (1609, 1609)
    assert attendances["sessions_without_data"] == 18
    assert [(one["reason"], one["sessions"]) for one in much["no_data"]] == [
        ("Commissioned, provider did not share", 11),
        ("April 2024 cyber-attack", 7),
    ]
    assert (much["dsl"]["sessions"], much["dsl"]["attendances"]) == (16, 268)
    live = much["safeguarding_matters_live"]
    assert (live["sessions"], live["attendances"]) == (2, 795)
    rate, of_all = well["response_rate"], well["response_rate_of_all_attendances"]
    assert (rate["numerator"], rate["denominator"], rate["printed"]) == (288, 1426, "20.2%")
    assert (of_all["numerator"], of_all["denominator"], of_all["printed"]) == (288, 1609, "17.9%")
    printed = [
        (one["before"]["printed"], one["after"]["printed"], one["change"]["printed"], one["n_pairs"])
        for one in told["what_difference"]["ratings"]
    ]
    assert printed == [("6.4", "8.5", "2.1", 288), ("6.4", "8.4", "2.0", 288), ("6.2", "8.4", "2.2", 288)]
    assert told["generated_for_demonstration"] is True
    assert [fact["figure"] for fact in told["stated_facts"]["facts"]].count("80%") == 1


def test_the_demonstration_is_refused_a_database_that_holds_anything(demonstration: Flask):
    from training_app.demo.cli import demo_group

    runner = demonstration.test_cli_runner()
    refused = runner.invoke(demo_group, ["load"])
    assert refused.exit_code == 1
    assert "not empty" in refused.output
    assert runner.invoke(demo_group, ["load", "--if-empty"]).exit_code == 0
