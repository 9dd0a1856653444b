"""Writes: a person's answers, and what the office decides about words.

No line of the audit says who answered: it would join a person to their answers after the pairing is erased.
"""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import select

from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.evaluation.commands.publishing import publish_if_due
from training_app.evaluation.models import (
    Comment,
    Pairing,
    Question,
    Rating,
    Response,
)
from training_app.evaluation.queries.forms import agency_on_the_day, facts_for, has_answered_as
from training_app.evaluation.results import Answers
from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules.answers import Moment, QuestionKind, Refusal
from training_app.extensions import db
from training_app.people.models import Person
from training_app.programme.models import TrainingSession


class Outcome(StrEnum):
    """What became of a form that was sent: kept, the very same once more, or others were here before and stand."""

    KEPT = "kept"
    SENT_TWICE = "sent_twice"
    ALREADY_HERE = "already_here"


class CannotAnswer(Refused):
    """The form may not be answered now. `why` is the rule's reason."""

    def __init__(self, why: Refusal) -> None:
        super().__init__(f"{why.heading}. {why.sentence}")
        self.why = why


EMPTY = "Answer at least one question, or leave this page: nothing has to be answered"


def answer(
    session_id: int, person_id: int | None, answers: Answers, now: datetime, *, stranger: UUID | None = None,
    in_the_room: bool = False, alarm_id: int | None = None,
) -> Outcome:
    """Keep one person's answers, and publish the session's where that is now due.

    Sent twice (a double tap, a slow line), the first sending stands; so it does where the second says something else,
    and the outcome tells the two apart. `person_id` is None for a form that names nobody: its moments are joined to
    each other and to no person. `stranger` then tells one such sender from the next, so that theirs counts once too.
    `in_the_room`: they had the code on the trainer's screen. `alarm_id`: what puts it in doubt, until it is looked at.
    """
    lock_rows(TrainingSession, [session_id])
    session = db.session.get_one(TrainingSession, session_id)
    facts = facts_for(session, person_id, answers.form)
    if in_the_room:
        facts = replace(facts, came=True, window=rules.window_in_the_room(facts.window))
    if stranger is not None and has_answered_as(stranger, answers.form):
        facts = replace(facts, answered=True)
    why_not = rules.refusal(answers.form, facts, now)
    if why_not is Refusal.ANSWERED:
        return _second_time(stranger if person_id is None else _pairing_id(session_id, person_id), answers)
    if why_not is not None:
        raise CannotAnswer(why_not)
    _check(answers)
    pairing_id = stranger or uuid4() if person_id is None else _pairing_id(session_id, person_id)
    agency_id = None if person_id is None else agency_on_the_day(session, person_id)
    made_up = person_id is not None and db.session.get_one(Person, person_id).generated
    for moment in rules.moments_asked(answers.form):
        ratings = answers.ratings.get(moment, {})
        if moment is answers.form or ratings:
            response = Response(
                session_id=session_id, version_id=answers.version.id, moment=moment, pairing_id=pairing_id,
                agency_id=agency_id, submitted_at=now, generated=made_up, alarm_id=alarm_id,
            )
            _fill(response, moment, answers)
            db.session.add(response)
    db.session.flush()
    if answers.form is Moment.AFTER:
        publish_if_due(session_id, now)
    return Outcome.KEPT


def _pairing_id(session_id: int, person_id: int) -> UUID:
    """The random id that joins this person's moments at this session: made once, kept in one table."""
    kept = db.session.scalar(
        select(Pairing.pairing_id).where(Pairing.session_id == session_id, Pairing.person_id == person_id)
    )
    if kept is not None:
        return kept
    pairing = Pairing(pairing_id=uuid4(), person_id=person_id, session_id=session_id)
    db.session.add(pairing)
    return pairing.pairing_id


def _second_time(pairing_id: UUID | None, answers: Answers) -> Outcome:
    return Outcome.SENT_TWICE if pairing_id and _is_kept(pairing_id, answers) else Outcome.ALREADY_HERE


def _is_kept(pairing_id: UUID, answers: Answers) -> bool:
    """Are these the very answers that are kept, so that the form was sent twice?"""
    keys = {question.id: question.key for question in answers.version.questions}
    kept = db.session.scalars(
        select(Response).where(
            Response.pairing_id == pairing_id, Response.moment.in_(rules.moments_asked(answers.form)),
            Response.version_id == answers.version.id,
        )
    ).all()
    ratings = {(one.moment, keys[rated.question_id], rated.value) for one in kept for rated in one.ratings}
    words = {(keys[one.question_id], one.text, one.may_quote) for response in kept for one in response.comments}
    return ratings == {
        (moment, key, value) for moment, rated in answers.ratings.items() for key, value in rated.items()
    } and words == {(key, text.strip(), answers.may_quote) for key, text in answers.words.items() if text.strip()}


def _fill(response: Response, moment: Moment, answers: Answers) -> None:
    ids = {question.key: question.id for question in answers.version.questions}
    response.ratings = [
        Rating(question_id=ids[key], value=value) for key, value in answers.ratings.get(moment, {}).items()
    ]
    if moment is answers.form:
        response.comments = [
            Comment(question_id=ids[key], text=text.strip(), may_quote=answers.may_quote)
            for key, text in answers.words.items()
            if text.strip()
        ]


def _check(answers: Answers) -> None:
    if answers.is_empty:
        raise Refused(EMPTY)
    questions = {question.key: question for question in answers.version.questions}
    asked = rules.moments_asked(answers.form)
    for moment, ratings in answers.ratings.items():
        for key, value in ratings.items():
            if moment not in asked or not _on_scale(questions.get(key), value):
                raise Refused("Choose a number from the row, or leave it out")
    for key, text in answers.words.items():
        question = questions.get(key)
        if question is None or question.kind is not QuestionKind.WORDS:
            raise Refused("That question is not on this form")
        if len(text) > rules.LONGEST_WORDS:
            raise Refused(f"Use {rules.LONGEST_WORDS:,} characters or fewer")


def _on_scale(question: Question | None, value: int) -> bool:
    if question is None or question.scale_min is None or question.scale_max is None:
        return False
    return question.scale_min <= value <= question.scale_max
