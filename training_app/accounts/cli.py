"""`flask users …`: the first administrator, and roles, from a shell on the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from shlex import quote

import click
from flask.cli import AppGroup

from training_app import clock
from training_app.accounts.commands import second_factor
from training_app.accounts.commands import users as commands
from training_app.accounts.models import User
from training_app.accounts.queries import user_with_email, users_with_role
from training_app.accounts.rules.permissions import PERMISSIONS_OF
from training_app.accounts.rules.roles import Role
from training_app.agencies.models import Agency
from training_app.agencies.queries import find_agency
from training_app.database import transaction
from training_app.errors import Refused
from training_app.installation import site
from training_app.people.commands import register_person, take_up_post
from training_app.people.models import Person
from training_app.people.queries import person_with_email, posts_on
from training_app.words.names import called_alike
from training_app.words.numbers import counted

user_commands = AppGroup("users", help="Who may sign in, and in which role.")
ROLE = click.Choice([role.value for role in Role])


@contextmanager
def _in_one_sentence() -> Iterator[None]:
    """One act in one transaction; a refusal is a sentence and exit code 1."""
    try:
        with transaction():
            yield
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal


@user_commands.command("create")
@click.option("--email", required=True, help="Where their sign-in codes go.")
@click.option("--name", required=True, help="Their name, in quotation marks.")
@click.option("--role", "role_name", type=ROLE, required=True, help="What they do here.")
@click.option("--agency", "agency_name", help="Where they work; a booking co-ordinator looks after it.")
def create(email: str, name: str, role_name: str, agency_name: str | None) -> None:
    """Let someone sign in. They then sign in with a code sent to their e-mail: there is no password."""
    role, now = Role(role_name), clock.now()
    with _in_one_sentence():
        agency = _agency(agency_name)
        if user_with_email(email) is not None:
            raise Refused(
                f"{email} can sign in already. To add a role: "
                f"flask users grant --email {email} --role {role}"
            )
        person = _known(email, name) or register_person(name, email, actor_id=None, now=now)
        looked_after = agency if role is Role.COORDINATOR else None
        user = commands.open_sign_in(email, person, role, agency_id=_id(looked_after), actor_id=None, now=now)
        if agency is not None and not posts_on([person.id], clock.today())[person.id]:
            take_up_post(person.id, agency.id, role.label, clock.today(), actor_id=None, now=now)
        words = _role_words(role, looked_after)
        done = f"{user.name} may sign in as {words}, with a code sent to {user.email}."
    click.echo(done)


@user_commands.command("grant")
@click.option("--email", required=True)
@click.option("--role", "role_name", type=ROLE, required=True)
@click.option("--agency", "agency_name", help="For a booking co-ordinator: the agency they look after.")
def grant(email: str, role_name: str, agency_name: str | None) -> None:
    """Give someone who can sign in one more role."""
    role = Role(role_name)
    with _in_one_sentence():
        agency = _agency(agency_name)
        user = _user(email)
        commands.grant_role(user.id, role, _id(agency), actor_id=None, now=clock.now())
        done = f"{user.name} is now {_role_words(role, agency)} too."
    click.echo(done)


@user_commands.command("end-role")
@click.option("--email", required=True)
@click.option("--role", "role_name", type=ROLE, required=True)
@click.option("--agency", "agency_name", help="For a booking co-ordinator: the agency they looked after.")
@click.option("--why", required=True, help="Why, in quotation marks: it is kept.")
def end_role(email: str, role_name: str, agency_name: str | None, why: str) -> None:
    """Take one role back. They can still sign in with what they are left, and when they held it is kept."""
    role = Role(role_name)
    with _in_one_sentence():
        agency, user = _agency(agency_name), _user(email)
        if not why.strip():
            raise Refused("Say why the role ends.")
        grants = [one for one in user.grants if one.role is role and one.agency_id == _id(agency)]
        if not grants:
            raise Refused(f"{user.name} is not {_role_words(role, agency)} now.")
        commands.end_role(grants[0].id, actor_id=None, now=clock.now(), why=why)
        done = f"{user.name} is no longer {_role_words(role, agency)}."
    click.echo(done)


@user_commands.command("close")
@click.option("--email", required=True)
def close(email: str) -> None:
    """Stop someone signing in, and sign them out everywhere. Their record stays."""
    with _in_one_sentence():
        user = _user(email)
        commands.close_sign_in(user.id, actor_id=None, now=clock.now())
        done = f"{user.name} can no longer sign in, and is signed out everywhere."
    click.echo(done)


@user_commands.command("sign-out")
@click.option("--email", required=True)
def sign_out(email: str) -> None:
    """Sign someone out everywhere, as after a lost phone. They can sign in again."""
    with _in_one_sentence():
        user = _user(email)
        commands.sign_out_everywhere(user.id, actor_id=None, now=clock.now())
        done = f"{user.name} is signed out everywhere, and can sign in again."
    click.echo(done)


@user_commands.command("change-email")
@click.option("--email", required=True, help="Where their sign-in codes went.")
@click.option("--to", "new", required=True, help="Where they go from now on.")
@click.option("--why", required=True, help="Why, in quotation marks: it is kept.")
def change_email(email: str, new: str, why: str) -> None:
    """Send someone's codes and letters to another address, after you made sure who asks."""
    with _in_one_sentence():
        user = _user(email)
        if not why.strip():
            raise Refused("Say why the email changes.")
        user = commands.change_sign_in_email(user.id, new, why, actor_id=None, now=clock.now())
        done = f"{user.name} now signs in with {user.email}, and is signed out everywhere."
    click.echo(done)


