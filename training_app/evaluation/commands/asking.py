"""Letters that ask for answers after a session: one to each person, once, while the form is open.

A letter leads to the form, where the person signs in. Nothing in it acts by itself. Made-up people get none.
"""

from datetime import datetime

from training_app.database import lock_rows
from training_app.evaluation.models import Asking
from training_app.evaluation.queries.forms import people_to_ask, window_of
from training_app.evaluation.rules.answers import Moment
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus
from training_app.words.dates import long_date, moment

BODY = """\
You came to {course} on {day}.

What did it change for you? Tell us in about two minutes:

{address}

You sign in there with this email address, and need no password. The form is open until {closes}.

Did you answer in the room already? Then leave this letter: there is nothing more to do.

You do not have to answer. Your name is not shown with your answers, and we ask by letter once only.

If you were not there, tell us and leave the form: the register may not be right yet.

{site_name}
"""


def ask_for_answers(session_id: int, *, base_url: str, site_name: str, now: datetime) -> int:
    """Queue the letters of one session that are due; returns how many. Takes the session's lock."""
    (session,) = lock_rows(TrainingSession, [session_id])
    window = window_of(session)
    off = session.status is not SessionStatus.PUBLISHED or session.evaluation_mode is not EvaluationMode.STANDARD
    if off or not window.is_open(now):
        return 0
    people = people_to_ask(session_id)
    for person in people:
        db.session.add(Asking(session_id=session_id, person_id=person.id, moment=Moment.AFTER, asked_at=now))
        enqueue(
            kind="evaluation.asked", recipient=str(person.email), subject=f"How was {session.course.title}?",
            body=BODY.format(
                course=session.course.title, day=long_date(session.last_day), closes=moment(window.closes_at),
                address=f"{base_url}/sessions/{session_id}/evaluation", site_name=site_name,
            ),
            now=now,
        )
    return len(people)
