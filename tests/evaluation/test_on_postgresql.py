"""The same promises on PostgreSQL: one truth at once, publishing, and the queue of comments."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import settings_for
from tests.evaluation.answers import (
    BEFORE_START,
    CLOSED,
    NEXT_DAY,
    Row,
    after,
    answer,
    answered_by,
    attendee,
    before,
    patterns,
)
from tests.evaluation.racing import answered_at_once
from tests.world.programme import make_session
from tests.world.signing_in import make_user_with_role, user_of
from training_app import create_app
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.errors import Refused
from training_app.evaluation.commands import comments
from training_app.evaluation.commands.publishing import publish_if_due
from training_app.evaluation.models import Comment
from training_app.evaluation.queries.comments import comments_in, how_many, released_comments
from training_app.evaluation.queries.forms import current_version, open_evaluations_for, sessions_to_publish
from training_app.evaluation.rules.answers import CommentState
from training_app.extensions import db

pytestmark = pytest.mark.postgresql


@pytest.fixture
def house(postgresql, migrated_postgresql, tmp_path) -> Iterator[Flask]:
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(migrated_postgresql)))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_sent_at_the_same_time_it_is_kept_once_and_published_once(house):
    assert answered_at_once(house) == (["kept"] * 2 + ["sent_twice"] * 6, [8])


def test_publishing_and_reading(house):
    make_user_with_role(house, Role.OFFICE)
    with house.app_context():
        session = make_session()
        person = attendee(session)
        assert [one.session.id for one in open_evaluations_for(person.id, NEXT_DAY)] == [session.id]
        answer(session, person, before({"knowledge": 4}), BEFORE_START)
        answer(session, person, after({"knowledge": 8}, words={"better": "Time"}, may_quote=True))
        answered_by(session, 5)
        assert sessions_to_publish(CLOSED - timedelta(seconds=1)) == []
        assert sessions_to_publish(CLOSED) == [session.id]
        with transaction():
            publish_if_due(session.id, CLOSED)
        assert sessions_to_publish(CLOSED) == []
        assert patterns(session) == {Row("knowledge", 4, None, 8, 1), Row("knowledge", None, None, 7, 5)}
        assert [one.text for one in comments_in(CommentState.NEW, 1)] == ["Time"]
        with transaction():
            comment_id, office = db.session.scalars(select(Comment.id)).one(), user_of(Role.OFFICE)
            comments.release(comment_id, "Time", office.id, NEXT_DAY)
        assert how_many()[CommentState.RELEASED] == 1
        assert [one.words for one in released_comments([session.id])] == ["Time"]
        with pytest.raises(Refused), transaction():
            current_version().questions[0].text = "What you know"
