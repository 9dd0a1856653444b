"""The register's pages as a trainer, the office and everyone else find them."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from tests.browser import Browser, Page
from tests.guards import XHTML
from tests.registers.acts import DURING, ENDED, a_day, book_for, let_lead, live, marks, morning_session
from tests.whole.visitors import token_for
from tests.world.people import agency, make_person, make_post
from tests.world.signing_in import signed_in, signs_in_anew, user_of
from training_app.accounts.rules.roles import Role
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.records.queries import completions_of_session
from training_app.registers.queries import sheet
from training_app.registers.queries.marks import is_closed
from training_app.registers.rules.marks import Mark

HERE, ABSENT = Mark.ATTENDED.value, Mark.ABSENT.value
PEOPLE = ("Ann", "Bo", "Cy")


@pytest.fixture(autouse=True)
def during() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DURING, tick=False) as traveller:
        yield traveller


@pytest.fixture
def taking(app: Flask, browser_of: Callable[[Role], Browser]) -> tuple[Browser, int]:
    """A trainer's browser on the day, and the session they lead, with three people booked."""
    browser = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session = morning_session()
        let_lead(session)
        for name in PEOPLE:
            book_for(session, name, needs="Step-free seat" if name == "Bo" else "")
        return browser, session.id


def enter(app: Flask, role: Role) -> Browser:
    """The test's user of this role, signing in now."""
    with app.app_context():
        key = signs_in_anew(user_of(role).id)
    return signed_in(app, key)


def address(session_id: int, rest: str = "") -> str:
    return f"/sessions/{session_id}/register{rest}"


def boxes(page: Page) -> dict[str, str]:
    """The name of each row's radios, by the person's name."""
    return {
        "".join(one.find(f".//{XHTML}span").itertext()): next(
            box.get("name") for box in one.iter(f"{XHTML}input") if box.get("type") == "radio"
        )
        for one in page.tree.iter(f"{XHTML}fieldset")
    }


def marks_now(app: Flask, session_id: int) -> dict[str, str]:
    with app.app_context():
        now = live(db.session.get_one(TrainingSession, session_id))
        return {name: mark.value for (name, _), mark in now.items()}


def test_everyone_with_a_place_is_on_it_with_what_a_trainer_needs_to_know(taking):
    browser, session_id = taking
    page = browser.get(address(session_id))
    assert list(boxes(page)) == list(PEOPLE)
    assert "Step-free seat" in page.text and "Nurse" in page.text
    assert "0 here" in page.text and "3 unmarked" in page.text


def test_saving_comes_back_to_where_the_trainer_was(taking):
    browser, session_id = taking
    page = browser.get(address(session_id))
    rows = {name: box.replace("mark", "row") for name, box in boxes(page).items()}
    marked = {box: HERE for name, box in boxes(page).items() if name != "Cy"}
    for said, row in (({}, "Bo"), ({"last": rows["Ann"]}, "Ann"), ({"last": "https://other.example"}, "Bo")):
        sent = browser.send(page, marked | said)
        assert sent.location == f"{address(session_id)}#{rows[row]}", "without a script, the last that was changed"
    assert browser.send(browser.get(address(session_id))).location == address(session_id)


def test_saving_posts_all_marks_at_once(app, taking):
    browser, session_id = taking
    page = browser.get(address(session_id))
    names = boxes(page)
    after = browser.follow(
        browser.send(page, {names["Ann"]: HERE, names["Bo"]: "part_attended", names["Cy"]: ABSENT})
    )
    assert "Saved: 3 marks." in after.text and "0 unmarked" in after.text
    assert marks_now(app, session_id) == {"Ann": HERE, "Bo": "part_attended", "Cy": ABSENT}
    again = browser.follow(browser.send(after))
    assert "Nothing was changed." in again.text
    with app.app_context():
        assert len(marks(db.session.get_one(TrainingSession, session_id))) == 3


