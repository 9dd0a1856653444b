"""The pages of evaluation: one's own form, the form in the room, and what people wrote."""

from training_app.evaluation.blueprint import blueprint
from training_app.evaluation.views import comments, own, room, screen  # noqa: F401 (each adds its pages to the blueprint)

blueprints = (blueprint,)
