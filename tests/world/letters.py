"""Letters in the queue."""

from training_app import clock
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.outbox.models import Letter


def make_letter(**facts: object) -> Letter:
    """A letter by the one command that queues any."""
    usual = {
        "kind": "test",
        "recipient": "bryony@agency.example",
        "subject": "Your place on Neglect",
        "body": "Dear Bryony,\n\nYou have a place.\n",
        "now": clock.now(),
    }
    letter = enqueue(**usual | facts)  # type: ignore[arg-type]
    db.session.flush()
    return letter
