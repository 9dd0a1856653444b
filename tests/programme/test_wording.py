"""What is said of a session's days, and of what changed in its parts."""

from datetime import date, time, timedelta

from tests.office.drafts import DAY, NOW, draft, part, prepare_office, stored
from training_app.database import transaction
from training_app.programme import snapshots
from training_app.programme.commands.parts import add_part
from training_app.programme.rules import sessions
from training_app.programme.rules.parts import PartFacts
from training_app.programme.rules.sessions import PartKind
from training_app.programme.wording import hours_of, when_of

ONE = "Wednesday 10 February 2027, 9:30am to 12:30pm, in person, City Hall"
TWO = "Thursday 11 February 2027, 4pm to 6pm, in person, City Hall"
ALONE = snapshots.KINDS[PartKind.E_LEARNING]


def with_another_day(starts: time, day: date = DAY + timedelta(days=1)) -> str:
    prepare_office()
    session_id = draft()
    with transaction():
        add_part(session_id, part(day, starts, time(18)), actor_id=None, now=NOW)
    return when_of(stored(session_id))


def test_two_days_that_start_alike_say_so_once(in_app):
    assert with_another_day(time(9, 30)) == "2 days from Wednesday 10 February 2027, starting at 9:30am"


def test_two_days_that_start_at_different_times_each_say_when(in_app):
    assert with_another_day(time(16)) == (
        "Wednesday 10 February 2027 from 9:30am and Thursday 11 February 2027 from 4pm"
    )


def test_a_second_part_on_the_same_day_is_not_another_day(in_app):
    """Who comes for the morning alone must not think that is all: from the first start to the last end."""
    assert with_another_day(time(16), DAY) == "Wednesday 10 February 2027, 9:30am to 6pm"
    assert hours_of(stored(1)) == "9:30am to 6pm"


def test_e_learning_put_before_a_part_changes_nothing_else(in_app):
    prepare_office()
    session_id = draft()
    before = snapshots.parts_snapshot(stored(session_id))
    with transaction():
        add_part(session_id, PartFacts(PartKind.E_LEARNING), actor_id=None, now=NOW)
    is_now = snapshots.parts_snapshot(stored(session_id))
    assert snapshots.changes(before, is_now) == {"Part 1": [sessions.NOTHING, ALONE]}
    assert snapshots.changes_in_words(before, is_now) == f"Part 1 is new: {ALONE}."
    assert snapshots.changes(is_now, before) == {"Part 1": [ALONE, sessions.NOTHING]}


def test_what_changed_in_one_part_is_not_said_of_another():
    assert snapshots.differences({"Part 1": ONE, "Part 2": TWO}, {"Part 1": TWO, "Part 2": "later"}) == [
        snapshots.Difference("Part 2", ONE, "later")
    ]
    assert snapshots.differences({"Part 1": ONE, "Places": "3"}, {"Part 1": TWO, "Part 2": ALONE, "Places": "4"}) == [
        snapshots.Difference("Part 1", ONE, TWO), snapshots.Difference("Part 2", sessions.NOTHING, ALONE),
        snapshots.Difference("Places", "3", "4"),
    ]
    assert not snapshots.differences({"Part 1": ONE, "Part 2": ONE}, {"Part 1": ONE, "Part 2": ONE})
