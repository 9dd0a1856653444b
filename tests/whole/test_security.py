"""What a stranger could try: headers, cookies, hosts, sizes, odd addresses, and pages that fail."""

import re
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask, abort
from itsdangerous.encoding import base64_decode
from sqlalchemy import text

from tests.accounts.letters import ask, letters_to
from tests.browser import Browser
from tests.conftest import settings_for
from tests.guards import XHTML, check_page, words_of
from tests.whole.places import YEAR, Places, rules_for
from tests.whole.visitors import enter, token_for
from training_app import create_app
from training_app.accounts.rules.roles import Role
from training_app.errors import NotAllowed
from training_app.extensions import db
from training_app.web.access import public
from training_app.web.failures import WORDS

SECRET = "the-word-that-must-not-be-seen"
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Every kind of answer there is: a page, a redirect, files for a diary, plain text, a style, what is not there.
ANSWERS = {
    "/programme": 200, "/": 200, "/calendar.ics": 200, "/healthz": 200, "/static/look/1-theme.css": 200,
    "/static/nothing.css": 404, "/nowhere": 404, "/sign-out": 405, "/my": 302, f"/impact/{YEAR}": 302,
}  # fmt: skip



@pytest.fixture
def behind_https(house: tuple[Flask, Path], tmp_path: Path) -> Flask:
    """The service as it is installed: at a public address, behind a proxy that speaks https for it."""
    return _installed(house, tmp_path, base_url="https://training.example.org", trusted_proxies=1)


@pytest.fixture
def fragile(house: tuple[Flask, Path], tmp_path: Path) -> Flask:
    """The service with doors that fail in every way a page can."""
    app = _installed(house, tmp_path)

    @public
    def fail(code: int) -> str:
        if code == 500:
            raise RuntimeError(SECRET)
        if code == 1403:
            raise NotAllowed(SECRET)
        if code == 1500:
            db.session.execute(text(f"SELECT '{SECRET}' FROM no_such_table"))
        abort(code, description=SECRET)

    app.add_url_rule("/fail/<int:code>", "fail", fail, methods=["GET", "POST"])
    return app


def _installed(house: tuple[Flask, Path], folder: Path, **settings: object) -> Flask:
    (folder / "test.sqlite3").write_bytes(house[1].read_bytes())
    app = create_app(settings_for(folder, **settings))
    app.config["PROPAGATE_EXCEPTIONS"] = False  # as in service: a fault becomes a page
    return app


@pytest.mark.parametrize("address", ANSWERS)
def test_every_kind_of_answer_carries_the_headers(browser: Browser, address: str):
    with browser.client.get(address) as answer:
        assert answer.status_code == ANSWERS[address]
        headers = answer.headers
    assert EXPECTED.items() <= dict(headers).items()
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'nonce-")
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Content-Type"].endswith("; charset=utf-8")
    assert "Access-Control-Allow-Origin" not in headers


def test_the_policy_lets_in_nothing_from_elsewhere_and_nothing_inline(browser: Browser):
    policy = browser.get("/programme").response.headers["Content-Security-Policy"]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    script = rules.pop("script-src")
    assert len(script) == 1 and re.fullmatch(r"'nonce-[\w-]{20,}'", script[0])
    assert {source for sources in rules.values() for source in sources} == {"'none'", "'self'", "data:"}
    assert [name for name, sources in rules.items() if "data:" in sources] == ["img-src"]
    assert {"form-action", "frame-ancestors", "style-src"} <= rules.keys()
    assert rules["object-src"] == rules["base-uri"] == ["'none'"]


def test_every_answer_has_a_nonce_of_its_own(browser: Browser):
    seen = {browser.get("/programme").response.headers["Content-Security-Policy"] for _ in range(5)}
    assert len(seen) == 5


def test_a_page_is_kept_by_no_browser_and_a_style_is(browser: Browser):
    for address in ("/programme", "/sign-in", "/my", "/nowhere"):
        assert browser.client.get(address).headers["Cache-Control"] == "no-store", address
    with browser.client.get("/static/look/1-theme.css") as style:
        assert "max-age" in style.headers["Cache-Control"]


def test_cookies_travel_by_https_alone_where_the_service_does(behind_https: Flask):
    answer = behind_https.test_client().get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_browsers_insist_on_https_though_the_proxy_keeps_to_itself_that_it_was_used(
    house: tuple[Flask, Path], tmp_path: Path
):
    client = _installed(house, tmp_path, base_url="https://training.example.org").test_client()
    assert "Strict-Transport-Security" in client.get("/sign-in", base_url="http://127.0.0.1:8000").headers


def test_cookies_and_tokens_of_forms_are_signed_with_sha_256(app: Flask, browser: Browser):
    token = token_for(browser)
    cookie = browser.client.get_cookie(app.config["SESSION_COOKIE_NAME"]).value
    for one in (token, cookie):
        assert len(base64_decode(one.rpartition(".")[2])) == sha256().digest_size


