"""What gunicorn loads to serve the application as it would be if `lock_rows` locked nothing."""

from tests.bookings.racing import plain_select
from training_app.bookings.commands import holding
from wsgi import app

holding.lock_rows = plain_select

__all__ = ["app"]
