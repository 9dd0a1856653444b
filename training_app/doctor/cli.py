"""`flask doctor`: what must always hold, asked of the database as it stands."""

import click
from flask.cli import with_appcontext

from training_app import clock
from training_app.doctor import accounts, bookings, evaluation, letters, machine, programme, registers, whole
from training_app.doctor.checking import Check, run
from training_app.installation import settings
from training_app.words.numbers import counted

CHECKS: tuple[Check, ...] = (
    *bookings.CHECKS, *letters.CHECKS, *registers.CHECKS, *evaluation.CHECKS, *programme.CHECKS, *accounts.CHECKS,
    *whole.CHECKS,
)


def _list(ctx: click.Context, param: click.Parameter, wanted: bool) -> None:
    """Before the command proper, which needs a database."""
    if wanted:
        for check in CHECKS:
            click.echo(f"{check.name}: {check.sentence}")
        ctx.exit()


@click.command("doctor")
@click.option(
    "--list", is_flag=True, is_eager=True, expose_value=False, callback=_list, help="Only say what is checked."
)
@with_appcontext
def doctor() -> None:
    """Check everything that must always hold. It changes nothing; exit code 1 if anything is broken.

    What is broken is named by the numbers of rows, never by a person's name or words.
    """
    for sentence in settings().in_clear:
        click.echo(f"Note: {sentence}")
    broken = 0
    for wrong in machine.what_is_wrong():
        broken += 1
        click.echo(wrong)
    for found in run(CHECKS, clock.now()):
        broken += 1
        click.echo(str(found))
    if broken:
        click.echo(f"{counted(len(CHECKS), 'check')}, {broken} broken")
        raise SystemExit(1)
    click.echo(f"{counted(len(CHECKS), 'check')}, nothing broken")


shell_commands = (doctor,)
