"""What each role may open, by opening it, and how roles come and go."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.browser import Browser
from tests.world.signing_in import make_user_with_role
from training_app import clock
from training_app.accounts.commands import users as commands
from training_app.accounts.models import RoleGrant
from training_app.accounts.queries import user_may, user_with_email, users_with_role
from training_app.accounts.rules.roles import Role
from training_app.agencies.queries import find_agency
from training_app.audit.models import AuditEntry
from training_app.config import Settings
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.installation import of
from training_app.people.commands import register_person
from training_app.web.access import requirement_of
from training_app.web.rules import Permission, Requirement

P, C, T, A, R = Role.PRACTITIONER, Role.COORDINATOR, Role.TRAINER, Role.OFFICE, Role.REVIEWER
WHO_MAY: dict[Permission, set[Role]] = {
    Permission.SEE_IMPACT: {A, R},
    Permission.SEE_OWN_IMPACT: {A, R, T},
    Permission.SEE_REPORTS: {A, R},
    Permission.STATE_FACTS: {A},
    Permission.RELEASE_COMMENTS: {A},
    Permission.SEE_LETTERS: {A},
    Permission.TAKE_REGISTER: {A, T},
    Permission.TAKE_ANY_REGISTER: {A},
    Permission.EDIT_PROGRAMME: {A},
    Permission.SEE_BOOKINGS: {A, C},
    Permission.BOOK_FOR_OTHERS: {A},
}


def test_the_table_names_every_permission() -> None:
    assert set(WHO_MAY) == set(Permission)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_holds_its_permissions_and_no_more(app: Flask, role: Role) -> None:
    make_user_with_role(app, role)
    with app.app_context():
        user = user_with_email(f"{role}@agency.example")
        assert user
        held = {permission for permission in Permission if user_may(user, permission)}
    assert held == {permission for permission, roles in WHO_MAY.items() if role in roles}


def _plain_pages(app: Flask) -> dict[str, Permission]:
    """Every address without parts to fill in that asks for a permission."""
    found = {}
    for rule in app.url_map.iter_rules():
        wanted = requirement_of(app, rule.endpoint)
        if isinstance(wanted, Permission) and "GET" in (rule.methods or ()) and not rule.arguments:
            found[rule.rule] = wanted
    return found


@pytest.mark.parametrize("role", list(Role))
def test_pages_open_for_the_roles_that_may_and_no_other(
    app: Flask, browser_of: Callable[[Role], Browser], role: Role
) -> None:
    browser = browser_of(role)
    for address, permission in _plain_pages(app).items():
        with app.app_context():
            answer = browser.client.get(address)
        expected = {200, 302} if role in WHO_MAY[permission] else {403}
        assert answer.status_code in expected, f"{role} at {address}: {answer.status_code}"


def test_a_stranger_is_sent_to_sign_in_and_back(app: Flask, browser: Browser) -> None:
    for address in _plain_pages(app):
        assert browser.get(address, status=302).location == f"/sign-in?next={address}"


def test_the_account_pages_say_who_may_use_them(app: Flask) -> None:
    wanted = {
        endpoint: requirement_of(app, endpoint)
        for endpoint in app.view_functions
        if endpoint.startswith(("accounts.", "demo."))
    }
    signed_in = {"accounts.account", "accounts.own_details", "accounts.sign_out_everywhere",
                 "accounts.sign_out_elsewhere"}
    for endpoint, requirement in wanted.items():
        if endpoint.startswith("demo."):
            assert requirement is Requirement.DEMONSTRATION
        else:
            assert requirement is (Requirement.SIGN_IN if endpoint in signed_in else Requirement.NOTHING)


def _new_user(role: Role = P) -> int:
    now = clock.now()
    person = register_person("Ada", "ada@agency.example", actor_id=None, now=now)
    return commands.open_sign_in("ada@agency.example", person, role, actor_id=None, now=now).id


def test_a_role_that_ended_carries_nothing_but_stays_in_the_record(in_app: Flask) -> None:
    now = clock.now()
    make_user_with_role(in_app, A)  # the last of the office would stay it
    with transaction():
        user_id = _new_user()
        grant_id = commands.grant_role(user_id, A, actor_id=None, now=now).id
    user = user_with_email("ada@agency.example")
    assert user and user_may(user, Permission.SEE_LETTERS)
    with transaction():
        commands.end_role(grant_id, actor_id=user_id, now=now)
    assert not user_may(user, Permission.SEE_LETTERS)
    assert user not in users_with_role(A) and len(users_with_role(P)) == 1
    assert db.session.get_one(RoleGrant, grant_id).ended_at == now
    with transaction():
        commands.grant_role(user_id, A, actor_id=None, now=now)
    assert user_may(user, Permission.SEE_LETTERS)
    with pytest.raises(Refused, match="no longer"), transaction():
        commands.end_role(grant_id, actor_id=None, now=now)
    acts = [entry.action for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert acts.count("user.role_granted") == 3 and acts.count("user.role_ended") == 1
    assert not any("ada" in repr(entry.detail).lower() for entry in db.session.query(AuditEntry))


@pytest.mark.parametrize(("role", "agency"), [(C, None), (A, "EMAS")])
def test_a_coordinator_is_for_an_agency_and_nobody_else_is(
    in_app: Flask, role: Role, agency: str | None
) -> None:
    found = find_agency(agency, clock.today()) if agency else None
    with pytest.raises(Refused), transaction():
        user_id = _new_user()
        commands.grant_role(user_id, role, found.id if found else None, actor_id=None, now=clock.now())


def test_no_role_is_held_twice_except_for_two_agencies(in_app: Flask) -> None:
    now, today = clock.now(), clock.today()
    one, other = find_agency("EMAS", today), find_agency("UHL", today)
    assert one and other
    with transaction():
        user_id = _new_user()
        commands.grant_role(user_id, C, one.id, actor_id=None, now=now)
        commands.grant_role(user_id, C, other.id, actor_id=None, now=now)
    for role, agency_id in ((C, one.id), (P, None)):
        with pytest.raises(Refused, match="already hold"), transaction():
            commands.grant_role(user_id, role, agency_id, actor_id=None, now=now)


def test_one_person_has_one_sign_in(in_app: Flask) -> None:
    now = clock.now()
    with transaction():
        _new_user()
    person = user_with_email("ada@agency.example").person  # type: ignore[union-attr]
    assert person
    for email in ("ADA@agency.example", "other@agency.example"):
        with pytest.raises(Refused, match="already a sign-in"), transaction():
            commands.open_sign_in(email, person, P, actor_id=None, now=now)


def test_settings_carry_the_key_that_hashes_codes(app: Flask) -> None:
    settings: Settings = of(app).settings
    assert app.config["SECRET_KEY"] == settings.secret_key
