"""What the letter says that asks for feedback after a session."""

from datetime import datetime

from training_app.outbox.letters import LetterText, fill
from training_app.programme.models import TrainingSession
from training_app.words.dates import long_date, moment


def feedback_asked(
    training_session: TrainingSession, closes_at: datetime, *, base_url: str, site_name: str
) -> LetterText:
    """Someone came, and may say how it was until `closes_at`."""
    return fill(
        "feedback asked", course=training_session.course.title, day=long_date(training_session.last_day),
        closes=moment(closes_at), form_page=f"{base_url}/sessions/{training_session.id}/evaluation",
        site_name=site_name,
    )
