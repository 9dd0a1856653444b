"""Letters that ask for answers after a session: one to each person, once, while the form is open.

A letter leads to the form, where the person signs in. Nothing in it acts by itself. Made-up people get none.
"""

from datetime import datetime

from training_app.database import lock_rows
from training_app.evaluation import letters
from training_app.evaluation.models import Asking
from training_app.evaluation.queries.forms import people_to_ask, window_of
from training_app.evaluation.queries.room import code_of
from training_app.evaluation.rules.answers import Moment
from training_app.evaluation.rules.feedback_codes import feedback_code, in_groups
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus


def ask_for_answers(session_id: int, *, base_url: str, site_name: str, secret_key: str, now: datetime) -> int:
    """Queue the letters of one session that are due; returns how many. Takes the session's lock.

    Where the room has a code, each holds its reader's feedback code and is sealed: staff never read it.
    """
    (session,) = lock_rows(TrainingSession, [session_id])
    window = window_of(session)
    off = session.status is not SessionStatus.PUBLISHED or session.evaluation_mode is not EvaluationMode.STANDARD
    if off or not window.is_open(now):
        return 0
    room_code, people = code_of(session_id), people_to_ask(session_id)
    for person in people:
        db.session.add(Asking(session_id=session_id, person_id=person.id, moment=Moment.AFTER, asked_at=now))
        text = letters.feedback_asked(
            session, window.closes_at, base_url=base_url, site_name=site_name, room_code=room_code,
            feedback_code=in_groups(feedback_code(session_id, person.id, secret_key)),
        )
        sealed = room_code is not None
        enqueue(
            text, recipient=str(person.email), now=now, sealed=sealed, expires_at=window.closes_at if sealed else None
        )
    return len(people)
