"""When the database is busy or away: a page that says so, on which what was typed waits to be sent again.

It is kept nowhere but on that page. Files are not: a browser does not give them back.
"""

from flask import Response, current_app, make_response, render_template, request
from sqlalchemy.exc import SQLAlchemyError

from training_app.database.trouble import Trouble, trouble_of
from training_app.extensions import db
from training_app.installation import site

TOKEN = "csrf_token"  # noqa: S105 (the name of a field)
RETRY_AFTER = {Trouble.BUSY: "10", Trouble.AWAY: "60"}


def again() -> dict[str, object]:
    """What the page needs for its button: where to send it, and what was typed. The token is one of this moment."""
    address = request.full_path.rstrip("?")
    if request.method != "POST":
        return {"look_again": request.script_root + address}
    typed = [(name, value) for name, values in request.form.lists() if name != TOKEN for value in values]
    return {
        "send_to": request.script_root + address,
        "typed": typed,
        "files": [one.name for one in request.files.values() if one.filename],
    }


def with_retry(page: tuple[str, int], trouble: Trouble) -> Response:
    """The page, and for whatever reads it that is no person, when to come back."""
    response = make_response(page)
    response.headers["Retry-After"] = RETRY_AFTER[trouble]
    current_app.logger.warning(
        "database %s: method=%s page=%s", trouble.name.lower(), request.method, request.endpoint
    )
    return response


def page_that_stands(template: str) -> str:
    """A page that says whom to turn to: without menu and name it stands while the database is busy or away."""
    try:
        return render_template(template)
    except SQLAlchemyError as error:
        if trouble_of(error) is None:
            raise
        db.session.rollback()
        return current_app.jinja_env.get_template(template).render(base="shell.html", site=site())
