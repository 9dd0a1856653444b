"""One's own form: three ratings before a session; ratings and words after it."""

from collections.abc import Callable
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_app import clock
from training_app.database import in_transaction
from training_app.errors import Refused
from training_app.evaluation.blueprint import blueprint
from training_app.evaluation.commands import answers as commands
from training_app.evaluation.commands.answers import Outcome
from training_app.evaluation.forms import AnswerForm, answer_form
from training_app.evaluation.queries.forms import (
    current_version,
    facts_for,
    has_answered,
    session_with_parts,
    version_shown,
    window_of,
)
from training_app.evaluation.queries.room import why_not_in_the_room
from training_app.evaluation.results import Answers
from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules import feedback_codes as codes
from training_app.evaluation.rules.answers import Moment, Refusal
from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.evaluation.rules.feedback_codes import in_groups
from training_app.installation import settings
from training_app.programme.models import TrainingSession
from training_app.web.access import belongs_under, signed_in
from training_app.web.forms import row_number


@blueprint.get("/sessions/<int:session_id>/evaluation/before")
@signed_in
def before_form(session_id: int) -> ResponseReturnValue:
    return _show(session_id, Moment.BEFORE)


@blueprint.post("/sessions/<int:session_id>/evaluation/before")
@signed_in
def send_before(session_id: int) -> ResponseReturnValue:
    return _send(session_id, Moment.BEFORE, _back_to_my_training)


@blueprint.get("/sessions/<int:session_id>/evaluation")
@signed_in
def after_form(session_id: int) -> ResponseReturnValue:
    return _show(session_id, Moment.AFTER)


@blueprint.post("/sessions/<int:session_id>/evaluation")
@signed_in
def send_answers(session_id: int) -> ResponseReturnValue:
    return _send(session_id, Moment.AFTER, _to_the_thanks)


@blueprint.get("/sessions/<int:session_id>/evaluation/thank-you")
@signed_in
def thank_you(session_id: int) -> ResponseReturnValue:
    session = session_with_parts(session_id)
    person_id = current_user.person_id
    if person_id is None or not has_answered(session_id, person_id, Moment.AFTER):
        return redirect(url_for("evaluation.after_form", session_id=session_id))
    return render_template(
        "evaluation/thank_you.html", session=session, window=window_of(session),
        least=LEAST_FOR_A_FIGURE,
    )


def _show(session_id: int, asked: Moment) -> str:
    session = session_with_parts(session_id)
    refused = _why_not(session, asked)
    if refused:
        return _cannot_answer(session, refused)
    return _form_page(session, asked, answer_form(current_version(), asked))


def _send(
    session_id: int, asked: Moment, done: Callable[[int], ResponseReturnValue]
) -> ResponseReturnValue:
    session = session_with_parts(session_id)
    version = version_shown(row_number(request.form.get("version")))
    form = answer_form(version, asked)
    refused = _why_not(session, asked)
    if refused and refused is not Refusal.ANSWERED:
        return _cannot_answer(session, refused), 409
    if not form.validate():
        return _form_page(session, asked, form, form.error_list()), 422
    try:
        given = form.answers(asked, version)
        outcome = in_transaction(
            partial(commands.answer, session_id, current_user.person_id, given, clock.now())
        )
    except commands.CannotAnswer as error:
        return _cannot_answer(session_with_parts(session_id), error.why), 409
    except Refused as error:
        errors = [{"text": str(error), "href": f"#{form.first_field()}"}]
        return _form_page(session_with_parts(session_id), asked, form, errors), 422
    if outcome is Outcome.ALREADY_HERE:
        return _first_stand(session_id, given), 409
    # Sent twice, the person reads the same.
    return done(session_id)


def _first_stand(session_id: int, given: Answers) -> str:
    """Other answers were here first. What they wrote now is shown, for it is not kept."""
    texts = {question.key: question.text for question in given.version.questions}
    return render_template(
        "evaluation/first_stand.html", session=session_with_parts(session_id), Moment=Moment, asked=given.form,
        comments=[(texts[key], text) for key, text in given.words.items() if text.strip()],
    )


def _back_to_my_training(session_id: int) -> ResponseReturnValue:
    flash("Thank you. We have your answers from before the session.")
    return redirect(url_for("front.my_training"))


def _to_the_thanks(session_id: int) -> ResponseReturnValue:
    return redirect(url_for("evaluation.thank_you", session_id=session_id))


def _why_not(session: TrainingSession, asked: Moment) -> Refusal | None:
    refused = rules.refusal(asked, facts_for(session, current_user.person_id, asked), clock.now())
    if refused is None and current_user.person_id is None:  # a sign-in of somebody who neither books nor comes
        return Refusal.NOT_ON_REGISTER
    return refused


def _form_page(
    session: TrainingSession, asked: Moment, form: AnswerForm, errors: list[dict[str, str]] | None = None
) -> str:
    """`evaluation/before_form.html` or `evaluation/after_form.html`."""
    return render_template(
        f"evaluation/{asked}_form.html", session=session, form=form, error_list=errors or [], Moment=Moment,
        window=window_of(session), starts_at=session.begins_at,
    )


def _cannot_answer(session: TrainingSession, refused: Refusal) -> str:
    return render_template(
        "evaluation/cannot_answer.html", session=session, refused=refused, window=window_of(session)
    )


belongs_under("front.my_training", before_form, send_before, after_form, send_answers, thank_you)


def before_form_address(session_id: int) -> str:
    """Where someone who booked a session rates themselves before it."""
    return url_for("evaluation.before_form", session_id=session_id)


def feedback_code(session: TrainingSession, person_id: int) -> str | None:
    """What makes a form by the room's code this person's own; None where nothing is asked any more.

    For the person alone, who has a place or a mark there: no page of staff, no copy and no line of the audit holds it.
    """
    if why_not_in_the_room(session, clock.now()) not in {None, Refusal.NOT_ENDED}:
        return None
    return in_groups(codes.feedback_code(session.id, person_id, settings().secret_key))
