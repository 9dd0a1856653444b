"""The office's pages of the programme."""

from training_app.office.blueprint import blueprint
from training_app.office.views import editing, entries, joining, places, sessions, written  # noqa: F401 (each adds its pages to the blueprint)

blueprints = (blueprint,)
