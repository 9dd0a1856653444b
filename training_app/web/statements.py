"""The statements in every page's foot."""

from flask import Blueprint, render_template

from training_app.web.access import open_before_second_factor, public

blueprint = Blueprint("statements", __name__)


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return render_template("statements/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return render_template("statements/privacy.html")


@blueprint.get("/complain-about-data")
@public
def complain() -> str:
    return render_template("statements/complain.html")


@blueprint.get("/contact")
@public
def contact() -> str:
    return render_template("statements/contact.html")


open_before_second_factor(accessibility, privacy, complain, contact)
