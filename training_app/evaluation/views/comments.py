"""What people wrote, read by those who may: each comment is released or kept back."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.database import transaction
from training_app.errors import InvalidTransition, Refused
from training_app.evaluation.blueprint import blueprint
from training_app.evaluation.commands import comments as commands
from training_app.evaluation.forms import ReleaseForm, WithholdForm
from training_app.evaluation.queries import comments as reads
from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules.answers import CommentState, WhyWithheld
from training_app.web.access import belongs_under, requires
from training_app.web.pagination import Page, page_number
from training_app.web.rules import Permission


@blueprint.get("/comments")
@requires(Permission.RELEASE_COMMENTS)
def comments() -> str:
    state, course = _state_asked_for(), _course_asked_for()
    numbers = reads.how_many(course)
    number = page_number(request.args.get("page"))
    page = Page(reads.comments_in(state, number, course), number, reads.PER_PAGE, numbers[state])
    return render_template(
        "evaluation/comments.html", page=page, state=state, numbers=numbers, CommentState=CommentState,
        WhyWithheld=WhyWithheld, least=rules.LEAST_FORMS_TO_NAME, course=course,
        courses=reads.courses_commented_on(),
    )


@blueprint.get("/comments/<uuid:public_id>")
@requires(Permission.RELEASE_COMMENTS)
def comment(public_id: UUID) -> str:
    return _comment_page(public_id)


@blueprint.post("/comments/<uuid:public_id>/release")
@requires(Permission.RELEASE_COMMENTS)
def release(public_id: UUID) -> Response | str | tuple[str, int]:
    to_read = reads.comment_to_read(public_id)
    form = ReleaseForm()
    if "text" not in request.form:
        form.text.data, form.text.raw_data = to_read.text, [to_read.text]
    if not form.validate():
        return _comment_page(public_id, releasing=form), 422
    try:
        with transaction():
            commands.release(to_read.row_id, form.text.data, current_user.id, clock.now())
    except InvalidTransition as error:
        return _decided(to_read.state, str(error))
    except Refused as error:
        form.text.errors = [str(error)]
        return _comment_page(public_id, releasing=form), 422
    return _decided(to_read.state, "The comment is released. It may be printed in reports, without a name.")


@blueprint.post("/comments/<uuid:public_id>/withhold")
@requires(Permission.RELEASE_COMMENTS)
def withhold(public_id: UUID) -> Response | str | tuple[str, int]:
    to_read = reads.comment_to_read(public_id)
    form = _withhold_form(to_read)
    if not form.validate():
        return _comment_page(public_id, withholding=form), 422
    try:
        with transaction():
            commands.withhold(to_read.row_id, WhyWithheld(form.why.data), current_user.id, clock.now())
    except InvalidTransition as error:
        return _decided(to_read.state, str(error))
    return _decided(to_read.state, "The comment is kept back. It is printed nowhere.")


def _decided(came_from: CommentState, words: str) -> Response:
    flash(words)
    return redirect(url_for("evaluation.comments", state=came_from.value, course=_course_asked_for() or None))


def _comment_page(
    public_id: UUID, releasing: ReleaseForm | None = None, withholding: WithholdForm | None = None
) -> str:
    to_read = reads.comment_to_read(public_id)
    course = _course_asked_for()
    before, following = reads.neighbours(to_read, course)
    errors = [*(releasing.error_list() if releasing else []), *(withholding.error_list() if withholding else [])]
    return render_template(
        "evaluation/comment.html", comment=to_read, error_list=errors, CommentState=CommentState,
        course=course or None, before=before, following=following,
        may_go_to=rules.COMMENT_TRANSITIONS[to_read.state],
        releasing=releasing or ReleaseForm(formdata=None, text=to_read.released_text or to_read.text),
        withholding=withholding or _withhold_form(to_read, sent=False),
    )


def _withhold_form(to_read: reads.CommentToRead, sent: bool = True) -> WithholdForm:
    form = WithholdForm() if sent else WithholdForm(formdata=None)
    form.offer(to_read.state, to_read.may_quote)
    return form


def _state_asked_for() -> CommentState:
    asked = request.args.get("state", CommentState.NEW.value)
    return CommentState(asked) if asked in set(CommentState) else CommentState.NEW


def _course_asked_for() -> str:
    """The address of a course that somebody wrote about; anything else narrows nothing."""
    asked = request.args.get("course", "")
    return asked if asked in dict(reads.courses_commented_on()) else ""


belongs_under("evaluation.comments", comment, release, withhold)
