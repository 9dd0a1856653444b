"""Where a database stands against the migrations of this version of the application."""

from enum import Enum, auto
from functools import cache

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
    return state_of(revisions_of(connection))


def revisions_of(connection: Connection) -> set[str]:
    """Where it stands, as the database has it; nowhere before the first migration."""
    return set(MigrationContext.configure(connection).get_current_heads())


def state_of(revisions: set[str]) -> MigrationState:
    """The same of a database that stands at these revisions; at none before the first migration."""
    newest, known = _of_this_version()
    if revisions == newest:
        return MigrationState.CURRENT
    return MigrationState.BEHIND if revisions <= known else MigrationState.UNKNOWN


@cache
def _of_this_version() -> tuple[frozenset[str], frozenset[str]]:
    """The newest migration, and every one. They are read from files, which do not change while a process lives."""
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    return frozenset(scripts.get_heads()), frozenset(script.revision for script in scripts.walk_revisions())
