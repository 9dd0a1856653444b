"""What gunicorn loads for the bench: the application, a page to compare with, and a count of its statements.

The file that BENCH_STATEMENTS names gets a line for each request: method, path, statements, transactions.
"""

import os

from flask import g, request
from sqlalchemy import event, select
from werkzeug.wrappers import Response

from bench import ONE_READ
from training_app.extensions import db
from training_app.programme.models import Course
from training_app.web.access import public
from wsgi import app


@public
def one_read() -> str:
    """As little as a page can be that asks the database for one thing."""
    return str(db.session.scalar(select(Course.title).order_by(Course.id).limit(1)))


def _count_statements(file: int) -> None:
    def executed(*given: object) -> None:
        g.statements = g.get("statements", 0) + 1

    def begun(*given: object) -> None:
        g.transactions = g.get("transactions", 0) + 1

    def note(response: Response) -> Response:
        counted = f"{request.method} {request.path} {g.get('statements', 0)} {g.get('transactions', 0)}\n"
        os.write(file, counted.encode())
        return response

    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", executed)
        event.listen(db.engine, "begin", begun)
    app.after_request(note)


app.add_url_rule(ONE_READ, view_func=one_read)
if os.environ.get("BENCH_STATEMENTS"):
    _count_statements(os.open(os.environ["BENCH_STATEMENTS"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))

__all__ = ["app"]
