"""The shell, error pages and statements, without an application behind them."""

from __future__ import annotations

import re
from datetime import timedelta
from types import SimpleNamespace

import html5lib
import pytest
from jinja2 import StrictUndefined

from tests.look.conftest import ROOT, Look
from training_app.accounts.rules.sign_in import CODE_LIFE
from training_app.bookings.rules import NEEDS_KEPT
from training_app.jobs.schedule import JOBS
from training_app.web.kept_files import KEPT_FOR
from training_app.words.numbers import in_words

STATEMENTS = {
    "accessibility": "Accessibility statement",
    "privacy": "How we use your information",
    "complain": "Complain about how we use your information",
    "contact": "Ask the business office",
}
NOT_FOUND = SimpleNamespace(heading="Page not found", what_to_do="Check the address.")


def check(page: str, heading: str) -> None:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    parser.parse(page)
    assert parser.errors == []
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page) == [heading]
    assert f"<title>{heading} – Safeguarding children training</title>" in page


def test_every_template_can_be_read(look: Look) -> None:
    names = [str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.html")]
    assert len(names) > 30
    for name in names:
        look.app.jinja_env.get_template(name)


@pytest.mark.parametrize("code", [400, 403, 404, 405, 410, 413, 429, 500])
def test_an_error_page_needs_nothing_but_its_words(look: Look, code: int) -> None:
    page = look.page("errors/error.html", words=NOT_FOUND, code=code)
    check(page, "Page not found")
    assert f"“error {code}”" in page
    assert "Sign out" not in page and "csrf_token" not in page


def test_an_error_page_stands_without_a_site(look: Look) -> None:
    page = look.page("errors/error.html", words=NOT_FOUND, code=500, site=None)
    assert "Page not found" in page and "Worried about a child?" in page


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_statement(look: Look, name: str) -> None:
    page = look.page(f"statements/{name}.html")
    check(page, STATEMENTS[name])
    assert 'href="mailto:training@partnership.example' in page
    assert 'href="tel:01160000000"' in page
    assert not re.search(r">[^<]*[\"'][^<]*<", re.sub(r"<style.*?</style>|<script.*?</script>", "", page))


def test_the_accessibility_statement_says_what_the_law_asks(look: Look) -> None:
    page = look.page("statements/accessibility.html")
    for needed in (
        "partially compliant",
        "version 2.2",
        "Regulations 2018",
        "Equality and Human Rights Commission",
        "Equality Advisory and Support Service",
        "prepared on",
        "reviewed by",
    ):
        assert needed in page, needed


def test_the_privacy_notice_says_what_the_law_asks(look: Look) -> None:
    page = look.page("statements/privacy.html")
    for needed in (
        "public task",
        "6(1)(e)",
        "pseudonymised",
        "How long we keep it",
        "Your rights",
        "ico.org.uk",
    ):
        assert needed in page, needed


def test_the_privacy_notice_promises_only_what_is_done(look: Look) -> None:
    """What ends by itself has a job or a rule behind it; all else is done by people, at an address."""
    page = " ".join(look.page("statements/privacy.html").split())
    by_itself = page[page.index("Only this ends by itself"):page.index("Nothing else is deleted by itself")]
    assert f"deleted {NEEDS_KEPT.days} days after the session" in by_itself
    assert "delete_old_needs" in {job.name for job in JOBS}
    assert f"works for {CODE_LIFE // timedelta(minutes=1)} minutes and once only" in by_itself
    assert f"kept for {in_words(KEPT_FOR // timedelta(hours=1))} hours" in by_itself
    assert "a day after it ended" in by_itself and "delete_old_browsers" in {job.name for job in JOBS}
    assert "delete_typed_pages" in {job.name for job in JOBS}
    assert by_itself.count("<li>") == 4
    rights = page[page.index("Your rights"):]
    assert "sees to it by hand" in rights and 'href="mailto:training@partnership.example' in rights
    for promised in ("6 years", "six years", "no longer than", "automatically", "we will"):
        assert promised not in page.lower(), promised


def test_the_accessibility_statement_claims_no_work_that_is_going_on(look: Look) -> None:
    page = look.page("statements/accessibility.html")
    assert "What we are doing next" not in page and "What still has to be done" in page


def test_a_complaint_about_data_is_acknowledged_within_30_days(look: Look) -> None:
    assert "Within 30 days" in look.page("statements/complain.html")


def test_every_page_has_the_foot_and_a_way_past_the_head(look: Look) -> None:
    page = look.page("statements/contact.html")
    for address in ("/contact", "/accessibility", "/privacy", "/complain-about-data"):
        assert f'<a class="govuk-link" href="{address}">' in page
    assert '<a href="#main-content" class="govuk-skip-link">' in page
    assert "Nobody reads this website for reports about a child." in page


def test_the_head_shows_who_is_signed_in_and_where_they_are(look: Look) -> None:
    page = look.page(
        "statements/contact.html",
        viewer=SimpleNamespace(name="Siân O’Neill", role_label="Trainer"),
        navigation=[
            SimpleNamespace(label="Programme", href="/programme", current=False),
            SimpleNamespace(label="Impact", href="/impact", current=True),
        ],
    )
    who = '<a class="govuk-link govuk-link--no-visited-state" href="/account">Siân O’Neill</a>, Trainer <form'
    assert who in " ".join(page.split())
    assert '<form action="/sign-out" method="post"><input type="hidden" name="csrf_token"' in page
    assert re.findall(r'aria-current="page">(\w+)<', page) == ["Impact"]


def test_every_page_has_all_of_our_styles_after_those_of_gov_uk(look: Look) -> None:
    """In the order of their names, which a report that stands alone takes them in, too."""
    linked = re.findall(r'<link rel="stylesheet" href="/static/([^"]+)">', look.page("statements/contact.html"))
    ours = sorted(file.relative_to(ROOT / "static").as_posix() for file in (ROOT / "static").glob("look/*"))
    assert linked == ["vendor/govuk-frontend.min.css", *ours]
    assert len(ours) > 1


def test_nobody_signed_in_has_nothing_to_sign_out_of(look: Look) -> None:
    page = look.page("statements/contact.html")
    assert "Sign out" not in page and "Demonstration" not in page


def test_a_demonstration_says_so_and_stays_out_of_search_engines(look: Look) -> None:
    page = look.page("statements/contact.html", demonstration=True)
    assert "Demonstration." in page and 'href="/demo/roles"' in page
    assert '<meta name="robots" content="noindex">' in page


def test_what_was_just_done_is_said_once_and_escaped(look: Look) -> None:
    page = look.page("statements/contact.html", get_flashed_messages=lambda: ["Released: <b>"])
    assert '<div class="scp-done" role="status"><p>Released: &lt;b&gt;</p></div>' in page


def test_under_a_prefix_every_address_of_ours_keeps_it(look: Look) -> None:
    with look.app.test_request_context("/contact", environ_overrides={"SCRIPT_NAME": "/training"}):
        template = look.app.jinja_env.get_template("statements/contact.html")
        page = template.render(site=look.site, demonstration=True)
    ours = [link for link in re.findall(r'(?:href|src|action)="(/[^"]*)"', page)]
    assert ours and all(link.startswith("/training/") for link in ours)


def test_the_templates_ask_for_no_name_that_is_misspelt(look: Look) -> None:
    """The application lets a missing name through as nothing, so a slip in a statement would go unseen."""
    strict = look.app.jinja_env.overlay(undefined=StrictUndefined)
    given = {
        "site": look.site,
        "error_list": None,
        "viewer": None,
        "navigation": [],
        "demonstration": False,
        "get_flashed_messages": lambda: [],
    }
    with look.app.test_request_context("/"):
        for name in ("accessibility", "privacy", "contact"):
            assert strict.get_template(f"statements/{name}.html").render(**given)