def test_why_someone_was_not_there_is_saved_with_the_mark_or_after_it(app, taking):
    browser, session_id = taking
    page = browser.get(address(session_id))
    box, why = boxes(page)["Cy"], boxes(page)["Bo"].replace("mark", "why")
    page = browser.follow(browser.send(page, {box: ABSENT, box.replace("mark", "why"): "work", why: "ill"}))
    page = browser.follow(browser.send(page, {box.replace("mark", "why"): "ill"}))
    with app.app_context():
        kept = [(one.person.name, one.reason) for one in marks(db.session.get_one(TrainingSession, session_id))]
        assert kept == [("Cy", "work"), ("Cy", "ill")], "and of nobody who has no mark"
    assert "Not here (ill)" in browser.get(address(session_id, "/history")).text


def test_someone_at_the_door_is_added_with_the_marks_made_so_far(app, taking):
    browser, session_id = taking
    page = browser.get(address(session_id))
    with app.app_context():
        at = str(agency().id)
    typed = {boxes(page)["Ann"]: HERE, "walk_in_name": "Dee", "walk_in_agency": at}
    after = browser.follow(browser.send(page, typed))
    assert "Dee is on the register, marked here." in after.text
    assert "Not on the list: walk-in" in after.text
    assert marks_now(app, session_id) == {"Ann": HERE, "Dee": HERE}
    browser.send(page, typed)  # the same page sent again, on a slow line
    assert marks_now(app, session_id) == {"Ann": HERE, "Dee": HERE}
    assert list(boxes(browser.get(address(session_id)))) == [*PEOPLE, "Dee"]


def test_whoever_is_known_is_asked_about_with_the_marks_kept(app, taking):
    browser, session_id = taking
    page = browser.get(address(session_id))
    names = boxes(page)
    with app.app_context(), transaction():
        known = make_person("Amina Wanlip")
        known.email = "amina@private.example"
        make_post(known, agency(), a_day(-900))
        at, known_id = str(agency().id), known.id
    typed = {names["Ann"]: HERE, "walk_in_name": "amina wanlip", "walk_in_agency": at, "walk_in_post": "Cook"}
    page = browser.send(page, typed, status=409)
    assert "Is this someone we know? You typed amina wanlip" in page.text
    assert "Amina Wanlip, Nurse" in page.text and "private" not in page.response.text
    assert marks_now(app, session_id) == {"Ann": HERE}, "what was marked is kept, and nobody is added yet"
    question = [one for one in page.tree.iter(f"{XHTML}form") if one.get("id") == "who"]
    held = {one.get("name"): one.get("value") for one in question[0].iter(f"{XHTML}input")}
    answers = [one.get("value") for one in question[0].iter(f"{XHTML}button")]
    assert answers == [str(known_id), "new"]
    again = browser.post(address(session_id), held | {names["Ann"]: HERE}, status=409)
    assert "Is this someone we know?" in again.text, "unanswered, it is asked again"
    after = browser.follow(browser.post(address(session_id), held | {"walk_in_is": answers[0]}))
    assert "Amina Wanlip is on the register, marked here." in after.text
    assert marks_now(app, session_id) == {"Ann": HERE, "Amina Wanlip": HERE}
    for _ in range(2):  # the second press, on a slow line, adds nobody more
        browser.post(address(session_id), held | {"walk_in_is": "new"})
    with app.app_context():
        session = db.session.get_one(TrainingSession, session_id)
        assert len(marks(session)) == 3 and {one.post_title for one in marks(session)} == {"Nurse", "Cook"}


