"""What a web server and the Flask CLI load: `waitress-serve wsgi:app`, `gunicorn wsgi:app`."""

import gc
from os import environ

from training_app import create_app
from training_app.config import SettingsError
from training_app.database.in_use import serve
from training_app.extensions import db
from training_app.installation import of
from training_app.web.templating import compile_pages

try:
    app = create_app()
except SettingsError as error:
    # One clear sentence, not a traceback, stops the start.
    raise SystemExit(f"Cannot start: {error}") from None

if "FLASK_RUN_FROM_CLI" not in environ:  # a command is at work from when it opens the database, a server from here on
    with app.app_context():
        serve(db.engine)
    for sentence in of(app).settings.in_clear:
        app.logger.warning(sentence)
    if environ.get("SERVER_SOFTWARE", "").startswith("gunicorn"):
        # With --preload its workers are copies of this process: none compiles a page while somebody waits for it.
        compile_pages(app)
    # What is here by now stays: the collector need not look through it again and again, nor write to what is shared.
    gc.collect()
    gc.freeze()
