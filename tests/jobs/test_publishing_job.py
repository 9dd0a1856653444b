"""Answers are published when the window closes, by the clock."""

from datetime import timedelta
from uuid import uuid4

from tests.world.evaluation import make_response
from training_app import clock
from training_app.database import transaction
from training_app.evaluation.models import Publication, RatingPattern
from training_app.evaluation.queries.forms import current_version, window_of
from training_app.extensions import db
from training_app.jobs.schedule import JOBS
from training_app.programme.files.loading import import_programme
from training_app.programme.models import TrainingSession

FILE = """\
course_title,course_type,session_date,start,end,format,venue,priority,provider,capacity,attendees,source,note
Neglect,core,2025-05-13,09:30,12:30,online,MS Teams,Neglect,Pool,30,21,office,
"""


def test_three_forms_are_published_once_the_window_has_closed_and_once_only(in_app):
    with transaction():
        import_programme(FILE, beside_programme=False, actor_id=None, now=clock.now())
        (session,) = db.session.query(TrainingSession)
        closes_at = window_of(session).closes_at
        version = current_version()
        for value in (6, 7, 7):
            given = {version.questions[0].key: value}
            make_response(session.id, ratings=given, pairing_id=uuid4(), submitted_at=closes_at - timedelta(days=2))
    (job,) = [job for job in JOBS if job.name == "publish_answers"]
    assert job.run(closes_at - timedelta(minutes=1)) == "0 published"
    assert job.run(closes_at) == "1 published"
    assert job.run(closes_at + timedelta(hours=1)) == "0 published"
    assert db.session.query(Publication).one().forms == 3
    assert sorted((one.after, one.n) for one in db.session.query(RatingPattern)) == [(6, 1), (7, 2)]
