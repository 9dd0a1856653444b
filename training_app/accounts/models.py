from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.accounts.rules.roles import Role
from training_app.agencies.models import Agency
from training_app.database.base import Base, Generated, Identified
from training_app.people.models import Person

# A role held now: once per user, and for a co-ordinator once per agency.
WHOLE = text("ended_at IS NULL AND agency_id IS NULL")
FOR_AGENCY = text("ended_at IS NULL AND agency_id IS NOT NULL")


class User(Identified, Generated, Base):
    """Someone who may sign in. Where they are signed in now is in SignedInBrowser."""

    __tablename__ = "user"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower_case"),)

    email: Mapped[str] = mapped_column(String(254), unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), unique=True)
    created_at: Mapped[datetime]
    last_signed_in_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    person: Mapped[Person | None] = relationship()
    grants: Mapped[list["RoleGrant"]] = relationship(
        primaryjoin="and_(User.id == RoleGrant.user_id, RoleGrant.ended_at.is_(None))",
        order_by="RoleGrant.id", viewonly=True,
    )

    # What flask-login asks of whoever is signed in.
    is_authenticated = True
    is_anonymous = False
    # The word of the browser that is just being signed in; stored nowhere, its hash is in SignedInBrowser.
    token = ""

    def get_id(self) -> str:
        return self.token

    @property
    def is_active(self) -> bool:
        return self.closed_at is None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.email


class SignedInBrowser(Identified, Base):
    """One browser in which a user has signed in, and until when. Its cookie holds a random word, of which only the hash
    is kept here; `kind` is what its owner knows it by. Nothing says from where it was used.
    """

    __tablename__ = "signed_in_browser"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    began_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class RoleGrant(Identified, Base):
    """A role a user holds, and for a booking co-ordinator the agency it is held for."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint("(role = 'coordinator') = (agency_id IS NOT NULL)", name="agency_for_coordinators"),
        Index("uq_role_grant_live", "user_id", "role", unique=True, sqlite_where=WHOLE, postgresql_where=WHOLE),
        Index(
            "uq_role_grant_live_for_agency", "user_id", "role", "agency_id", unique=True,
            sqlite_where=FOR_AGENCY, postgresql_where=FOR_AGENCY,
        ),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    role: Mapped[Role]
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    ended_at: Mapped[datetime | None]
    agency: Mapped[Agency | None] = relationship()


class SignInCode(Identified, Base):
    """A one-time code sent by e-mail. Only its hash is kept; nobody can ever read it.

    `network_hash` is a keyed hash of where it was asked from: enough to count by, useless to look up; `browser_hash`
    one of the browser, where its owner had signed in with this address in it before.
    """

    __tablename__ = "sign_in_code"
    __table_args__ = (
        Index("ix_sign_in_code_email_created_at", "email", "created_at"),
        Index("ix_sign_in_code_network_hash_created_at", "network_hash", "created_at"),
    )

    email: Mapped[str] = mapped_column(String(254))
    network_hash: Mapped[str] = mapped_column(String(64))
    browser_hash: Mapped[str | None] = mapped_column(String(64))
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries_left: Mapped[int]
    used_at: Mapped[datetime | None]


class SecondFactor(Base):
    """An authenticator app of a user. The secret is sealed with the service's key; a code is good once.

    `last_step` is the 30-second step of the last code accepted, so that nobody can use it again.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    sealed_secret: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]
    wrong_tries: Mapped[int] = mapped_column(default=0)
    wait_until: Mapped[datetime | None]


class RecoveryCode(Identified, Base):
    """One of the codes to keep on paper for the day the phone is lost. Only its hash is kept."""

    __tablename__ = "recovery_code"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
