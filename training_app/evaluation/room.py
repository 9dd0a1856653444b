"""The code on the trainer's screen: people in the room answer by it, without signing in.

Whoever gives a booking code or an e-mail that the register or a booking of this session knows is paired exactly.
Anyone else is counted without a pair. Nothing that is answered tells which of the two it was.

Once the register is closed it is the one truth of who came. Whoever gives a booking code that it does not name as
having come is told so; an e-mail that it does not name is nobody's, for others know it too.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import segno
from sqlalchemy import func, or_, select

from training_app.audit import commands as audit
from training_app.bookings.models import Booking
from training_app.bookings.rules import CODE_LENGTH as BOOKING_CODE_LENGTH
from training_app.bookings.rules import BookingState, typed_code
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.evaluation import queries, rules
from training_app.evaluation.commands import Answers, CannotAnswer, Outcome, answer
from training_app.evaluation.models import EvaluationCode, Pairing, Response
from training_app.evaluation.publishing import pairs_of
from training_app.evaluation.queries import EVALUATED, came, has_answered_as, window_of
from training_app.evaluation.rules import Facts, Moment, Refusal
from training_app.extensions import db
from training_app.people.queries import person_with_email
from training_app.programme.models import TrainingSession
from training_app.programme.rules.sessions import SessionStatus
from training_app.programme.wording import starts_at
from training_app.registers.models import AttendanceMark
from training_app.registers.queries.marks import attendances_by_session, is_closed
from training_app.registers.rules import Attendances

# Nothing that is read as something else from the back of a room: no 0 and O, no 1, I and L.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6
TOO_MANY = (
    "So many forms came from people we could not find that no more are taken. Give the booking code of your"
    " confirmation or the work email you booked with, or ask the trainer."
)
NAMELESS_FROM_ONE_BROWSER = 3
FROM_ONE_BROWSER = (
    "Three forms came from this device without a booking code or work email. Enter yours, or answer on your own phone."
)


class TooManyStrangers(Refused):
    """More forms without a known sender than there can be people in the room."""


@dataclass(frozen=True)
class LiveCounts:
    """How a session's evaluation stands. Numbers of people and forms only, nothing of what anyone said."""

    attendances: Attendances
    answered: int
    pairs: int

    @property
    def more_than_came(self) -> bool:
        """Did more people answer than are known to have come? Where nobody knows who came, nothing is said."""
        return self.attendances.number is not None and self.answered > self.attendances.number


@dataclass(frozen=True)
class Qr:
    """A QR code as one path of squares, `size` squares wide with the quiet zone around it."""

    size: int
    path: str


def qr_of(text: str) -> Qr:
    code = segno.make(text, error="m", micro=False)
    border = 4
    squares = [
        f"M{column + border} {row + border}h1v1h-1z"
        for row, line in enumerate(code.matrix)
        for column, dark in enumerate(line)
        if dark
    ]
    return Qr(len(code.matrix) + 2 * border, "".join(squares))


def code_of(session_id: int) -> str | None:
    return db.session.scalar(select(EvaluationCode.code).where(EvaluationCode.session_id == session_id))


def plain_code(typed: str) -> str:
    """A room's code as it is kept, however it was typed.

    >>> plain_code(" k7c-m9x ")
    'K7CM9X'
    """
    return "".join(one for one in typed.upper() if one.isalnum())


def is_a_code(typed: str) -> bool:
    """Does this lead to a session?"""
    known = select(EvaluationCode.session_id).where(EvaluationCode.code == plain_code(typed))
    return db.session.scalar(known) is not None


def session_of_code(typed: str) -> int:
    """The session a code leads to, however it was typed. Raises NoResultFound where it leads nowhere."""
    plain = plain_code(typed)
    return db.session.scalars(select(EvaluationCode.session_id).where(EvaluationCode.code == plain)).one()


def is_nameless(typed: str) -> bool:
    """Is this neither an e-mail nor formed like a booking code? Whoever typed it knows that it names nobody."""
    return "@" not in typed and len(typed_code(typed)) != BOOKING_CODE_LENGTH


