"""Stepping into a role of the demonstration. It opens the door of made-up people only."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from training_app.accounts.queries import generated_user, generated_users
from training_app.accounts.rules.roles import Role
from training_app.accounts.views.progress import come_in
from training_app.front.navigation import start_address
from training_app.web.access import demonstration_only

blueprint = Blueprint("demo", __name__)


@blueprint.get("/demo/roles")
@demonstration_only
def roles() -> ResponseReturnValue:
    """The demonstration's people, by role in the order of the enumeration."""
    people = generated_users()
    holders = [(role, [user for user in people if role in user.roles]) for role in Role]
    return render_template("demo/roles.html", holders=[(role, users) for role, users in holders if users])


@blueprint.post("/demo/roles/<int:user_id>")
@demonstration_only
def step_in(user_id: int) -> ResponseReturnValue:
    user = generated_user(user_id)
    come_in(user)
    labels = ", ".join(role.label for role in sorted(user.roles))
    flash(f"You are now {user.name}, who is made up: {labels}.")
    return redirect(start_address())


blueprints = (blueprint,)
