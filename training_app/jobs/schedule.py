"""What runs by the clock. To add a job, add one line to JOBS.

Each job finds in the database what is to be done and does it, so running one twice, late or not at all loses
nothing: the next run finds the same rows. huey is not imported here; it only tells the time.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from training_app.accounts.commands.browsers import delete_old_browsers
from training_app.bookings.commands.left_overs import take_out_left_overs
from training_app.bookings.commands.needs import delete_old_needs
from training_app.bookings.commands.offers import end_waits, lapse_offers
from training_app.bookings.queries.due import (
    sessions_that_left_people_waiting,
    sessions_with_expired_offers,
    sessions_with_left_overs,
    sessions_with_places_to_offer,
)
from training_app.clock import local
from training_app.database import in_transaction, transaction
from training_app.evaluation.commands.asking import ask_for_answers
from training_app.evaluation.commands.publishing import publish_if_due
from training_app.evaluation.queries.forms import sessions_to_ask_about, sessions_to_publish
from training_app.installation import settings
from training_app.outbox.commands import close_expired
from training_app.outbox.delivery import deliver_due
from training_app.outbox.queries import queue_state
from training_app.web.kept_files import delete_old

log = logging.getLogger(__name__)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One scheduled job. `minute` and `hour` are as in a crontab, in UTC; `run` says what it came to."""

    name: str
    label: str
    every: timedelta
    minute: str = "*"
    hour: str = "*"
    run: Callable[[datetime], str]


def _send_letters(now: datetime) -> str:
    with transaction():
        close_expired(now)
    deliver_due()
    # How the queue stands, not what this run sent: the worker also sends between the runs.
    state = queue_state(now)
    return f"{state.waiting} waiting, {state.failed} not sent"


def _each(acts: Iterable[tuple[int, Callable[[], int]]], wrong: str) -> tuple[int, int]:
    """What the acts came to together, and how many failed: each session's in a transaction of its own.

    One that fails holds up no other. `wrong` is what the log says of it, with its number.
    """
    came_to = failed = 0
    for session_id, act in acts:
        try:
            came_to += in_transaction(act)
        except Exception as error:
            log.error(wrong, session_id, type(error).__name__)
            failed += 1
    return came_to, failed


def _in_words(came_to: int, done: str, failed: int, what: str = "") -> str:
    return f"{came_to} {done}, {failed} {what}failed" if failed else f"{came_to} {done}"


def _publish_answers(now: datetime) -> str:
    acts = [(one, partial(_publish, one, now)) for one in sessions_to_publish(now)]
    done, failed = _each(acts, "Session %s was not published: %s")
    return _in_words(done, "published", failed)


def _publish(session_id: int, now: datetime) -> int:
    return int(publish_if_due(session_id, now) is not None)


def _lapse_offers(now: datetime) -> str:
    """Offers, places that came free otherwise, waits that the start ended."""
    due: list[tuple[int, Callable[[int, datetime], int]]]
    due = [(one, lapse_offers) for one in {*sessions_with_expired_offers(now), *sessions_with_places_to_offer(now)}]
    due += [(one, end_waits) for one in sessions_that_left_people_waiting(now)]
    acts = [(one, partial(act, one, now)) for one, act in sorted(due, key=lambda pair: pair[0])]
    ended, failed = _each(acts, "Offers of session %s were not ended: %s")
    return _in_words(ended, "ended", failed, "sessions ")


def _ask_for_answers(now: datetime) -> str:
    """Who was asked is on record, so nobody is asked twice."""
    installed = settings()
    named = {
        "base_url": installed.base_url, "site_name": installed.site.name, "secret_key": installed.secret_key
    }
    acts = [(one, partial(ask_for_answers, one, now=now, **named)) for one in sessions_to_ask_about(now)]
    asked, failed = _each(acts, "Session %s was not asked about: %s")
    return _in_words(asked, "asked", failed, "sessions ")


def _take_out_left_overs(now: datetime) -> str:
    """What was taken out stands no more, so nobody is written to twice."""
    acts = [(one, partial(take_out_left_overs, one, now)) for one in sessions_with_left_overs(local(now).date())]
    taken, failed = _each(acts, "Calendars of session %s were not put right: %s")
    return _in_words(taken, "taken out", failed, "sessions ")


def _delete_typed_pages(now: datetime) -> str:
    return _in_words(delete_old(settings().kept_folder, now), "deleted", 0)


def _delete_old_needs(now: datetime) -> str:
    return _in_words(in_transaction(lambda: delete_old_needs(now)), "deleted", 0)


def _delete_old_browsers(now: datetime) -> str:
    return _in_words(in_transaction(lambda: delete_old_browsers(now)), "deleted", 0)


JOBS = (
    Job(name="send_letters", label="Send letters", every=MINUTE, run=_send_letters),
    Job(name="lapse_offers", label="End unanswered offers and waits for places", every=MINUTE, run=_lapse_offers),
    Job(name="ask_for_answers", label="Ask for answers after a session", every=HOUR, minute="17", run=_ask_for_answers),
    Job(
        name="take_out_left_overs", label="Take days that are gone out of calendars", every=HOUR, minute="37",
        run=_take_out_left_overs,
    ),
    Job(
        name="delete_typed_pages", label="Delete what people typed while they were signed out", every=HOUR,
        minute="57", run=_delete_typed_pages,
    ),
    Job(
        name="delete_old_needs", label="Delete what would help people take part, once a session is long over",
        every=HOUR, minute="47", run=_delete_old_needs,
    ),
    Job(
        name="delete_old_browsers", label="Delete where people were signed in, a day after it ended", every=HOUR,
        minute="27", run=_delete_old_browsers,
    ),
    Job(name="publish_answers", label="Publish answers", every=HOUR, minute="7", run=_publish_answers),
)
