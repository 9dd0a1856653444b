"""300 people press the button for 30 places at the same moment: how long until the last of them has an answer."""

from collections.abc import Iterator

from bench.houses import House, Houses
from bench.results import ROUNDS, Figure, Row
from tests.bookings.by_page import states
from tests.bookings.over_http import all_at_once, make_practitioners, visitors
from tests.serving import served
from training_app.bookings.rules import BookingState

PART = "race"
PEOPLE, PLACES = 300, 30


def measure(houses: Houses) -> Iterator[Row]:
    for database in houses.databases():
        with houses.open(database) as house:
            seconds = [_seconds(house) for _ in range(ROUNDS)]
        yield Row(
            PART, f"{PEOPLE} people for {PLACES} places, {database}", f"last answer after {Figure(seconds)} s",
            numbers={"seconds": seconds},
        )


def _seconds(house: House) -> float:
    session_id = house.new_session(PLACES)
    cookies = make_practitioners(house.app, PEOPLE)
    with served(house.settings, house.folder) as server:
        rush = all_at_once(visitors(house.app, server.host, server.port, cookies), session_id)
        faults = server.faults()
    if rush.errors or faults:
        raise RuntimeError(f"not everyone had an answer: {[*rush.errors, *faults][:3]}")
    held = states(house.app, session_id).count(BookingState.CONFIRMED)
    if held != PLACES:
        raise RuntimeError(f"{held} people hold one of {PLACES} places")
    return rush.seconds
