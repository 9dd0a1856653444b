"""Which role holds which permission. Scope stays in the queries."""

from collections.abc import Mapping

from training_app.accounts.models import User
from training_app.accounts.rules.roles import Role
from training_app.web.rules import Permission

HELD: Mapping[Role, frozenset[Permission]] = {
    Role.PRACTITIONER: frozenset(),
    Role.COORDINATOR: frozenset({Permission.SEE_BOOKINGS}),
    Role.TRAINER: frozenset({Permission.SEE_OWN_IMPACT, Permission.TAKE_REGISTER}),
    Role.ADMINISTRATOR: frozenset(Permission),
    Role.REVIEWER: frozenset({Permission.SEE_OWN_IMPACT, Permission.SEE_IMPACT, Permission.SEE_REPORTS}),
}


def policy(user: User, permission: Permission) -> bool:
    """Does any role that this user holds now carry the permission?"""
    return any(permission in HELD[role] for role in user.roles)
