"""What must hold of the machine before any row is looked at: a sound file, and room to write."""

from collections.abc import Iterator

from click import ClickException

from training_app.cli.one_sentence import DAMAGED
from training_app.database.in_use import file_of
from training_app.database.places import short_of_room, written_to
from training_app.database.sound import damage
from training_app.extensions import db
from training_app.installation import settings


def what_is_wrong() -> Iterator[str]:
    """Each thing in a sentence. Raises ClickException for a damaged file: what its rows say is worth nothing."""
    file = file_of(db.engine)
    said = damage(file) if file else ""
    if said:
        raise ClickException(f"{DAMAGED} SQLite says: {said}.")
    for what, left in short_of_room(written_to(db.engine, settings())):
        yield f"room-to-write: There is room to write.\n  on the disk of {what} there is {left}"
