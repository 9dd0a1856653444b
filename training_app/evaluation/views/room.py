"""The trainer's screen, and the form that its code leads to."""

from dataclasses import dataclass
from secrets import token_hex

import segno
from flask import redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.database import transaction
from training_app.errors import Refused
from training_app.evaluation import wording
from training_app.evaluation.blueprint import blueprint
from training_app.evaluation.commands import room
from training_app.evaluation.commands.answers import CannotAnswer
from training_app.evaluation.forms import AnswerForm, CodeForm, SenderForm, answer_form
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.queries.forms import (
    current_version,
    has_answered_as,
    session_with_parts,
    version_shown,
    window_of,
)
from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules import room as room_rules
from training_app.evaluation.rules.answers import Moment, Refusal
from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.installation import settings
from training_app.programme.models import TrainingSession
from training_app.registers.queries.sheet import session_to_mark
from training_app.web.access import belongs_under, may, public, requires
from training_app.web.forms import row_number
from training_app.web.rules import Permission
from training_app.web.sent_again import Left, nothing_left

LONGEST_TYPED = 40
Answer = Response | str | tuple[str, int]
# What the cookie holds: a word of this browser's own, the code it last answered by, and by code how many forms it
# sent with neither a booking code nor an e-mail. Nothing about the person, nor whether what they typed is known.
TOKEN, SENT, NAMELESS = "room", "room_sent", "room_nameless"
NO_SUCH_CODE = f"That code is not open. Check it against the screen. Codes have {room_rules.HOW_A_CODE_LOOKS}."


@blueprint.get("/sessions/<int:session_id>/room")
@requires(Permission.TAKE_REGISTER)
def room_screen(session_id: int) -> str:
    training_session = _own(session_id)
    refused = room_queries.why_not_in_the_room(training_session, clock.now())
    return render_template(
        "evaluation/room.html", session=training_session, made=_made(session_id),
        counts=room_queries.live_counts(session_id), refused=refused,
        heading=wording.heading_in_the_room(refused),
        when=wording.when_in_the_room(_window(training_session), refused),
    )


@blueprint.post("/sessions/<int:session_id>/room")
@requires(Permission.TAKE_REGISTER)
def make_code(session_id: int) -> Response:
    _own(session_id)
    with transaction():
        room.make_code(session_id, actor_id=current_user.id, now=clock.now())
    return redirect(url_for("evaluation.room_screen", session_id=session_id))


@blueprint.get("/e")
@public
def type_code() -> str:
    """For whoever reads the code off the screen and cannot point a camera at the square."""
    return _code_page("")


@blueprint.post("/e")
@public
def find_room() -> Answer:
    """It changes nothing: it leads to the form of the code that was typed."""
    typed = str(CodeForm().code.data or "")[:LONGEST_TYPED]
    if not room_rules.plain_code(typed):
        return _code_page(typed, "Enter the code on the trainer’s screen"), 422
    if not room_queries.is_a_code(typed):
        return _code_page(typed, NO_SUCH_CODE), 404
    return redirect(url_for("evaluation.in_the_room", code=room_rules.plain_code(typed)))


@blueprint.get("/e/<code>")
@public
def in_the_room(code: str) -> Answer:
    if not room_queries.is_a_code(code):
        return _code_page(code[:LONGEST_TYPED], NO_SUCH_CODE), 404
    if code != room_rules.plain_code(code):  # one address for one room, however its code was typed
        return redirect(url_for("evaluation.in_the_room", code=room_rules.plain_code(code)))
    training_session = session_with_parts(room_queries.session_of_code(code))
    refused = room_queries.why_not_in_the_room(training_session, clock.now())
    if refused:
        return _cannot_answer(training_session, refused)
    if session.get(SENT) == code:  # from there the next person gets a form of their own
        return redirect(url_for("evaluation.thanks_in_the_room", code=code))
    session.setdefault(TOKEN, token_hex(16))
    return _form_page(training_session, code, SenderForm(formdata=None), answer_form(current_version(), Moment.AFTER))


