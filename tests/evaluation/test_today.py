"""A session of today is to come until it ends: nobody can know yet how many came."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from tests.world.programme import make_session, make_trainer
from tests.world.signing_in import user_of
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.database import transaction
from training_app.extensions import db
from training_app.findings.year import findings_of_year
from training_app.programme.models import TrainingSession
from training_app.programme.rules.business_year import BusinessYear
from training_app.reports.pages import Presentation
from training_app.reports.queries.yearly import compile_yearly

DAY = date(2026, 11, 23)
YEAR = BusinessYear.of(DAY)
DURING = datetime(2026, 11, 23, 10, tzinfo=UTC)
AFTER = DURING + timedelta(hours=2, minutes=30)


@pytest.fixture
def session_id(app) -> int:
    """One from 9:30am to 12:30pm, without any data."""
    with app.app_context(), transaction():
        return make_session("Neglect", DAY, ends=time(12, 30), capacity=40).id


def at(monkeypatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_the_impact_pages_wait_for_its_end(session_id, browser_of, monkeypatch):
    reviewer = browser_of(Role.REVIEWER)
    at(monkeypatch, DURING)
    page = reviewer.get(f"/impact/{YEAR}")
    assert "has no data" not in page.text and "1 to come" in page.text and "Today" in page.text
    assert "It is today, and not over yet." in reviewer.get(f"/sessions/{session_id}/impact").text
    at(monkeypatch, AFTER)
    assert "1 has no data: no reason given." in reviewer.get(f"/impact/{YEAR}").text


def test_the_yearly_report_does_too(app, session_id, monkeypatch):
    at(monkeypatch, DURING)
    with app.app_context():
        report = compile_yearly(YEAR, clock.now())
        assert Presentation(report).lede[1:] == [
            "1 of the sessions is still to come.", "Nothing here measures what changed for children."
        ]
        assert [(one.reason, one.sessions) for one in report.how_much.no_data] == [("Today, and not over yet", 1)]
        assert findings_of_year(YEAR, clock.now()).response.to_come == 1
        at(monkeypatch, AFTER)
        report = compile_yearly(YEAR, clock.now())
        assert [(one.reason, one.sessions) for one in report.how_much.no_data] == [("Not given", 1)]


def test_the_report_is_of_the_moment_it_is_given(app, session_id, monkeypatch):
    """Not of another that the clock says meanwhile."""
    at(monkeypatch, DURING - timedelta(days=400))
    with app.app_context():
        for moment, reason in ((DURING, "Today, and not over yet"), (AFTER, "Not given")):
            report = compile_yearly(YEAR, moment)
            assert report.made_on == DAY
            assert [(one.reason, one.sessions) for one in report.how_much.no_data] == [(reason, 1)]
            assert findings_of_year(YEAR, moment).response.to_come == (moment is DURING)


def test_who_is_marked_so_far_counts_on_neither_page_until_it_is_over(app, session_id, monkeypatch):
    with app.app_context(), transaction():
        db.session.get_one(TrainingSession, session_id).headcount = 5
        make_session("Core Awareness", DAY - timedelta(days=7), capacity=30, headcount=12)
        make_session("Two days", DAY - timedelta(days=1), days=(DAY, DAY + timedelta(days=1)), headcount=9)
    for moment, number in ((DURING, 12), (AFTER, 17)):
        at(monkeypatch, moment)
        with app.app_context():
            report = compile_yearly(YEAR, clock.now()).how_much.split
            assert findings_of_year(YEAR, clock.now()).response.attendances == report.total == number


def test_a_trainers_own_list_does_not_call_it_unknown(app, session_id, browser_of, monkeypatch):
    trainer = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        make_trainer(session_id, user_of(Role.TRAINER).id)
    for moment, said in ((DURING, "Open: unmarked"), (AFTER, "0 forms returned")):
        at(monkeypatch, moment)
        assert said in trainer.get("/registers").text
