"""What people wrote, read by those who may: each comment is released or kept back."""

from uuid import UUID

from flask import redirect, render_template, request, url_for
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
from training_app.web.banners import flash_with_link
from training_app.web.pagination import Cut, page_number
from training_app.web.rules import Permission

ALL_READ = "All read: no comment is waiting."
ALL_READ_OF_COURSE = "All read: no comment about this course is waiting."


@blueprint.get("/comments")
@requires(Permission.RELEASE_COMMENTS)
def comments() -> str:
    state, course = _state_asked_for(), _course_asked_for()
    numbers = reads.how_many(course)
    # A page that the last decision emptied is the one before it.
    cut = Cut.of(numbers[state], page_number(request.args.get("page")), reads.PER_PAGE)
    page = cut.page(reads.comments_in(state, cut.number, course))
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
            commands.release(to_read.row_id, form.text.data, current_user.id, clock.now(), seen=_seen(to_read))
    except InvalidTransition as error:
        return _decided(to_read, str(error))
    except Refused as error:
        form.text.errors = [str(error)]
        return _comment_page(public_id, releasing=form), 422
    return _decided(to_read, "The comment is released. It may be printed in reports, without a name.")


@blueprint.post("/comments/<uuid:public_id>/withhold")
@requires(Permission.RELEASE_COMMENTS)
def withhold(public_id: UUID) -> Response | str | tuple[str, int]:
    to_read = reads.comment_to_read(public_id)
    form = _withhold_form(to_read)
    if not form.validate():
        return _comment_page(public_id, withholding=form), 422
    try:
        with transaction():
            commands.withhold(
                to_read.row_id, WhyWithheld(form.why.data), current_user.id, clock.now(), seen=_seen(to_read)
            )
    except InvalidTransition as error:
        return _decided(to_read, str(error))
    return _decided(to_read, "The comment is kept back. It is printed nowhere.")


def _decided(decided: reads.CommentToRead, words: str) -> Response:
    """On to what is to be read next: from the list to the list, from a comment's own page to the next one's."""
    seen, course = _seen(decided), _course_asked_for()
    waiting = reads.next_to_read(decided, course) if seen is CommentState.NEW else _then()
    address, said = _list_address(seen, course), words
    if "page" not in request.form:
        if waiting is not None:
            address = url_for("evaluation.comment", public_id=waiting, course=course or None)
        elif seen is CommentState.NEW:
            said = f"{words} {ALL_READ_OF_COURSE if course else ALL_READ}"
    way_back = url_for("evaluation.comment", public_id=decided.public_id, course=course or None, then=waiting)
    flash_with_link(said, "Look at that comment again", way_back)
    return redirect(address)


def _list_address(state: CommentState, course: str) -> str:
    number = page_number(request.form.get("page"))
    return url_for(
        "evaluation.comments", state=state.value, course=course or None, page=number if number > 1 else None
    )


def _seen(to_read: reads.CommentToRead) -> CommentState:
    """How the comment stood on the page that was decided on; pages from before it was sent along say nothing."""
    sent = request.form.get("seen", "")
    return CommentState(sent) if sent in set(CommentState) else to_read.state


def _then() -> UUID | None:
    """The comment to go on reading with, for someone who went back to one they had decided."""
    try:
        asked = UUID(request.args.get("then", ""))
    except ValueError:
        return None
    return asked if reads.is_a_comment(asked) else None


def _comment_page(
    public_id: UUID, releasing: ReleaseForm | None = None, withholding: WithholdForm | None = None
) -> str:
    to_read = reads.comment_to_read(public_id)
    course = _course_asked_for()
    before, following = reads.neighbours(to_read, course)
    errors = [*(releasing.error_list() if releasing else []), *(withholding.error_list() if withholding else [])]
    return render_template(
        "evaluation/comment.html", comment=to_read, error_list=errors, CommentState=CommentState,
        course=course or None, before=before, following=following, then=_then(),
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
