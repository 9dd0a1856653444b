"""flask outbox send, for those who have a clock of their own."""

from dataclasses import replace

from tests.outbox.letters import Sink, letter_as_stored, mail_server, queue_letter
from training_app.installation import of
from training_app.outbox.rules import LetterState


def test_it_sends_what_is_due_and_says_how_many(app):
    with app.app_context():
        letter_id = queue_letter()
    outcome = app.test_cli_runner().invoke(args=["outbox", "send"])
    assert (outcome.exit_code, outcome.output) == (0, "Letters: 1 sent, 0 not sent.\n")
    with app.app_context():
        assert letter_as_stored(letter_id).state is LetterState.SENT
    assert app.test_cli_runner().invoke(args=["outbox", "send"]).output == "Letters: 0 sent, 0 not sent.\n"


def test_it_fails_when_the_mail_server_is_away(app, monkeypatch):
    with mail_server(Sink()) as gone:
        pass
    monkeypatch.setattr(of(app), "settings", replace(of(app).settings, smtp_url=gone))
    with app.app_context():
        queue_letter()
    outcome = app.test_cli_runner().invoke(args=["outbox", "send"])
    assert outcome.exit_code == 1
    assert outcome.output == "Letters: 0 sent, 1 not sent, mail server not reached.\n"
