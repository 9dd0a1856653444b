"""Thousands of odd requests by every visitor, on either database: an answer each time, soon, in bounded memory."""

import gc
import random
import resource
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from tests.browser import Browser
from tests.whole.odd import Request, odd_requests, site_of
from tests.whole.places import places_to_try
from tests.whole.visitors import VISITORS, enter, token_for, visitor_name
from training_app.accounts.rules.roles import Role

SLOW = 2.0  # seconds
# Of this many requests each visitor signs in afresh: one of them may have signed them out.
A_SITTING = 20
GROWTH = 24  # MiB
# Whoever sends one of these is somebody else afterwards, or nobody.
OTHER_SIGN_IN = ("/sign-out", "/sign-in", "/demo/")


@dataclass
class Outcome:
    """What became of the requests."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    stumbled: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def test_a_few_hundred_odd_requests_find_no_fault(in_service: Flask):
    outcome = _send_many(in_service, 600, seed=1)
    assert not outcome.stumbled
    assert not outcome.slow


@pytest.mark.long
def test_ten_thousand_odd_requests_find_no_fault_and_leave_nothing_behind(in_service: Flask):
    outcome = _send_many(in_service, 10_000, seed=2)
    print(dict(sorted(outcome.statuses.items())), [round(one) for one in outcome.memory])
    assert not outcome.stumbled
    assert not outcome.slow
    after_2000, at_the_end = outcome.memory[2], outcome.memory[-1]
    assert at_the_end - after_2000 < GROWTH, outcome.memory


def _send_many(app: Flask, many: int, seed: int) -> Outcome:
    places, chance, outcome = places_to_try(app), random.Random(seed), Outcome()
    sites = {role: site_of(app, places, role) for role in VISITORS}
    sitting = _Sitting(app)
    for number, (role, request) in zip(range(many), odd_requests(app, places, sites, chance), strict=False):
        if number % 1000 == 0:
            outcome.memory.append(_memory())
        _try(sitting, role, request, outcome)
    outcome.memory.append(_memory())
    return outcome


def _try(sitting: "_Sitting", role: Role | None, request: Request, outcome: Outcome) -> None:
    status, took = sitting.send(role, request)
    outcome.statuses[visitor_name(role), status] += 1
    said = f"{status} {visitor_name(role)} {request.method} {request.address[:150]} {str(request.pairs)[:400]}"
    if status >= 500:
        outcome.stumbled.append(said)
    # A busy machine may pause over any request: what is slow is slow three times running.
    if took > SLOW and all(sitting.send(role, request)[1] > SLOW for _ in range(2)):
        outcome.slow.append(f"{took:.1f} s {said}")


class _Sitting:
    """The six visitors' browsers, each signed in again now and then."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browsers: dict[Role | None, tuple[Browser, str]] = {}
        self.left: Counter[Role | None] = Counter()

    def send(self, role: Role | None, request: Request) -> tuple[int, float]:
        if self.left[role] == 0:
            browser = enter(self.app, role)
            self.browsers[role], self.left[role] = (browser, token_for(browser)), A_SITTING
        self.left[role] -= 1
        browser, token = self.browsers[role]
        began = time.perf_counter()
        with self.app.app_context():
            if request.method == "GET":
                answer = browser.client.get(request.address)
            else:
                answer = browser.client.post(
                    request.address, data=request.payload(token), content_type=request.content_type
                )
            answer.get_data()
        answer.close()
        if request.method == "POST" and request.address.startswith(OTHER_SIGN_IN):
            self.left[role] = 0
        return answer.status_code, time.perf_counter() - began


def _memory() -> float:
    """What this process holds now, in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20
