"""The pages of the second factor: setting up an app, its codes, and the codes to keep on paper."""

import pyotp
import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from markupsafe import Markup

from training_app import clock
from training_app.accounts.commands import second_factor
from training_app.accounts.forms.second_factor import AnotherPhoneForm, AppCodeForm, RecoveryCodeForm
from training_app.accounts.rules.browsers import Here
from training_app.accounts.rules.roles import Role
from training_app.accounts.rules.second_factor import Passed, in_fours, must_wait, tries_left
from training_app.accounts.rules.sign_in import is_a_code, local_path
from training_app.accounts.views.progress import forget_second_factor, go_on, here, note_second_factor
from training_app.accounts.views.refusals import note_wrong_code
from training_app.database import transaction
from training_app.errors import Refused
from training_app.installation import ports, settings, site
from training_app.web.access import belongs_under, half_signed_in, is_half_signed_in, signed_in
from training_app.web.forms import Form
from training_app.web.kept import keeps_nothing_typed
from training_app.words.dates import moment
from training_app.words.numbers import counted

blueprint = Blueprint("second_factor", __name__)


@blueprint.route("/second-factor", methods=["GET", "POST"])
@half_signed_in
def enter_code() -> ResponseReturnValue:
    if not is_half_signed_in():
        return redirect(_next_address())
    if not second_factor.has_second_factor(current_user.id):
        return redirect(_to("start"))
    form = AppCodeForm()
    if not form.validate_on_submit():
        return _page("accounts/second_factor_enter.html", form), 422 if form.is_submitted() else 200
    browser = here()
    try:
        with transaction():
            passed = second_factor.check_app_code(
                current_user.id, form.code.data, secret_key=_secret_key(), now=clock.now(), here=browser
            )
    except Refused as refusal:
        return _wrong("accounts/second_factor_enter.html", form, str(refusal))
    if passed is not Passed.RIGHT:
        return _wrong("accounts/second_factor_enter.html", form, _why_not(passed))
    return _let_in(browser)


@blueprint.route("/second-factor/recovery-code", methods=["GET", "POST"])
@half_signed_in
def recovery_code() -> ResponseReturnValue:
    if not is_half_signed_in():
        return redirect(_next_address())
    if not second_factor.has_second_factor(current_user.id):
        return redirect(_to("start"))
    form = RecoveryCodeForm()
    if not form.validate_on_submit():
        return _page("accounts/second_factor_recovery.html", form), 422 if form.is_submitted() else 200
    browser = here()
    try:
        with transaction():
            passed = second_factor.use_recovery_code(
                current_user.id, form.code.data, secret_key=_secret_key(), site_name=_site_name(), now=clock.now(),
                here=browser,
            )
    except Refused as refusal:
        return _wrong("accounts/second_factor_recovery.html", form, str(refusal))
    if passed is not Passed.RIGHT:
        return _wrong("accounts/second_factor_recovery.html", form, _why_not(passed, "recovery code"))
    left = counted(second_factor.recovery_codes_left(current_user.id), "recovery code")
    flash(f"That recovery code is used up. You have {left} left.")
    return _let_in(browser)


@blueprint.route("/second-factor/start", methods=["GET", "POST"])
@half_signed_in
def start() -> ResponseReturnValue:
    """What it is and why. The secret is made by the button: opening a page makes nothing."""
    if not is_half_signed_in():
        return redirect(_next_address())
    if second_factor.has_second_factor(current_user.id):
        return redirect(_to("enter_code"))
    if request.method != "POST":
        return render_template("accounts/second_factor_start.html", action=_to("start"))
    try:
        with transaction():
            second_factor.begin(current_user.id, secret_key=_secret_key(), now=clock.now())
    except Refused:  # set up in this very moment, in another window
        return redirect(_to("enter_code"))
    return redirect(_to("set_up"))


@blueprint.route("/second-factor/set-up", methods=["GET", "POST"])
@half_signed_in
def set_up() -> ResponseReturnValue:
    if not is_half_signed_in():
        return redirect(_next_address())
    try:
        secret = second_factor.secret_to_set_up(current_user.id, secret_key=_secret_key())
    except Refused:  # sealed under a key of before: begun anew by the button of the page before
        secret = None
    if secret is None:
        return redirect(_to("start"))
    form = AppCodeForm()
    if not form.validate_on_submit():
        return _set_up_page(form, secret), 422 if form.is_submitted() else 200
    browser = here()
    try:
        with transaction():
            confirmed = second_factor.confirm(
                current_user.id, form.code.data, secret_key=_secret_key(), site_name=_site_name(), now=clock.now(),
                here=browser,
            )
    except Refused:  # confirmed by the same button, pressed twice in one moment
        return redirect(_to("start"))
    if confirmed.passed is not Passed.RIGHT:
        form.code.data, form.code.errors = "", [_why_not(confirmed.passed)]
        return _set_up_page(form, secret), 422
    go_on(browser)
    note_second_factor()
    return _codes_page(confirmed.recovery_codes, _next_address())


