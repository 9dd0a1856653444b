"""One made-up user for each role, for a visitor to step into."""

from datetime import datetime

from training_app.accounts.models import RoleGrant, User
from training_app.accounts.rules.roles import Role
from training_app.demo.people import Crowd, Someone
from training_app.extensions import db

# Name and sector of the made-up person who holds each role.
HOLDERS = {
    Role.PRACTITIONER: ("Niamh O’Rourke", "health"),
    Role.COORDINATOR: ("Gurpreet Atwal", "education"),
    Role.TRAINER: ("Dafydd Whissendine", "voluntary"),
    Role.OFFICE: ("Zainab Chowdhry", "local_authority"),
    Role.REVIEWER: ("Ruth Barrowcliffe", "police"),
}


def make_users(crowd: Crowd, now: datetime) -> dict[Role, tuple[User, Someone]]:
    """Store one generated user per role. Their addresses end in .example, so no letter can reach anyone."""
    return {role: _make(role, name, sector, crowd, now) for role, (name, sector) in HOLDERS.items()}


def _make(role: Role, name: str, sector: str, crowd: Crowd, now: datetime) -> tuple[User, Someone]:
    email = f"{role.value}@demonstration.example"
    someone = crowd.newcomer(sector=sector, name=name, email=email)
    # They stand on the registers they are put on, not on others by chance.
    crowd.members.remove(someone)
    user = User(email=email, person_id=someone.person_id, created_at=now, generated=True)
    db.session.add(user)
    db.session.flush()
    agency_id = someone.agency_id if role is Role.COORDINATOR else None
    db.session.add(RoleGrant(user_id=user.id, role=role, agency_id=agency_id, granted_at=now))
    db.session.flush()
    return user, someone
