"""A clock that was once ahead stops nothing for as long as it was: what only it can have written holds nobody up."""

from datetime import timedelta
from os import utime

import pytest
from sqlalchemy import update

from tests.jobs.workers import a_job
from tests.outbox.letters import letter_as_stored, queue_letter
from training_app import clock
from training_app.clock import TOLERANCE
from training_app.database import transaction
from training_app.extensions import db
from training_app.jobs.running import run_job
from training_app.jobs.schedule import HOUR, JOBS
from training_app.outbox.commands import claim_due, claim_letter, close_expired, send_again
from training_app.outbox.models import Letter
from training_app.outbox.queries import is_any_claimable
from training_app.outbox.rules import BACK_OFF, LONGEST_QUEUE, MOST_ATTEMPTS, LetterState
from training_app.web.kept_files import KEPT_FOR, delete_old

AHEAD = timedelta(days=400)
LEASE = timedelta(minutes=5)


@pytest.fixture
def now(in_app, time_machine):
    time_machine.move_to(clock.now(), tick=False)
    return clock.now()


def claimed(now) -> list[int]:
    with transaction():
        would_look = is_any_claimable(now, LEASE)
        found = [one.id for one in claim_due(now, 10, LEASE)]
    assert would_look is bool(found), "a worker takes letters only where it finds that there are any"
    return found


def set_(letter_id: int, **values: object) -> None:
    with transaction():
        db.session.execute(update(Letter).where(Letter.id == letter_id).values(**values))


@pytest.mark.parametrize("every", sorted({job.every for job in JOBS} | {HOUR}))
def test_a_job_that_began_in_the_future_runs_at_its_next_turn(now, time_machine, every):
    job = a_job(lambda now: "", every)
    time_machine.move_to(now + AHEAD, tick=False)
    assert run_job(job)
    time_machine.move_to(now, tick=False)
    assert run_job(job)
    assert run_job(job) is False, "and from then on by the right clock"


def test_a_clock_that_is_ahead_by_a_moment_makes_no_second_run(now, time_machine):
    job = a_job(lambda now: "")
    time_machine.move_to(now + timedelta(seconds=3), tick=False)
    assert run_job(job)
    time_machine.move_to(now, tick=False)
    assert run_job(job) is False


def test_a_letter_queued_in_the_future_goes_now(now):
    letter = queue_letter(now=now + AHEAD)
    assert claimed(now) == [letter]


@pytest.mark.parametrize("attempts", range(1, len(BACK_OFF) + 1))
def test_a_letter_waits_after_a_failure_no_longer_than_any_does(now, attempts):
    wait = BACK_OFF[attempts - 1]
    rightly, wrongly = queue_letter(now=now), queue_letter(now=now)
    set_(rightly, attempts=attempts, due_at=now + wait)
    set_(wrongly, attempts=attempts, due_at=now + AHEAD)
    assert claimed(now) == [wrongly]


def test_a_letter_told_to_go_again_by_a_clock_that_was_ahead_goes_now(now):
    letter = queue_letter(now=now)
    set_(letter, state=LetterState.FAILED, attempts=MOST_ATTEMPTS)
    with transaction():
        send_again(letter, None, now + AHEAD)
    assert claimed(now) == [letter]


def test_a_letter_just_queued_by_a_server_a_little_ahead_waits_for_its_moment(now):
    letter = queue_letter(now=now + TOLERANCE)
    assert claimed(now) == [] and claimed(now + TOLERANCE) == [letter]


def test_a_lease_of_the_future_holds_nobody_up(now):
    rightly, wrongly = queue_letter(now=now), queue_letter(now=now)
    set_(rightly, state=LetterState.SENDING, attempts=1, lease_until=now + LEASE)
    set_(wrongly, state=LetterState.SENDING, attempts=1, lease_until=now + AHEAD)
    assert claimed(now) == [wrongly]
    with transaction():
        assert claim_letter(wrongly, now, LEASE) is None, "it is in hand now"


def test_a_sealed_letter_that_is_over_is_wiped_though_a_lease_of_the_future_holds_it(now):
    letter = queue_letter(now=now - timedelta(hours=2), sealed=True, expires_at=now - timedelta(hours=1))
    set_(letter, state=LetterState.SENDING, attempts=1, lease_until=now + AHEAD)
    with transaction():
        assert close_expired(now) == 1
    assert letter_as_stored(letter).body == ""


def test_what_was_kept_in_the_future_is_deleted(now, tmp_path):
    fresh, old, ahead = (tmp_path / name for name in ("fresh", "old", "ahead"))
    for file, at in ((fresh, now), (old, now - KEPT_FOR - timedelta(minutes=1)), (ahead, now + AHEAD)):
        file.touch()
        utime(file, (at.timestamp(), at.timestamp()))
    assert delete_old(tmp_path, now) == 2
    assert list(tmp_path.iterdir()) == [fresh]


@pytest.mark.parametrize(("attempts", "wait"), list(enumerate((LONGEST_QUEUE, *BACK_OFF))))
def test_the_doctor_names_the_letters_that_only_a_wrong_clock_lets_wait(now, app, attempts, wait):
    rightly, wrongly = queue_letter(now=now), queue_letter(now=now)
    set_(rightly, attempts=attempts, due_at=now + wait)
    set_(wrongly, attempts=attempts, due_at=now + wait + 2 * TOLERANCE)
    db.session.remove()
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert "letters-wait-within-reason: " in said and f"broken by letter {wrongly}\n" in said


def test_the_doctor_says_what_lies_in_the_future_and_what_to_do(now, app):
    letter = queue_letter(now=now)
    set_(letter, attempts=2, due_at=now + AHEAD)
    run_job(a_job(lambda now: ""))
    with transaction():
        db.session.execute(update(Letter).values(queued_at=now + AHEAD))
    db.session.remove()
    said = app.test_cli_runner().invoke(args=["doctor"]).output
    assert f"letter {letter} (queued_at)" in said and "a clock was ahead. Set it right" in said
    assert "letters-wait-within-reason: " in said
