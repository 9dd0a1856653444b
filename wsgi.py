"""What a web server and the Flask CLI load: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

from training_app import create_app
from training_app.config import SettingsError

try:
    app = create_app()
except SettingsError as error:
    # One clear sentence, not a traceback, stops the start.
    raise SystemExit(f"Cannot start: {error}") from None
