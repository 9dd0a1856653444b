"""`flask backup` and `flask restore`: neither asks that the database be current, nor the second that it be there."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from training_app import clock
from training_app.backups.manifest import Manifest, Unusable
from training_app.cli.one_sentence import reached, sayable
from training_app.config import INSTANCE
from training_app.database.migrated import revisions_of
from training_app.extensions import db
from training_app.installation import settings
from training_app.words.numbers import counted

if TYPE_CHECKING:
    from training_app.backups.commands import Restored

OTHER_KEY = (
    "The backup was made under another secret key than this installation's. Signed-in people must sign in again, and "
    "nobody's authenticator app can be read: set TRAINING_SECRET_KEY to the key of that time, or reset each with "
    "flask users reset-second-factor."
)


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--before-upgrade", is_flag=True, help="Where an upgrade is due: into instance/, the last three kept.")
@with_appcontext
def backup(file: Path | None, before_upgrade: bool) -> None:
    """Write the whole database, as it is at this moment, to the new FILE; while people work, too.

    FILE can be read by its owner alone. The secret key is not in it: keep that elsewhere.
    """
    if (file is None) is not before_upgrade:
        raise click.UsageError("Name the FILE to write, or say --before-upgrade.")
    # Here, so that no other command and no page imports what a backup needs.
    from training_app.backups.commands import back_up_before_upgrade, make_backup

    key, now = settings().secret_key, clock.now()
    try:
        if file is not None:
            click.echo(_made(file, make_backup(db.engine, file, secret_key=key, now=now)))
            return
        with sayable(), reached() as connection:
            revisions = revisions_of(connection)
        made = back_up_before_upgrade(db.engine, INSTANCE, revisions, secret_key=key, now=now)
    except Unusable as refusal:
        raise click.ClickException(str(refusal)) from None
    if made is not None:
        click.echo(f"Backed up before the upgrade to {made}.")


def _made(file: Path, manifest: Manifest) -> str:
    rows = counted(sum(manifest.rows.values()), "row")
    tables = counted(len(manifest.rows), "table")
    return f"Backed up to {file}: {rows} in {tables}, at version {manifest.revision or 'none'}."


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@with_appcontext
def restore(file: Path) -> None:
    """Put what FILE holds, a backup, in the place of the database, which is moved aside. Stop the service first."""
    from training_app.backups.commands import restore_backup

    try:
        done = restore_backup(db.engine, file, secret_key=settings().secret_key, now=clock.now())
    except Unusable as refusal:
        raise click.ClickException(str(refusal)) from None
    for line in _told(done):
        click.echo(line)


def _told(done: "Restored") -> list[str]:
    manifest = done.manifest
    rows = counted(sum(manifest.rows.values()), "row")
    lines = [f"Restored what stood here on {clock.local(manifest.moment):%d %B %Y at %H:%M}: {rows}."]
    if isinstance(done.aside, Path):
        lines.append(f"The database as it was before is at {done.aside}, with any files of its name beside it.")
    elif done.aside:
        lines.append(f"The database as it was before is in the schema {done.aside} of the same database.")
    if done.is_behind:
        lines.append("It is of an older version: now run flask db upgrade.")
    if not done.is_of_this_key:
        lines.append(OTHER_KEY)
    return [*lines, "Now run flask doctor, and start the service."]


shell_commands_without_a_database = (backup, restore)
