"""Is the service alive, and is it ready for people? In plain words, without a path or a name: anyone may ask."""

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from training_app.database.migrated import MigrationState, migration_state
from training_app.database.places import short_of_room, written_to
from training_app.database.sound import Trouble, is_damaged_at_a_glance, what_is_wrong
from training_app.extensions import db
from training_app.installation import settings
from training_app.web.access import open_before_second_factor, public

blueprint = Blueprint("health", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
DAMAGED = "the database is damaged, run flask doctor"
FULL = "the disk is full"
RESTORING = "the database is being restored, or a restore was broken off: then run flask restore again"
OF_TROUBLE = {
    Trouble.DAMAGED: DAMAGED, Trouble.FULL: FULL, Trouble.RESTORING: RESTORING, None: "the database does not answer",
}  # fmt: skip
OF_STATE = {
    MigrationState.CURRENT: "",
    MigrationState.BEHIND: "migrations are not current, run flask db upgrade",
    MigrationState.UNKNOWN: "the database was made by a newer version of this application",
}


@blueprint.get("/healthz")
@public
def alive() -> tuple[str, int, dict[str, str]]:
    return "alive\n", 200, PLAIN


@blueprint.get("/readyz")
@public
def ready() -> tuple[str, int, dict[str, str]]:
    """Ready when the database answers, is sound and stands at the newest migration, and there is room to write."""
    wrong = _what_is_wrong()
    return (f"not ready: {wrong}\n", 503, PLAIN) if wrong else ("ready\n", 200, PLAIN)


def _what_is_wrong() -> str:
    try:
        state = migration_state(db.session.connection())
        damaged = is_damaged_at_a_glance(db.engine)
    except SQLAlchemyError as error:
        return OF_TROUBLE[what_is_wrong(error)]
    if OF_STATE[state]:
        return OF_STATE[state]
    nearly_full = any(short_of_room(written_to(db.engine, settings())))
    return DAMAGED if damaged else "the disk is nearly full, run flask doctor" if nearly_full else ""


open_before_second_factor(alive, ready)
