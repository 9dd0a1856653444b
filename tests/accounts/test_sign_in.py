"""The way in, with the letter read from the mail folder."""

import html
from collections.abc import Callable

import pytest
from flask import Flask

from tests.accounts.apps import onwards, set_up_app
from tests.accounts.letters import ask, code_in, enter, latest_code, letters_to
from tests.browser import Browser
from tests.world.signing_in import make_user_with_role, signed_in, signs_in_anew, user_of
from training_app import clock
from training_app.accounts.commands import users as commands
from training_app.accounts.queries import user_with_email
from training_app.accounts.rules.roles import Role
from training_app.agencies.models import Agency
from training_app.agencies.queries import agencies_in_force, find_agency
from training_app.database import transaction
from training_app.extensions import db
from training_app.installation import of
from training_app.people.commands import register_person, take_up_post
from training_app.people.models import Person, Post

DETAILS = {"name": "Siân O’Neill", "post_title": "Health visitor"}


def _agency_id(app: Flask, name: str = "LPT") -> int:
    with app.app_context():
        found = find_agency(name, clock.today())
        assert found
        return found.id


def _stored(app: Flask, email: str) -> dict[str, object]:
    """What is kept of a user, read afresh."""
    with app.app_context():
        user = user_with_email(email)
        assert user and user.person
        posts = [(post.title, post.agency.name, post.started_on) for post in user.person.posts]
        return {
            "name": user.person.name,
            "roles": set(user.roles),
            "posts": posts,
            "last": user.last_signed_in_at,
        }


def test_someone_new_says_who_they_are_once_and_is_a_practitioner(app: Flask, browser: Browser) -> None:
    page = ask(browser, "Sian.ONeill@Trust.Example", after="/sign-in?next=/account")
    assert page.heading == "Enter your code"
    assert "sian.oneill@trust.example" in page.text
    page = browser.follow(enter(browser, page, latest_code(app, "sian.oneill@trust.example")))
    assert page.heading == "Finish your details"
    done = browser.send(page, DETAILS | {"agency": _agency_id(app)})
    assert done.location == "/account"
    page = browser.follow(done)
    assert "Siân O’Neill" in page.text and "Health visitor, Leicestershire Partnership NHS Trust" in page.text
    stored = _stored(app, "sian.oneill@trust.example")
    assert stored["roles"] == {Role.PRACTITIONER}
    assert stored["posts"] == [("Health visitor", "Leicestershire Partnership NHS Trust", clock.today())]
    assert stored["last"] is not None

    again = Browser(app)
    page = ask(again, "sian.oneill@trust.example", after="/sign-in?next=/account")
    page = again.follow(enter(again, page, latest_code(app, "sian.oneill@trust.example")))
    assert page.heading == "Your details"


def test_a_known_user_goes_straight_to_the_page_they_asked_for(app: Flask, browser: Browser) -> None:
    make_user_with_role(app, Role.OFFICE)
    sent_away = browser.get("/account", status=302)
    page = browser.follow(sent_away)
    page = browser.follow(browser.send(page, {"email": "administrator@agency.example"}))
    done = enter(browser, page, latest_code(app, "administrator@agency.example"))
    assert done.location == "/account"
    _, page = set_up_app(browser, done.location)
    assert onwards(page) == "/account"
    assert "Business office" in browser.get("/account").text


def test_without_a_page_asked_for_staff_go_on_to_their_second_factor(app: Flask, browser: Browser) -> None:
    make_user_with_role(app, Role.TRAINER)
    page = ask(browser, "trainer@agency.example")
    done = enter(browser, page, latest_code(app, "trainer@agency.example"))
    assert done.location == "/second-factor"  # and from there to their work


def test_without_a_page_asked_for_a_practitioner_begins_with_their_training(app: Flask, browser: Browser) -> None:
    make_user_with_role(app, Role.PRACTITIONER)
    page = ask(browser, "practitioner@agency.example")
    assert enter(browser, page, latest_code(app, "practitioner@agency.example")).location == "/my"


def test_someone_the_office_entered_with_a_post_is_asked_nothing(app: Flask, browser: Browser) -> None:
    agency_id = _agency_id(app)
    with app.app_context(), transaction():
        now = clock.now()
        person = register_person("Björk", "bjork@trust.example", actor_id=None, now=now)
        take_up_post(person.id, agency_id, "Nurse", clock.today(), actor_id=None, now=now)
    page = ask(browser, "bjork@trust.example", after="/sign-in?next=/account")
    page = browser.follow(enter(browser, page, latest_code(app, "bjork@trust.example")))
    assert page.heading == "Your details"
    assert _stored(app, "bjork@trust.example")["roles"] == {Role.PRACTITIONER}


