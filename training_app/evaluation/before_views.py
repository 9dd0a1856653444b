"""The form before a session: three ratings, from the booking until the session starts."""

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.bookings.queries import active_booking
from training_app.database import transaction
from training_app.errors import Refused
from training_app.evaluation import commands, rules
from training_app.evaluation.forms import AnswerForm, answer_form
from training_app.evaluation.queries import (
    current_version,
    facts_for,
    session_with_parts,
    starts_at,
    version_shown,
    window_of,
)
from training_app.evaluation.rules import Moment, Refusal
from training_app.evaluation.views import blueprint
from training_app.programme.models import TrainingSession
from training_app.web.access import belongs_under, signed_in


@blueprint.get("/sessions/<int:session_id>/evaluation/before")
@signed_in
def before_form(session_id: int) -> str:
    session = session_with_parts(session_id)
    refused = _why_not(session)
    if refused:
        return _cannot_answer(session, refused)
    return _form_page(session, answer_form(current_version(), Moment.BEFORE))


@blueprint.post("/sessions/<int:session_id>/evaluation/before")
@signed_in
def send_before(session_id: int) -> Response | str | tuple[str, int]:
    session = session_with_parts(session_id)
    version = version_shown(request.form.get("version", type=int))
    form = answer_form(version, Moment.BEFORE)
    refused = _why_not(session)
    if refused and refused is not Refusal.ANSWERED:
        return _cannot_answer(session, refused), 409
    if not form.validate():
        return _form_page(session, form, form.error_list()), 422
    try:
        with transaction():
            commands.answer(
                session_id, current_user.person_id, form.answers(Moment.BEFORE, version), clock.now()
            )
    except commands.CannotAnswer as error:
        return _cannot_answer(session_with_parts(session_id), error.why), 409
    except Refused as error:
        errors = [{"text": str(error), "href": f"#{form.first_field()}"}]
        return _form_page(session_with_parts(session_id), form, errors), 422
    # Sent twice, the first sending stands, and the person reads the same.
    flash("Thank you. We have your answers from before the session.")
    return redirect(url_for("front.my_training"))


def _why_not(session: TrainingSession) -> Refusal | None:
    person_id = current_user.person_id
    if person_id is None or active_booking(session.id, person_id) is None:
        return Refusal.NOT_BOOKED
    return rules.refusal(Moment.BEFORE, facts_for(session, person_id, Moment.BEFORE), clock.now())


def _form_page(session: TrainingSession, form: AnswerForm, errors: list[dict[str, str]] | None = None) -> str:
    return render_template(
        "evaluation/before_form.html", session=session, form=form, error_list=errors or [], Moment=Moment,
        starts_at=starts_at(session),
    )


def _cannot_answer(session: TrainingSession, refused: Refusal) -> str:
    return render_template(
        "evaluation/cannot_answer.html", session=session, refused=refused, window=window_of(session)
    )


belongs_under("front.my_training", before_form, send_before)
