"""`flask doctor`: what must always hold, asked of the database as it stands."""

import click
from flask.cli import with_appcontext

from training_app import clock
from training_app.doctor import accounts, bookings, evaluation, letters, programme, registers, whole
from training_app.doctor.checking import Check, run
from training_app.web.words import counted

CHECKS: tuple[Check, ...] = (
    *bookings.CHECKS, *letters.CHECKS, *registers.CHECKS, *evaluation.CHECKS, *programme.CHECKS, *accounts.CHECKS,
    *whole.CHECKS,
)


@click.command("doctor")
@click.option("--list", "list_only", is_flag=True, help="Only say what is checked.")
@with_appcontext
def doctor(list_only: bool) -> None:
    """Check everything that must always hold. It changes nothing; exit code 1 if anything is broken.

    What is broken is named by the numbers of rows, never by a person's name or words.
    """
    if list_only:
        for check in CHECKS:
            click.echo(f"{check.name}: {check.sentence}")
        return
    broken = 0
    for found in run(CHECKS, clock.now()):
        broken += 1
        click.echo(str(found))
    if broken:
        click.echo(f"{counted(len(CHECKS), 'check')}, {broken} broken")
        raise SystemExit(1)
    click.echo(f"{counted(len(CHECKS), 'check')}, nothing broken")
