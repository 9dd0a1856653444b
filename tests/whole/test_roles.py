"""Who sees what and who may do what, by behaviour: every route, opened by everyone.

A change to who may do what shows as a change to these tables.
"""

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.browser import LOCK, Browser, watched
from tests.whole.visitors import (
    VISITORS,
    YEAR,
    Places,
    addresses,
    enter,
    hrefs,
    token_for,
    visitor_name,
)
from training_app.accounts.rules.permissions import HELD
from training_app.accounts.rules.roles import Role
from training_app.extensions import db
from training_app.programme.models import SessionTrainer, TrainingSession
from training_app.web.access import requirement_of
from training_app.web.rules import Permission, Requirement

# yes: the page · sign-in: led to sign in, then back · on: led on to another page · no: refused · none: not found
PAGES = """
                                                    nobody   practitioner coordinator trainer  administrator reviewer
accounts.account                                    sign-in  yes          yes         yes      yes           yes
accounts.details                                    on       on           on          on       on            on
accounts.enter_code                                 on       on           on          on       on            on
accounts.sign_in                                    yes      on           on          on       on            on
agency_bookings.coming                              sign-in  no           yes         no       on            no
bookings.book                                       sign-in  yes          yes         yes      yes           yes
bookings.booking                                    sign-in  yes          none        none     none          none
bookings.calendar                                   sign-in  yes          none        none     none          none
bookings.cancel                                     sign-in  yes          none        none     none          none
bookings.details                                    sign-in  yes          yes         yes      yes           yes
demo.roles                                          yes      yes          yes         yes      yes           yes
evaluation.after_form, one the practitioner came to sign-in  yes          yes         yes      yes           yes
evaluation.before_form, one the practitioner booked sign-in  yes          yes         yes      yes           yes
evaluation.comment                                  sign-in  no           no          no       yes           no
evaluation.comments                                 sign-in  no           no          no       yes           no
evaluation.in_the_room                              yes      yes          yes         yes      yes           yes
evaluation.room_screen, another                     sign-in  no           no          none     yes           no
evaluation.room_screen, one led by the trainer      sign-in  no           no          yes      yes           no
evaluation.thank_you, one the practitioner came to  sign-in  on           on          on       on            on
evaluation.thanks_in_the_room                       on       on           on          on       on            on
evaluation.type_code                                yes      yes          yes         yes      yes           yes
front.catalogue                                     yes      yes          yes         yes      yes           yes
front.course                                        yes      yes          yes         yes      yes           yes
front.home                                          on       on           on          on       on            on
front.my_training                                   sign-in  yes          yes         yes      yes           yes
front.programme_calendar                            yes      yes          yes         yes      yes           yes
front.session                                       yes      yes          yes         yes      yes           yes
front.session_calendar                              yes      yes          yes         yes      yes           yes
health.alive                                        yes      yes          yes         yes      yes           yes
health.ready                                        yes      yes          yes         yes      yes           yes
impact.course                                       sign-in  no           no          no       yes           yes
impact.own_sessions                                 sign-in  no           no          yes      yes           yes
impact.session, another                             sign-in  no           no          none     yes           yes
impact.session, one led by the trainer              sign-in  no           no          yes      yes           yes
impact.year                                         sign-in  no           no          no       yes           yes
impact.years                                        sign-in  no           no          no       yes           yes
office_bookings.accept_for, an offered one          sign-in  no           no          no       yes           no
office_bookings.book_for                            sign-in  no           no          no       yes           no
office_bookings.cancel_for, the practitioner’s      sign-in  no           no          no       yes           no
office_bookings.of_session                          sign-in  no           yes         no       yes           no
outbox.letter                                       sign-in  no           no          no       yes           no
outbox.letters                                      sign-in  no           no          no       yes           no
registers.close_page, another                       sign-in  no           no          none     yes           no
registers.close_page, one led by the trainer        sign-in  no           no          on       on            no
registers.history, another                          sign-in  no           no          none     yes           no
registers.history, one led by the trainer           sign-in  no           no          yes      yes           no
registers.number_page, another                      sign-in  no           no          none     yes           no
registers.number_page, one led by the trainer       sign-in  no           no          yes      yes           no
registers.register, another                         sign-in  no           no          none     yes           no
registers.register, one led by the trainer          sign-in  no           no          yes      yes           no
registers.registers                                 sign-in  no           no          yes      yes           no
reports.facts                                       sign-in  no           no          no       yes           no
reports.report                                      sign-in  no           no          no       yes           yes
reports.report_as_json                              sign-in  no           no          no       yes           yes
reports.years                                       sign-in  no           no          no       yes           yes
second_factor.another_phone                         sign-in  on           on          on       on            on
second_factor.enter_code                            sign-in  on           on          on       on            on
second_factor.own                                   sign-in  on           on          on       on            on
second_factor.recovery_code                         sign-in  on           on          on       on            on
second_factor.set_up                                sign-in  on           on          on       on            on
second_factor.start                                 sign-in  on           on          on       on            on
staff.about                                         sign-in  no           no          no       yes           no
staff.cancel                                        sign-in  no           no          no       yes           no
staff.copy                                          sign-in  no           no          no       yes           no
staff.course                                        sign-in  no           no          no       yes           no
staff.courses                                       sign-in  no           no          no       yes           no
staff.delete                                        sign-in  no           no          no       yes           no
staff.joining                                       sign-in  no           no          no       yes           no
staff.new_course                                    sign-in  no           no          no       yes           no
staff.new_part                                      sign-in  no           no          no       yes           no
staff.new_provider                                  sign-in  no           no          no       yes           no
staff.new_session                                   sign-in  no           no          no       yes           no
staff.new_venue                                     sign-in  no           no          no       yes           no
staff.part                                          sign-in  no           no          no       yes           no
staff.places                                        sign-in  no           no          no       yes           no
staff.priorities                                    sign-in  no           no          no       yes           no
staff.provider                                      sign-in  no           no          no       yes           no
staff.providers                                     sign-in  no           no          no       yes           no
staff.publish                                       sign-in  no           no          no       yes           no
staff.remove_part                                   sign-in  no           no          no       yes           no
staff.session                                       sign-in  no           no          no       yes           no
staff.sessions                                      sign-in  no           no          no       yes           no
staff.trainers                                      sign-in  no           no          no       yes           no
staff.venue                                         sign-in  no           no          no       yes           no
staff.venues                                        sign-in  no           no          no       yes           no
statements.accessibility                            yes      yes          yes         yes      yes           yes
statements.complain                                 yes      yes          yes         yes      yes           yes
statements.contact                                  yes      yes          yes         yes      yes           yes
statements.privacy                                  yes      yes          yes         yes      yes           yes
"""
# may: the act is done, or what was typed is answered · later: not in the state for it · no: refused
# One after the other, in this order: the practitioner has given their place back before the form before is sent.
ACTS = """
                                                    nobody   practitioner coordinator trainer  administrator reviewer
accounts.details                                    may      may          may         may      may           may
accounts.enter_code                                 may      may          may         may      may           may
accounts.send_again                                 may      may          may         may      may           may
accounts.sign_in                                    may      may          may         may      may           may
accounts.sign_out                                   may      may          may         may      may           may
accounts.sign_out_everywhere                        no       may          may         may      may           may
bookings.accept                                     no       may          none        none     none          none
bookings.book                                       no       later        later       later    later         later
bookings.cancel                                     no       may          none        none     none          none
bookings.decline                                    no       later        none        none     none          none
bookings.details                                    no       may          may         may      may           may
bookings.keep_waiting                               no       later        none        none     none          none
demo.step_in                                        may      may          may         may      may           may
evaluation.find_room                                may      may          may         may      may           may
evaluation.make_code, another                       no       no           no          none     may           no
evaluation.make_code, one led by the trainer        no       no           no          may      may           no
evaluation.next_in_the_room                         may      may          may         may      may           may
evaluation.release                                  no       no           no          no       may           no
evaluation.send_answers, one the practitioner came to no     may          later       later    later         later
evaluation.send_before, one the practitioner booked no       later        later       later    later         later
evaluation.send_in_the_room                         may      may          may         may      may           may
evaluation.withhold                                 no       no           no          no       may           no
office_bookings.accept_for, an offered one          no       no           no          no       may           no
office_bookings.book_for                            no       no           no          no       may           no
office_bookings.cancel_for, the practitioner’s      no       no           no          no       may           no
outbox.send_again                                   no       no           no          no       may           no
registers.close, another                            no       no           no          none     may           no
registers.close, one led by the trainer             no       no           no          later    may           no
registers.reopen, another                           no       no           no          none     may           no
registers.reopen, one led by the trainer            no       no           no          may      may           no
registers.save, another                             no       no           no          none     later          no
registers.save, one led by the trainer              no       no           no          later    later         no
registers.state_number, another                     no       no           no          none     later         no
registers.state_number, one led by the trainer      no       no           no          later    later         no
reports.add_fact                                    no       no           no          no       may           no
reports.take_fact_back                              no       no           no          no       may           no
second_factor.another_phone                         no       may          may         may      may           may
second_factor.enter_code                            no       may          may         may      may           may
second_factor.own                                   no       may          may         may      may           may
second_factor.recovery_code                         no       may          may         may      may           may
second_factor.set_up                                no       may          may         may      may           may
second_factor.start                                 no       may          may         may      may           may
staff.about                                         no       no           no          no       may           no
staff.cancel                                        no       no           no          no       may           no
staff.copy                                          no       no           no          no       may           no
staff.course                                        no       no           no          no       may           no
staff.delete                                        no       no           no          no       may           no
staff.joining                                       no       no           no          no       may           no
staff.new_course                                    no       no           no          no       may           no
staff.new_part                                      no       no           no          no       may           no
staff.new_provider                                  no       no           no          no       may           no
staff.new_session                                   no       no           no          no       may           no
staff.new_venue                                     no       no           no          no       may           no
staff.part                                          no       no           no          no       may           no
staff.places                                        no       no           no          no       may           no
staff.priorities                                    no       no           no          no       may           no
staff.provider                                      no       no           no          no       may           no
staff.publish                                       no       no           no          no       may           no
staff.remove_part                                   no       no           no          no       may           no
staff.trainers                                      no       no           no          no       may           no
staff.venue                                         no       no           no          no       may           no
"""
CELLS = {302: "may", 422: "may", 409: "later", 403: "no", 404: "none"}


