"""Where the pages of this room are listed; each of its views adds to it."""

from flask import Blueprint

blueprint = Blueprint("registers", __name__)
