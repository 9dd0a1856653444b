from collections.abc import Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.accounts.queries import names_of_users
from training_app.agencies.queries import agencies_by_sector
from training_app.database import in_transaction
from training_app.errors import Refused
from training_app.installation import ports
from training_app.people.queries import names_of_people
from training_app.programme.models import TrainingSession
from training_app.programme.queries.sessions import trainer_ids
from training_app.records.queries import completions_of_session
from training_app.registers.commands import marks as commands
from training_app.registers.commands import register as register_commands
from training_app.registers.commands import walk_ins
from training_app.registers.commands.walk_ins import CouldBeSomeoneKnown
from training_app.registers.forms import (
    CloseForm,
    NumberForm,
    ReopenForm,
    WalkInForm,
    row_to_come_back_to,
    rows_sent,
)
from training_app.registers.queries.listing import Group, RegisterSearch, registers_found, standings_of
from training_app.registers.queries.marks import attendances_by_session
from training_app.registers.queries.same_name import SameName
from training_app.registers.queries.sheet import (
    Sheet,
    changes_of,
    marks_ever,
    parts_open_for_marks,
    session_to_mark,
    sheet_of,
)
from training_app.registers.queries.sign_in import parts_to_sign
from training_app.registers.rules.marks import (
    LONGEST_WHY_OFF,
    TRAINERS_CHANGE_FOR,
    AbsenceReason,
    Mark,
    RegisterState,
    SavedMarks,
    SentRow,
    WhyNotNow,
    part_to_join,
    reason_label,
    why_not_change,
    why_not_open,
)
from training_app.registers.wording import (
    conflicts_of,
    ends_later,
    marks_not_saved,
    register_in_words,
    saved_in_words,
    those_gone,
)
from training_app.web.access import belongs_under, may, requires
from training_app.web.forms import row_number
from training_app.web.pagination import Cut, page_number
from training_app.web.rules import Permission
from training_app.words.dates import moment
from training_app.words.names import by_surname
from training_app.words.numbers import counted
from training_app.words.times import clock_time

blueprint = Blueprint("registers", __name__)
Answer = Response | str | tuple[str, int]
PAGE_SIZE = 20


@blueprint.get("/registers")
@requires(Permission.TAKE_REGISTER)
def registers() -> str:
    sees_all, now = _is_office(), clock.now()
    search = RegisterSearch.from_address(request.args)
    found = registers_found(search, current_user.id, clock.today(), sees_all=sees_all)
    cut = Cut.of(found.total, page_number(request.args.get("page")), PAGE_SIZE)
    listed = found.read(cut.first, cut.size)
    sessions = [session for _, session in listed]
    return render_template(
        "registers/registers.html", search=search, groups=[(one, list(of_it)) for one, of_it in _grouped(listed)],
        page=cut.page(sessions), is_office=sees_all, Group=Group,
        words={one: register_in_words(said, clock.today()) for one, said in standings_of(sessions, now).items()},
        forms=ports().forms_returned([one.id for one in sessions]),
        over={one.id for one in sessions if one.is_over(now)},
        may_read_words=may(Permission.SEE_OWN_IMPACT) and bool(sessions) and not sees_all,
    )


def _grouped(listed: list[tuple[Group, TrainingSession]]) -> Iterator[tuple[Group, Iterator[TrainingSession]]]:
    for group, pairs in groupby(listed, key=lambda pair: pair[0]):
        yield group, (session for _, session in pairs)


@blueprint.get("/sessions/<int:session_id>/register")
@requires(Permission.TAKE_REGISTER)
def register(session_id: int) -> str:
    return _page(_session(session_id))


