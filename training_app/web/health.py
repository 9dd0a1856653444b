"""Is the service alive, and is it ready for people?"""

from flask import Blueprint
from sqlalchemy.exc import SQLAlchemyError

from training_app.database.migrated import MigrationState, migration_state
from training_app.extensions import db
from training_app.web.access import open_before_second_factor, public

blueprint = Blueprint("health", __name__)
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/healthz")
@public
def alive() -> tuple[str, int, dict[str, str]]:
    return "alive\n", 200, PLAIN


@blueprint.get("/readyz")
@public
def ready() -> tuple[str, int, dict[str, str]]:
    """Ready when the database answers and stands at the newest migration."""
    try:
        state = migration_state(db.session.connection())
    except SQLAlchemyError:
        return "not ready: the database does not answer\n", 503, PLAIN
    if state is not MigrationState.CURRENT:
        return "not ready: migrations are not current, run flask db upgrade\n", 503, PLAIN
    return "ready\n", 200, PLAIN


open_before_second_factor(alive, ready)
