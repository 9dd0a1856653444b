"""Where a database stands against the migrations of this version of the application."""

from enum import Enum, auto

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from training_app.config import ROOT


class MigrationState(Enum):
    CURRENT = auto()
    BEHIND = auto()
    # A newer version of the application has migrated it.
    UNKNOWN = auto()


def migration_state(connection: Connection) -> MigrationState:
    """Is every migration made, and none that this version does not know?"""
    revisions = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    if revisions == set(scripts.get_heads()):
        return MigrationState.CURRENT
    our_own = {script.revision for script in scripts.walk_revisions()}
    return MigrationState.BEHIND if revisions <= our_own else MigrationState.UNKNOWN