def _table(text: str) -> dict[str, dict[str, str]]:
    """Rows by name; each holds a cell for every visitor."""
    head, *lines = text.strip().splitlines()
    visitors = head.split()
    rows = {}
    for line in lines:
        words = line.split()
        assert len(words) > len(visitors), line
        name = " ".join(words[: -len(visitors)])
        assert name not in rows, name
        rows[name] = dict(zip(visitors, words[-len(visitors) :], strict=True))
    return rows


def _seen(response: TestResponse) -> str:
    if response.status_code == 302:
        return "sign-in" if response.headers["Location"].startswith("/sign-in?next=") else "on"
    return {200: "yes", 403: "no", 404: "none"}.get(response.status_code, str(response.status_code))


@pytest.mark.parametrize("role", VISITORS, ids=visitor_name)
def test_every_page_is_shown_to_whom_it_should_be(demonstration: Flask, places: Places, role: Role | None):
    browser, column = enter(demonstration, role), visitor_name(role)
    found = {}
    for name, address in addresses(demonstration, places, "GET").items():
        with demonstration.app_context():
            found[name] = _seen(browser.client.get(address))
    assert found == {name: row[column] for name, row in _table(PAGES).items()}


@pytest.mark.parametrize("role", VISITORS, ids=visitor_name)
def test_every_act_is_open_to_whom_it_should_be(demonstration: Flask, places: Places, role: Role | None):
    column = visitor_name(role)
    found = {}
    for name, address in addresses(demonstration, places, "POST").items():
        browser = enter(demonstration, role)  # afresh: the act before may have signed this one out
        token = token_for(browser)
        with watched(demonstration) as seen, demonstration.app_context():
            response = browser.client.post(address, data={"csrf_token": token})
        found[name] = CELLS.get(response.status_code, str(response.status_code))
        # An act that was refused under its lock has taken the lock, and left nothing behind.
        wrote = [one for one in seen.writes if not LOCK.match(one)]
        assert found[name] == "may" or not wrote, f"{name} was refused and yet wrote"
        assert not seen.uncommitted, name
    assert found == {name: row[column] for name, row in _table(ACTS).items()}


