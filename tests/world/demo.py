"""The mark of a database that holds the demonstration."""

from training_app import clock
from training_app.demo.models import Demonstration
from training_app.extensions import db
from training_app.front.navigation import remembered


def make_demonstration_mark() -> Demonstration:
    mark = Demonstration(loaded_at=clock.now())
    db.session.add(mark)
    db.session.flush()
    remembered.clear()  # a page may have been made before, which no page of a demonstration is
    return mark
