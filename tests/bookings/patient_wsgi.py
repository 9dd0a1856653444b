"""The application as it is, but on SQLite it waits for its turn for as long as it takes.

A page waits a few seconds and then says that the service is busy. On a slow machine the last of 300 would read that;
here it is tried that nobody overtakes.
"""

from training_app.database import engine

engine.SECONDS_FOR_SQLITE = 120

from wsgi import app  # noqa: E402 (made with what stands above)

__all__ = ["app"]
