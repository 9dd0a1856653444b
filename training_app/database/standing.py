"""Where a database stands against the migrations of this version of the application."""

from enum import Enum, auto

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from training_app.config import ROOT


class Standing(Enum):
    CURRENT = auto()
    BEHIND = auto()
    # A newer version of the application has migrated it.
    UNKNOWN = auto()


def standing_of(connection: Connection) -> Standing:
    """Is every migration made, and none that this version does not know?"""
    stands_at = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    if stands_at == set(scripts.get_heads()):
        return Standing.CURRENT
    known = {script.revision for script in scripts.walk_revisions()}
    return Standing.BEHIND if stands_at <= known else Standing.UNKNOWN
