"""The trainer's screen: the code that people in the room answer by, how many have, and what is to be looked at."""

from collections.abc import Collection
from dataclasses import dataclass

import segno
from flask import flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.database import transaction
from training_app.evaluation import wording
from training_app.evaluation.blueprint import blueprint
from training_app.evaluation.commands import room
from training_app.evaluation.commands.alarms import look_at_alarms
from training_app.evaluation.forms import LookForm, alarms_seen
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.queries.forms import window_of
from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules.answers import Refusal
from training_app.installation import settings
from training_app.programme.models import TrainingSession
from training_app.registers.queries.sheet import session_to_mark
from training_app.web.access import belongs_under, may, requires
from training_app.web.rules import Permission


@blueprint.get("/sessions/<int:session_id>/room")
@requires(Permission.TAKE_REGISTER)
def room_screen(session_id: int) -> str:
    training_session = _own(session_id)
    refused = room_queries.why_not_in_the_room(training_session, clock.now())
    return render_template(
        "evaluation/room.html", session=training_session, made=_made(session_id),
        counts=room_queries.live_counts(session_id), refused=refused,
        heading=wording.heading_in_the_room(refused),
        when=wording.when_in_the_room(rules.window_in_the_room(window_of(training_session)), refused),
        alarms=room_queries.feedback_alarms([session_id]).get(session_id, []),
    )


@blueprint.post("/sessions/<int:session_id>/room")
@requires(Permission.TAKE_REGISTER)
def make_code(session_id: int) -> Response:
    _own(session_id)
    with transaction():
        room.make_code(session_id, actor_id=current_user.id, now=clock.now())
    return redirect(url_for("evaluation.room_screen", session_id=session_id))


@blueprint.get("/sessions/<int:session_id>/room/looked-at")
@requires(Permission.TAKE_REGISTER)
def to_look_at(session_id: int) -> str:
    """A page of its own: what is typed on the pages that lead here is sent by no button of it."""
    return _look_page(_own(session_id), LookForm(formdata=None))


@blueprint.post("/sessions/<int:session_id>/room/looked-at")
@requires(Permission.TAKE_REGISTER)
def look_at(session_id: int) -> Response | tuple[str, int]:
    """Somebody has looked at what the page showed, and says whether the forms by a feedback code make pairs."""
    training_session, form, seen = _own(session_id), LookForm(), alarms_seen(request.form)
    if not form.validate():
        return _look_page(training_session, form, seen), 422
    with transaction():
        looked = look_at_alarms(
            session_id, seen, join=form.is_to_join, actor_id=current_user.id, now=clock.now()
        )
    more = room_queries.open_alarms([session_id])
    if more and not looked:
        form.join.errors = [wording.OTHERS_TO_LOOK_AT]
        return _look_page(_own(session_id), form, seen), 409
    flash(wording.looked_at(join=form.is_to_join) if looked else wording.NOTHING_TO_LOOK_AT)
    if more:
        flash(wording.MORE_TO_LOOK_AT)
    return redirect(url_for(f"evaluation.{'to_look_at' if more else 'room_screen'}", session_id=session_id))


def _look_page(training_session: TrainingSession, form: LookForm, seen: Collection[int] = ()) -> str:
    """What stands to be looked at now; what came since the page before this one, which showed `seen`, is called so."""
    alarms = room_queries.open_alarms([training_session.id]).get(training_session.id, [])
    return render_template(
        "evaluation/look_at.html", session=training_session, form=form, error_list=form.error_list(), alarms=alarms,
        since={one.id for one in alarms if seen and one.id not in seen},
        counts=room_queries.live_counts(training_session.id),
    )


def _own(session_id: int) -> TrainingSession:
    return session_to_mark(session_id, current_user.id, sees_all=may(Permission.TAKE_ANY_REGISTER))


def _address(code: str) -> str:
    return settings().base_url + url_for("evaluation.in_the_room", code=code)


def _made(session_id: int) -> "RoomCode | None":
    code = room_queries.code_of(session_id)
    return RoomCode(code, _address(code), qr_of(_address(code))) if code else None


def room_code(training_session: TrainingSession) -> "RoomCode | None":
    """The code, where people can answer by it now or when the session ends; else None."""
    refused = room_queries.why_not_in_the_room(training_session, clock.now())
    return _made(training_session.id) if refused in {None, Refusal.NOT_ENDED} else None


belongs_under("registers.registers", room_screen, make_code, to_look_at, look_at)


@dataclass(frozen=True)
class Qr:
    """A QR code as one path of squares, `size` squares wide with the quiet zone around it."""

    size: int
    path: str


@dataclass(frozen=True)
class RoomCode:
    """A room's code, the address it stands for, and that address as a square to point a phone at."""

    code: str
    address: str
    qr: Qr


def qr_of(text: str) -> Qr:
    code = segno.make(text, error="m", micro=False)
    border = 4
    squares = [
        f"M{column + border} {row + border}h1v1h-1z"
        for row, line in enumerate(code.matrix)
        for column, dark in enumerate(line)
        if dark
    ]
    return Qr(len(code.matrix) + 2 * border, "".join(squares))