def test_someone_added_by_mistake_is_taken_off(app, taking):
    browser, session_id = taking
    with app.app_context():
        at = str(agency().id)
    page = browser.get(address(session_id))
    page = browser.follow(browser.send(page, {"walk_in_name": "Dee", "walk_in_agency": at}))
    offered = [one for one in page.tree.iter(f"{XHTML}button") if one.get("name") == "take_off"]
    assert len(offered) == 1, "whoever has a place is not taken off"
    key = offered[0].get("value")
    wrong = browser.send(page, {"take_off": key, boxes(page)["Ann"]: HERE}, status=422)
    assert wrong.links["Say why they are taken off the register"] == f"#off-{key}"
    assert marks_now(app, session_id) == {"Ann": HERE, "Dee": HERE}
    after = browser.follow(browser.send(wrong, {"take_off": key, f"off-{key}": "Typed twice"}))
    assert "Dee is off the register. What was marked is kept in its history." in after.text
    assert list(boxes(after)) == list(PEOPLE) and marks_now(app, session_id) == {"Ann": HERE}
    assert "Taken off the register: Typed twice" in browser.get(address(session_id, "/history")).text


def test_a_press_on_add_without_a_name_says_what_is_missing(app, taking):
    browser, session_id = taking
    page = browser.get(address(session_id))
    page = browser.send(page, {boxes(page)["Ann"]: HERE, "walk_in_add": "yes"}, status=422)
    assert page.links["Enter their name"] == "#walk_in_name"
    assert page.links["Choose their agency"] == "#walk_in_agency"
    assert marks_now(app, session_id) == {"Ann": HERE}
    first = next(page.tree.find(f".//{XHTML}form[@id='marks']").iter(f"{XHTML}button"))
    assert first.get("name") is None and first.get("hidden") is not None, "Enter in a row saves, and adds nobody"


def test_what_is_wrong_with_someone_at_the_door_loses_no_mark(app, taking):
    browser, session_id = taking
    page = browser.get(address(session_id))
    typed = {boxes(page)["Ann"]: HERE, "walk_in_name": "Dee", "walk_in_email": "dee"}
    page = browser.send(page, typed, status=422)
    assert page.links["Choose their agency"] == "#walk_in_agency"
    assert page.links["Enter an email address like name@agency.org, or leave it out"] == "#walk_in_email"
    assert marks_now(app, session_id) == {"Ann": HERE}
    with app.app_context():
        right = {"walk_in_agency": str(agency().id), "walk_in_email": ""}
    browser.send(page, right)
    assert marks_now(app, session_id) == {"Ann": HERE, "Dee": HERE}


def test_two_trainers_at_once_are_shown_where_they_differ(app, browser_of, taking):
    browser, session_id = taking
    office = browser_of(Role.OFFICE)
    mine, theirs = browser.get(address(session_id)), office.get(address(session_id))
    names = boxes(mine)
    office.send(theirs, {names["Ann"]: HERE, names["Bo"]: HERE})
    page = browser.send(mine, {names["Ann"]: ABSENT, names["Bo"]: HERE, names["Cy"]: HERE}, status=409)
    assert "Look again at Ann" in page.links and "Look again at Bo" not in page.links
    assert "Siân O’Neill (administrator) marked “Here” while your page was open. You marked “Not here”." in page.text
    assert marks_now(app, session_id) == {"Ann": HERE, "Bo": HERE, "Cy": HERE}, "the rest is saved, nothing is lost"
    browser.follow(browser.send(page, {names["Ann"]: ABSENT}))
    assert marks_now(app, session_id)["Ann"] == ABSENT


def test_it_is_not_closed_before_the_session_ends(app, taking, during):
    browser, session_id = taking
    said = "This session ends at 12:30pm. Close the register then."
    assert said in browser.get(address(session_id)).text
    assert "Close the register" not in browser.get(address(session_id)).links
    page = browser.get(address(session_id, "/close"))
    assert said in page.text
    sent_anyway = {"csrf_token": token_for(browser), "rest_absent": "y"}
    assert said in browser.post(address(session_id, "/close"), sent_anyway, status=422).text
    assert marks_now(app, session_id) == {}
    during.move_to(ENDED)
    assert "Close the register" in enter(app, Role.TRAINER).get(address(session_id)).links


