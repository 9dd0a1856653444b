"""`flask programme import`: a file of sessions into the programme."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from training_app import clock
from training_app.bookings.commands.programme_file import import_and_tell
from training_app.database import transaction
from training_app.programme.files.loading import ImportOutcome
from training_app.programme.files.rows import FileRefused
from training_app.programme.queries.sessions import sessions_to_begin
from training_app.programme.rules.missing import sessions_lacking
from training_app.programme.wording import lacking_in_words
from training_app.words.numbers import counted

programme_commands = AppGroup("programme", help="The training programme.")


@programme_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--beside-programme",
    is_flag=True,
    help="The sessions do not count among the year's: forums, the network, Safeguarding Matters Live.",
)
def import_command(file: Path, beside_programme: bool) -> None:
    """Load the sessions in FILE, a CSV file as a spreadsheet saves it.

    A session is known by its title, date and start, so a file may be loaded again: what changed is brought up
    to date, and sessions not in the file stay. If a row is wrong nothing is loaded, and each is named. At the end
    it says what sessions to come still lack, those that are not in the file too.
    """
    try:
        with transaction():
            outcome = import_and_tell(
                file, beside_programme=beside_programme, actor_id=None, now=clock.now()
            )
    except FileRefused as refusal:
        wrong = counted(len(refusal.problems), "thing is", "things are")
        click.echo(
            f"Nothing was loaded from {file.name}: {wrong} wrong. Rows are counted as lines.", err=True
        )
        for problem in refusal.problems:
            click.echo(f"  {problem}", err=True)
        raise SystemExit(1) from None
    except IntegrityError:
        said = "someone else loaded the same sessions at the same moment. Run it again."
        click.echo(f"Nothing was loaded from {file.name}: {said}", err=True)
        raise SystemExit(1) from None
    for warning in outcome.warnings:
        click.echo(f"Please check. {warning}", err=True)
    click.echo(_sentence(outcome, beside_programme))
    lacking = lacking_in_words(sessions_lacking(sessions_to_begin(clock.now())))
    if lacking:
        click.echo(f"Please check. {lacking}", err=True)


def _sentence(outcome: ImportOutcome, beside_programme: bool) -> str:
    where = "beside the programme" if beside_programme else "in the programme"
    sessions = counted(outcome.total, "session")
    if outcome.unchanged == outcome.total:
        return f"Nothing changed: {sessions} {where}, all as in the file already."
    did = f"{outcome.added} added, {outcome.changed} changed, {outcome.unchanged} as they were"
    return f"{sessions} {where}: {did}."
