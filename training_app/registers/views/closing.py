"""Closing a register and opening it again, and the number of those who came where it holds no names."""

from functools import partial

from flask import flash, redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.database import in_transaction
from training_app.errors import Refused
from training_app.programme.models import TrainingSession
from training_app.records.queries import completions_of_session
from training_app.registers.blueprint import blueprint
from training_app.registers.commands import marks as commands
from training_app.registers.commands import register as register_commands
from training_app.registers.forms import CloseForm, NumberForm, ReopenForm
from training_app.registers.queries.marks import attendances_by_session
from training_app.registers.queries.sheet import Sheet
from training_app.registers.rules.marks import Mark, RegisterState, WhyNotNow, why_not_change
from training_app.registers.views.marking import register_page
from training_app.registers.views.scope import Answer, sees_all_registers, session_of, sheet_now, too_early
from training_app.web.access import belongs_under, requires
from training_app.web.rules import Permission
from training_app.words.numbers import counted


@blueprint.get("/sessions/<int:session_id>/register/close")
@requires(Permission.TAKE_REGISTER)
def close_page(session_id: int) -> Answer:
    sheet = sheet_now(session_of(session_id))
    if sheet.state is RegisterState.CLOSED:
        return redirect(url_for("registers.register", session_id=session_id))
    return _close_page(sheet, CloseForm(formdata=None))


@blueprint.post("/sessions/<int:session_id>/register/close")
@requires(Permission.TAKE_REGISTER)
def close(session_id: int) -> Answer:
    session, form = session_of(session_id), CloseForm()
    try:
        change = in_transaction(
            partial(
                register_commands.close_register, session_id, rest_absent=form.rest_absent.data,
                actor_id=current_user.id, now=clock.now(), is_office=sees_all_registers(),
            )
        )
    except commands.NotNow as error:
        if error.why is WhyNotNow.CLOSED:  # pressed twice, or the other trainer was quicker
            return _as_wanted(session_id, _closed(len(completions_of_session(session_id))))
        return _close_page(sheet_now(session_of(session_id)), form, str(error)), 409
    except Refused as error:
        return _close_page(sheet_now(session), form, str(error)), 422
    taken_back = f" Taken back: {counted(change.withdrawn, 'completion')}." if change.withdrawn else ""
    flash(f"{_closed(change.added)}{taken_back}")
    return redirect(url_for("registers.register", session_id=session_id))


def _closed(completed: int) -> str:
    return f"The register is closed. {counted(completed, 'person has completed it', 'people have completed it')}."


@blueprint.post("/sessions/<int:session_id>/register/reopen")
@requires(Permission.TAKE_REGISTER)
def reopen(session_id: int) -> Answer:
    session, form = session_of(session_id), ReopenForm()
    if not form.validate():
        return register_page(session, errors=form.error_list(), reopening=form), 422
    try:
        in_transaction(
            partial(
                register_commands.reopen_register, session_id, form.why.data, actor_id=current_user.id, now=clock.now(),
                is_office=sees_all_registers(),
            )
        )
    except register_commands.OpenAlready:
        return _as_wanted(session_id, "The register is open again. Close it when it is right.")
    except Refused as error:
        return register_page(session_of(session_id), errors=[{"text": str(error)}]), 409
    flash("The register is open again. Close it when it is right.")
    return redirect(url_for("registers.register", session_id=session_id))


def _as_wanted(session_id: int, words: str) -> Response:
    """It is as they wished already: they are told so, as they would have been by the act itself."""
    flash(words)
    return redirect(url_for("registers.register", session_id=session_id))


@blueprint.get("/sessions/<int:session_id>/register/number")
@requires(Permission.TAKE_REGISTER)
def number_page(session_id: int) -> str:
    session = session_of(session_id)
    form = NumberForm(formdata=None, number=session.headcount, why_none=session.no_data_reason)
    return _number_page(session, form)


@blueprint.post("/sessions/<int:session_id>/register/number")
@requires(Permission.TAKE_REGISTER)
def state_number(session_id: int) -> Answer:
    session, form = session_of(session_id), NumberForm()
    if not form.validate():
        return _number_page(session, form, form.error_list()), 422
    try:
        in_transaction(
            partial(
                register_commands.state_number, session_id, form.number.data, form.why_none.data or "",
                actor_id=current_user.id, now=clock.now(), is_office=sees_all_registers(),
            )
        )
    except commands.NotNow as error:
        return _number_page(session_of(session_id), form, [{"text": str(error)}]), 409
    except Refused as error:
        return _number_page(session, form, [{"text": str(error), "href": f"#{form.number.id}"}]), 422
    flash("Saved.")
    return redirect(url_for("registers.register", session_id=session_id))


def _close_page(sheet: Sheet, form: CloseForm, problem: str = "") -> str:
    session = sheet.session
    errors = [{"text": problem, "href": f"#{form.rest_absent.id}"}] if problem else []
    if problem and sheet.unmarked:
        form.rest_absent.errors = [problem]
    elif problem:
        errors = [{"text": problem}]
    return render_template(
        "registers/close.html", session=session, sheet=sheet, Mark=Mark, form=form, error_list=errors,
        too_early=too_early(session),
        attendances=attendances_by_session([session.id])[session.id],
    )


def _number_page(session: TrainingSession, form: NumberForm, errors: list[dict[str, str]] | None = None) -> str:
    sheet = sheet_now(session)
    reason = why_not_change(sheet.facts, clock.today(), is_office=sees_all_registers())
    return render_template(
        "registers/number.html", session=session, form=form, error_list=errors or [], why_not=reason, sheet=sheet
    )


belongs_under("registers.registers", close_page, close, reopen, number_page, state_number)