@blueprint.route("/account/second-factor", methods=["GET", "POST"])
@signed_in
def own() -> ResponseReturnValue:
    """What is set up. The form makes new recovery codes, against a code of the app."""
    factor = second_factor.factor_of(current_user.id)
    if factor is None or factor.confirmed_at is None:
        return redirect(url_for("accounts.account"))
    form = AppCodeForm()
    if not form.validate_on_submit():
        return _page("accounts/second_factor_own.html", form), 422 if form.is_submitted() else 200
    browser = here()
    try:
        with transaction():
            made = second_factor.new_recovery_codes(
                current_user.id, form.code.data, secret_key=_secret_key(), site_name=_site_name(), now=clock.now(),
                here=browser,
            )
    except Refused as refusal:
        return _wrong("accounts/second_factor_own.html", form, str(refusal))
    if made.passed is not Passed.RIGHT:
        return _wrong("accounts/second_factor_own.html", form, _why_not(made.passed))
    go_on(browser)
    return _codes_page(made.recovery_codes, url_for("second_factor.own"))


@blueprint.route("/account/second-factor/another-phone", methods=["GET", "POST"])
@signed_in
def another_phone() -> ResponseReturnValue:
    if not second_factor.has_second_factor(current_user.id):
        return redirect(url_for("accounts.account"))
    form = AnotherPhoneForm()
    if not form.validate_on_submit():
        return _page("accounts/second_factor_another_phone.html", form), 422 if form.is_submitted() else 200
    browser = here()
    try:
        with transaction():
            passed = second_factor.take_off(
                current_user.id, form.code.data, secret_key=_secret_key(), site_name=_site_name(), now=clock.now(),
                here=browser,
            )
    except Refused as refusal:
        return _wrong("accounts/second_factor_another_phone.html", form, str(refusal))
    if passed is not Passed.RIGHT:
        kind = "code from your app" if is_a_code(form.code.data) else "recovery code"
        return _wrong("accounts/second_factor_another_phone.html", form, _why_not(passed, kind))
    go_on(browser)
    forget_second_factor()
    return redirect(url_for("second_factor.start"))


def _let_in(browser: Here) -> ResponseReturnValue:
    go_on(browser)
    note_second_factor()
    return redirect(_next_address())


def _next_page() -> str | None:
    asked_for = local_path(request.args.get("next"))
    return None if asked_for and asked_for.startswith(("/sign-in", "/sign-out", "/second-factor")) else asked_for


def _next_address() -> str:
    next_page = _next_page()
    return request.script_root + next_page if next_page else ports().start_address()


def _to(page: str) -> str:
    """Another of these pages, with the page that was asked for carried along."""
    return url_for(f"second_factor.{page}", next=_next_page())


def _page(template: str, form: Form) -> str:
    factor = second_factor.factor_of(current_user.id)
    return render_template(
        template, form=form, error_list=form.error_list(), to=_to, factor=factor,
        left=second_factor.recovery_codes_left(current_user.id), of_the_office=Role.OFFICE in current_user.roles,
    )


def _wrong(template: str, form: Form, why: str) -> ResponseReturnValue:
    form["code"].data, form["code"].errors = "", [why]
    return _page(template, form), 422


def _set_up_page(form: AppCodeForm, secret: str) -> str:
    address = pyotp.TOTP(secret).provisioning_uri(name=current_user.email, issuer_name=_site_name())
    return render_template(
        "accounts/second_factor_set_up.html", form=form, error_list=form.error_list(), to=_to,
        picture=_picture(address), address=address, key=in_fours(secret), account=current_user.email,
    )


def _codes_page(codes: tuple[str, ...], onwards: str) -> str:
    """Shown in the answer to the form and at no address: coming back to it shows nothing."""
    return render_template(
        "accounts/second_factor_codes.html", codes=[in_fours(code) for code in codes], onwards=onwards
    )


def _picture(address: str) -> Markup:
    """The QR code as a drawing in the page: no file, no address, nothing for a cache to keep."""
    drawn = segno.make(address, error="m").svg_inline(
        scale=4, border=4, light="white", title="QR code to set up your authenticator app",
        desc="Scan it with your authenticator app. If you cannot, type the key below it into the app instead.",
    )
    named = drawn.replace("<svg ", '<svg role="img" aria-labelledby="qr-title qr-words" ', 1)
    named = named.replace("<title>", '<title id="qr-title">', 1).replace("<desc>", '<desc id="qr-words">', 1)
    return Markup(named)  # noqa: S704 (drawn here: the words are ours, the address is only dots)


def _why_not(passed: Passed, kind: str = "code from your app") -> str:
    """What to say of a code that was not taken. It leaves a line in the log."""
    note_wrong_code("app" if "app" in kind else "recovery", passed.value, user_id=current_user.id)
    factor = second_factor.factor_of(current_user.id)
    if factor is not None and factor.wait_until is not None and must_wait(factor.wait_until, clock.now()):
        return f"Too many wrong codes were typed. Try again after {moment(factor.wait_until)}."
    if passed is Passed.USED:
        return f"That {kind} was already used. Each works once: use the next one."
    left = counted(tries_left(factor.wrong_tries if factor else 0), "try", "tries")
    return f"That is not a {kind} that works now. You have {left} left before you have to wait."


def _secret_key() -> str:
    return settings().secret_key


def _site_name() -> str:
    return site().name


belongs_under("accounts.sign_in", enter_code, recovery_code, start, set_up)
keeps_nothing_typed(own, another_phone)
