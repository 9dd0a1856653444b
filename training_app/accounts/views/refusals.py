"""What was refused leaves a line: in the log by numbers and kinds alone, and in the audit where it was somebody's act.

Looking at a page one may not see is in the log only: opening an address writes nothing.
"""

import logging

from flask import Response, request
from flask_login import current_user
from sqlalchemy.exc import SQLAlchemyError

from training_app import clock
from training_app.accounts.commands.users import note_refused
from training_app.database import transaction

log = logging.getLogger(__name__)


def note_wrong_code(kind: str, outcome: str, *, code_id: int | None = None, user_id: int | None = None) -> None:
    """A code was typed that opened nothing."""
    log.warning("wrong code: kind=%s outcome=%s code=%s user=%s", kind, outcome, code_id, user_id)


def note_refusal(response: Response) -> Response:
    """A page or an act was refused to whoever asked."""
    if response.status_code != 403:
        return response
    try:
        user_id = current_user.id if current_user.is_authenticated else None
        log.warning("refused: method=%s page=%s user=%s", request.method, request.endpoint, user_id)
        if user_id is not None and request.method not in {"GET", "HEAD"}:
            with transaction():
                note_refused(user_id, str(request.endpoint), now=clock.now())
    except SQLAlchemyError as error:  # the page that says so is made; the line in the log has to do
        log.error("refusal was not noted: %s", type(error).__name__)
    return response
