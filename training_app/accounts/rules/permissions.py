"""Which role holds which permission: who may open a page at all.

Scope stays in the queries: whose people a booking co-ordinator sees is `accounts.queries.agencies_looked_after_by`.
"""

from collections.abc import Iterable, Mapping

from training_app.accounts.rules.roles import Role
from training_app.web.rules import Permission

PERMISSIONS_OF: Mapping[Role, frozenset[Permission]] = {
    Role.PRACTITIONER: frozenset(),
    Role.COORDINATOR: frozenset({Permission.SEE_BOOKINGS}),
    Role.TRAINER: frozenset({Permission.SEE_OWN_IMPACT, Permission.TAKE_REGISTER}),
    Role.OFFICE: frozenset(Permission),
    Role.REVIEWER: frozenset({Permission.SEE_OWN_IMPACT, Permission.SEE_IMPACT, Permission.SEE_REPORTS}),
}


def roles_allow(roles: Iterable[Role], permission: Permission) -> bool:
    """Does any of these roles carry the permission?"""
    return any(permission in PERMISSIONS_OF[role] for role in roles)
