"""Drafts of sessions, and what the office needs to make them: a course, two rooms, an online one, providers, a user."""

from datetime import UTC, date, datetime, time

from sqlalchemy import select

from tests.world.accounts import grant_role, make_user
from tests.world.people import make_person
from tests.world.programme import make_course, make_provider, make_venue
from training_app.accounts.rules.roles import Role
from training_app.agencies.rules import Area
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.commands.sessions import About, add_session, publish_session
from training_app.programme.models import Course, TrainingSession, Venue
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import PartKind, Strand

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
DAY = date(2027, 2, 10)
TITLE = "Children’s “Voice” & Rights"


def prepare_office() -> int:
    """Store what a session is made of; returns the id of the office's user."""
    with transaction():
        person = make_person("Office O’Hara", email="office@agency.example")
        user = make_user(person=person, session_key="office")
        grant_role(user, Role.OFFICE)
        make_course(TITLE, slug="childrens-voice")
        make_venue("City Hall")
        make_venue("Oakham", area=Area.RUTLAND)
        make_venue("MS Teams", area=Area.ACROSS, is_online=True)
        make_provider()
        make_provider("ADHD Solutions", ended_on=date(2026, 12, 31))
        return user.id


def make_trainer_user(name: str = "Trainer T’Challa") -> int:
    """A user with the role of a trainer."""
    email = f"{name.split()[0].lower()}@agency.example"
    with transaction():
        user = make_user(person=make_person(name, email=email), session_key=f"key-{email}")
        grant_role(user, Role.TRAINER)
        return user.id


def id_of(kind, name: str) -> int:
    column = kind.title if kind is Course else kind.name
    return db.session.scalars(select(kind.id).where(column == name)).one()


def about(**changes) -> About:
    return About(**({"course_id": id_of(Course, TITLE), "strand": Strand.CORE} | changes))


def part(day: date = DAY, starts: time = time(9, 30), ends: time = time(12, 30), **changes) -> PartFacts:
    facts = {"kind": PartKind.IN_PERSON, "venue_id": id_of(Venue, "City Hall")} | changes
    return PartFacts(on_day=day, starts_at=starts, ends_at=ends, **facts)


def draft(facts: PartFacts | None = None, *, published: bool = False, **changes) -> int:
    """A stored draft, or a published session."""
    with transaction():
        session = add_session(about(**changes), facts or part(), 24, actor_id=None, now=NOW)
        if published:
            publish_session(session.id, actor_id=None, now=NOW)
        return session.id


def stored(session_id: int) -> TrainingSession:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(TrainingSession, session_id)


def parts_of(session_id: int) -> list[str]:
    return [f"{one.position}: {snapshots.part_in_words(one)}" for one in stored(session_id).parts]


def audit_lines(subject: str = "training_session") -> list[AuditEntry]:
    db.session.rollback()
    query = select(AuditEntry).where(AuditEntry.subject_type == subject).order_by(AuditEntry.id)
    return list(db.session.scalars(query))
