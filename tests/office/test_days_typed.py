"""Days and numbers of places as people type them into the office's pages."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.office.acts import errors_on, make_draft, value_of
from tests.office.drafts import stored
from training_app.extensions import db
from training_app.programme.models import TrainingSession

pytestmark = pytest.mark.usefixtures("time_stands_still")


@pytest.mark.parametrize("typed", ["10th February", "Wednesday 10 February", "Wednesday 10 February 2027", "10-Feb-27"])
def test_a_day_may_be_typed_as_the_pages_write_it_and_near_the_session_without_a_year(app, office, typed):
    session_id = make_draft(app, day=date(2027, 1, 20))
    office.send(office.get(f"/staff/sessions/{session_id}/parts/1"), {"day": typed})
    with app.app_context():
        assert stored(session_id).first_day == date(2027, 2, 10)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Friday 10 February 2027", "10 February 2027 is a Wednesday, not a Friday. Change the one that is wrong"),
        ("29 February 2027", "There is no 29 February 2027: February 2027 has 28 days"),
        ("10th February", "Say which year, like 10 February 2027"),
    ],
)
def test_what_is_wrong_with_a_day_is_said_and_the_day_kept(office, typed, said):
    again = office.send(office.get("/staff/sessions/new"), {"day": typed}, status=422)
    assert said in errors_on(again)
    assert value_of(again, "day") == typed


@pytest.mark.parametrize(("typed", "places"), [("1,000", 1000), ("25.0", 25)])
def test_a_number_of_places_may_be_written_as_a_spreadsheet_does(app, office, typed, places):
    session_id = make_draft(app)
    office.send(office.get(f"/staff/sessions/{session_id}/places"), {"capacity": typed})
    with app.app_context():
        assert stored(session_id).capacity == places


def test_days_to_copy_to_take_their_year_from_the_day_above(app, office):
    page = office.get(f"/staff/sessions/{make_draft(app)}/copy")
    for typed, said in (
        ("10 March", "“10 March”: Say which year, like 10 March 2027"),
        ("Friday 10 March 2027", "“Friday 10 March 2027”: 10 March 2027 is a Wednesday, not a Friday. Change the one "
         "that is wrong"),
    ):
        assert errors_on(office.send(page, {"days": typed}, status=422)) == [said]
    office.send(page, {"days": "Wednesday 8 December 2027\n12th January"})
    with app.app_context():
        days = list(db.session.scalars(select(TrainingSession.first_day).order_by(TrainingSession.id)))
    assert days[1:] == [date(2027, 12, 8), date(2028, 1, 12)]