def test_close_open_again_and_close(app, taking, during):
    _, session_id = taking
    during.move_to(ENDED)
    browser = enter(app, Role.TRAINER)
    names = boxes(browser.get(address(session_id)))
    browser.send(browser.get(address(session_id)), {names["Ann"]: HERE, names["Bo"]: ABSENT})
    page = browser.get(address(session_id, "/close"))
    assert "3 people on the register." in page.text
    assert "1 here 0 part 1 not here 1 unmarked" in page.text, "and they are the three"
    page = browser.send(page, status=422)
    assert page.links["Mark everyone, or say that the unmarked people were not here"] == "#rest_absent"
    closed = browser.follow(browser.send(page, {"rest_absent": "y"}))
    assert "The register is closed. 1 person has completed it." in closed.text
    assert marks_now(app, session_id) == {"Ann": HERE, "Bo": ABSENT, "Cy": ABSENT}
    assert not boxes(closed), "a closed register has nothing to tap"
    assert "This register is closed. Open it again to change it." in closed.text
    assert closed.links["Open it again"] == "#reopen"
    assert browser.get(address(session_id, "/close"), status=302).location == address(session_id)
    assert "Closed" in browser.get("/registers").text
    page = browser.send(closed, status=422)
    assert page.links["Say why the register is opened again"] == "#why"
    opened = browser.follow(browser.send(page, {"why": "Cy came late"}))
    browser.send(opened, {names["Cy"]: HERE})
    browser.follow(browser.send(browser.get(address(session_id, "/close"))))
    with app.app_context():
        assert {one.person.name for one in completions_of_session(session_id)} == {"Ann", "Cy"}
        assert is_closed(session_id)
    history = browser.get(address(session_id, "/history")).text
    assert "Cy came late" in history and "Siân O’Neill (trainer)" in history


def test_a_form_left_open_while_the_register_closed_is_refused_with_words(app, browser_of, taking, during):
    _, session_id = taking
    during.move_to(ENDED)
    browser = enter(app, Role.TRAINER)
    page = browser.get(address(session_id))
    box = boxes(page)["Ann"]
    office = browser_of(Role.OFFICE)
    office.send(office.get(address(session_id)), {box: HERE})
    office.send(office.get(address(session_id, "/close")), {"rest_absent": "y"})
    late = browser.send(page, {box: ABSENT}, status=409)
    assert "This register is closed. Open it again to change it." in late.text
    assert marks_now(app, session_id)["Ann"] == HERE


def test_a_refused_page_names_nobody_who_was_never_on_the_register(app, browser_of, taking, during):
    """Marks for made-up numbers come back with the words “you marked …”: they must not read out the town's names."""
    _, session_id = taking
    with app.app_context(), transaction():
        session = db.session.get_one(TrainingSession, session_id)
        part_id = session.parts[0].id
        elsewhere = book_for(morning_session(), "Dee Elsewhere").person_id
        waiting = book_for(session, "Ed Waiting", state=BookingState.WAITLISTED).person_id
        left = book_for(session, "Flo Left", state=BookingState.CANCELLED).person_id
    during.move_to(ENDED)
    browser = enter(app, Role.TRAINER)
    office = browser_of(Role.OFFICE)
    forged = {f"mark-{part_id}-{number}": HERE for number in (elsewhere, waiting, left)}
    forged |= {f"seen-{part_id}-{number}": "" for number in (elsewhere, waiting, left)}
    data = forged | {"csrf_token": token_for(browser)}
    while_open = browser.post(address(session_id), data, status=409).text
    office.send(office.get(address(session_id, "/close")), {"rest_absent": "y"})
    when_closed = browser.post(address(session_id), data, status=409).text
    for answer in (while_open, when_closed):
        assert "Dee" not in answer and "Ed Waiting" not in answer
    assert "Flo Left" in when_closed, "who was on it once is named"


