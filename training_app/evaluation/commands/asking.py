"""Letters that ask for answers after a session: one to each person, once, while the form is open.

A letter leads to the form, where the person signs in. Nothing in it acts by itself. Made-up people get none.
"""

from datetime import datetime

from training_app.database import lock_rows
from training_app.evaluation import letters
from training_app.evaluation.models import Asking
from training_app.evaluation.queries.forms import people_to_ask, window_of
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus


def ask_for_answers(session_id: int, *, base_url: str, site_name: str, now: datetime) -> int:
    """Queue the letters of one session that are due; returns how many. Takes the session's lock."""
    (session,) = lock_rows(TrainingSession, [session_id])
    window = window_of(session)
    off = session.status is not SessionStatus.PUBLISHED or session.evaluation_mode is not EvaluationMode.STANDARD
    if off or not window.is_open(now):
        return 0
    text = letters.feedback_asked(session, window.closes_at, base_url=base_url, site_name=site_name)
    people = people_to_ask(session_id)
    for person in people:
        db.session.add(Asking(session_id=session_id, person_id=person.id, moment=Moment.AFTER, asked_at=now))
        enqueue(text, recipient=str(person.email), now=now)
    return len(people)
