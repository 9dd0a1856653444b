"""Letters that ask for answers after a session: one to each person, once, while the form is open.

A letter leads to the form, where the person signs in. Nothing in it acts by itself. Made-up people get none.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from training_app.clock import local
from training_app.database import lock_rows
from training_app.evaluation.models import Asking, Pairing, Response
from training_app.evaluation.queries import window_of
from training_app.evaluation.rules import WINDOW_LENGTH, Moment
from training_app.extensions import db
from training_app.outbox.commands import enqueue
from training_app.people.models import Person
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import EvaluationMode, SessionStatus
from training_app.registers.queries.marks import expected_at, people_who_came
from training_app.web.words import long_date, moment

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


def sessions_to_ask_about(now: datetime) -> list[int]:
    """Ids of the sessions that have ended and whose form is open, lowest first."""
    today = local(now).date()
    sessions = db.session.scalars(
        select(TrainingSession)
        .where(
            TrainingSession.last_day.between(today - WINDOW_LENGTH, today),
            TrainingSession.status == SessionStatus.PUBLISHED,
            TrainingSession.evaluation_mode == EvaluationMode.STANDARD,
        )
        .options(selectinload(TrainingSession.parts))
        .order_by(TrainingSession.id)
    )
    return [one.id for one in sessions if window_of(one).is_open(now)]


def people_to_ask(session_id: int) -> Sequence[Person]:
    """Whom the register names as having come or, where it is still open, who is expected to have.

    Only people with an e-mail of their own who have neither answered nor been asked.
    """
    there = [*people_who_came(session_id), *expected_at(session_id)]
    answered = (
        select(Pairing.person_id)
        .join(Response, Response.pairing_id == Pairing.pairing_id)
        .where(Pairing.session_id == session_id, Response.moment == Moment.AFTER)
    )
    asked = select(Asking.person_id).where(Asking.session_id == session_id, Asking.moment == Moment.AFTER)
    query = select(Person).where(
        Person.id.in_(there), Person.email.is_not(None), Person.generated.is_(False),
        Person.id.not_in(answered), Person.id.not_in(asked),
    )
    return db.session.scalars(query.order_by(Person.id)).all()


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