def test_a_number_instead_of_names(app, taking):
    browser, session_id = taking
    page = browser.get(address(session_id, "/number"))
    browser.send(page, {"number": "12", "why_none": "lost"}, status=422)
    again = browser.send(page, {"number": "a dozen"}, status=422)
    assert "Enter a whole number from 0 to 5,000" in again.text and "Not a valid" not in again.text
    assert "The number stated is 1,200" in browser.follow(browser.send(page, {"number": "1,200.0"})).text
    after = browser.follow(browser.send(page, {"number": "12"}))
    assert "The number stated is 12" in after.text
    after = browser.follow(browser.send(after, {boxes(after)["Ann"]: HERE}))
    assert "The register names 1 person who came; the number stated is 12." in after.text
    assert "but 12 stated" in browser.get("/registers").text


def test_before_the_day_it_can_be_read_and_not_marked(app, taking, during):
    _, session_id = taking
    during.move_to(DURING.replace(day=10))
    browser = enter(app, Role.TRAINER)
    page = browser.get(address(session_id))
    assert "You can mark people from the day of the session." in page.text
    assert "Ann" in page.text and not boxes(page)
    browser.post(address(session_id), {"csrf_token": token_for(browser)}, status=409)


def test_whose_register_it_is_is_asked_in_the_query(app, browser_of, taking):
    _, session_id = taking
    with app.app_context(), transaction():
        other = morning_session()
        book_for(other, "Zed")
        other_id = other.id
    trainer = enter(app, Role.TRAINER)
    for rest in ("", "/close", "/number", "/history"):
        trainer.get(address(other_id, rest), status=404)
    trainer.get(f"/sessions/{other_id}/room", status=404)
    assert "Core Awareness" in trainer.get("/registers").text
    office = browser_of(Role.OFFICE)
    assert list(boxes(office.get(address(other_id)))) == ["Zed"]
    for role in (Role.PRACTITIONER, Role.COORDINATOR, Role.REVIEWER):
        someone = browser_of(role)
        for rest in ("", "/close", "/number", "/history"):
            someone.get(address(session_id, rest), status=403)
    assert Browser(app).get(address(session_id), status=302).location.startswith("/sign-in")


def test_two_parts_are_marked_part_by_part(app, browser_of, during):
    browser = browser_of(Role.TRAINER)
    with app.app_context(), transaction():
        session = morning_session(days=(DURING.date(), a_day(7)))
        let_lead(session)
        book_for(session, "Ann")
        session_id = session.id
    page = browser.get(address(session_id))
    assert "You can mark this part from Thursday 18 June 2026." in page.text
    assert len(boxes(page)) == 1
    during.move_to(ENDED.replace(day=18))
    page = enter(app, Role.TRAINER).get(address(session_id))
    rows = [one for one in page.tree.iter(f"{XHTML}input") if one.get("type") == "radio"]
    assert len(rows) == 6, "both parts can be marked on the second day"


@pytest.mark.parametrize(("rest", "most"), [("", 10), ("/close", 9), ("/number", 9), ("/history", 8)])
def test_a_page_reads_its_sheet_once(app, taking, monkeypatch, rest, most):
    """Marks, bookings and changes of the register take a query each."""
    browser, session_id = taking
    read = []
    monkeypatch.setattr(sheet, "marks_that_stand", lambda number: read.append(number) or {})
    page = browser.get(address(session_id, rest), most_queries=most)
    assert page.status == 200 and read == ([] if rest == "/history" else [session_id])


def test_what_could_not_be_saved_reads_it_once_under_the_lock_and_once_for_the_page(taking, during, monkeypatch):
    browser, session_id = taking
    during.move_to(ENDED)
    page = browser.get(address(session_id))
    name = boxes(page)["Ann"]
    browser.send(browser.get(address(session_id, "/close")), {"rest_absent": "yes"})
    read = []
    stands = sheet.marks_that_stand
    monkeypatch.setattr(sheet, "marks_that_stand", lambda number: read.append(number) or stands(number))
    refused = browser.send(page, {name: HERE}, status=409)
    assert "Not saved from your page:" in refused.text and read == [session_id, session_id]
