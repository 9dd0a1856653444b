"""The statements in every page's foot."""

from flask import Blueprint

from training_app.web.access import open_before_second_factor, public
from training_app.web.busy import page_that_stands

blueprint = Blueprint("statements", __name__)


@blueprint.get("/accessibility")
@public
def accessibility() -> str:
    return page_that_stands("statements/accessibility.html")


@blueprint.get("/privacy")
@public
def privacy() -> str:
    return page_that_stands("statements/privacy.html")


@blueprint.get("/complain-about-data")
@public
def complain() -> str:
    return page_that_stands("statements/complain.html")


@blueprint.get("/contact")
@public
def contact() -> str:
    return page_that_stands("statements/contact.html")


open_before_second_factor(accessibility, privacy, complain, contact)
