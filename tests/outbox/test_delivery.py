"""Letters through a real mail server and into a folder."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from tests.outbox.letters import Sink, letter_as_stored, mail_server, queue_letter
from training_app import clock
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of
from training_app.outbox import delivery
from training_app.outbox.attachments import Attachment
from training_app.outbox.commands import claim_due, mark_sent, send_again
from training_app.outbox.rules import MOST_ATTEMPTS, LetterState


@pytest.fixture
def settings(in_app, monkeypatch):
    """Change settings for one test: `settings(smtp_url=…)`."""

    def change(**changes):
        changed = replace(of(in_app).settings, **changes)
        monkeypatch.setattr(of(in_app), "settings", changed)

    return change


@pytest.fixture
def sink(settings):
    sink = Sink()
    with mail_server(sink) as url:
        settings(smtp_url=url, mail_from="Safeguarding training <training@partnership.example>")
        yield sink


def test_a_letter_arrives_whole(sink):
    letter_id = queue_letter(subject="Siân, your place", body="Dear Siân,\n\nUntil Thursday – 9:30am.\n")
    delivery.deliver_due()
    [message] = sink.arrived
    assert message["Subject"] == "Siân, your place"
    assert message["To"] == "bryony@agency.example"
    assert message["From"] == "Safeguarding training <training@partnership.example>"
    assert sink.senders == ["training@partnership.example"]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@partnership.example>")
    assert message["Date"].datetime
    assert message.get_content().replace("\r\n", "\n") == "Dear Siân,\n\nUntil Thursday – 9:30am.\n"
    letter = letter_as_stored(letter_id)
    assert (letter.state, letter.attempts, letter.lease_until) == (LetterState.SENT, 1, None)
    assert letter.sent_at is not None


def test_a_calendar_file_goes_with_it(sink):
    calendar = Attachment(
        name="session.ics",
        media_type="text/calendar; method=REQUEST; charset=utf-8",
        content="BEGIN:VCALENDAR ö".encode(),
    )
    queue_letter(attachment=calendar)
    delivery.deliver_due()
    [part] = sink.arrived[0].iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "REQUEST"
    assert part.get_filename() == "session.ics"
    assert part.get_content() == "BEGIN:VCALENDAR ö"


def test_no_transaction_is_open_while_a_letter_is_sent(in_app, monkeypatch):
    open_ones = []

    class Watching:
        def send(self, message, sender, recipient):
            open_ones.append(db.session().in_transaction())

        def close(self):
            pass

    monkeypatch.setattr(delivery, "mailer", Watching)
    queue_letter()
    queue_letter()
    assert delivery.deliver_due().sent == 2
    assert open_ones == [False, False]


def test_a_server_that_is_busy_is_asked_again_later(sink):
    sink.answer_recipient = "451 4.7.1 Greylisted, come back later"
    letter_id = queue_letter()
    before = clock.now()
    assert delivery.deliver_due().failed == 1
    letter = letter_as_stored(letter_id)
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 1)
    assert letter.last_failure == "The mail server refused it: 451 4.7.1 Greylisted, come back later"
    assert timedelta(seconds=59) < letter.due_at - before < timedelta(seconds=70)
    assert delivery.deliver_due().failed == 0, "it is not due yet"
    assert sink.arrived == []


def test_a_mailbox_that_does_not_exist_is_not_tried_again(sink):
    sink.answer_recipient = "550 5.1.1 No such mailbox"
    letter_id = queue_letter()
    delivery.deliver_due()
    letter = letter_as_stored(letter_id)
    assert (letter.state, letter.attempts) == (LetterState.FAILED, 1)
    assert letter.last_failure == "The mail server refused it: 550 5.1.1 No such mailbox"


def test_one_refused_letter_does_not_hold_up_the_next(sink):
    sink.answer_data = "554 5.7.1 Not wanted"
    refused = queue_letter()
    delivery.deliver_due()
    sink.answer_data = ""
    wanted = queue_letter()
    assert delivery.deliver_due().sent == 1
    assert letter_as_stored(refused).state is LetterState.FAILED
    assert letter_as_stored(wanted).state is LetterState.SENT


def test_a_letter_is_given_up_after_the_last_attempt(sink, time_machine):
    sink.answer_data = "451 4.3.0 Try again"
    start = clock.now()
    letter_id = queue_letter(now=start)
    for attempt in range(MOST_ATTEMPTS):
        time_machine.move_to(start + timedelta(days=2 * attempt), tick=False)
        assert letter_as_stored(letter_id).state is LetterState.QUEUED
        assert delivery.deliver_due().failed == 1
    letter = letter_as_stored(letter_id)
    assert (letter.state, letter.attempts) == (LetterState.FAILED, MOST_ATTEMPTS)
    time_machine.move_to(start + timedelta(days=400), tick=False)
    assert delivery.deliver_due().failed == 0


def test_a_server_that_is_away_ends_the_round(settings):
    with mail_server(Sink()) as gone:
        pass
    settings(smtp_url=gone)
    first, second = queue_letter(), queue_letter()
    done = delivery.deliver_due()
    assert (done.sent, done.failed, done.unreachable) == (0, 1, True)
    letter = letter_as_stored(first)
    assert (letter.state, letter.attempts) == (LetterState.QUEUED, 1)
    assert letter.last_failure == "The mail server could not be used: Connection refused"
    assert letter_as_stored(second).attempts == 0


def test_a_connection_the_server_has_closed_is_made_anew(settings):
    sink = Sink()
    with mail_server(sink) as url:
        settings(smtp_url=url)
        way_out = delivery.mailer()
        port = int(url.rpartition(":")[2])
        message = _message()
        way_out.send(message, "a@b.example", "c@d.example")
    with mail_server(sink, port):
        way_out.send(message, "a@b.example", "c@d.example")
        way_out.close()
    assert len(sink.arrived) == 2


def _message():
    return message_from_bytes(b"Subject: One\r\n\r\nHello\r\n", policy=default)


def test_the_folder_holds_each_letter_once(in_app):
    folder = of(in_app).settings.mail_folder
    letter_id = queue_letter(subject="Your place")
    delivery.deliver_due()
    [file] = folder.iterdir()
    letter = letter_as_stored(letter_id)
    assert file.name == letter.message_id.strip("<>") + ".eml"
    assert message_from_bytes(file.read_bytes(), policy=default)["Subject"] == "Your place"
    with transaction():
        send_again(letter_id, None, clock.now())
    assert delivery.deliver_due().sent == 1
    assert list(folder.iterdir()) == [file]


def test_a_folder_that_cannot_be_written_says_so(settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings(mail_folder=tmp_path / "file" / "letters")
    letter_id = queue_letter()
    assert delivery.deliver_due().unreachable
    assert letter_as_stored(letter_id).last_failure == "The letter could not be written: Not a directory."


def test_at_once_means_now_and_never_raises(settings, sink):
    sink.answer_data = "451 Later"
    assert delivery.deliver_now(queue_letter(sealed=True)) is False
    sink.answer_data = ""
    assert delivery.deliver_now(queue_letter(sealed=True)) is True
    settings(smtp_url="smtp://127.0.0.1:1")
    assert delivery.deliver_now(queue_letter(sealed=True)) is False
    assert delivery.deliver_now(999) is False
    assert len(sink.arrived) == 1


def test_a_worker_that_was_quicker_than_the_page_is_good_news(sink):
    letter_id = queue_letter(sealed=True)
    with transaction():
        [held] = claim_due(clock.now(), 1, timedelta(minutes=5))
    assert delivery.deliver_now(letter_id) is True
    with transaction():
        mark_sent(held, clock.now())
    assert delivery.deliver_now(letter_id) is True
    assert sink.arrived == []


def test_nothing_personal_is_logged(sink, caplog):
    caplog.set_level("DEBUG")
    sink.answer_recipient = "550 <bryony@agency.example> unknown"
    queue_letter()
    delivery.deliver_due()
    sink.answer_recipient = ""
    queue_letter(body="secret words")
    delivery.deliver_due()
    assert "Letter 2 (booking confirmed) sent at attempt 1" in caplog.text
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("training_app")]
    assert not any("bryony" in line or "secret words" in line for line in ours)


def test_a_domain_beyond_ascii_is_written_as_servers_do(sink):
    queue_letter(recipient="bryony@schüle.example")
    delivery.deliver_due()
    assert sink.recipients == [["bryony@xn--schle-mva.example"]]
    assert sink.arrived[0]["To"] == "bryony@xn--schle-mva.example"
