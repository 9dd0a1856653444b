"""Whom a walk-in could be: people of that name whom the register or that agency knows already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, union

from training_app.agencies.models import Agency
from training_app.agencies.queries import agency_as_at
from training_app.bookings.models import Booking
from training_app.extensions import db
from training_app.people.models import Person, Post
from training_app.people.queries import people_called, people_numbered, posts_on
from training_app.registers.models import AttendanceMark
from training_app.registers.queries.sheet import Row, Sheet
from training_app.registers.rules.marks import Mark
from training_app.words.names import called_alike


@dataclass(frozen=True)
class SameName:
    """Someone it could be. A trainer is told name, agency and post, and never an e-mail."""

    person_id: int
    name: str
    agency: str
    post_title: str
    on_register: bool
    is_here: bool = False
    by_email: bool = False

    @property
    def about(self) -> str:
        return ", ".join(filter(None, [self.post_title, self.agency]))


def people_of_this_name(
    sheet: Sheet, name: str, agency: Agency, part_id: int, *, owner: Person | None
) -> list[SameName]:
    """Those on this register with this name, whatever their agency: the page shows them anyway. Then others of this
    name at this agency on the day of the session.

    `owner` is whose e-mail was typed, where it is somebody else's by its name.
    """
    rows = {row.person_id: row for one in sheet.parts for row in one.rows if one.part.id == part_id}
    there = [row for row in rows.values() if called_alike(row.name, name)]
    found = [_on_register(row) for row in there]
    others = _of_agency(agency, name, sheet.session.first_day)
    if owner is not None:
        others = [owner, *(one for one in others if one.id != owner.id)]
    elsewhere = [one for one in others if one.id not in {row.person_id for row in there}]
    posts = posts_on([one.id for one in elsewhere], sheet.session.first_day)
    return found + [
        _elsewhere(one, agency, posts[one.id], rows.get(one.id), by_email=owner is not None and one.id == owner.id)
        for one in elsewhere
    ]


def _on_register(row: Row, *, by_email: bool = False) -> SameName:
    return SameName(
        row.person_id, row.name, row.agency, row.post_title, on_register=True, is_here=row.mark is Mark.ATTENDED,
        by_email=by_email,
    )


def _elsewhere(person: Person, agency: Agency, posts: list[Post], row: Row | None, *, by_email: bool) -> SameName:
    if row is not None:
        return _on_register(row, by_email=by_email)
    post = posts[0] if posts else None
    return SameName(
        person.id, person.name, post.agency.name if post else "" if by_email else agency.name,
        post.title if post else "", on_register=False, by_email=by_email,
    )


def _of_agency(agency: Agency, name: str, day: date) -> list[Person]:
    """People of this name with a post at the agency on the day, or whom a booking or a mark ever placed there."""
    under_it = _names_of(agency, day)
    ids = union(
        select(Post.person_id).where(
            Post.agency_id.in_(under_it), Post.started_on <= day, (Post.ended_on.is_(None)) | (Post.ended_on >= day)
        ),
        select(Booking.person_id).where(Booking.agency_id.in_(under_it)),
        select(AttendanceMark.person_id).where(AttendanceMark.agency_id.in_(under_it)),
    )
    return people_numbered(people_called(name, among=ids))


def _names_of(agency: Agency, day: date) -> list[int]:
    """The agency, and those that had become part of it by that day."""
    everyone: Iterable[Agency] = db.session.scalars(select(Agency))
    return [one.id for one in everyone if one.id == agency.id or agency_as_at(one, day) is agency]
