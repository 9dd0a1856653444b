"""What gunicorn loads to serve the application as it would be if `lock_rows` locked nothing."""

from tests.bookings.racing import plain_select
from training_app.bookings.commands import holding as steps
from wsgi import app

steps.lock_rows = plain_select

__all__ = ["app"]