def test_someone_the_office_entered_without_a_post_completes_their_own_record(
    app: Flask, browser: Browser
) -> None:
    with app.app_context(), transaction():
        register_person("Sian Oneil", "sian@trust.example", actor_id=None, now=clock.now())
    page = ask(browser, "sian@trust.example")
    page = browser.follow(enter(browser, page, latest_code(app, "sian@trust.example")))
    typed = {"agency": _agency_id(app), "post_title": "Nurse", "name": "Siân O’Neill"}
    page = browser.send(page, typed, status=409)
    assert "We know this email as Sian Oneil’s. Is that you?" in page.text
    assert "Yes, and I am called Siân O’Neill" in page.text and "No, I am someone else" in page.text
    assert browser.send(page, {"known": "yes"})
    with app.app_context():
        assert db.session.query(Person).filter_by(email="sian@trust.example").one().name == "Siân O’Neill"
        assert db.session.query(Post).count() == 1


def test_a_name_spelled_anew_is_no_question(app: Flask, browser: Browser) -> None:
    with app.app_context(), transaction():
        register_person("Sian ONEILL", "sian@trust.example", actor_id=None, now=clock.now())
    page = ask(browser, "sian@trust.example")
    page = browser.follow(enter(browser, page, latest_code(app, "sian@trust.example")))
    assert browser.send(page, {"agency": _agency_id(app), "post_title": "Nurse", "name": "Siân O’Neill"})
    assert _stored(app, "sian@trust.example")["name"] == "Siân O’Neill"


def test_whoever_shares_a_mailbox_does_not_become_the_other(app: Flask, browser: Browser) -> None:
    with app.app_context(), transaction():
        register_person("Ann Lee", "office@school.example", actor_id=None, now=clock.now())
    page = ask(browser, "office@school.example")
    page = browser.follow(enter(browser, page, latest_code(app, "office@school.example")))
    typed = {"agency": _agency_id(app), "post_title": "Cook", "name": "Bo Moss"}
    page = browser.send(page, typed, status=409)
    page = browser.send(page, {"known": "no"}, status=409)
    assert "This email is Ann Lee’s here, so nobody else can sign in with it." in page.text
    assert "Bo Moss" in page.response.get_data(as_text=True), "what was typed is kept"
    with app.app_context():
        assert [one.name for one in db.session.query(Person)] == ["Ann Lee"]
        assert user_with_email("office@school.example") is None and db.session.query(Post).count() == 0


@pytest.mark.parametrize(
    "name",
    ["Cher", "D'Arcy O’Brien-Ní Dhonnchadha", "José María Łoś", "李小龙", "Anne-Marie van der Berg III"],
)
def test_a_name_is_kept_as_it_is_written(app: Flask, browser: Browser, name: str) -> None:
    page = ask(browser, "name@trust.example", after="/sign-in?next=/account")
    page = browser.follow(enter(browser, page, latest_code(app, "name@trust.example")))
    page = browser.follow(
        browser.send(page, {"name": f"  {name} ", "agency": _agency_id(app), "post_title": "Nurse"})
    )
    assert name in page.text
    assert _stored(app, "name@trust.example")["name"] == name


def test_a_name_can_carry_no_markup(app: Flask, browser: Browser) -> None:
    attack = '<script>alert(1)</script>" onmouseover="x'
    page = ask(browser, "x@trust.example", after="/sign-in?next=/account")
    page = browser.follow(enter(browser, page, latest_code(app, "x@trust.example")))
    page = browser.follow(
        browser.send(page, {"name": attack, "agency": _agency_id(app), "post_title": attack})
    )
    text = page.response.get_data(as_text=True)
    assert "<script>alert" not in text
    assert attack in html.unescape(text)


def test_the_details_page_says_what_is_missing_and_keeps_the_rest(app: Flask, browser: Browser) -> None:
    page = ask(browser, "new@trust.example")
    page = browser.follow(enter(browser, page, latest_code(app, "new@trust.example")))
    page = browser.send(page, {"name": "1234", "agency": "", "post_title": " "}, status=422)
    assert page.response.get_data(as_text=True).count("Choose your agency or sector") == 2
    assert {"Choose your agency or sector", "Enter your job or role"} <= set(page.links)
    page = browser.send(page, {"name": "Ada", "agency": "99999", "post_title": "Nurse"}, status=422)
    assert 'value="Ada"' in page.response.get_data(as_text=True)
    with app.app_context():
        assert user_with_email("new@trust.example") is None


