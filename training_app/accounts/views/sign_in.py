"""Signing in by a code sent by e-mail, saying once who you are, and signing out."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_app import clock
from training_app.accounts.commands import codes
from training_app.accounts.commands import users as commands
from training_app.accounts.forms.sign_in import CodeForm, DetailsForm, EmailForm
from training_app.accounts.models import SignInCode, User
from training_app.accounts.queries import user_with_email
from training_app.accounts.rules.sign_in import CODE_LIFE, Verdict, local_path, network_of
from training_app.accounts.views.known import browser_known_to, remember
from training_app.accounts.views.progress import come_in, go_out, note_browser
from training_app.accounts.views.refusals import note_refusal, note_wrong_code
from training_app.agencies.queries import agencies_by_sector
from training_app.database import transaction
from training_app.errors import Refused
from training_app.installation import ports, settings, site
from training_app.outbox.delivery import deliver_now
from training_app.people.queries import person_with_email
from training_app.web.access import belongs_under, open_before_second_factor, public
from training_app.words.numbers import counted
from training_app.words.times import how_long

blueprint = Blueprint("accounts", __name__)
EMAIL_OF_ANOTHER = (
    "This email is {name}’s here, so nobody else can sign in with it. Sign in with an email of your own, or ask the"
    " business office."
)

NETWORK_IS_BUSY = (
    "Very many codes were asked for from your network lately. If we know your email, ours leaves within a minute; if"
    " you are new here, it may take ten. If none comes by then, ask for another code."
)

# What this browser keeps in its signed cookie between asking for a code and being let in: no address, no name.
CODE, NEXT = "sign_in_code", "sign_in_next"

WHY_NOT = {
    Verdict.NO_TRIES_LEFT: "That was the last try for this code. Ask for another one below.",
    Verdict.EXPIRED: f"That code no longer works: codes last {how_long(CODE_LIFE)}, and a newer one replaces them. "
    "Ask for another one below.",
    Verdict.USED: "That code was already used. Ask for another one below.",
}


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    next_page = local_path(request.args.get("next"))
    if current_user.is_authenticated:
        return redirect(_address(next_page))
    form = EmailForm()
    if not form.validate_on_submit():
        return _email_page(form, next_page), 422 if form.is_submitted() else 200
    try:
        _send_code(form.email.data)
    except codes.TooManyCodes as refusal:
        form.email.errors = [str(refusal)]
        return _email_page(form, next_page), 429
    session[NEXT] = next_page
    return redirect(url_for("accounts.enter_code"))


@blueprint.route("/sign-in/code", methods=["GET", "POST"])
@public
def enter_code() -> ResponseReturnValue:
    code = codes.waiting_code(session.get(CODE))
    if current_user.is_authenticated or code is None:
        return redirect(url_for("accounts.details"))
    form = CodeForm()
    if not form.validate_on_submit():
        return _code_page(form, code), 422 if form.is_submitted() else 200
    now = clock.now()
    user = None
    with transaction():
        checked = codes.check_code(
            code.id, form.code.data, now=now, secret_key=settings().secret_key
        )
        if checked.verdict is Verdict.RIGHT:
            user = commands.user_who_showed_the_code(code.email, now=now)
    if checked.verdict is not Verdict.RIGHT:
        note_wrong_code("email", checked.verdict.value, code_id=code.id)
        form.code.data = ""
        form.code.errors = [_why_not(checked)]
        return _code_page(form, code), 422
    return _let_in(user, code.email) if user else redirect(url_for("accounts.details"))


@blueprint.post("/sign-in/code/again")
@public
def send_again() -> ResponseReturnValue:
    code = codes.waiting_code(session.get(CODE))
    if current_user.is_authenticated or code is None:
        return redirect(url_for("accounts.sign_in"))
    try:
        _send_code(code.email)
    except codes.TooManyCodes as refusal:
        form = CodeForm(formdata=None)
        form.code.errors = [str(refusal)]
        return _code_page(form, code), 429
    flash("We have sent you another code. The one before no longer works.")
    return redirect(url_for("accounts.enter_code"))


@blueprint.route("/sign-in/details", methods=["GET", "POST"])
@public
def details() -> ResponseReturnValue:
    now = clock.now()
    code = codes.shown_code(session.get(CODE), now)
    if current_user.is_authenticated or code is None:
        return redirect(url_for("accounts.sign_in"))
    if user_with_email(code.email) is not None:
        return _has_a_sign_in()
    person = person_with_email(code.email)
    form = DetailsForm(data={"name": person.name} if person else None)
    form.offer(agencies_by_sector(clock.today()))
    if not form.validate_on_submit():
        return _details_page(form, code), 422 if form.is_submitted() else 200
    if person is not None and form.is_someone_else:
        form.ask(EMAIL_OF_ANOTHER.format(name=person.name))
        return _details_page(form, code), 409
    try:
        with transaction():
            user = commands.finish_details(
                code.email, name=form.name.data, agency_id=int(form.agency.data),
                post_title=form.post_title.data, now=now, is_them=form.is_them,
            )
    except commands.EmailIsAnothers as question:
        form.ask(str(question))
        return _details_page(form, code), 409
    except Refused as refusal:
        if user_with_email(code.email) is not None:
            return _has_a_sign_in()
        form.name.errors = [str(refusal)]
        return _details_page(form, code), 422
    return _let_in(user, code.email)


def _has_a_sign_in() -> ResponseReturnValue:
    """The button was pressed twice, or the page came back from the browser's memory."""
    flash("You have a sign-in now. Ask for a code to use it.")
    return redirect(url_for("accounts.sign_in"))


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """Pressed twice, or after the session ran out, it still ends signed out."""
    go_out()
    flash("You have signed out.")
    return redirect(url_for("accounts.sign_in"))


