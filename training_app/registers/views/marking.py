"""The register itself: marks, walk-ins, and who is taken off."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user

from training_app import clock
from training_app.accounts.queries import names_of_users
from training_app.agencies.queries import agencies_by_sector
from training_app.database import in_transaction
from training_app.errors import Refused
from training_app.installation import ports
from training_app.programme.models import TrainingSession
from training_app.registers.blueprint import blueprint
from training_app.registers.commands import marks as commands
from training_app.registers.commands import walk_ins
from training_app.registers.commands.walk_ins import CouldBeSomeoneKnown
from training_app.registers.forms import ReopenForm, WalkInForm, row_to_come_back_to, rows_sent
from training_app.registers.queries.marks import attendances_by_session
from training_app.registers.queries.same_name import SameName
from training_app.registers.queries.sheet import Sheet, names_ever_on, parts_open_for_marks
from training_app.registers.rules.marks import (
    LONGEST_WHY_OFF,
    TRAINERS_CHANGE_FOR,
    AbsenceReason,
    Mark,
    RegisterState,
    SavedMarks,
    SentRow,
    part_to_join,
    reason_label,
    why_not_change,
    why_not_open,
)
from training_app.registers.views.scope import Answer, sees_all_registers, session_of, sheet_now, too_early
from training_app.registers.wording import conflicts_of, marks_not_saved, saved_in_words, those_gone, undo_in_words
from training_app.web.access import belongs_under, requires
from training_app.web.forms import row_number
from training_app.web.rules import Permission
from training_app.words.dates import moment
from training_app.words.times import clock_time


@blueprint.get("/sessions/<int:session_id>/register")
@requires(Permission.TAKE_REGISTER)
def register(session_id: int) -> str:
    return register_page(session_of(session_id))


@blueprint.post("/sessions/<int:session_id>/register")
@requires(Permission.TAKE_REGISTER)
def save(session_id: int) -> Answer:
    session = session_of(session_id)
    rows = rows_sent(request.form)
    actor: dict[str, Any] = {"actor_id": current_user.id, "now": clock.now(), "is_office": sees_all_registers()}
    form = _walk_in_form(session)
    for_all: dict[str, Any] = {name: row_number(request.form.get(name)) for name in ("rest_here", "undo")}
    try:
        saved = in_transaction(partial(commands.save_marks, session_id, rows, **actor, **for_all))
    except Refused as error:
        return register_page(session_of(session_id), errors=[{"text": str(error)}], walk_in=form, unsaved=rows), 409
    # Whatever else comes of this page, and whether it is shown again or not: these marks are saved.
    alone = not (form.is_begun or request.form.get("take_off") or saved.differences or saved.gone)
    if words := saved_in_words(saved, alone=alone):
        flash(words)
    problems = _take_off(session_id, request.form, actor)
    if problems:
        return register_page(session_of(session_id), errors=problems, walk_in=form, saved=saved), 422
    if form.is_begun:
        try:
            problems = _add_walk_in(session_id, form, {row.person_id for row in rows}, actor)
        except CouldBeSomeoneKnown as error:
            return register_page(session_of(session_id), walk_in=form, saved=saved, same_names=error.same_names), 409
        if problems:
            return register_page(session_of(session_id), errors=problems, walk_in=form, saved=saved), 422
    if saved.differences or saved.gone:
        return register_page(session_of(session_id), saved=saved), 409
    # Back to where they were: a walk-in is the last row, above where the next is added.
    row = "walk-in" if form.is_begun else row_to_come_back_to(request.form, rows)
    return redirect(url_for("registers.register", session_id=session_id, _anchor=row))


def _take_off(session_id: int, sent: Mapping[str, str], actor: dict[str, Any]) -> list[dict[str, str]]:
    """Take off whoever's button was pressed, and say so; what is wrong where they stay."""
    row = sent.get("take_off", "")
    person_id = row_number(row.rpartition("-")[2])
    if person_id is None:
        return []
    why = sent.get(f"off-{row}", "")
    try:
        person = in_transaction(partial(walk_ins.take_off, session_id, person_id, why, **actor))
    except Refused as error:
        return [{"text": str(error), "href": f"#off-{row}"}]
    flash(f"{person.name} is off the register. What was marked is kept in its history.")
    return []


def _nobody_added(form: WalkInForm) -> list[str]:
    """What was typed about a walk-in, for a register that comes back without a place to type it."""
    if not form.is_begun:
        return []
    typed = [form.walk_in_name.data, form.agency_name, form.walk_in_post.data, form.walk_in_email.data]
    return [f"{', '.join(filter(None, typed))}: not added."] if any(typed) else []


