"""Whether a form is the sender's own: no cookie, no referrer, another site's page, a machine that tries addresses."""

import pytest
from flask import Flask

from tests.browser import Browser, watched
from tests.web.lost import fields
from training_app.accounts.rules.roles import Role
from training_app.web import failures

HTTPS = "https://localhost"
KEEPS_NONE = "Your browser keeps no cookies for this site, or has been closed since the page was opened"
TYPED = {"email": "a@b.example"}


def sent(browser: Browser, at: str, data: dict[str, str], **headers: str):
    """An answer to this form over HTTPS, with these headers and no referrer."""
    with browser.app.app_context():
        return browser.client.post(at, data=data, base_url=HTTPS, headers=headers)


def opened(browser: Browser, at: str) -> dict[str, str]:
    with browser.app.app_context():
        return fields(browser.read(browser.client.get(at, base_url=HTTPS)), at)


def test_a_browser_without_cookies_is_told_of_them_each_time(app: Flask):
    browser = Browser(app)
    for _ in range(2):
        data = fields(browser.get("/sign-in"), "/sign-in") | TYPED
        browser.client.delete_cookie("training")
        page = browser.post("/sign-in", data, status=400)
        assert f"{KEEPS_NONE}, so we cannot tell that the form is yours." in page.text
        assert "allow cookies if they are switched off, then press “Email me a code” again." in page.text
        assert "open for long" not in page.text
        assert fields(page, "/sign-in")["email"] == TYPED["email"]
        browser.client.delete_cookie("training")


def test_over_https_a_form_needs_no_referrer(app: Flask):
    browser = Browser(app)
    answer = sent(browser, "/sign-in", opened(browser, "/sign-in") | TYPED)
    assert answer.status_code == 302 and answer.location == "/sign-in/code"


@pytest.mark.parametrize("headers", [
    {"Origin": HTTPS}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "none"},
])  # fmt: skip
def test_a_form_of_our_own_page_is_taken(app: Flask, headers):
    browser = Browser(app)
    assert sent(browser, "/sign-in", opened(browser, "/sign-in") | TYPED, **headers).status_code == 302


@pytest.mark.parametrize("headers", [
    {"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://other.localhost", "Sec-Fetch-Site": "same-site"}, {"Origin": "https://localhost:8443"},
    {"Referer": "https://elsewhere.example/page"}, {"Origin": "http://localhost"}, {"Origin": "https://["},
])  # fmt: skip
@pytest.mark.parametrize("at", ["/sign-in", "/account/details"])
def test_another_sites_form_is_refused_even_with_a_good_token(app: Flask, browser_of, headers, at):
    browser = Browser(app) if at == "/sign-in" else browser_of(Role.PRACTITIONER)
    answer = sent(browser, at, opened(browser, at) | TYPED, **headers)
    assert answer.status_code == 400 and failures.FROM_ELSEWHERE.heading in answer.get_data(as_text=True)


def test_another_sites_form_is_not_even_read(app: Flask):
    """Before its token is looked for: what is too large to be read is refused for where it comes from."""
    headers = {"Origin": "https://elsewhere.example"}
    answer = sent(Browser(app), "/sign-in", {"email": "a" * 6 * 1024 * 1024}, **headers)
    assert answer.status_code == 400 and failures.FROM_ELSEWHERE.heading in answer.get_data(as_text=True)


@pytest.mark.parametrize("at", ["/sign-in", "/e/ABCDEF", "/e/ABCDEF/next", "/sign-in/code/again"])
def test_a_machine_that_tries_addresses_asks_the_database_nothing(app: Flask, at):
    browser = Browser(app)
    with watched(app) as seen, app.app_context():
        answer = browser.client.post(at, data={})
    assert answer.status_code == 400 and seen.count == 0
    assert failures.NO_COOKIES.heading in answer.get_data(as_text=True)


def test_a_page_of_ours_named_as_referrer_is_shown_again(app: Flask):
    page = Browser(app).client.post("/sign-in", data={}, headers={"Referer": "http://localhost/sign-in"})
    assert KEEPS_NONE in page.get_data(as_text=True) and page.status_code == 400
