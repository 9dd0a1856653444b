"""One's own page: who someone is here and where they are signed in; what they are called and do may be changed."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_app import clock
from training_app.accounts.commands import browsers
from training_app.accounts.commands import users as commands
from training_app.accounts.commands.second_factor import has_second_factor
from training_app.accounts.forms.sign_in import DetailsForm
from training_app.accounts.models import User
from training_app.accounts.queries import browsers_of
from training_app.accounts.views.progress import browser_id_here, go_on, go_out, here
from training_app.accounts.views.sign_in import blueprint
from training_app.accounts.wording import signed_in_since
from training_app.agencies.queries import agencies_by_sector
from training_app.database import transaction
from training_app.errors import Refused
from training_app.people.commands import change_details
from training_app.people.models import Post
from training_app.people.queries import post_on, posts_on
from training_app.web.access import belongs_under, signed_in


@blueprint.get("/account")
@signed_in
def account() -> ResponseReturnValue:
    whose = [current_user.person_id] if current_user.person_id else []
    posts = [post for of_person in posts_on(whose, clock.today()).values() for post in of_person]
    return render_template(
        "accounts/account.html", user=current_user, rows=_rows(current_user, posts), browsers=_browser_rows(),
        has_app=has_second_factor(current_user.id),
    )


@blueprint.post("/account/sign-out-elsewhere")
@signed_in
def sign_out_elsewhere() -> ResponseReturnValue:
    browser = here()
    with transaction():
        browsers.sign_out_elsewhere(current_user.id, browser, now=clock.now())
    go_on(browser)
    flash("You have signed out everywhere else.")
    return redirect(url_for("accounts.account"))


@blueprint.post("/account/sign-out-everywhere")
@signed_in
def sign_out_everywhere() -> ResponseReturnValue:
    with transaction():
        commands.sign_out_everywhere(current_user.id, actor_id=current_user.id, now=clock.now())
    go_out()
    flash("You have signed out, here and everywhere else.")
    return redirect(url_for("accounts.sign_in"))


def _rows(user: User, posts: list[Post]) -> list[dict[str, str]]:
    roles = [f"{one.role.label}, {one.agency.name}" if one.agency else one.role.label for one in user.grants]
    return [
        {"key": "Name", "value": user.name},
        {"key": "Email", "value": user.email},
        *({"key": "Job", "value": f"{post.title}, {post.agency.name}"} for post in posts),
        {"key": "What you may do here", "value": "; ".join(roles) or "Nothing yet: ask the business office"},
    ]


def _browser_rows() -> list[dict[str, str]]:
    """Where they are signed in, this browser first."""
    found = sorted(browsers_of(current_user.id, clock.now()), key=lambda one: one.id != browser_id_here())
    return [
        {
            "key": "This browser" if one.id == browser_id_here() else one.kind,
            "value": signed_in_since(one.kind, one.began_at, one.last_seen_at, here=one.id == browser_id_here()),
        }
        for one in found
    ]


@blueprint.route("/account/details", methods=["GET", "POST"])
@signed_in
def own_details() -> ResponseReturnValue:
    if current_user.person_id is None:
        flash("This sign-in belongs to no person, so there is nothing to change. Ask the business office.")
        return redirect(url_for("accounts.account"))
    form = details_form()
    if not form.validate_on_submit():
        return _page(form), 422 if form.is_submitted() else 200
    try:
        save_details(form)
    except Refused as refusal:
        form.name.errors = [str(refusal)]
        return _page(form), 422
    flash("Your details are changed.")
    return redirect(url_for("accounts.account"))


def details_form(*, just_opened: bool = False) -> DetailsForm:
    """With what is known of whoever is signed in; a form that is sent holds what was typed instead."""
    post = post_on(current_user.person_id, clock.today())
    job = {"agency": str(post.agency_id), "post_title": post.title} if post else {}
    sent = {"formdata": None} if just_opened else {}
    form = DetailsForm(data={"name": current_user.name, **job}, **sent)
    form.offer(agencies_by_sector(clock.today()))
    return form


def save_details(form: DetailsForm) -> None:
    with transaction():
        change_details(
            current_user.person_id, form.name.data, int(form.agency.data), form.post_title.data,
            actor_id=current_user.id, now=clock.now(),
        )


def _page(form: DetailsForm) -> str:
    return render_template("accounts/own_details.html", form=form, error_list=form.error_list())


belongs_under("accounts.account", own_details)