def test_an_agency_that_has_ended_cannot_be_chosen(app: Flask, browser: Browser) -> None:
    with app.app_context(), transaction():
        gone = find_agency("UHL", clock.today())
        assert gone
        gone.valid_to = clock.today().replace(year=clock.today().year - 1)
        gone_id = gone.id
    page = ask(browser, "new@trust.example")
    page = browser.follow(enter(browser, page, latest_code(app, "new@trust.example")))
    assert "University Hospitals" not in page.text
    browser.send(page, DETAILS | {"agency": gone_id}, status=422)


def test_every_agency_in_force_can_be_chosen_under_its_sector(app: Flask, browser: Browser) -> None:
    page = ask(browser, "new@trust.example")
    page = browser.follow(enter(browser, page, latest_code(app, "new@trust.example")))
    with app.app_context():
        names = [agency.name for agency in agencies_in_force(clock.today())]
        assert len(names) == db.session.query(Agency).count() == 20
    assert all(name in page.text for name in names)


def test_the_letter_holds_the_code_in_its_text_and_not_in_its_subject(app: Flask, browser: Browser) -> None:
    ask(browser, "a@trust.example")
    (letter,) = letters_to(app, "a@trust.example")
    code = code_in(letter)
    assert code not in letter["Subject"] and code.replace(" ", "") not in letter["Subject"]
    assert "http" not in letter.get_body().get_content()


def test_another_code_replaces_the_one_before(app: Flask, browser: Browser) -> None:
    page = ask(browser, "a@trust.example")
    first = latest_code(app, "a@trust.example")
    page = browser.follow(browser.send(page, action="/sign-in/code/again"))
    assert "We have sent you another code" in page.text
    second = latest_code(app, "a@trust.example")
    if first != second:
        enter(browser, page, first, status=422)
    assert browser.follow(enter(browser, page, second)).heading == "Finish your details"


def test_signing_out_takes_a_button_and_works_twice(
    app: Flask, browser_of: Callable[[Role], Browser]
) -> None:
    browser = browser_of(Role.TRAINER)
    page = browser.get("/account")
    browser.get("/sign-out", status=405)
    assert browser.get("/account").heading == "Your details"
    token = page.response.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    done = browser.post("/sign-out", {"csrf_token": token})
    assert "You have signed out" in browser.follow(done).text
    browser.get("/account", status=302)


def test_signing_out_everywhere_ends_other_sessions_too(
    app: Flask, browser_of: Callable[[Role], Browser]
) -> None:
    one = browser_of(Role.TRAINER)
    with app.app_context():
        other = signed_in(app, signs_in_anew(user_of(Role.TRAINER).id))
    assert other.get("/account").heading == "Your details"
    one.send(one.get("/account"), action="/account/sign-out-everywhere")
    other.get("/account", status=302)
    one.get("/account", status=302)


def test_a_closed_user_is_out_at_once_and_cannot_come_back(
    app: Flask, browser_of: Callable[[Role], Browser]
) -> None:
    inside = browser_of(Role.REVIEWER)
    assert inside.get("/account").heading == "Your details"
    with app.app_context(), transaction():
        user = user_with_email("reviewer@agency.example")
        assert user
        commands.close_sign_in(user.id, actor_id=None, now=clock.now())
    inside.get("/account", status=302)
    outside = Browser(app)
    page = ask(outside, "reviewer@agency.example")
    page = enter(outside, page, latest_code(app, "reviewer@agency.example"), status=403)
    assert "This sign-in has been closed" in page.text
    outside.get("/account", status=302)


def test_someone_signed_in_is_not_asked_again(browser_of: Callable[[Role], Browser]) -> None:
    browser = browser_of(Role.TRAINER)
    assert browser.get("/sign-in?next=/contact", status=302).location == "/contact"
    for address in ("/sign-in/code", "/sign-in/details"):
        browser.get(address, status=302)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "nobody",
        "a@b",
        "a b@c.example",
        "a@b.example, c@d.example",
        "a@b.example\nBcc: c@d.example",
        "é@b.example",
        "@x.example",
    ],
)
def test_an_address_no_letter_can_reach_is_asked_for_again(app: Flask, browser: Browser, typed: str) -> None:
    page = browser.send(browser.get("/sign-in"), {"email": typed}, status=422)
    assert page.response.get_data(as_text=True).count("<title>Error: Sign in") == 1
    assert "There is a problem" in page.text
    assert not list(of(app).settings.mail_folder.glob("*"))
