import click
from flask.cli import AppGroup

from training_app import clock
from training_app.database import transaction
from training_app.demo.loading import holds_anything, load_demonstration
from training_app.errors import Refused

demo_group = AppGroup("demo", help="A year to try the service with.")


@demo_group.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing where the database holds anything.")
def load_command(if_empty: bool) -> None:
    """Load the demonstration into an empty database; any other is refused."""
    if if_empty and holds_anything():
        return
    try:
        with transaction():
            load_demonstration(clock.now())
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo("The demonstration is loaded. Everything made up says so.")


shell_commands = (demo_group,)
