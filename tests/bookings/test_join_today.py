"""On the day of an online part whoever has a place joins with one press; before and after it there is no button."""

from datetime import UTC, datetime, time

import pytest

from tests.bookings.by_page import book_by_page, coming_session, fill, sign_in_again
from training_app.accounts.rules.roles import Role
from training_app.clock import LOCAL_ZONE
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.rules.joining import joining_address, part_to_join
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import Format, PartKind

LINK = "https://meet.example/neglect-12?pwd=a"
# In UTC, an hour behind the clocks.
BEFORE, MORNING = datetime(2026, 6, 10, 22, 59, tzinfo=UTC), datetime(2026, 6, 11, 5, 30, tzinfo=UTC)
LAST_MINUTE, OVER = datetime(2026, 6, 11, 14, 59, tzinfo=UTC), datetime(2026, 6, 11, 15, tzinfo=UTC)


@pytest.fixture
def session(app, today) -> int:
    """An online session of 11 June, 9:30am to 4pm, with one place."""
    with app.app_context():
        session_id = coming_session(capacity=1)
        with transaction():
            stored = db.session.get_one(TrainingSession, session_id)
            stored.format, stored.parts[0].kind, stored.parts[0].venue = Format.ONLINE, PartKind.ONLINE, None
            stored.joining = f"Teams: {LINK}.\nRing 0116 496 0000 if it fails."
        return session_id


def pages(someone, booking: str) -> list:
    return [someone.get("/my"), someone.get(booking)]


def test_join_is_a_button_on_both_pages_all_day_until_the_end(session, browser_of, today):
    someone = browser_of(Role.PRACTITIONER)
    booking = book_by_page(someone, session).response.request.path
    for moment, is_on in ((BEFORE, False), (MORNING, True), (LAST_MINUTE, True), (OVER, False)):
        today.move_to(moment, tick=False)
        sign_in_again(someone, Role.PRACTITIONER)
        for page in pages(someone, booking):
            joins = [words for words, address in page.links.items() if address == LINK and words.startswith("Join")]
            assert bool(joins) is is_on, (moment, page.heading)
    today.move_to(MORNING, tick=False)
    sign_in_again(someone, Role.PRACTITIONER)
    for page in pages(someone, booking):
        assert "Today, 9:30am to 4pm" in page.text and "Ring 0116 496 0000 if it fails." in page.text


def test_who_waits_and_who_cancelled_have_nothing_to_join(app, session, browser_of, today):
    first, waits = browser_of(Role.PRACTITIONER), browser_of(Role.TRAINER)
    own = book_by_page(first, session).response.request.path
    first.send(first.get(f"{own}/cancel"))
    with app.app_context():
        fill(session, 1)
    line = waits.follow(waits.send(waits.get(f"/sessions/{session}/book"))).response.request.path
    today.move_to(MORNING, tick=False)
    sign_in_again(first, Role.PRACTITIONER)
    sign_in_again(waits, Role.TRAINER)
    seen = [*pages(waits, line), waits.get(f"/sessions/{session}"), *pages(first, own)]
    assert not [page.heading for page in seen if "meet.example" in page.response.get_data(as_text=True)]


@pytest.mark.parametrize(("written", "says"), [
    ("Ring 0116 496 0000, then 204 519#", "Ring 0116 496 0000, then 204 519#"),
    ("", "How to join is not written here yet. Ask the business office"),
])  # fmt: skip
def test_without_an_address_the_page_says_what_there_is(app, session, browser_of, today, written, says):
    with app.app_context(), transaction():
        db.session.get_one(TrainingSession, session).joining = written
    someone = browser_of(Role.PRACTITIONER)
    booking = book_by_page(someone, session).response.request.path
    today.move_to(MORNING, tick=False)
    sign_in_again(someone, Role.PRACTITIONER)
    for page in pages(someone, booking):
        assert says in page.text


@pytest.mark.parametrize(("written", "address"), [
    (f"Teams: {LINK}.", LINK),
    (f"({LINK})", LINK),
    (f"<{LINK}>", LINK),
    (f"HTTPS://meet.example/A then {LINK}", "HTTPS://meet.example/A"),
    ("http://meet.example/12", None),
    ("javascript:alert(1)", None),
    ("https://bank.example@evil.example/", None),
    ("https://[", None),
    ("https://good.example\\.evil.example/", None),
    ("https://t\u0435ams.example/1", None),
    ("https://-", None),
    ("https://meet.example:port/1", None),
    ("Teams, link to follow", None),
    ("", None),
])  # fmt: skip
def test_the_address_in_what_the_office_wrote(written, address):
    assert joining_address(written) == address


def test_of_two_parts_on_one_day_the_one_that_is_on_or_next():
    first, second = (
        PartFacts(kind=PartKind.ONLINE, on_day=OVER.date(), starts_at=time(start), ends_at=time(start + 2))
        for start in (9, 13)
    )
    in_room = PartFacts(kind=PartKind.IN_PERSON, on_day=OVER.date(), starts_at=time(8), ends_at=time(18))
    parts = [second, in_room, first]
    hours = {hour: datetime.combine(OVER.date(), time(hour), LOCAL_ZONE) for hour in (0, 10, 11, 14, 15)}
    at = {hour: part_to_join(parts, now) for hour, now in hours.items()}
    assert at == {0: first, 10: first, 11: second, 14: second, 15: None}
