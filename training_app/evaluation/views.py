from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.database import transaction
from training_app.errors import InvalidTransition, Refused
from training_app.evaluation import commands, rules
from training_app.evaluation import comments as reads
from training_app.evaluation.forms import (
    AnswerForm,
    ReleaseForm,
    WithholdForm,
    answer_form,
)
from training_app.evaluation.queries import (
    current_version,
    facts_for,
    has_answered,
    session_with_parts,
    version_shown,
    window_of,
)
from training_app.evaluation.rules import CommentState, Moment, Refusal, WhyWithheld
from training_app.programme.models import TrainingSession
from training_app.web.access import Permission, requires, signed_in
from training_app.web.pagination import Page, page_number

blueprint = Blueprint("evaluation", __name__)


@blueprint.get("/sessions/<int:session_id>/evaluation")
@signed_in
def after_form(session_id: int) -> str:
    session = session_with_parts(session_id)
    refused = _why_not(session)
    if refused:
        return _cannot_answer(session, refused)
    return _form_page(session, answer_form(current_version(), Moment.AFTER))


@blueprint.post("/sessions/<int:session_id>/evaluation")
@signed_in
def send_answers(session_id: int) -> Response | str | tuple[str, int]:
    session = session_with_parts(session_id)
    version = version_shown(request.form.get("version", type=int))
    form = answer_form(version, Moment.AFTER)
    refused = _why_not(session)
    if refused and refused is not Refusal.ANSWERED:
        return _cannot_answer(session, refused), 409
    if not form.validate():
        return _form_page(session, form, form.error_list()), 422
    try:
        with transaction():
            outcome = commands.answer(
                session_id, current_user.person_id, form.answers(Moment.AFTER, version), clock.now()
            )
    except commands.CannotAnswer as error:
        return _cannot_answer(session, error.why), 409
    except Refused as error:
        return _form_page(session, form, [{"text": str(error), "href": f"#{form.first_field()}"}]), 422
    if outcome is commands.Outcome.ALREADY_HERE:
        return redirect(url_for("evaluation.after_form", session_id=session_id))
    return redirect(url_for("evaluation.thank_you", session_id=session_id))


@blueprint.get("/sessions/<int:session_id>/evaluation/thank-you")
@signed_in
def thank_you(session_id: int) -> Response | str:
    session = session_with_parts(session_id)
    person_id = current_user.person_id
    if person_id is None or not has_answered(session_id, person_id, Moment.AFTER):
        return redirect(url_for("evaluation.after_form", session_id=session_id))
    return render_template(
        "evaluation/thank_you.html", session=session, window=window_of(session),
        first=rules.FORMS_TO_PUBLISH_FIRST,
    )


def _why_not(session: TrainingSession) -> Refusal | None:
    person_id = current_user.person_id
    if person_id is None:
        return Refusal.NOT_ON_REGISTER
    return rules.refusal(Moment.AFTER, facts_for(session, person_id, Moment.AFTER), clock.now())


def _form_page(session: TrainingSession, form: AnswerForm, error_list: list[dict[str, str]] | None = None) -> str:
    return render_template(
        "evaluation/after_form.html", session=session, form=form, error_list=error_list or [], Moment=Moment,
        window=window_of(session),
    )


def _cannot_answer(session: TrainingSession, refused: Refusal) -> str:
    return render_template(
        "evaluation/cannot_answer.html", session=session, refused=refused, window=window_of(session)
    )


@blueprint.get("/comments")
@requires(Permission.RELEASE_COMMENTS)
def comments() -> str:
    state = _state_asked_for()
    numbers = reads.how_many()
    number = page_number(request.args.get("page"))
    page = Page(reads.comments_in(state, number), number, reads.PER_PAGE, numbers[state])
    return render_template(
        "evaluation/comments.html", page=page, state=state, numbers=numbers, CommentState=CommentState,
        WhyWithheld=WhyWithheld, least=rules.LEAST_FORMS_TO_NAME,
    )


@blueprint.get("/comments/<int:comment_id>")
@requires(Permission.RELEASE_COMMENTS)
def comment(comment_id: int) -> str:
    return _comment_page(comment_id)


@blueprint.post("/comments/<int:comment_id>/release")
@requires(Permission.RELEASE_COMMENTS)
def release(comment_id: int) -> Response | str | tuple[str, int]:
    shown = reads.comment_to_read(comment_id)
    form = ReleaseForm()
    if "text" not in request.form:
        form.text.data, form.text.raw_data = shown.text, [shown.text]
    if not form.validate():
        return _comment_page(comment_id, releasing=form), 422
    try:
        with transaction():
            commands.release(comment_id, form.text.data, current_user.id, clock.now())
    except InvalidTransition as error:
        return _decided(shown.state, str(error))
    except Refused as error:
        form.text.errors = [str(error)]
        return _comment_page(comment_id, releasing=form), 422
    return _decided(shown.state, "The comment is released. It may be printed in reports, without a name.")


@blueprint.post("/comments/<int:comment_id>/withhold")
@requires(Permission.RELEASE_COMMENTS)
def withhold(comment_id: int) -> Response | str | tuple[str, int]:
    shown = reads.comment_to_read(comment_id)
    form = _withhold_form(shown)
    if not form.validate():
        return _comment_page(comment_id, withholding=form), 422
    try:
        with transaction():
            commands.withhold(comment_id, WhyWithheld(form.why.data), current_user.id, clock.now())
    except InvalidTransition as error:
        return _decided(shown.state, str(error))
    return _decided(shown.state, "The comment is kept back. It is printed nowhere.")


def _decided(came_from: CommentState, words: str) -> Response:
    flash(words)
    return redirect(url_for("evaluation.comments", state=came_from.value))


def _comment_page(
    comment_id: int, releasing: ReleaseForm | None = None, withholding: WithholdForm | None = None
) -> str:
    shown = reads.comment_to_read(comment_id)
    errors = [*(releasing.error_list() if releasing else []), *(withholding.error_list() if withholding else [])]
    return render_template(
        "evaluation/comment.html", comment=shown, error_list=errors, CommentState=CommentState,
        may_go_to=rules.COMMENT_TRANSITIONS[shown.state],
        releasing=releasing or ReleaseForm(formdata=None, text=shown.released_text or shown.text),
        withholding=withholding or _withhold_form(shown, sent=False),
    )


def _withhold_form(shown: reads.CommentToRead, sent: bool = True) -> WithholdForm:
    form = WithholdForm() if sent else WithholdForm(formdata=None)
    form.offer(shown.state, shown.may_quote)
    return form


def _state_asked_for() -> CommentState:
    asked = request.args.get("state", CommentState.NEW.value)
    return CommentState(asked) if asked in set(CommentState) else CommentState.NEW


_SECTIONS: dict[str, tuple[Callable[..., object], ...]] = {
    "front.my_training": (after_form, thank_you, send_answers),
    "evaluation.comments": (comment, release, withhold),
}
for _section, _views in _SECTIONS.items():
    for _view in _views:
        _view.section = _section  # type: ignore[attr-defined]
