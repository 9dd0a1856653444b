"""The pages of this room: the programme that everyone sees, and each person's own training."""

from training_app.front import catalogue, my_training  # noqa: F401 (each adds its pages to the blueprint)
from training_app.front.blueprint import blueprint

blueprints = (blueprint,)