@pytest.mark.parametrize("role", VISITORS, ids=visitor_name)
def test_no_act_happens_without_the_token_of_a_page(demonstration: Flask, places: Places, role: Role | None):
    """Another site can make a browser send a form, but it cannot read the token."""
    browser = enter(demonstration, role)
    for address in addresses(demonstration, places, "POST").values():
        for data in ({}, {"csrf_token": "made-up"}):
            with watched(demonstration) as seen:
                browser.post(address, data, status=400)
            assert not seen.writes, address


def test_the_tables_agree_with_what_the_routes_declare(demonstration: Flask):
    """The tables are typed by people; what follows from the marks on the views must stand in them."""
    for name, row in [*_table(PAGES).items(), *_table(ACTS).items()]:
        requirement = requirement_of(demonstration, name.split(",")[0])
        for role in VISITORS:
            cell = row[visitor_name(role)]
            refused = {"sign-in", "no"} if role is None else {"no"}
            assert (cell in refused) is not _may_pass(requirement, role), f"{name}, {visitor_name(role)}: {cell}"


def _may_pass(requirement: Requirement | Permission | None, role: Role | None) -> bool:
    if requirement in (Requirement.NOTHING, Requirement.DEMONSTRATION):
        return True
    if role is None:
        return False
    return requirement in (Requirement.SIGN_IN, Requirement.HALF_SIGN_IN) or requirement in HELD[role]


