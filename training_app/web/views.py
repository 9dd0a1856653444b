"""The pages that stand beside every room: is the service alive, and the statements in every page's foot."""

from training_app.web import health, statements

blueprints = (health.blueprint, statements.blueprint)
