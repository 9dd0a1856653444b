"""The pages of registers: the list, marking, closing."""

from training_app.registers.blueprint import blueprint
from training_app.registers.views import closing, listing, marking  # noqa: F401 (each adds its pages to the blueprint)

blueprints = (blueprint,)