def _add_walk_in(
    session_id: int, form: WalkInForm, on_page: set[int], actor: dict[str, object]
) -> list[dict[str, str]]:
    """Add whom the form names and say so; what is wrong with it where they cannot be added."""
    if not form.validate():
        return form.error_list()
    walk_in = walk_ins.WalkIn(
        name=form.walk_in_name.data, agency_id=int(form.walk_in_agency.data), part_id=int(form.walk_in_part.data),
        post_title=form.walk_in_post.data, email=form.walk_in_email.data, on_page=on_page | form.on_page_when_asked,
        person_id=form.person_id, is_new=form.walk_in_is.data == "new",
    )
    try:
        person = in_transaction(partial(walk_ins.add_walk_in, session_id, walk_in, **actor))  # type: ignore[arg-type]
    except CouldBeSomeoneKnown:
        raise
    except Refused as error:
        return [{"text": str(error), "href": f"#{form.walk_in_name.id}"}]
    lost = walk_in.email and walk_in.email != person.email
    kept = " The email you typed is not kept: the business office can add it." if lost else ""
    flash(f"{person.name} is on the register, marked here.{kept}")
    return []


def register_page(
    session: TrainingSession, *, errors: list[dict[str, str]] | None = None, walk_in: WalkInForm | None = None,
    saved: SavedMarks | None = None, reopening: ReopenForm | None = None, unsaved: list[SentRow] | None = None,
    same_names: list[SameName] | None = None,
) -> str:
    sheet = sheet_now(session)
    today, is_office = clock.today(), sees_all_registers()
    conflicts = _conflicts(saved)
    names_gone = names_ever_on(session.id, saved.gone).values() if saved and saved.gone else ()
    gone = [{"text": sentence, "href": "#walk-in"} for sentence in those_gone(names_gone)]
    why_not = why_not_change(sheet.facts, today, is_office=is_office)
    left = _not_saved(sheet, unsaved) if unsaved else []
    left += _nobody_added(walk_in) if walk_in and why_not else []
    attendances = attendances_by_session([session.id])[session.id]
    return render_template(
        "registers/register.html", session=session, sheet=sheet, conflicts=conflicts,
        error_list=[*(errors or []), *gone, *_summary(sheet, conflicts)], unsaved=left,
        walk_in=walk_in or _walk_in_form(session, sent=False), same_names=same_names or [],
        why_not=why_not, Mark=Mark, RegisterState=RegisterState,
        may_reopen=why_not_open(sheet.facts, today, is_office=is_office) is None,
        reopening=reopening or ReopenForm(formdata=None), reasons=list(AbsenceReason), reason_label=reason_label,
        known_reasons=set(AbsenceReason), longest_why_off=LONGEST_WHY_OFF,
        attendances=attendances, is_office=is_office, days=TRAINERS_CHANGE_FOR.days,
        saved_at=_saved_at(sheet), too_early=too_early(session), undo=_undo(sheet),
        alarms=ports().feedback_alarms([session.id]).get(session.id, []),
    )


def _conflicts(saved: SavedMarks | None) -> dict[str, str]:
    if saved is None or not saved.differences:
        return {}
    users = {one.theirs_by_id for one in saved.differences if one.theirs_by_id is not None}
    return conflicts_of(saved.differences, names_of_users(users))


def _not_saved(sheet: Sheet, rows: list[SentRow]) -> list[str]:
    return marks_not_saved(
        rows,
        {key: one.mark for key, one in sheet.marks.items()},
        names_ever_on(sheet.session.id, {row.person_id for row in rows if row.wanted is not row.on_page}),
        {one.part.id: one.part.position for one in sheet.parts},
    )


def _undo(sheet: Sheet) -> dict[int, str]:
    """By part: what the button says that undoes the latest press for everyone else."""
    latest = {one.part: one.latest_press for one in sheet.parts if one.latest_press}
    names = names_of_users({one.by_id for one in latest.values() if one.by_id is not None}) if latest else {}
    many = len(sheet.parts) > 1
    return {
        part.id: undo_in_words(
            press, names.get(press.by_id or 0), f" at part {part.position}" if many else "", clock.today()
        )
        for part, press in latest.items()
    }


def _saved_at(sheet: Sheet) -> str:
    """When somebody last marked: the time alone, where it was today."""
    if sheet.last_marked_at is None:
        return ""
    here = clock.local(sheet.last_marked_at)
    return clock_time(here.time()) if here.date() == clock.today() else moment(sheet.last_marked_at)


def _summary(sheet: Sheet, conflicts: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"text": f"Look again at {row.name}", "href": f"#m-{row.part_id}-{row.person_id}"}
        for one in sheet.parts
        for row in one.rows
        if f"{row.part_id}-{row.person_id}" in conflicts
    ]


def _walk_in_form(session: TrainingSession, sent: bool = True) -> WalkInForm:
    form = WalkInForm() if sent else WalkInForm(formdata=None)
    parts = parts_open_for_marks(session, clock.today())
    form.offer(agencies_by_sector(session.first_day), parts, part_to_join(parts, clock.local(clock.now())))
    return form


belongs_under("registers.registers", register, save)
