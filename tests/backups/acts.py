"""What is done with backups: commands typed, and people who are there or not."""

from pathlib import Path

from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.world.people import make_person
from training_app.database import transaction
from training_app.extensions import db
from training_app.people.models import Person


def let_go(app: Flask) -> None:
    """Close every connection of this process."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def add_person(app: Flask, name: str) -> None:
    with app.app_context():
        with transaction():
            make_person(name)
        db.session.remove()


def people(app: Flask) -> list[str]:
    with app.app_context():
        found = list(db.session.scalars(select(Person.name).order_by(Person.id)))
        db.session.remove()
    return found


def typed(app: Flask, *words: object) -> Result:
    let_go(app)
    done = app.test_cli_runner().invoke(args=[str(word) for word in words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def made(app: Flask, file: Path) -> Path:
    done = typed(app, "backup", file)
    assert done.exit_code == 0, done.output
    return file


def refused(app: Flask, *words: object) -> str:
    """What is said where the answer is no; one sentence, and nothing changes."""
    before = people(app)
    done = typed(app, *words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ") and done.stderr.count("\n") == 1
    assert people(app) == before
    return done.stderr
