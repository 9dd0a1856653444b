"""The office books for someone who asked it to: a person it found by name or e-mail, or someone new."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from training_app.bookings.commands.places import book_place
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.clock import local
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.commands import register_person, take_up_post
from training_app.people.models import Person
from training_app.people.queries import people_called, person_with_email
from training_app.programme.models import TrainingSession
from training_app.words.names import called_alike


@dataclass(frozen=True)
class Someone:
    """Who is to be booked, as the office typed it: one of those found, else by e-mail, else with who they are.

    Asked whether it is someone known, it has `answered`: they are the one with this number, or, with none, new.
    """

    person_id: int | None
    email: str
    name: str
    agency_id: int | None
    post_title: str
    answered: bool = False

    @property
    def is_new(self) -> bool:
        return self.answered and self.person_id is None


def book_for(
    session_id: int, someone: Someone, *, seen: int, actor_id: int, now: datetime, why: str, needs: str = "",
    overbook: bool = False,
) -> Booking:
    """Book them, taking them in first where they are new. Raises Refused; CouldBeThese where only the office can say.

    `seen` is the newest booking that the page could know of. Sent twice, the second finds what the first made: a
    newer booking of the same person by the same member of staff.
    """
    lock_rows(TrainingSession, [session_id])
    owner = person_with_email(someone.email) if someone.email else None
    person = _meant(someone, owner)
    made = _just_made(session_id, someone, person, seen, actor_id)
    if made is not None and not (overbook and made.state is BookingState.WAITLISTED):
        return made
    person = made.person if made is not None else person or _taken_in(someone, owner, actor_id, now)
    return book_place(
        session_id, person.id, actor_id=actor_id, now=now, needs=needs, why=why, overbook_why=why if overbook else ""
    )


def _meant(someone: Someone, owner: Person | None) -> Person | None:
    """The person we know who is certainly meant: whoever was chosen or owns the e-mail, if all that was typed fits."""
    chosen = db.session.get_one(Person, someone.person_id) if someone.person_id is not None else None
    if someone.answered:
        return chosen
    meant = chosen or owner
    if meant is None or owner not in (None, meant):
        return None
    return meant if not someone.name or called_alike(meant.name, someone.name) else None


def _just_made(
    session_id: int, someone: Someone, person: Person | None, seen: int, actor_id: int
) -> Booking | None:
    """Of who they are; or of someone new by name, agency and e-mail, as the walk-ins of a register are told apart."""
    newest = select(Booking).join(Booking.person).order_by(Booking.id.desc()).where(
        Booking.session_id == session_id, Booking.id > seen, Booking.booked_by_id == actor_id
    )
    if person is not None:
        return db.session.scalar(newest.where(Booking.person_id == person.id).limit(1))
    own = {None, someone.email or None}
    for booking in db.session.scalars(newest.options(contains_eager(Booking.person))):
        same = called_alike(booking.person.name, someone.name) and booking.agency_id == someone.agency_id
        if same and booking.person.email in own:
            return booking
    return None


def _taken_in(someone: Someone, owner: Person | None, actor_id: int, now: datetime) -> Person:
    """Someone new. Nobody takes over another's e-mail: whoever is not its owner is added without it."""
    if not someone.is_new:
        _ask_who(someone, owner)
    email = None if owner else someone.email or None
    person = register_person(someone.name, email, actor_id=actor_id, now=now)
    assert someone.agency_id is not None, "asked for by the form of someone new"
    take_up_post(person.id, someone.agency_id, someone.post_title, local(now).date(), actor_id=actor_id, now=now)
    return person


def _ask_who(someone: Someone, owner: Person | None) -> None:
    """Raises CouldBeThese, where there is anyone it could be: chosen, owner of the e-mail, or called alike."""
    likely = [someone.person_id, owner.id if owner else None, *people_called(someone.name)]
    could_be = [one for one in dict.fromkeys(likely) if one is not None]
    if could_be:
        raise CouldBeThese(could_be, owner.id if owner else None)


class CouldBeThese(Refused):
    """Before anybody is added, the office says whether it is one of these people."""

    def __init__(self, person_ids: list[int], owner_id: int | None) -> None:
        super().__init__("Say whether this is someone we know")
        self.person_ids, self.owner_id = person_ids, owner_id
