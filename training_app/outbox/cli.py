"""flask outbox …"""

import click
from flask.cli import AppGroup

from training_app import clock
from training_app.database import transaction
from training_app.outbox.commands import close_expired
from training_app.outbox.delivery import deliver_due

outbox_commands = AppGroup("outbox", help="The queue of letters.")


@outbox_commands.command("send")
def send() -> None:
    """Send every letter that is due, then stop. The worker does this by itself."""
    with transaction():
        close_expired(clock.now())
    done = deliver_due()
    click.echo(f"Letters: {done}.")
    if done.unreachable:
        raise SystemExit(1)


shell_commands = (outbox_commands,)