def test_over_plain_http_no_browser_is_told_to_insist_on_https(browser: Browser):
    answer = browser.client.get("/sign-in")
    assert "Strict-Transport-Security" not in answer.headers
    assert {"HttpOnly", "SameSite=Lax"} <= set(answer.headers["Set-Cookie"].split("; "))
    assert "Secure" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_no_address_is_made_of_what_the_visitor_says_the_host_is(demonstration: Flask, header: str, places: Places):
    client = demonstration.test_client()
    evil = {header: "evil.example"}
    for address in ("/programme", "/sessions/1", "/sessions/1/calendar.ics", "/calendar.ics", "/sign-in", "/my"):
        with demonstration.app_context():
            answer = client.get(address, headers=evil)
        assert answer.status_code in {200, 302}
        assert "evil.example" not in answer.get_data(as_text=True), address
        assert "evil.example" not in answer.headers.get("Location", ""), address


def test_a_letter_leads_to_the_service_whatever_host_was_asked(app: Flask):
    browser = Browser(app)
    browser.client.environ_base["HTTP_HOST"] = "evil.example"
    ask(browser, "someone@school.example")
    letter = letters_to(app, "someone@school.example")[-1]
    assert "evil.example" not in letter.as_string()
    assert letter["Message-ID"].endswith("@partnership.example>")


def test_a_visitor_cannot_pass_for_another_network_without_a_trusted_proxy(browser: Browser):
    answer = browser.client.get("/my", headers={"X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"})
    assert answer.headers["Location"] == "/sign-in?next=/my"
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize("away", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_no_redirect_leads_to_another_site(demonstration: Flask, away: str):
    client = enter(demonstration, Role.PRACTITIONER).client
    for rule in rules_for(demonstration, "GET"):
        if rule.arguments:
            continue
        with demonstration.app_context():
            answer = client.get(rule.rule, query_string={"next": away, "url": away, "return": away})
        location = answer.headers.get("Location", "/")
        assert location.startswith("/") and not location.startswith("//"), f"{rule.rule} → {location}"


@pytest.mark.parametrize("code", [*sorted(WORDS), 418, 502])
def test_every_fault_is_a_page_in_the_look_and_gives_nothing_away(fragile: Flask, code: int):
    page = Browser(fragile).get(f"/fail/{code}", status=code)
    _gives_nothing_away(page.response.get_data(as_text=True))
    expected = WORDS.get(code, WORDS[500 if code >= 500 else 400])
    assert page.heading == expected.heading and expected.what_to_do in page.text
    assert page.links["See the training programme"] == "/programme"
    assert "scp-masthead" in page.response.get_data(as_text=True)


def _gives_nothing_away(body: str) -> None:
    for leak in (SECRET, "Traceback", "RuntimeError", "SELECT", "sqlalchemy", "site-packages", ".py", "/training_app"):
        assert leak not in body, leak


def test_a_fault_in_the_code_or_the_database_is_the_same_page(fragile: Flask, caplog: pytest.LogCaptureFixture):
    for door, code in ((500, 500), (1500, 500), (1403, 403)):
        page = Browser(fragile).get(f"/fail/{door}", status=code)
        _gives_nothing_away(page.response.get_data(as_text=True))
        assert page.heading == WORDS[code].heading
    assert SECRET in caplog.text, "those who run the service must be able to find out"


def test_a_fault_after_an_act_leaves_nothing_half_done(fragile: Flask):
    browser = Browser(fragile)
    page = browser.post("/fail/1500", {"csrf_token": token_for(browser)}, status=500)
    assert page.heading == WORDS[500].heading
    assert browser.get("/programme").status == 200  # the next visitor meets a sound connection


def test_error_pages_ask_the_database_nothing(fragile: Flask):
    assert Browser(fragile).get("/fail/500", status=500, most_queries=0).heading
    assert Browser(fragile).get("/nowhere", status=404, most_queries=0).heading


@pytest.mark.parametrize(("address", "status"), [("/sign-in", 413), ("/sign-out", 413), ("/nowhere", 404)])
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_six_megabytes_are_too_many(browser: Browser, address: str, status: int, kind: str):
    answer = browser.client.post(address, data=b"x" * 6 * 1024 * 1024, content_type=kind)
    assert answer.status_code == status
    heading = check_page(answer, browser.site_name).find(f".//{XHTML}h1")
    assert words_of(heading) == WORDS[status].heading


@pytest.mark.parametrize("path", ["../training_app/config.py", "..%2f..%2frun", "..%5c..%5crun", ".%00", "vendor"])
def test_the_folder_of_styles_holds_nothing_else(browser: Browser, path: str):
    browser.get(f"/static/{path}", status=404)