def test_signing_in_leads_back_to_the_page_that_was_asked_for(demonstration: Flask):
    page = Browser(demonstration).get(f"/impact/{YEAR}?page=2", status=302)
    assert page.location == f"/sign-in?next=/impact/{YEAR}?page%3D2"


def test_a_demonstration_route_does_not_exist_without_the_demonstration(browser: Browser):
    browser.get("/demo/roles", status=404)
    browser.post("/demo/roles/1", {"csrf_token": token_for(browser)}, status=404)


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.COORDINATOR, Role.TRAINER, Role.REVIEWER], ids=str)
def test_no_page_offers_a_door_that_is_shut(demonstration: Flask, role: Role):
    """Links to pages that would refuse the reader are left out, not left to refuse."""
    browser = enter(demonstration, role)
    offered = {link for start in ("/my", "/programme") for link in hrefs(browser.get(start)) if link[:1] == "/"}
    assert "/my" in offered
    for link in sorted(offered):
        with demonstration.app_context():
            assert browser.client.get(link).status_code in {200, 302}, link


def test_a_coordinator_sees_nothing_of_the_staff_pages(demonstration: Flask):
    links = enter(demonstration, Role.COORDINATOR).get("/my").links
    for staff in ("Impact", "My sessions", "Yearly report", "Comments", "Letters"):
        assert staff not in links
    assert {"My training", "Programme"} <= links.keys()


def test_a_trainer_sees_their_own_sessions_and_no_others(demonstration: Flask):
    browser = enter(demonstration, Role.TRAINER)
    with demonstration.app_context():
        every = set(db.session.scalars(select(TrainingSession.id)))
        led = set(db.session.scalars(select(SessionTrainer.session_id)))
        trainers = set(db.session.scalars(select(SessionTrainer.user_id)))
    assert len(trainers) == 1 and led and every - led
    listed = {
        int(link.split("/")[2]) for link in hrefs(browser.get("/my-sessions")) if link.startswith("/sessions/")
    }
    assert listed and listed <= led
    with demonstration.app_context():
        open_to_them = {one for one in every if browser.client.get(f"/sessions/{one}/impact").status_code == 200}
    assert open_to_them == led
