"""One's own details, changed at any time: what someone is called, and where they work now."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_app import clock
from training_app.accounts.forms.sign_in import DetailsForm
from training_app.accounts.views.sign_in import blueprint
from training_app.agencies.queries import agencies_by_sector
from training_app.database import transaction
from training_app.errors import Refused
from training_app.people.commands import change_details
from training_app.people.queries import post_on
from training_app.web.access import belongs_under, signed_in


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
