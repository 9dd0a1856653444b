"""The list of registers, and what is only read of one: its history, and the sheet to sign."""

from collections.abc import Iterator
from itertools import groupby

from flask import render_template, request
from flask_login import current_user

from training_app import clock
from training_app.accounts.queries import names_of_users
from training_app.installation import ports
from training_app.programme.models import TrainingSession
from training_app.programme.queries.sessions import trainer_ids
from training_app.registers.blueprint import blueprint
from training_app.registers.queries.everyone_else import undoings_at
from training_app.registers.queries.listing import Group, RegisterSearch, registers_found, standings_of
from training_app.registers.queries.sheet import changes_of, marks_ever
from training_app.registers.queries.sign_in import parts_to_sign
from training_app.registers.rules.everyone_else import press_of_each, presses_of, undone_marks
from training_app.registers.rules.marks import RegisterState, reason_label
from training_app.registers.views.scope import sees_all_registers, session_of, sheet_now
from training_app.registers.wording import register_in_words
from training_app.web.access import belongs_under, may, requires
from training_app.web.pagination import Cut, page_number
from training_app.web.rules import Permission
from training_app.words.names import by_surname

PAGE_SIZE = 20


@blueprint.get("/registers")
@requires(Permission.TAKE_REGISTER)
def registers() -> str:
    sees_all, now = sees_all_registers(), clock.now()
    search = RegisterSearch.from_address(request.args)
    found = registers_found(search, current_user.id, clock.today(), sees_all=sees_all)
    cut = Cut.of(found.total, page_number(request.args.get("page")), PAGE_SIZE)
    listed = found.read(cut.first, cut.size)
    sessions = [session for _, session in listed]
    return render_template(
        "registers/registers.html", search=search, groups=[(one, list(of_it)) for one, of_it in _grouped(listed)],
        page=cut.page(sessions), is_office=sees_all, Group=Group, shown_for=found.shown_for,
        words={one: register_in_words(said, clock.today()) for one, said in standings_of(sessions, now).items()},
        forms=ports().forms_returned([one.id for one in sessions]),
        alarms=ports().feedback_alarms([one.id for one in sessions]),
        over={one.id for one in sessions if one.is_over(now)},
        may_read_words=may(Permission.SEE_OWN_IMPACT) and not sees_all,
    )


def _grouped(listed: list[tuple[Group, TrainingSession]]) -> Iterator[tuple[Group, Iterator[TrainingSession]]]:
    for group, pairs in groupby(listed, key=lambda pair: pair[0]):
        yield group, (session for _, session in pairs)


@blueprint.get("/sessions/<int:session_id>/register/history")
@requires(Permission.TAKE_REGISTER)
def history(session_id: int) -> str:
    session = session_of(session_id)
    changes, marks, undoings = changes_of(session_id), marks_ever(session_id), undoings_at(session_id)
    users = {one.marked_by_id for one in marks} | {one.actor_id for one in changes} | {one.by_id for one in undoings}
    return render_template(
        "registers/history.html", session=session, changes=changes, marks=marks, reason_label=reason_label,
        RegisterState=RegisterState, presses=presses_of(marks), undoings=undoings,
        undone=undone_marks(marks, undoings), press_of=press_of_each(marks),
        names=names_of_users({one for one in users if one is not None}),
    )


@blueprint.get("/sessions/<int:session_id>/register/sheet")
@requires(Permission.TAKE_REGISTER)
def sign_in_sheet(session_id: int) -> str:
    session = session_of(session_id)
    trainers = sorted(names_of_users(trainer_ids(session_id)).values(), key=by_surname)
    return render_template(
        "registers/sheet.html", session=session, parts=parts_to_sign(sheet_now(session)), trainers=trainers,
        room_code=ports().room_code(session),
    )


belongs_under("registers.registers", registers, history, sign_in_sheet)