def _send_code(email: str) -> None:
    """The same path for every address: ask, commit, deliver."""
    with transaction():
        asked = codes.ask_for_code(
            email, network=network_of(request.remote_addr), browser=browser_known_to(email),
            before=session.get(CODE), now=clock.now(), secret_key=settings().secret_key, site_name=site().name,
        )
    session[CODE] = asked.code_id
    if asked.letter_id is None:
        flash(NETWORK_IS_BUSY)
    elif not deliver_now(asked.letter_id):
        flash("The email has not left yet. We keep trying for a few minutes.")


def _let_in(user: User, email: str) -> ResponseReturnValue:
    """Whoever has shown the code goes where they were going, in a browser that is known from now on."""
    next_page = session.get(NEXT)
    try:
        come_in(user)
    except Refused as refusal:
        form = EmailForm(formdata=None)
        form.email.errors = [str(refusal)]
        return _email_page(form, None), 403
    return remember(make_response(redirect(_address(next_page))), email)


def _address(next_page: str | None) -> str:
    """Where a person goes once they are in: the page they asked for, or their training."""
    if next_page and not next_page.startswith(("/sign-in", "/sign-out")):
        return request.script_root + next_page
    return ports().start_address()


def _why_not(checked: codes.Checked) -> str:
    if checked.verdict is Verdict.WRONG:
        left = counted(checked.tries_left, "try", "tries")
        return f"That is not the code in our latest email to you. You have {left} left."
    return WHY_NOT[checked.verdict]


def _email_page(form: EmailForm, next_page: str | None) -> str:
    return render_template(
        "accounts/sign_in.html", form=form, next_page=next_page, error_list=form.error_list(),
        purpose=_purpose(next_page),
    )


def _purpose(next_page: str | None) -> str:
    """What someone signs in for, in words, where they were on their way to something."""
    return ports().purpose_of(next_page) if next_page else ""


def _code_page(form: CodeForm, code: SignInCode) -> str:
    return render_template(
        "accounts/code.html", form=form, email=code.email, lasts=how_long(CODE_LIFE),
        once=codes.has_one_try(code, clock.now()), error_list=form.error_list(),
        in_a_file=not settings().smtp_url,
    )


def _details_page(form: DetailsForm, code: SignInCode) -> str:
    return render_template("accounts/details.html", form=form, email=code.email, error_list=form.error_list())


blueprint.after_app_request(note_browser)
blueprint.after_app_request(note_refusal)
open_before_second_factor(sign_out)
belongs_under("accounts.sign_in", enter_code, details)
