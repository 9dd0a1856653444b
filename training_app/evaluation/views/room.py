"""The form that the code on the trainer's screen leads to: for whoever is signed in, has a code, or neither."""

from functools import partial
from secrets import token_hex

from flask import abort, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.database import in_transaction
from training_app.errors import Refused
from training_app.evaluation import wording
from training_app.evaluation.blueprint import blueprint
from training_app.evaluation.commands import room
from training_app.evaluation.commands.answers import CannotAnswer
from training_app.evaluation.forms import AnswerForm, CodeForm, SenderForm, answer_form
from training_app.evaluation.queries import room as room_queries
from training_app.evaluation.queries.forms import (
    current_version,
    has_answered,
    has_answered_as,
    session_with_parts,
    version_shown,
    window_of,
)
from training_app.evaluation.results import Sender
from training_app.evaluation.rules import answers as rules
from training_app.evaluation.rules import room as room_rules
from training_app.evaluation.rules.answers import Moment, Refusal
from training_app.evaluation.rules.batches import LEAST_FOR_A_FIGURE
from training_app.evaluation.rules.room import AskAgain
from training_app.installation import settings
from training_app.programme.models import TrainingSession
from training_app.web.access import public
from training_app.web.forms import row_number
from training_app.web.kept import needs_sign_in, somebodys_own
from training_app.web.sent_again import Left, nothing_left

LONGEST_TYPED = 40
Answer = Response | str | tuple[str, int]
# What the cookie holds: a word of this browser's own, the code it last answered by, the code by which it was passed on
# to somebody else, and by code how many nameless forms and wrong feedback codes it sent. Nothing about the person.
TOKEN, SENT, PASSED_ON, NAMELESS, WRONG = "room", "room_sent", "room_passed_on", "room_nameless", "room_wrong"
NOBODY = 0
PASSED_ON_SINCE = (
    "This browser was passed on since the page was opened, so nothing was sent as yourself. Give your own feedback"
    " code, or none, and send it again"
)
NO_SUCH_CODE = f"That code is not open. Check it against the screen. Codes have {room_rules.HOW_A_CODE_LOOKS}."


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
    training_session = _again(code)
    refused = room_queries.why_not_in_the_room(training_session, clock.now())
    if refused:
        return _cannot_answer(training_session, refused)
    if _has_sent(code, training_session.id):  # from there the next person gets a form of their own
        return redirect(url_for("evaluation.thanks_in_the_room", code=code))
    me = _signed_in_here(code, training_session.id)
    if me is not None and room_queries.was_not_there(training_session.id, me):
        return _cannot_answer(training_session, Refusal.NOT_ON_REGISTER)
    session.setdefault(TOKEN, token_hex(16))
    sender = SenderForm(formdata=None, own="yes" if me is not None else "")
    return _form_page(training_session, code, sender, answer_form(current_version(), Moment.AFTER))


@blueprint.post("/e/<code>")
@public
def send_in_the_room(code: str) -> Answer:
    code = room_rules.plain_code(code)
    training_session = _again(code)
    if needs_sign_in() and not current_user.is_authenticated:
        abort(403)  # they filled it in as themselves: what they typed is kept until they are back
    version = version_shown(row_number(request.form.get("version")))
    sender, form = SenderForm(), answer_form(version, Moment.AFTER)
    if sender.is_own and session.get(PASSED_ON) == code:
        return _passed_on(code, form)
    # Both are looked at, so that everything wrong is said at once.
    if not all([sender.validate(), form.validate()]):
        return _form_page(training_session, code, sender, form, [*sender.error_list(), *form.error_list()]), 422
    if session.get(SENT) == code and not sender.typed:
        # They gave a code the first time, and went back: who they are is no longer known, that they sent is.
        return redirect(url_for("evaluation.thanks_in_the_room", code=code))
    given = _sender(code, sender, training_session.id)
    is_nameless = not (given.typed or sender.is_own or has_answered_as(given.stranger, Moment.AFTER))
    stopped = _stopped_on_this_device(code, is_nameless=is_nameless, has_code=bool(given.typed))
    if stopped:
        return _ask_again(code, sender, form, stopped)
    try:
        outcome = in_transaction(
            partial(
                room.answer_in_the_room, training_session.id, given, form.answers(Moment.AFTER, version), clock.now(),
                secret_key=settings().secret_key,
            )
        )
    except CannotAnswer as error:
        return _cannot_answer(_again(code), error.why), 409
    except Refused as error:
        errors = [{"text": str(error), "href": f"#{form.first_field()}"}]
        return _form_page(_again(code), code, sender, form, errors), 422
    if isinstance(outcome, AskAgain):
        _count(WRONG, code, outcome is AskAgain.WRONG_CODE)
        return _ask_again(code, sender, form, outcome)
    session[SENT] = code
    _count(NAMELESS, code, is_nameless)
    return redirect(url_for("evaluation.thanks_in_the_room", code=code))