def make_code(session_id: int, *, actor_id: int | None, now: datetime) -> str:
    """Give a session its code; asked again, the same one."""
    lock_rows(TrainingSession, [session_id])
    known = code_of(session_id)
    if known is not None:
        return known
    taken = set(db.session.scalars(select(EvaluationCode.code)))
    code = _new_code()
    while code in taken:
        code = _new_code()
    db.session.add(EvaluationCode(session_id=session_id, code=code, made_at=now))
    db.session.flush()
    audit.record("evaluation.code_made", "training_session", session_id, actor_id=actor_id, now=now)
    return code


def _new_code() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(CODE_LENGTH))


def live_counts(session_id: int) -> LiveCounts:
    answered = select(func.count()).where(Response.session_id == session_id, Response.moment == Moment.AFTER)
    return LiveCounts(
        attendances_by_session([session_id])[session_id], db.session.scalar(answered) or 0, pairs_of(session_id)
    )


def why_not_in_the_room(session: TrainingSession, now: datetime) -> Refusal | None:
    """Why nobody can answer by the code now; None where they can."""
    facts = Facts(
        EVALUATED[session.evaluation_mode], session.status is SessionStatus.CANCELLED, starts_at(session),
        rules.window_in_the_room(window_of(session)), answered=False, came=True, booked=False,
    )
    return rules.refusal(Moment.AFTER, facts, now)


def person_meant(session_id: int, typed: str) -> int | None:
    """Who gave this booking code or e-mail, where they have a place at this session or a mark on its register."""
    typed = typed.strip()
    if "@" not in typed:
        return db.session.scalar(
            select(Booking.person_id).where(
                Booking.session_id == session_id, Booking.code == typed_code(typed),
                Booking.state == BookingState.CONFIRMED,
            )
        )
    person = person_with_email(typed)
    if person is None:
        return None
    has_place = select(Booking.id).where(
        Booking.session_id == session_id, Booking.person_id == person.id, Booking.state == BookingState.CONFIRMED
    )
    is_marked = select(AttendanceMark.id).where(
        AttendanceMark.session_id == session_id, AttendanceMark.person_id == person.id,
        AttendanceMark.superseded_at.is_(None),
    )
    return person.id if db.session.scalar(select(or_(has_place.exists(), is_marked.exists()))) else None


def stranger_of(token: str, session_id: int, secret_key: str) -> UUID:
    """What joins the forms that one browser sends about one session. The browser cannot work it out."""
    message = f"stranger:{session_id}:{token}".encode()
    return UUID(bytes=hmac.digest(secret_key.encode(), message, hashlib.sha256)[:16], version=4)


def answer_in_the_room(
    session_id: int, typed: str, answers: Answers, now: datetime, *, stranger: UUID
) -> Outcome:
    """Keep the answers of someone in the room: paired where they are known, counted alone where not.

    Raises TooManyStrangers where more unknown people answered than the room can hold, CannotAnswer where the form is
    shut or a closed register does not name the owner of the booking code.
    """
    (session,) = lock_rows(TrainingSession, [session_id])
    person_id = person_meant(session_id, typed) if typed else None
    if person_id is not None and _was_not_there(session_id, person_id):
        if "@" not in typed:
            raise CannotAnswer(Refusal.NOT_ON_REGISTER)
        person_id = None
    if person_id is not None:
        return answer(session_id, person_id, answers, now, in_the_room=True)
    most = session.capacity + rules.STRANGERS_BEYOND_PLACES
    if not has_answered_as(stranger, Moment.AFTER) and _strangers(session_id) >= most:
        raise TooManyStrangers(TOO_MANY)
    return answer(session_id, None, answers, now, stranger=stranger, in_the_room=True)


def has_answered(stranger: UUID) -> bool:
    """Did this browser answer already, by this very form?"""
    return has_answered_as(stranger, Moment.AFTER)


def _was_not_there(session_id: int, person_id: int) -> bool:
    """Does a closed register not name them as having come? Who has answered before it was closed is thanked again."""
    if not is_closed(session_id) or came(session_id, person_id):
        return False
    return not queries.has_answered(session_id, person_id, Moment.AFTER)


def _strangers(session_id: int) -> int:
    paired = select(Pairing.pairing_id).where(Pairing.session_id == session_id)
    unknown = select(func.count()).where(
        Response.session_id == session_id, Response.moment == Moment.AFTER, Response.pairing_id.not_in(paired)
    )
    return db.session.scalar(unknown) or 0
