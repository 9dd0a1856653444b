"""The statements in every page's foot."""

from flask import Blueprint, current_app, render_template
from sqlalchemy.exc import SQLAlchemyError

from training_app.database.trouble import trouble_of
from training_app.extensions import db
from training_app.installation import site
from training_app.web.access import open_before_second_factor, public

blueprint = Blueprint("statements", __name__)


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return _statement("statements/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return _statement("statements/privacy.html")


@blueprint.get("/complain-about-data")
@public
def complain() -> str:
    return _statement("statements/complain.html")


@blueprint.get("/contact")
@public
def contact() -> str:
    return _statement("statements/contact.html")


def _statement(template: str) -> str:
    """They say whom to turn to, so they stand, without menu and name, also while the database is busy or away."""
    try:
        return render_template(template)
    except SQLAlchemyError as error:
        if trouble_of(error) is None:
            raise
        db.session.rollback()
        return current_app.jinja_env.get_template(template).render(base="shell.html", site=site())


open_before_second_factor(accessibility, privacy, complain, contact)
