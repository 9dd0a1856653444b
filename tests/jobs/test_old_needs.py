"""What would help someone take part is deleted 30 days after the session, and said so where it is asked for."""

from datetime import datetime, timedelta

import pytest

from tests.bookings.by_page import book_by_page, coming_session, person_with_post
from tests.world.bookings import make_booking
from training_app.accounts.rules.roles import Role
from training_app.audit.models import AuditEntry
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.clock import LOCAL_ZONE
from training_app.database import transaction
from training_app.extensions import db
from training_app.jobs.schedule import JOBS
from training_app.outbox.models import Letter
from training_app.programme.models import TrainingSession

NEEDS = "Halal lunch and a hearing loop"
DELETED = "We delete this 30 days after the session."

pytestmark = pytest.mark.usefixtures("today")


def _run(now: datetime) -> str:
    (job,) = [job for job in JOBS if job.name == "delete_old_needs"]
    return job.run(now)


def _kept() -> list[str]:
    return [one.needs for one in db.session.query(Booking).order_by(Booking.id).populate_existing()]


def test_it_is_kept_for_thirty_days_and_no_longer(in_app):
    ended, later = coming_session(), coming_session("Other", in_days=11)
    with transaction():
        make_booking(ended, person_with_post("Ann"), needs=NEEDS)
        make_booking(ended, person_with_post("Bel"), [BookingState.CONFIRMED, BookingState.CANCELLED], needs=NEEDS)
        make_booking(ended, person_with_post("Col"))
        make_booking(later, person_with_post("Dan"), needs=NEEDS)
    day = db.session.get_one(TrainingSession, ended).last_day + timedelta(days=30)
    midnight = datetime(day.year, day.month, day.day, tzinfo=LOCAL_ZONE)
    assert _run(midnight - timedelta(seconds=1)) == "0 deleted"
    assert _run(midnight) == "2 deleted"
    assert _kept() == ["", "", "", NEEDS]
    assert _run(midnight + timedelta(hours=1)) == "0 deleted"
    noted = db.session.query(AuditEntry).filter_by(action="booking.needs_deleted").one()
    assert (noted.detail, noted.subject_id, noted.actor_id) == ({"number": 2}, None, None)


def test_nothing_else_holds_it(app, browser_of):
    """No line of the audit and no letter: else it would be there after it is deleted."""
    with app.app_context():
        session_id = coming_session()
    page = book_by_page(browser_of(Role.PRACTITIONER), session_id, NEEDS)
    assert NEEDS in page.text and DELETED in page.text
    with app.app_context():
        assert not [one for one in db.session.query(AuditEntry) if "Halal" in str(one.detail)]
        letters = list(db.session.query(Letter))
        assert letters and not [one for one in letters if "Halal" in one.body + one.subject]
        assert not [one for one in letters if b"Halal" in (one.attachment or b"")]
        for one in db.session.query(Booking):
            assert not [change for change in one.changes if "Halal" in change.why]


def test_whoever_is_asked_reads_how_long_it_is_kept(app, browser_of):
    with app.app_context():
        session_id = coming_session()
    assert DELETED in browser_of(Role.PRACTITIONER).get(f"/sessions/{session_id}/book").text
    office = browser_of(Role.OFFICE)
    assert DELETED in office.get(f"/sessions/{session_id}/bookings/new").text
