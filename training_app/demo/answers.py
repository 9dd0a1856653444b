"""Made-up answers to the standard evaluation, inserted in bulk and published by the evaluation's own command."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import insert

from training_app.demo.people import Someone
from training_app.demo.ratings import Pair
from training_app.demo.words import BY_QUESTION
from training_app.evaluation.models import Comment, InstrumentVersion, Pairing, Rating, Response
from training_app.evaluation.rules.answers import CommentState, Moment
from training_app.extensions import db

COMMENTS_OUT_OF_TEN = 3
QUOTABLE_OUT_OF_TEN = 7
RELEASED_OUT_OF_TEN = 6


@dataclass
class Form:
    """One person's before and after of one session. `person` is None where nobody knows whose it is."""

    session_id: int
    ended_at: datetime
    person: Someone | None
    ratings: dict[str, Pair]
    looking_back: bool = False
    moments: tuple[Moment, ...] = (Moment.BEFORE, Moment.AFTER)


@dataclass
class Answers:
    """Writes forms down. Pairing ids come from the same seeded source, so a demonstration repeats itself."""

    version: InstrumentVersion
    rng: Random
    decided_by_id: int | None
    ratings: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._question_ids = {question.key: question.id for question in self.version.questions}

    def write(self, forms: Sequence[Form]) -> None:
        for form in forms:
            self._write(form)
        if self.ratings:
            db.session.execute(insert(Rating), self.ratings)
            self.ratings = []

    def _write(self, form: Form) -> None:
        pairing_id = UUID(int=self.rng.getrandbits(128), version=4)
        if form.person is not None:
            db.session.add(
                Pairing(pairing_id=pairing_id, person_id=form.person.person_id, session_id=form.session_id)
            )
        for moment in form.moments:
            response = self._response(form, moment, pairing_id)
            for key, (before, after) in form.ratings.items():
                self._rate(response, key, before if moment is Moment.BEFORE else after)
            if moment is Moment.AFTER:
                self._comment(response)
        if form.looking_back and Moment.AFTER in form.moments:
            response = self._response(form, Moment.LOOKING_BACK, pairing_id)
            for key, (before, _) in form.ratings.items():
                # People often think, looking back, that they knew less than they said at the time.
                self._rate(response, key, max(1, before - self.rng.choice((0, 0, 1, 1, 2))))

    def _response(self, form: Form, moment: Moment, pairing_id: UUID) -> Response:
        delay = timedelta(minutes=self.rng.randrange(5, 3 * 24 * 60))
        at = form.ended_at - timedelta(days=1) - delay if moment is Moment.BEFORE else form.ended_at + delay
        response = Response(
            session_id=form.session_id, version_id=self.version.id, moment=moment, pairing_id=pairing_id,
            agency_id=form.person.agency_id if form.person else None, submitted_at=at, generated=True,
        )
        db.session.add(response)
        db.session.flush()
        return response

    def _rate(self, response: Response, key: str, value: int) -> None:
        self.ratings.append(
            {"response_id": response.id, "question_id": self._question_ids[key], "value": value}
        )

    def _comment(self, response: Response) -> None:
        if self.rng.randrange(10) >= COMMENTS_OUT_OF_TEN:
            return
        key = self.rng.choice(sorted(BY_QUESTION))
        text = self.rng.choice(BY_QUESTION[key])
        may_quote = self.rng.randrange(10) < QUOTABLE_OUT_OF_TEN
        released = may_quote and self.rng.randrange(10) < RELEASED_OUT_OF_TEN
        db.session.add(
            Comment(
                response_id=response.id, question_id=self._question_ids[key], text=text, may_quote=may_quote,
                state=CommentState.RELEASED if released else CommentState.NEW,
                released_text=text if released else None,
                decided_at=response.submitted_at + timedelta(days=7) if released else None,
                decided_by_id=self.decided_by_id if released else None,
            )
        )