@blueprint.post("/e/<code>")
@public
def send_in_the_room(code: str) -> Answer:
    code = room_rules.plain_code(code)
    training_session = session_with_parts(room_queries.session_of_code(code))
    version = version_shown(row_number(request.form.get("version")))
    sender, form = SenderForm(), answer_form(version, Moment.AFTER)
    # Both are looked at, so that everything wrong is said at once.
    if not all([sender.validate(), form.validate()]):
        return _form_page(training_session, code, sender, form, [*sender.error_list(), *form.error_list()]), 422
    if session.get(SENT) == code and not sender.sender.data:
        # They gave a booking code the first time, and went back: who they are is no longer known, that they sent is.
        return redirect(url_for("evaluation.thanks_in_the_room", code=code))
    token = session.setdefault(TOKEN, token_hex(16))
    stranger = room_rules.stranger_of(token, training_session.id, settings().secret_key)
    is_nameless = room_rules.is_nameless(sender.sender.data or "") and not has_answered_as(stranger, Moment.AFTER)
    if is_nameless and _nameless(code) >= room_rules.NAMELESS_FROM_ONE_BROWSER:
        sender.sender.errors = [room_rules.FROM_ONE_BROWSER]
        errors = [{"text": room_rules.FROM_ONE_BROWSER, "href": "#who"}]
        return _form_page(training_session, code, sender, form, errors), 429
    try:
        with transaction():
            room.answer_in_the_room(
                training_session.id, sender.sender.data, form.answers(Moment.AFTER, version), clock.now(),
                stranger=stranger,
            )
    except CannotAnswer as error:
        return _cannot_answer(_again(code), error.why), 409
    except room.TooManyStrangers as error:
        sender.sender.errors = [str(error)]
        return _form_page(_again(code), code, sender, form, [{"text": str(error), "href": "#who"}]), 429
    except Refused as error:
        errors = [{"text": str(error), "href": f"#{form.first_field()}"}]
        return _form_page(_again(code), code, sender, form, errors), 422
    session[SENT] = code
    session[NAMELESS] = (session.get(NAMELESS) or {}) | {code: _nameless(code) + is_nameless}
    return redirect(url_for("evaluation.thanks_in_the_room", code=code))


@blueprint.get("/e/<code>/thank-you")
@public
def thanks_in_the_room(code: str) -> Response | str:
    """The same for everyone: known or not, sent once or twice."""
    training_session = session_with_parts(room_queries.session_of_code(code))
    if session.get(SENT) != code:
        return redirect(url_for("evaluation.in_the_room", code=code))
    return render_template("evaluation/room_thanks.html", session=training_session, code=code, least=LEAST_FOR_A_FIGURE)


@blueprint.post("/e/<code>/next")
@public
def next_in_the_room(code: str) -> Response:
    """One telephone passed round: the next person's form is their own."""
    room_queries.session_of_code(code)
    session.pop(SENT, None)
    session[TOKEN] = token_hex(16)
    return redirect(url_for("evaluation.in_the_room", code=code))


def _sent_already(code: str) -> Left | None:
    """Their page was old, and another form was sent from this browser since; perhaps by somebody else."""
    code = room_rules.plain_code(code)
    if session.get(SENT) != code:
        return None
    said = "This form was sent from this browser already, so what came just now was not saved."
    return Left(said, url_for("evaluation.thanks_in_the_room", code=code), words=True)


def _nameless(code: str) -> int:
    return int((session.get(NAMELESS) or {}).get(code, 0))


def _code_page(typed: str, problem: str = "") -> str:
    form = CodeForm(formdata=None, code=typed)
    form.code.errors = [problem] if problem else []
    errors = [{"text": problem, "href": f"#{form.code.id}"}] if problem else []
    return render_template("evaluation/room_code.html", form=form, error_list=errors)


def _own(session_id: int) -> TrainingSession:
    return session_to_mark(session_id, current_user.id, sees_all=may(Permission.TAKE_ANY_REGISTER))


def _again(code: str) -> TrainingSession:
    """The session, read afresh after a refusal rolled everything back."""
    return session_with_parts(room_queries.session_of_code(code))


def _address(code: str) -> str:
    return settings().base_url + url_for("evaluation.in_the_room", code=code)


def _made(session_id: int) -> "RoomCode | None":
    code = room_queries.code_of(session_id)
    return RoomCode(code, _address(code), qr_of(_address(code))) if code else None


def room_code(training_session: TrainingSession) -> "RoomCode | None":
    """The code, where people can answer by it now or when the session ends; else None."""
    refused = room_queries.why_not_in_the_room(training_session, clock.now())
    return _made(training_session.id) if refused in {None, Refusal.NOT_ENDED} else None


def _window(training_session: TrainingSession) -> rules.Window:
    return rules.window_in_the_room(window_of(training_session))


def _form_page(
    training_session: TrainingSession, code: str, sender: SenderForm, form: AnswerForm,
    errors: list[dict[str, str]] | None = None,
) -> str:
    return render_template(
        "evaluation/room_form.html", session=training_session, code=code, sender=sender, form=form,
        error_list=errors or [], Moment=Moment, when=wording.when_in_the_room(_window(training_session), None),
    )


def _cannot_answer(training_session: TrainingSession, refused: Refusal) -> str:
    return render_template(
        "evaluation/room_shut.html", session=training_session, refused=refused,
        heading=wording.heading_in_the_room(refused),
        when=wording.when_in_the_room(_window(training_session), refused),
    )


nothing_left(_sent_already, send_in_the_room)
belongs_under("registers.registers", room_screen, make_code)


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
