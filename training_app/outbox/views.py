"""The queue of letters, for the business office."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.database import transaction
from training_app.errors import Refused
from training_app.installation import ports
from training_app.outbox import commands, queries
from training_app.outbox.forms import LetterSearchForm
from training_app.outbox.rules import LETTERS_SHOWN
from training_app.web.access import belongs_under, requires
from training_app.web.pagination import Cut, page_number
from training_app.web.rules import Permission

blueprint = Blueprint("outbox", __name__)
PAGE_SIZE = 50
# A worker looks every few seconds; a letter still untouched after this long means that none is running.
LATE = timedelta(minutes=5)


@blueprint.get("/letters")
@requires(Permission.SEE_LETTERS)
def letters() -> str:
    shown = request.args.get("show", "")
    show = shown if shown in LETTERS_SHOWN else "all"
    form = LetterSearchForm(formdata=None, data={"show": show})
    return _letters_page(form, queries.Asked(show), page_number(request.args.get("page")))


@blueprint.post("/letters")
@requires(Permission.SEE_LETTERS)
def find_letters() -> str | tuple[str, int]:
    """It changes nothing: it is posted so that whom somebody looks for stands in no address and no log."""
    form = LetterSearchForm()
    show = form.show.data if form.show.data in LETTERS_SHOWN else "all"
    if not form.validate() or not form.asks_for_something():
        return _letters_page(form, queries.Asked(show), 1), 422
    asked = queries.Asked(show, form.find.data or "", form.kind.data or "")
    return _letters_page(form, asked, page_number(request.form.get("page")))


def _letters_page(form: LetterSearchForm, asked: queries.Asked, number: int) -> str:
    now = clock.now()
    form.offer(queries.kinds())
    state = queries.queue_state(now)
    cut = Cut.of(queries.how_many(asked), number, PAGE_SIZE)
    page = cut.page(queries.letters(asked, cut.first, cut.size))
    late = state.waiting_since if state.waiting_since and state.waiting_since <= now - LATE else None
    return render_template(
        "outbox/letters.html", page=page, form=form, asked=asked, error_list=form.error_list(), state=state,
        late=late, runs=ports().last_runs(),
    )


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


belongs_under("outbox.letters", letter, find_letters)
blueprints = (blueprint,)
