"""The queue of letters, for the business office."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.database import transaction
from training_app.errors import Refused
from training_app.outbox import commands, queries
from training_app.web.access import requires
from training_app.web.pagination import Page, page_number
from training_app.web.rules import Permission

blueprint = Blueprint("outbox", __name__)
PAGE_SIZE = 50
# A worker looks every few seconds; a letter still untouched after this long means that none is running.
LATE = timedelta(minutes=5)


class LastRun(Protocol):
    """When a scheduled job last ran. `began_at` is None if it never did."""

    @property
    def label(self) -> str: ...
    @property
    def began_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def outcome(self) -> str: ...


LastRuns = Callable[[], Sequence[LastRun]]


def init_app(app: Flask, last_runs: LastRuns) -> None:
    """`last_runs` comes from the room of the jobs, which stands above this one."""
    app.extensions["last_runs"] = last_runs
    app.register_blueprint(blueprint)


@blueprint.get("/letters")
@requires(Permission.SEE_LETTERS)
def letters() -> str:
    now = clock.now()
    asked = request.args.get("show", "")
    show = asked if asked in {"waiting", "failed"} else "all"
    state = queries.queue_state(now)
    total = getattr(state, show)
    number = page_number(request.args.get("page"))
    page = Page(queries.letters(show, number, PAGE_SIZE), number, PAGE_SIZE, total)
    late = state.waiting_since if state.waiting_since and state.waiting_since <= now - LATE else None
    runs = current_app.extensions["last_runs"]()
    return render_template("outbox/letters.html", page=page, show=show, state=state, late=late, runs=runs)


@blueprint.get("/letters/<int:letter_id>")
@requires(Permission.SEE_LETTERS)
def letter(letter_id: int) -> str:
    return render_template("outbox/letter.html", letter=queries.letter_in_full(letter_id))


@blueprint.post("/letters/<int:letter_id>/send-again")
@requires(Permission.SEE_LETTERS)
def send_again(letter_id: int) -> Response:
    try:
        with transaction():
            commands.send_again(letter_id, current_user.id, clock.now())
    except Refused as refusal:
        flash(str(refusal))
    else:
        flash("The letter is in the queue again. It goes out within a minute.")
    return redirect(url_for("outbox.letter", letter_id=letter_id))


letter.section = "outbox.letters"  # type: ignore[attr-defined]
