"""Someone who came without a booking."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from training_app.agencies.models import Agency
from training_app.agencies.queries import agency_as_at
from training_app.audit import commands as audit
from training_app.clock import local
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.commands import register_person
from training_app.people.models import Person
from training_app.people.queries import person_with_email
from training_app.people.rules import LONGEST_NAME, is_a_name, tidy
from training_app.programme.models import TrainingSession
from training_app.registers.commands import (
    AsAtThatDay,
    NewMark,
    NotNow,
    add_marks,
    locked_sheet,
    write_marks,
)
from training_app.registers.rules import Mark, WhyNotNow, why_not_change
from training_app.registers.sheet import Sheet


@dataclass(frozen=True)
class WalkIn:
    """What a trainer typed at the door. `shown` are the people the page showed already."""

    name: str
    agency_id: int
    part_id: int
    post_title: str = ""
    email: str = ""
    shown: Collection[int] = ()


def add_walk_in(
    session_id: int, walk_in: WalkIn, *, actor_id: int, now: datetime, is_office: bool
) -> Person:
    """Mark someone as attended without a booking.

    A known e-mail means the known person, a name alone never does. Sent twice, the second finds the first: someone
    of the same name and agency whom the page did not show yet is who was just added.
    """
    sheet = locked_sheet(session_id, now)
    reason = why_not_change(sheet.facts, local(now).date(), is_office=is_office)
    if reason is not None:
        raise NotNow(reason)
    part = next((one for one in sheet.parts if one.part.id == walk_in.part_id), None)
    if part is None or not part.open_for_marks:
        raise NotNow(WhyNotNow.NOT_YET)
    name = tidy(walk_in.name)
    if not is_a_name(name):
        raise Refused(f"Enter a name of at most {LONGEST_NAME} letters.")
    agency = _agency(walk_in.agency_id, sheet.session)
    person = person_with_email(walk_in.email) if walk_in.email else _just_added(sheet, name, agency.id, walk_in)
    if person is None:
        person = register_person(name, walk_in.email or None, actor_id=actor_id, now=now)
    key = (part.part.id, person.id)
    if key in sheet.marks and sheet.marks[key].mark is Mark.ATTENDED:
        return person
    new = {key: NewMark(Mark.ATTENDED)}
    if person.id in sheet.bookings or any(one == person.id for _, one in sheet.marks):
        write_marks(sheet, new, actor_id=actor_id, now=now)
    else:
        as_at = {person.id: AsAtThatDay(agency.id, agency.area, tidy(walk_in.post_title)[:120], None)}
        generated = [person.id] if person.generated else []
        add_marks(session_id, new, as_at, sheet, actor_id=actor_id, now=now, generated=generated)
    audit.record("register.walk_in_added", "training_session", session_id, actor_id=actor_id, now=now)
    return person


def _just_added(sheet: Sheet, name: str, agency_id: int, walk_in: WalkIn) -> Person | None:
    for (_, person_id), mark in sheet.marks.items():
        if person_id in walk_in.shown or person_id not in sheet.walk_in_ids:
            continue
        if mark.person.name.casefold() == name.casefold() and mark.agency_id == agency_id:
            return mark.person
    return None


def _agency(agency_id: int, session: TrainingSession) -> Agency:
    """The agency that was chosen, as it was on the session's day."""
    agency = db.session.get(Agency, agency_id)
    found = agency_as_at(agency, session.first_day) if agency else None
    if found is None:
        raise Refused("Choose an agency")
    return found
