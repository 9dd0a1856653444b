"""What runs by the clock. To add a job, add one line to JOBS.

Each job finds in the database what is to be done and does it, so running one twice, late or not at all loses
nothing: the next run finds the same rows. huey is not imported here; it only tells the time.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from training_app.bookings.commands.left_overs import take_out_left_overs
from training_app.bookings.commands.offers import end_waits, lapse_offers
from training_app.bookings.queries import (
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


def _publish_answers(now: datetime) -> str:
    """Each session in its own transaction: one that cannot be published does not hold up the others."""
    done = failed = 0
    for session_id in sessions_to_publish(now):
        try:
            with transaction():
                done += publish_if_due(session_id, now) is not None
        except Exception as error:
            log.error("Session %s was not published: %s", session_id, type(error).__name__)
            failed += 1
    return f"{done} published, {failed} failed" if failed else f"{done} published"


def _lapse_offers(now: datetime) -> str:
    """Each session in its own transaction: offers, places that came free otherwise, waits that the start ended."""
    due: list[tuple[int, Callable[[int, datetime], int]]]
    due = [(one, lapse_offers) for one in {*sessions_with_expired_offers(now), *sessions_with_places_to_offer(now)}]
    due += [(one, end_waits) for one in sessions_that_left_people_waiting(now)]
    ended = failed = 0
    for session_id, act in sorted(due, key=lambda one: one[0]):
        try:
            ended += in_transaction(partial(act, session_id, now))
        except Exception as error:
            log.error("Offers of session %s were not ended: %s", session_id, type(error).__name__)
            failed += 1
    return f"{ended} ended, {failed} sessions failed" if failed else f"{ended} ended"


def _ask_for_answers(now: datetime) -> str:
    """Each session in its own transaction. Who was asked is on record, so nobody is asked twice."""
    asked = failed = 0
    installed = settings()
    for session_id in sessions_to_ask_about(now):
        letters = partial(
            ask_for_answers, session_id, base_url=installed.base_url, site_name=installed.site.name, now=now
        )
        try:
            asked += in_transaction(letters)
        except Exception as error:
            log.error("Session %s was not asked about: %s", session_id, type(error).__name__)
            failed += 1
    return f"{asked} asked, {failed} sessions failed" if failed else f"{asked} asked"


def _take_out_left_overs(now: datetime) -> str:
    """Each session in its own transaction. What was taken out stands no more, so nobody is written to twice."""
    taken = failed = 0
    for session_id in sessions_with_left_overs(local(now).date()):
        try:
            taken += in_transaction(partial(take_out_left_overs, session_id, now))
        except Exception as error:
            log.error("Calendars of session %s were not put right: %s", session_id, type(error).__name__)
            failed += 1
    return f"{taken} taken out, {failed} sessions failed" if failed else f"{taken} taken out"


JOBS = (
    Job(name="send_letters", label="Send letters", every=MINUTE, run=_send_letters),
    Job(name="lapse_offers", label="End unanswered offers and waits for places", every=MINUTE, run=_lapse_offers),
    Job(name="ask_for_answers", label="Ask for answers after a session", every=HOUR, minute="17", run=_ask_for_answers),
    Job(
        name="take_out_left_overs", label="Take days that are gone out of calendars", every=HOUR, minute="37",
        run=_take_out_left_overs,
    ),
    Job(name="publish_answers", label="Publish answers", every=HOUR, minute="7", run=_publish_answers),
)
