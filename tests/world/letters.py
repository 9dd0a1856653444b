"""Letters in the queue."""

from training_app import clock
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.outbox.letters import LetterText
from training_app.outbox.models import Letter


def make_letter(
    *,
    kind: str = "booking confirmed",
    subject: str = "Your place on Neglect",
    body: str = "Dear Bryony,\n\nYou have a place.\n",
    **facts: object,
) -> Letter:
    """A letter by the one command that queues any."""
    usual = {"recipient": "bryony@agency.example", "now": clock.now()}
    letter_id = enqueue(LetterText(kind, subject, body), **usual | facts)  # type: ignore[arg-type]
    return db.session.get_one(Letter, letter_id)