@blueprint.get("/e/<code>/thank-you")
@public
def thanks_in_the_room(code: str) -> Response | str:
    """The same for everyone: known or not, sent once or twice."""
    training_session = _again(code)
    if not _has_sent(code, training_session.id):
        return redirect(url_for("evaluation.in_the_room", code=code))
    return render_template("evaluation/room_thanks.html", session=training_session, code=code, least=LEAST_FOR_A_FIGURE)


@blueprint.post("/e/<code>/next")
@public
def next_in_the_room(code: str) -> Response:
    """One telephone passed round: the next person's form is their own, and not that of whoever is signed in on it."""
    room_queries.session_of_code(code)
    session.pop(SENT, None)
    session[TOKEN] = token_hex(16)
    session[PASSED_ON] = code
    return redirect(url_for("evaluation.in_the_room", code=code))


def _sent_already(code: str) -> Left | None:
    """Their page was old, and another form was sent from this browser since; perhaps by somebody else."""
    code = room_rules.plain_code(code)
    if session.get(SENT) != code:
        return None
    said = "This form was sent from this browser already, so what came just now was not saved."
    return Left(said, url_for("evaluation.thanks_in_the_room", code=code), words=True)


def _is_own(code: str) -> bool:
    """Did the page say that whoever is signed in answers as themselves, or would it say so now?"""
    if request.method == "POST":
        return SenderForm().is_own
    plain = room_rules.plain_code(code)
    return room_queries.is_a_code(plain) and _signed_in_here(plain, room_queries.session_of_code(plain)) is not None


def _signed_in_here(code: str, session_id: int) -> int | None:
    """Who answers as themselves: whoever is signed in and has a place or a mark, while their telephone is theirs."""
    if session.get(PASSED_ON) == code or not current_user.is_authenticated:
        return None
    person_id: int | None = current_user.person_id
    return person_id if room_queries.is_here(session_id, person_id) else None


def _has_sent(code: str, session_id: int) -> bool:
    if session.get(SENT) == code:
        return True
    me = _signed_in_here(code, session_id)
    return me is not None and has_answered(session_id, me, Moment.AFTER)


def _sender(code: str, form: SenderForm, session_id: int) -> Sender:
    """Who sends, as the page said: where it said that they are themselves and they are no more, it is nobody."""
    token = session.setdefault(TOKEN, token_hex(16))
    stranger = room_rules.stranger_of(token, session_id, settings().secret_key)
    if not form.is_own:
        return Sender(stranger, form.typed)
    return Sender(stranger, signed_in_as=_signed_in_here(code, session_id) or NOBODY)


def _stopped_on_this_device(code: str, *, is_nameless: bool, has_code: bool) -> AskAgain | None:
    if is_nameless and _counted(NAMELESS, code) >= room_rules.NAMELESS_FROM_ONE_BROWSER:
        return AskAgain.NAMELESS_ON_THIS_DEVICE
    if has_code and _counted(WRONG, code) >= room_rules.WRONG_CODES_FROM_ONE_BROWSER:
        return AskAgain.WRONG_ON_THIS_DEVICE
    return None


def _ask_again(code: str, sender: SenderForm, form: AnswerForm, why: AskAgain) -> Answer:
    sender.sender.errors = [why.sentence]
    page = _form_page(_again(code), code, sender, form, [{"text": why.sentence, "href": "#who"}])
    return page, 422 if why is AskAgain.WRONG_CODE else 429


def _passed_on(code: str, form: AnswerForm) -> Answer:
    """The page was opened as themselves, and the telephone passed on since: whoever holds it says whose form it is."""
    sender = SenderForm(formdata=None)
    sender.sender.errors = [PASSED_ON_SINCE]
    return _form_page(_again(code), code, sender, form, [{"text": PASSED_ON_SINCE, "href": "#who"}]), 409


def _counted(what: str, code: str) -> int:
    return int((session.get(what) or {}).get(code, 0))


def _count(what: str, code: str, is_one: bool) -> None:
    session[what] = (session.get(what) or {}) | {code: _counted(what, code) + is_one}


def _code_page(typed: str, problem: str = "") -> str:
    form = CodeForm(formdata=None, code=typed)
    form.code.errors = [problem] if problem else []
    errors = [{"text": problem, "href": f"#{form.code.id}"}] if problem else []
    return render_template("evaluation/room_code.html", form=form, error_list=errors)


def _again(code: str) -> TrainingSession:
    """The session, read afresh after a refusal rolled everything back."""
    return session_with_parts(room_queries.session_of_code(code))


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
somebodys_own(_is_own, in_the_room, send_in_the_room)
