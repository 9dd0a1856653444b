"""Changing the form: never the version that people answered, always the next one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from training_app.audit import commands as audit
from training_app.errors import Refused
from training_app.evaluation.models import InstrumentVersion, Question
from training_app.evaluation.queries.forms import current_version
from training_app.evaluation.rules.answers import QuestionKind
from training_app.extensions import db

CHANGEABLE = ("text", "hint", "low_label", "high_label", "scale_min", "scale_max")


@dataclass(frozen=True)
class NewQuestion:
    """A question to add at the end. A rating has a scale and words at its ends; a question in words has neither."""

    key: str
    kind: QuestionKind
    text: str
    hint: str = ""
    low_label: str = ""
    high_label: str = ""
    scale_min: int | None = None
    scale_max: int | None = None


def new_version(
    instrument: str,
    changes: Mapping[str, Mapping[str, Any]],
    *,
    leave_out: Collection[str] = (),
    add: Sequence[NewQuestion] = (),
    actor_id: int | None,
    now: datetime,
) -> InstrumentVersion:
    """Make the next version: the questions of the last one by key, changed, left out and added as said.

    A question keeps its key while it asks the same thing; then its ratings are joined across versions, as long as
    the scale is the same too. One that asks another thing is left out and comes back under a new key.
    """
    last = current_version(instrument)
    _check_known(last, {*changes, *leave_out})
    kept = [question for question in last.questions if question.key not in leave_out]
    made = [_next(question, changes.get(question.key, {})) for question in kept] + [_made(new) for new in add]
    if not made:
        raise Refused("A form needs at least one question.")
    keys = [question.key for question in made]
    if len(set(keys)) < len(keys):
        raise Refused("Two questions of one form cannot have the same key.")
    for position, question in enumerate(made, start=1):
        question.position = position
    version = InstrumentVersion(instrument=instrument, number=last.number + 1, created_at=now, questions=made)
    db.session.add(version)
    db.session.flush()
    audit.record(
        "evaluation.version_made", "instrument_version", version.id, actor_id=actor_id, now=now,
        number=version.number, changed=sorted(changes), left_out=sorted(leave_out), added=[new.key for new in add],
    )
    return version


def _check_known(version: InstrumentVersion, keys: Collection[str]) -> None:
    unknown = set(keys) - {question.key for question in version.questions}
    if unknown:
        raise Refused(f"The form has no question {', '.join(sorted(unknown))}.")


def _next(question: Question, changes: Mapping[str, Any]) -> Question:
    refused = set(changes) - set(CHANGEABLE)
    if refused:
        raise Refused(f"This cannot change from version to version: {', '.join(sorted(refused))}.")
    values = {name: getattr(question, name) for name in CHANGEABLE} | dict(changes)
    return Question(key=question.key, kind=question.kind, **values)


def _made(new: NewQuestion) -> Question:
    return Question(key=new.key, kind=new.kind, **{name: getattr(new, name) for name in CHANGEABLE})
