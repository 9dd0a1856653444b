"""What is typed is bounded as a whole, in whatever shape it is sent; the answer repeats none of it."""

from urllib.parse import urlencode

import pytest
from flask import Flask

from tests.browser import Browser
from training_app.web.failures import WORDS

MOST = 512 * 1024
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
TOO_LARGE = {
    "one long text": [("email", "x" * (MOST + 1))],
    "many short ones": [("email", "x" * 1000)] * 600,
    "more fields than any page has": [("a", "1")] * 11_000,
}
PART = '--x\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'


def _body(kind: str, fields: list[tuple[str, str]]) -> bytes:
    """As a browser would send it; the test client would leave a file of its own open."""
    if kind == URLENCODED:
        return urlencode(fields).encode()
    return ("".join(PART.format(name, "", value) for name, value in fields) + "--x--").encode()


@pytest.mark.parametrize("kind", [URLENCODED, MULTIPART])
@pytest.mark.parametrize("what", TOO_LARGE)
@pytest.mark.parametrize("address", ["/sign-in", "/sign-in/code", "/sign-out"])
def test_what_is_too_large_is_refused_and_not_repeated(browser: Browser, address: str, what: str, kind: str):
    with browser.app.app_context():
        answer = browser.client.post(address, data=_body(kind, TOO_LARGE[what]), content_type=kind)
    page = browser.read(answer)
    assert page.status == 413 and page.heading == WORDS[413].heading and "shorter text" in page.text
    assert len(answer.get_data()) < 20_000


def test_five_megabytes_of_text_do_not_come_back(browser: Browser):
    with browser.app.app_context():
        answer = browser.client.post("/sign-in", data={"email": "x" * 4_900_000})
    assert answer.status_code == 413 and len(answer.get_data()) < 20_000


@pytest.mark.parametrize("kind", [URLENCODED, MULTIPART])
def test_what_a_form_may_hold_is_read(app: Flask, browser: Browser, kind: str):
    page = browser.get("/sign-in")
    token = str(page.tree.xpath("//*[@name='csrf_token']/@value")[0])
    with app.app_context():
        typed = [("email", "x" * (MOST - 10_000)), ("csrf_token", token)]
        answer = browser.client.post("/sign-in", data=_body(kind, typed), content_type=kind)
    assert answer.status_code == 422


def test_a_file_may_be_larger_than_a_text(app: Flask):
    body = PART.format("file", '; filename="people.csv"', "x" * 2_000_000) + PART.format("words", "", "short") + "--x--"
    with app.test_request_context(
        "/sign-in", method="POST", data=body.encode(), content_type=MULTIPART
    ) as context:
        file = context.request.files["file"]
        assert len(file.read()) == 2_000_000 and context.request.form["words"] == "short"
        file.close()
