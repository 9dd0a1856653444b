"""What a booking asks of the database. Each statement is a way to it and back, so that a few too many are felt."""

from flask import Flask

from tests.bookings.by_page import another_practitioner, coming_session
from tests.browser import watched

# From opening the form to reading the confirmation; BEGIN and COMMIT are not counted.
MOST_STATEMENTS = 25


def test_a_booking_takes_few_statements(app: Flask):
    with app.app_context():
        session_id = coming_session()
    practitioner = another_practitioner(app, "Practitioner")
    with watched(app) as seen:
        form = practitioner.get(f"/sessions/{session_id}/book")
        page = practitioner.follow(practitioner.send(form, {"needs": ""}))
    assert page.heading == "Your place is booked"
    assert seen.count <= MOST_STATEMENTS, f"{seen.count} statements"