@blueprint.post("/sessions/<int:session_id>/register")
@requires(Permission.TAKE_REGISTER)
def save(session_id: int) -> Answer:
    session = _session(session_id)
    rows = rows_sent(request.form)
    actor: dict[str, Any] = {"actor_id": current_user.id, "now": clock.now(), "is_office": _is_office()}
    form = _walk_in_form(session)
    for_all: dict[str, Any] = {name: row_number(request.form.get(name)) for name in ("rest_here", "take_back")}
    try:
        saved = in_transaction(partial(commands.save_marks, session_id, rows, **actor, **for_all))
    except Refused as error:
        return _page(_session(session_id), errors=[{"text": str(error)}], walk_in=form, unsaved=rows), 409
    problems = _take_off(session_id, request.form, actor)
    if problems:
        return _page(_session(session_id), errors=problems, walk_in=form, saved=saved), 422
    if form.is_begun:
        try:
            problems = _add_walk_in(session_id, form, {row.person_id for row in rows}, actor)
        except CouldBeSomeoneKnown as error:
            return _page(_session(session_id), walk_in=form, saved=saved, same_names=error.same_names), 409
        if problems:
            return _page(_session(session_id), errors=problems, walk_in=form, saved=saved), 422
    if saved.differences or saved.gone:
        return _page(_session(session_id), saved=saved), 409
    if not form.is_begun and not request.form.get("take_off"):
        flash(saved_in_words(saved))
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


@blueprint.get("/sessions/<int:session_id>/register/close")
@requires(Permission.TAKE_REGISTER)
def close_page(session_id: int) -> Answer:
    sheet = _sheet(_session(session_id))
    if sheet.state is RegisterState.CLOSED:
        return redirect(url_for("registers.register", session_id=session_id))
    return _close_page(sheet, CloseForm(formdata=None))


@blueprint.post("/sessions/<int:session_id>/register/close")
@requires(Permission.TAKE_REGISTER)
def close(session_id: int) -> Answer:
    session, form = _session(session_id), CloseForm()
    try:
        change = in_transaction(
            partial(
                register_commands.close_register, session_id, rest_absent=form.rest_absent.data,
                actor_id=current_user.id, now=clock.now(), is_office=_is_office(),
            )
        )
    except commands.NotNow as error:
        if error.why is WhyNotNow.CLOSED:  # pressed twice, or the other trainer was quicker
            return _as_wanted(session_id, _closed(len(completions_of_session(session_id))))
        return _close_page(_sheet(_session(session_id)), form, str(error)), 409
    except Refused as error:
        return _close_page(_sheet(session), form, str(error)), 422
    taken_back = f" Taken back: {counted(change.withdrawn, 'completion')}." if change.withdrawn else ""
    flash(f"{_closed(change.added)}{taken_back}")
    return redirect(url_for("registers.register", session_id=session_id))


def _closed(completed: int) -> str:
    return f"The register is closed. {counted(completed, 'person has completed it', 'people have completed it')}."


@blueprint.post("/sessions/<int:session_id>/register/reopen")
@requires(Permission.TAKE_REGISTER)
def reopen(session_id: int) -> Answer:
    session, form = _session(session_id), ReopenForm()
    if not form.validate():
        return _page(session, errors=form.error_list(), reopening=form), 422
    try:
        in_transaction(
            partial(
                register_commands.reopen_register, session_id, form.why.data, actor_id=current_user.id, now=clock.now(),
                is_office=_is_office(),
            )
        )
    except register_commands.OpenAlready:
        return _as_wanted(session_id, "The register is open again. Close it when it is right.")
    except Refused as error:
        return _page(_session(session_id), errors=[{"text": str(error)}]), 409
    flash("The register is open again. Close it when it is right.")
    return redirect(url_for("registers.register", session_id=session_id))


def _as_wanted(session_id: int, words: str) -> Response:
    """It is as they wished already: they are told so, as they would have been by the act itself."""
    flash(words)
    return redirect(url_for("registers.register", session_id=session_id))


@blueprint.get("/sessions/<int:session_id>/register/number")
@requires(Permission.TAKE_REGISTER)
def number_page(session_id: int) -> str:
    session = _session(session_id)
    form = NumberForm(formdata=None, number=session.headcount, why_none=session.no_data_reason)
    return _number_page(session, form)


