"""The queue as the business office sees it."""

from datetime import timedelta

import pytest

from tests.outbox.letters import letter_as_stored, queue_letter
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.outbox import delivery
from training_app.outbox.commands import claim_due, enqueue, mark_failed
from training_app.outbox.letters import LetterText
from training_app.outbox.rules import LetterState


@pytest.fixture
def office(browser_of):
    return browser_of(Role.OFFICE)


def _queue(app, **changes) -> int:
    with app.app_context():
        return queue_letter(**changes)


def _fail(app, reason):
    with app.app_context(), transaction():
        for claim in claim_due(clock.now(), 100, timedelta(minutes=5)):
            mark_failed(claim, reason, clock.now(), for_good=True)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
@pytest.mark.parametrize("path", ["/letters", "/letters/1"])
def test_letters_are_for_the_business_office_alone(app, browser_of, role, path):
    _queue(app)
    browser = browser_of(role)
    browser.get(path, status=403)


def test_a_stranger_is_asked_to_sign_in(app, browser):
    _queue(app)
    assert browser.get("/letters", status=302).location.startswith("/sign-in")
    browser.post("/letters/1/send-again", {}, status=400)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OFFICE])
def test_nobody_else_sends_a_letter_again(app, browser_of, role):
    letter_id = _queue(app)
    _fail(app, "550 no")
    browser = browser_of(role)
    token = browser.get("/contact").tree.xpath("//*[@name='csrf_token']/@value")[0]
    browser.post(f"/letters/{letter_id}/send-again", {"csrf_token": token}, status=403)
    with app.app_context():
        assert letter_as_stored(letter_id).state is LetterState.FAILED


def test_an_empty_queue_says_so(office):
    page = office.get("/letters")
    assert "No letter has been sent yet; 0 waiting; 0 not sent." in page.text
    assert "No letters here" in page.text
    assert "Send lettersNot yet" in page.text, "a job that never ran says so"


def test_the_list_tells_what_became_of_each(app, office):
    _queue(app, subject="Sent one")
    with app.app_context():
        delivery.deliver_due()
    _queue(app, subject="Failed one", recipient="wrong@agency.example")
    _fail(app, "The mail server refused it: 550 No such mailbox")
    _queue(app, subject="Waiting one")
    page = office.get("/letters")
    assert "; 1 waiting; 1 not sent." in page.text
    assert page.text.index("Waiting one") < page.text.index("Failed one") < page.text.index("Sent one")
    assert "Given up after 1 attempt: The mail server refused it: 550 No such mailbox" in page.text
    failed = office.get("/letters?show=failed")
    assert "Failed one" in failed.text
    assert "Sent one" not in failed.text
    assert "Waiting one" in office.get("/letters?show=waiting").text


def test_a_long_queue_is_cut_into_pages(app, office):
    with app.app_context(), transaction():
        for number in range(60):
            _in_transaction(number)
    first = office.get("/letters?show=waiting", most_queries=12)
    assert "Page 1 of 2" in first.text
    second = office.get(next(href for href in first.links.values() if "page=2" in href))
    assert "Letter number 0 " in second.text
    assert "Letter number 59" not in second.text
    assert "Page 2 of 2" in office.get("/letters?page=9").text, "past the end is the end, as in every list"


def _in_transaction(number):
    text = LetterText("booking confirmed", f"Letter number {number}", "B")
    enqueue(text, recipient="a@b.example", now=clock.now() + timedelta(seconds=number))


def test_a_letter_nobody_tried_is_pointed_out(app, office):
    _queue(app, now=clock.now() - timedelta(minutes=4))
    assert "worker may not be running" not in office.get("/letters").text
    _queue(app, now=clock.now() - timedelta(minutes=6))
    assert "worker may not be running" in office.get("/letters").text


def test_a_letter_that_failed_is_sent_again(app, office):
    letter_id = _queue(app, subject="Your place <b>", body="Dear Bryony,\n\nLine one\nline two <script>")
    _fail(app, "The mail server refused it: 550 No such mailbox")
    page = office.get(f"/letters/{letter_id}")
    assert page.heading == "Your place <b>"
    assert "line two <script>" in page.text
    assert "550 No such mailbox" in page.text
    shown = office.follow(office.send(page))
    assert "The letter is in the queue again." in shown.text
    assert "Asked to be sent again by staff" in shown.text
    assert "Attempt 1 failed; given up" in shown.text
    with app.app_context():
        assert delivery.deliver_due().sent == 1
    assert "Sent 2" in office.get(f"/letters/{letter_id}").text


def test_every_sending_stays_in_its_history(app, office):
    letter_id = _queue(app, now=clock.now() - timedelta(hours=1))
    with app.app_context():
        delivery.deliver_due()
    office.send(office.get(f"/letters/{letter_id}"))
    with app.app_context():
        delivery.deliver_due()
    told = office.get(f"/letters/{letter_id}").tree.xpath("//*[@class='scp-timeline__what']/text()")
    assert told == ["Queued", "Sent", "Asked to be sent again by staff", "Sent"]


def test_a_button_pressed_too_late_says_why_not(app, office):
    letter_id = _queue(app)
    _fail(app, "550")
    page = office.get(f"/letters/{letter_id}")
    office.send(page)
    assert "already waiting to be sent" in office.follow(office.send(page)).text


def test_a_sealed_letter_shows_no_word_and_no_button(app, office):
    letter_id = _queue(app, sealed=True, subject="Your sign-in code", body="Your code is 123456")
    page = office.get(f"/letters/{letter_id}")
    assert "123456" not in page.response.text
    assert "Only the person it was sent to can read it" in page.text
    assert "never sent again" in page.text
    assert "123456" not in office.get("/letters").response.text
    with app.app_context():
        delivery.deliver_due()
        assert letter_as_stored(letter_id).body == ""
    assert "send-again" not in office.get(f"/letters/{letter_id}").response.text


def test_a_letter_that_is_not_there(office):
    assert office.get("/letters/999", status=404).heading == "Page not found"
    token = office.get("/contact").tree.xpath("//*[@name='csrf_token']/@value")[0]
    office.post("/letters/999/send-again", {"csrf_token": token}, status=404)
