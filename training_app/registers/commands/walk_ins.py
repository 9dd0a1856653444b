"""Someone who came without a booking."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from training_app.agencies.models import Agency
from training_app.agencies.queries import agency_as_at
from training_app.audit import commands as audit
from training_app.clock import local
from training_app.errors import Refused
from training_app.extensions import db
from training_app.people.commands import register_person
from training_app.people.models import Person
from training_app.people.queries import person_with_email, post_on
from training_app.programme.models import TrainingSession
from training_app.registers.commands.marks import AsAtThatDay, NewMark, NotNow, add_marks, locked_sheet, write_marks
from training_app.registers.models import AttendanceMark
from training_app.registers.queries.same_name import SameName, people_of_this_name
from training_app.registers.queries.sheet import Key, Sheet
from training_app.registers.rules.marks import LONGEST_WHY_OFF, Mark, WhyNotNow, why_not_change
from training_app.words.names import LONGEST_JOB, LONGEST_NAME, called_alike, is_a_name, tidy


@dataclass(frozen=True)
class WalkIn:
    """What a trainer typed of a walk-in. `on_page` are the people the page showed already.

    Asked whether it is someone known, the trainer says who (`person_id`), or that it is none of them (`is_new`).
    """

    name: str
    agency_id: int
    part_id: int
    post_title: str = ""
    email: str = ""
    on_page: Collection[int] = ()
    person_id: int | None = None
    is_new: bool = False


def add_walk_in(
    session_id: int, walk_in: WalkIn, *, actor_id: int, now: datetime, is_office: bool
) -> Person:
    """Mark someone as attended without a booking.

    A known e-mail and their name mean the known person. A name alone never does: where someone of that name is on the
    register or known at that agency, CouldBeSomeoneKnown is raised and the trainer says who it is. Sent twice, the
    second finds the first: someone of the same name and agency whom the page did not show yet is who was just added.
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
    owner = person_with_email(walk_in.email) if walk_in.email else None
    person = _whom(sheet, name, agency, walk_in, owner)
    if person is None:
        # Nobody takes over another's e-mail: whoever is not its owner is added without it.
        person = register_person(name, None if owner else walk_in.email or None, actor_id=actor_id, now=now)
    key = (part.part.id, person.id)
    if key in sheet.marks and sheet.marks[key].mark is Mark.ATTENDED:
        return person
    _mark_here(sheet, person, key, walk_in, agency, actor_id, now)
    audit.record(
        "register.walk_in_added", "training_session", session_id, actor_id=actor_id, now=now, person_id=person.id,
        said_to_be_new=walk_in.is_new,
    )
    return person


def _mark_here(
    sheet: Sheet, person: Person, key: Key, walk_in: WalkIn, agency: Agency, actor_id: int, now: datetime
) -> None:
    new = {key: NewMark(Mark.ATTENDED)}
    if person.id in sheet.bookings or any(one == person.id for _, one in sheet.marks):
        write_marks(sheet, new, actor_id=actor_id, now=now)
        return
    post = post_on(person.id, sheet.session.first_day)
    post_title = tidy(walk_in.post_title)[:LONGEST_JOB] or (post.title if post else "")
    as_at = {person.id: AsAtThatDay(agency.id, agency.area, post_title, None)}
    generated = [person.id] if person.generated else []
    add_marks(sheet.session.id, new, as_at, sheet, actor_id=actor_id, now=now, generated=generated)


def _whom(sheet: Sheet, name: str, agency: Agency, walk_in: WalkIn, owner: Person | None) -> Person | None:
    """Who it is among the people we know; None where it is someone new.

    Raises CouldBeSomeoneKnown where only the trainer can say.
    """
    if owner is not None and called_alike(owner.name, name):
        return owner
    if not walk_in.email or (owner is not None and walk_in.is_new):
        added = _just_added(sheet, name, agency.id, walk_in)
        if added is not None:
            return added
    same_names = people_of_this_name(sheet, name, agency, walk_in.part_id, owner=owner)
    if walk_in.person_id in {one.person_id for one in same_names}:
        return db.session.get(Person, walk_in.person_id)
    # Whoever was chosen and is none of these is not looked up: a number must not read out anyone's name.
    if same_names and not walk_in.is_new:
        raise CouldBeSomeoneKnown(same_names)
    return None


def _just_added(sheet: Sheet, name: str, agency_id: int, walk_in: WalkIn) -> Person | None:
    for (_, person_id), mark in sheet.marks.items():
        if person_id in walk_in.on_page or person_id not in sheet.walk_in_ids:
            continue
        if called_alike(mark.person.name, name) and mark.agency_id == agency_id:
            return mark.person
    return None


def _agency(agency_id: int, session: TrainingSession) -> Agency:
    """The agency that was chosen, as it was on the session's day."""
    agency = db.session.get(Agency, agency_id)
    found = agency_as_at(agency, session.first_day) if agency else None
    if found is None:
        raise Refused("Choose an agency")
    return found


def take_off(
    session_id: int, person_id: int, why: str, *, actor_id: int, now: datetime, is_office: bool
) -> Person:
    """Supersede each mark of someone who never had a place. What was marked is kept, with who took it off and why.

    Whoever had a place stays and is marked: that they did not come is worth knowing. Asked twice, nothing more is done.
    """
    sheet = locked_sheet(session_id, now)
    reason = why_not_change(sheet.facts, local(now).date(), is_office=is_office)
    if reason is not None:
        raise NotNow(reason)
    live = [mark for (_, one), mark in sheet.marks.items() if one == person_id]
    if not live and _was_taken_off(session_id, person_id):
        return db.session.get_one(Person, person_id)
    if person_id not in sheet.walk_in_ids:
        raise Refused("Only a walk-in can be taken off. Mark everyone else as not here.")
    why = why.strip()
    if not why:
        raise Refused("Say why they are taken off the register")
    if len(why) > LONGEST_WHY_OFF:
        raise Refused(f"Use {LONGEST_WHY_OFF} characters or fewer")
    for mark in live:
        mark.superseded_at = now
    db.session.flush()  # before the line that says why: only one mark of a person and part is live
    db.session.add_all(_line(mark, why, actor_id, now) for mark in live)
    db.session.flush()
    audit.record(
        "register.taken_off", "training_session", session_id, actor_id=actor_id, now=now, person_id=person_id,
        marks=len(live),
    )
    return live[0].person


def _line(mark: AttendanceMark, why: str, actor_id: int, now: datetime) -> AttendanceMark:
    """A mark that stands at no time: it says in the history who took the earlier one off, when and why."""
    return AttendanceMark(
        session_id=mark.session_id, part_id=mark.part_id, person_id=mark.person_id, mark=Mark.ABSENT,
        taken_off=True, reason=why, agency_id=mark.agency_id, area=mark.area, post_title=mark.post_title,
        marked_at=now, marked_by_id=actor_id, superseded_at=now, generated=mark.generated,
    )


def _was_taken_off(session_id: int, person_id: int) -> bool:
    line = select(AttendanceMark.id).where(
        AttendanceMark.session_id == session_id, AttendanceMark.person_id == person_id,
        AttendanceMark.taken_off,
    )
    return bool(db.session.scalar(select(line.exists())))


class CouldBeSomeoneKnown(Refused):
    """Before anybody is added, the trainer says whether the walk-in is one of these."""

    def __init__(self, same_names: Collection[SameName]) -> None:
        super().__init__("Say whether this is someone we know")
        self.same_names = list(same_names)
