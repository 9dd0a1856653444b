"""What the letter says that asks for feedback after a session."""

from datetime import datetime

from training_app.outbox.letters import LetterText, fill
from training_app.programme.models import TrainingSession
from training_app.words.dates import long_date, moment


def feedback_asked(
    training_session: TrainingSession, closes_at: datetime, *, base_url: str, site_name: str,
    room_code: str | None = None, feedback_code: str = "",
) -> LetterText:
    """Someone came, and may say how it was until `closes_at`. A letter with a feedback code is to be sealed."""
    return fill(
        "feedback asked", course=training_session.course.title, day=long_date(training_session.last_day),
        closes=moment(closes_at), form_page=f"{base_url}/sessions/{training_session.id}/evaluation",
        site_name=site_name, room_page=f"{base_url}/e/{room_code}" if room_code else "", feedback_code=feedback_code,
    )