@blueprint.post("/sessions/<int:session_id>/register/number")
@requires(Permission.TAKE_REGISTER)
def state_number(session_id: int) -> Answer:
    session, form = _session(session_id), NumberForm()
    if not form.validate():
        return _number_page(session, form, form.error_list()), 422
    try:
        in_transaction(
            partial(
                register_commands.state_number, session_id, form.number.data, form.why_none.data or "",
                actor_id=current_user.id, now=clock.now(), is_office=_is_office(),
            )
        )
    except commands.NotNow as error:
        return _number_page(_session(session_id), form, [{"text": str(error)}]), 409
    except Refused as error:
        return _number_page(session, form, [{"text": str(error), "href": f"#{form.number.id}"}]), 422
    flash("Saved.")
    return redirect(url_for("registers.register", session_id=session_id))


@blueprint.get("/sessions/<int:session_id>/register/history")
@requires(Permission.TAKE_REGISTER)
def history(session_id: int) -> str:
    session = _session(session_id)
    changes, marks = changes_of(session_id), marks_ever(session_id)
    users = {one.marked_by_id for one in marks} | {one.actor_id for one in changes}
    return render_template(
        "registers/history.html", session=session, changes=changes, marks=marks, reason_label=reason_label,
        RegisterState=RegisterState,
        names=names_of_users({one for one in users if one is not None}),
    )


@blueprint.get("/sessions/<int:session_id>/register/sheet")
@requires(Permission.TAKE_REGISTER)
def sign_in_sheet(session_id: int) -> str:
    session = _session(session_id)
    trainers = sorted(names_of_users(trainer_ids(session_id)).values(), key=by_surname)
    return render_template(
        "registers/sheet.html", session=session, parts=parts_to_sign(_sheet(session)), trainers=trainers
    )


def _is_office() -> bool:
    return may(Permission.TAKE_ANY_REGISTER)


def _session(session_id: int) -> TrainingSession:
    return session_to_mark(session_id, current_user.id, sees_all=_is_office())


def _sheet(session: TrainingSession) -> Sheet:
    return sheet_of(session, clock.today())


def _page(
    session: TrainingSession, *, errors: list[dict[str, str]] | None = None, walk_in: WalkInForm | None = None,
    saved: SavedMarks | None = None, reopening: ReopenForm | None = None, unsaved: list[SentRow] | None = None,
    same_names: list[SameName] | None = None,
) -> str:
    sheet = _sheet(session)
    today, is_office = clock.today(), _is_office()
    conflicts = _conflicts(saved)
    names_gone = names_of_people(saved.gone).values() if saved and saved.gone else ()
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
        saved_at=_saved_at(sheet), too_early=_too_early(session),
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
        names_of_people({row.person_id for row in rows if row.wanted is not row.on_page}),
        {one.part.id: one.part.position for one in sheet.parts},
    )


def _too_early(session: TrainingSession) -> str:
    """When its register can be closed; empty where it can now."""
    now = clock.now()
    return "" if session.is_over(now) else ends_later(session.ends_at, session.last_day, now)


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


def _close_page(sheet: Sheet, form: CloseForm, problem: str = "") -> str:
    session = sheet.session
    errors = [{"text": problem, "href": f"#{form.rest_absent.id}"}] if problem else []
    if problem and sheet.unmarked:
        form.rest_absent.errors = [problem]
    elif problem:
        errors = [{"text": problem}]
    return render_template(
        "registers/close.html", session=session, sheet=sheet, Mark=Mark, form=form, error_list=errors,
        too_early=_too_early(session),
        attendances=attendances_by_session([session.id])[session.id],
    )


def _number_page(session: TrainingSession, form: NumberForm, errors: list[dict[str, str]] | None = None) -> str:
    sheet = _sheet(session)
    reason = why_not_change(sheet.facts, clock.today(), is_office=_is_office())
    return render_template(
        "registers/number.html", session=session, form=form, error_list=errors or [], why_not=reason, sheet=sheet
    )


belongs_under(
    "registers.registers", registers, register, save, close_page, close, reopen, number_page,
    state_number, history, sign_in_sheet,
)

blueprints = (blueprint,)
