"""Sign-ins, roles and what opens the door."""

from sqlalchemy import func, or_, select

from training_app.accounts.models import RecoveryCode, RoleGrant, SecondFactor, SignedInBrowser, SignInCode, User
from training_app.accounts.rules.roles import Role
from training_app.doctor.checking import Check, rows_of
from training_app.people.models import Person

ROLES_HELD = (RoleGrant.user_id, RoleGrant.role, func.coalesce(RoleGrant.agency_id, 0))

CHECKS = (
    Check(
        "one-sign-in-per-email", "No two sign-ins have the same e-mail, and all are in small letters.", "user",
        rows_of(
            select(func.max(User.id))
            .group_by(func.lower(User.email))
            .having(or_(func.count() > 1, func.max(User.email) != func.lower(func.max(User.email))))
        ),
    ),
    Check(
        "one-person-per-email", "No two people have the same e-mail, and all are in small letters.", "person",
        rows_of(
            select(func.max(Person.id))
            .where(Person.email.is_not(None))
            .group_by(func.lower(Person.email))
            .having(or_(func.count() > 1, func.max(Person.email) != func.lower(func.max(Person.email))))
        ),
    ),
    Check(
        "roles-held-once", "Nobody holds the same role, for the same agency, twice at a time.", "user",
        rows_of(
            select(RoleGrant.user_id).where(RoleGrant.ended_at.is_(None)).group_by(*ROLES_HELD).having(func.count() > 1)
        ),
    ),
    Check(
        "coordinators-have-an-agency", "A booking co-ordinator's role is for an agency, and no other role is.",
        "user",
        rows_of(
            select(RoleGrant.user_id).where(
                (RoleGrant.role == Role.COORDINATOR) != (RoleGrant.agency_id.is_not(None))
            )
        ),
    ),
    Check(
        "closed-sign-ins-are-out", "Nobody whose sign-in was closed is signed in in a browser.", "user",
        rows_of(
            select(User.id)
            .join(SignedInBrowser, SignedInBrowser.user_id == User.id)
            .where(User.closed_at.is_not(None), SignedInBrowser.ended_at.is_(None))
            .distinct()
        ),
    ),
    Check(
        "tries-counted", "No sign-in code has fewer than no tries left.", "sign-in code",
        rows_of(select(SignInCode.id).where(SignInCode.tries_left < 0)),
    ),
    Check(
        "recovery-codes-have-an-app", "Recovery codes belong to somebody who has confirmed an authenticator app.",
        "user",
        rows_of(
            select(RecoveryCode.user_id)
            .where(
                ~select(SecondFactor.user_id)
                .where(SecondFactor.user_id == RecoveryCode.user_id, SecondFactor.confirmed_at.is_not(None))
                .exists()
            )
            .group_by(RecoveryCode.user_id)
        ),
    ),
)