@user_commands.command("reset-second-factor")
@click.option("--email", required=True)
@click.option("--why", required=True, help="Why, in quotation marks: it is kept.")
def reset_second_factor(email: str, why: str) -> None:
    """Forget someone's authenticator app, after you made sure who asks. They set up another when they sign in."""
    site_name = site().name
    with _in_one_sentence():
        user = _user(email)
        second_factor.reset(user.id, why, actor_id=None, site_name=site_name, now=clock.now())
        done = f"{user.name} sets up an authenticator app when they next sign in, and is signed out everywhere."
    click.echo(done)


@user_commands.command("roles")
def roles() -> None:
    """What each role is for, what it may do and who holds it."""
    for role in Role:
        holders = users_with_role(role)
        may = ", ".join(sorted(permission.value.replace("_", " ") for permission in PERMISSIONS_OF[role]))
        click.echo(f"{role.value}: {role.label}. {role.what_they_do}")
        click.echo(f"  may: {may or 'nothing beyond their own record'}")
        click.echo(f"  held by {counted(len(holders), 'person', 'people')}")
        for user in holders:
            click.echo(f"    {user.email}{' (made up)' if user.generated else ''}")


def _user(email: str) -> User:
    user = user_with_email(email)
    if user is None:
        raise Refused(f"Nobody signs in with {email}. To let them: flask users create --email {email} …")
    return user


def _known(email: str, name: str) -> Person | None:
    """Whose e-mail this is already. Raises Refused where they are called otherwise: a mailbox may be shared."""
    person = person_with_email(email)
    if person is None or called_alike(person.name, name):
        return person
    posts = posts_on([person.id], clock.today())[person.id]
    jobs = f" ({'; '.join(f'{post.title}, {post.agency.name}' for post in posts)})" if posts else ""
    raise Refused(
        f"{person.email} is here as the email of {person.name}{jobs}."
        f" If that is who it is: --name {quote(person.name)}. Someone else needs an email of their own."
    )


def _agency(name: str | None) -> Agency | None:
    found = find_agency(name, clock.today()) if name else None
    if name and found is None:
        raise Refused(f"No agency is called “{name}” today.")
    return found


def _id(agency: Agency | None) -> int | None:
    return agency.id if agency else None


def _role_words(role: Role, agency: Agency | None) -> str:
    return f"{role.label}, {agency.name}" if agency else role.label


shell_commands = (user_commands,)
