"""Impact pages: who may open them, what they show at which number, and what a publishing changes."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from tests.browser import Browser, Page
from tests.evaluation.banned import BANNED
from tests.evaluation.published import (
    add_course,
    add_forms,
    add_marks,
    add_session,
    agencies_of,
    days,
    lead,
    publish,
    rose,
)
from tests.guards import XHTML, words_of
from training_app import clock
from training_app.accounts.rules.roles import Role
from training_app.programme.rules.sessions import EvaluationMode

BrowserOf = Callable[[Role], Browser]
YEAR = "/impact/2024-25"
COURSE = f"{YEAR}/courses/neglect"


@pytest.fixture
def neglect(app: Flask) -> int:
    """A session of a course, without answers yet, beside a course with many."""
    with app.app_context():
        publish(add_session(add_course("Core"), headcount=90), rose(40))
        return add_session(add_course("Neglect"))


def rows_of(page: Page) -> list[list[str]]:
    """The words of every table row on the page, cell by cell."""
    assert page.tree is not None
    return [[words_of(cell) for cell in row] for row in page.tree.iter(f"{XHTML}tr")]


def test_the_whole_page_of_a_session(app: Flask, browser_of: BrowserOf, neglect: int) -> None:
    with app.app_context():
        publish(neglect, rose(12, same=2, lower=1), looking_back=4)
    page = browser_of(Role.REVIEWER).get(f"/sessions/{neglect}/impact")
    assert page.heading == "Neglect, 1 May 2024"
    for words in (
        "9 of the 12 people who answered rated their confidence higher afterwards, 2 the same and 1 lower.",
        "allowing for chance, likely between",
        "If the training made no difference, a change this large would be unlikely.",
        "60% of 20, range 39% to 78%",
        "Figures: caution",
        "12 people, asked afterwards to look back to before the training, put their knowledge at 4.0, "
        "their skills at 4.0 and their confidence at 4.0 on average.",
        "These are people’s own ratings",
        "8 of the 20 who came did not answer. If the 8 we could not match did not change at all, the average rise",
        "There is no comparison group",
        "Wilcoxon–Pratt",
        "Counts as published on",
    ):
        assert words in page.text, words


def test_the_page_of_a_course_lists_its_sessions_by_date(app: Flask, browser_of: BrowserOf, neglect: int) -> None:
    with app.app_context():
        course = add_course("Signs of Safety")
        for day in reversed(days(3)):
            publish(add_session(course, day), rose(9))
    page = browser_of(Role.REVIEWER).get(f"{YEAR}/courses/signs-of-safety")
    dates = ["Wednesday 1 May 2024", "Wednesday 8 May 2024", "Wednesday 15 May 2024"]
    assert [words for words in page.links if words in dates] == dates
    assert "3 sessions, 1 May 2024 to 15 May 2024." in page.text


def test_the_page_of_the_year_lists_courses_by_name(app: Flask, browser_of: BrowserOf, neglect: int) -> None:
    with app.app_context():
        add_session(add_course("awareness"), headcount=None)
        add_session(add_course("Zeal"), counts_in_programme=False)
    page = browser_of(Role.REVIEWER).get(YEAR)
    listed = [words for words, href in page.links.items() if "/courses/" in href]
    assert listed == ["awareness", "Core", "Neglect", "Zeal"]
    assert page.text.index("Beside the programme") < page.text.index("Zeal")
    assert "no data on who came" in page.text


def test_no_page_says_more_than_it_may(app: Flask, browser_of: BrowserOf, neglect: int) -> None:
    with app.app_context():
        publish(neglect, rose(12, same=2, lower=1), looking_back=4)
    reviewer = browser_of(Role.REVIEWER)
    for path in ("/impact", YEAR, COURSE, f"/sessions/{neglect}/impact"):
        text = reviewer.get(path).text.lower()
        assert not [word for word in BANNED if word in text], path


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.COORDINATOR, Role.TRAINER])
def test_years_and_courses_are_for_those_who_review(browser_of: BrowserOf, neglect: int, role: Role) -> None:
    browser = browser_of(role)
    for path in ("/impact", YEAR, COURSE):
        browser.get(path, status=403)


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.OFFICE])
def test_reviewers_and_the_office_open_every_page(browser_of: BrowserOf, neglect: int, role: Role) -> None:
    browser = browser_of(role)
    for path in ("/impact", YEAR, COURSE, f"/sessions/{neglect}/impact"):
        browser.get(path)


def test_visitors_are_asked_to_sign_in(browser: Browser, neglect: int) -> None:
    assert "/sign-in" in browser.get(f"/sessions/{neglect}/impact", status=302).location


def test_a_trainer_opens_their_own_sessions_only(app: Flask, browser_of: BrowserOf, neglect: int) -> None:
    with app.app_context():
        other = add_session(add_course("Other"))
    trainer = browser_of(Role.TRAINER)
    assert "You lead no sessions yet." in trainer.get("/registers").text
    trainer.get(f"/sessions/{neglect}/impact", status=404)
    lead(app, neglect)
    listed = trainer.get("/registers")
    assert listed.links["Neglect"] == f"/sessions/{neglect}/register"
    said = next(address for address in listed.links.values() if address == f"/sessions/{neglect}/impact")
    assert trainer.get(said).heading == "Neglect, 1 May 2024"
    trainer.get(f"/sessions/{other}/impact", status=404)
    browser_of(Role.PRACTITIONER).get(f"/sessions/{neglect}/impact", status=403)


@pytest.mark.parametrize("path", ["/impact/2024-26", "/impact/nonsense", "/impact/1999-00", f"{YEAR}/courses/none"])
def test_there_is_no_such_page(browser_of: BrowserOf, neglect: int, path: str) -> None:
    assert browser_of(Role.REVIEWER).get(path, status=404).heading == "Page not found"


def test_a_course_with_no_session_that_year_has_no_page(app: Flask, browser_of: BrowserOf, neglect: int) -> None:
    page = browser_of(Role.REVIEWER).get("/impact/2023-24/courses/neglect", status=404)
    assert page.heading == "Page not found"


@pytest.mark.parametrize(
    ("n", "reviewer_sees", "trainer_sees"),
    [(4, "nothing", "nothing"), (5, "nothing", "counts"), (7, "nothing", "counts"), (8, "figures", "figures")],
)
def test_what_is_shown_at_which_number(
    app: Flask, browser_of: BrowserOf, neglect: int, n: int, reviewer_sees: str, trainer_sees: str
) -> None:
    with app.app_context():
        publish(neglect, rose(n, same=1))
    trainer = browser_of(Role.TRAINER)
    lead(app, neglect)
    for browser, seen in ((browser_of(Role.REVIEWER), reviewer_sees), (trainer, trainer_sees)):
        page = browser.get(f"/sessions/{neglect}/impact")
        text = page.text
        assert ("The average rose" in text) == (seen == "figures")
        assert ("Average ratings before and after" in text) == (seen == "figures")
        assert ("Only those who led this session can see these counts" in text) == (seen == "counts")
        assert (["Confidence", f"{n - 1}", "1", "0"] in rows_of(page)) == (seen == "counts")
        assert "20 attended" in text
        assert f"{n} answered" in text


def test_counts_that_would_tell_what_each_person_said_are_kept_back(
    app: Flask, browser_of: BrowserOf, neglect: int
) -> None:
    """One question that everyone answered alike keeps all of them back, or the gap itself would say so."""
    with app.app_context():
        publish(neglect, rose(6, same=1), items=("knowledge", "skills"))
        publish(neglect, rose(6), items=("confidence",), forms=False)
    trainer = browser_of(Role.TRAINER)
    lead(app, neglect)
    text = trainer.get(f"/sessions/{neglect}/impact").text
    assert "Six of 20 people answered, too few to report safely." in text
    assert "can see these counts" not in text
    assert "No average is shown here." in text


def test_a_session_kept_back_for_its_neighbour_says_so(app: Flask, browser_of: BrowserOf) -> None:
    with app.app_context():
        course = add_course("Neglect")
        many, few = add_session(course, days(2)[0]), add_session(course, days(2)[1])
        publish(many, rose(14))
        publish(few, rose(4))
    reviewer = browser_of(Role.REVIEWER)
    assert (
        "14 people answered both before and after. Their figures are kept back"
        in reviewer.get(f"/sessions/{many}/impact").text
    )
    assert "18 people who answered rated their confidence higher" in reviewer.get(COURSE).text


def test_a_publishing_changes_the_session_the_course_and_the_year(
    app: Flask, browser_of: BrowserOf, neglect: int
) -> None:
    reviewer = browser_of(Role.REVIEWER)
    pages = (f"/sessions/{neglect}/impact", COURSE, YEAR)
    with app.app_context():
        add_forms(neglect, 9, pairs=9)
    before = [reviewer.get(path).text for path in pages]
    assert "Nine people have answered. Their answers are not counted here yet" in before[0]
    assert "40 people who answered both before and after rated their confidence higher" in before[2]
    with app.app_context():
        publish(neglect, rose(9), forms=False)
    after = [reviewer.get(path).text for path in pages]
    assert "All 9 people who answered rated their confidence higher afterwards" in after[0]
    assert "All 9 people who answered rated their confidence higher afterwards" in after[1]
    assert "49 people who answered rated their confidence higher afterwards" in after[2]


@pytest.mark.parametrize(
    ("session", "words"),
    [
        ({"evaluation_mode": EvaluationMode.SEPARATE}, "evaluated separately, with questions of its own"),
        ({"evaluation_mode": EvaluationMode.NONE}, "This is not evaluated."),
        ({"headcount": None, "no_data_reason": "Records lost"}, "we do not know how many came"),
        ({"headcount": 0}, "Nobody came, so there is nothing to answer."),
        ({}, "20 people came. Nobody has answered."),
    ],
)
def test_a_page_with_nothing_to_show_says_why(
    app: Flask, browser_of: BrowserOf, session: dict[str, object], words: str
) -> None:
    with app.app_context():
        session_id = add_session(add_course("Neglect"), **session)
    page = browser_of(Role.REVIEWER).get(f"/sessions/{session_id}/impact")
    assert words in page.text
    assert "Figures: too few" in page.text


def test_a_session_to_come_has_a_page(app: Flask, browser_of: BrowserOf) -> None:
    with app.app_context():
        session_id = add_session(add_course("Neglect"), clock.today() + timedelta(days=3), headcount=None)
    assert "Nothing has taken place yet." in browser_of(Role.REVIEWER).get(f"/sessions/{session_id}/impact").text


def test_low_response_is_said_beside_the_number(app: Flask, browser_of: BrowserOf) -> None:
    with app.app_context():
        publish(add_session(add_course("Neglect"), headcount=100), rose(20))
    reviewer = browser_of(Role.REVIEWER)
    for path in ("/impact", YEAR, COURSE):
        assert (
            "Only 20 in every 100 did, so this may not describe everyone: if the rest did not change at all, "
            "the average rise would be 0.5."
        ) in reviewer.get(path).text


def test_made_up_answers_say_so(app: Flask, browser_of: BrowserOf, neglect: int) -> None:
    with app.app_context():
        publish(neglect, rose(9), generated=True)
    reviewer = browser_of(Role.REVIEWER)
    for path in ("/impact", YEAR, COURSE, f"/sessions/{neglect}/impact"):
        assert "Made up for the demonstration" in reviewer.get(path).text, path
    assert "Made up for the demonstration" not in reviewer.get(f"{YEAR}/courses/core").text


def test_the_mix_of_agencies_is_on_the_page(app: Flask, browser_of: BrowserOf) -> None:
    with app.app_context():
        session_id = add_session(add_course("Neglect"), headcount=None)
        for sector in ("police", "health"):
            agency_id = agencies_of(sector)[0]
            add_marks(session_id, 15, agency_id)
            add_forms(session_id, 9, agency_id=agency_id)
    rows = rows_of(browser_of(Role.REVIEWER).get(f"/sessions/{session_id}/impact"))
    assert ["Police", "15 (50%)", "9 (50%)"] in rows
    assert ["All", "30", "18"] in rows


def test_a_year_with_nothing_in_the_programme(app: Flask, browser_of: BrowserOf) -> None:
    with app.app_context():
        publish(add_session(add_course("Forum"), counts_in_programme=False), rose(9))
    page = browser_of(Role.REVIEWER).get(YEAR)
    assert "No sessions in the programme." in page.text
    assert page.links["Forum"] == f"{YEAR}/courses/forum"


def test_before_the_first_programme(browser_of: BrowserOf, app: Flask) -> None:
    assert "There are no sessions yet." in browser_of(Role.REVIEWER).get("/impact").text


def test_sixty_courses_cost_no_more_queries_than_one(app: Flask, browser_of: BrowserOf) -> None:
    with app.app_context():
        for number in range(60):
            publish(add_session(add_course(f"Course {number:02}")), rose(9), forms=False)
    reviewer = browser_of(Role.REVIEWER)
    assert "540 people" in reviewer.get(YEAR, most_queries=20).text
    reviewer.get("/impact", most_queries=20)
    reviewer.get(f"{YEAR}/courses/course-07", most_queries=20)


def test_who_also_sees_the_course_learns_no_neighbours_few_from_their_own_counts(
    app: Flask, browser_of: BrowserOf
) -> None:
    """Of a course of 12, 6 are theirs: the office, which sees the course, would know the other 6. A trainer not."""
    with app.app_context():
        course = add_course("Neglect")
        own, other = add_session(course, days(2)[0]), add_session(course, days(2)[1])
        publish(own, rose(6, same=1))
        publish(other, rose(6, same=1))
        publish(add_session(add_course("Core")), rose(40))
    trainer, office = browser_of(Role.TRAINER), browser_of(Role.OFFICE)
    lead(app, own)
    lead(app, own, Role.OFFICE)
    assert ["Skills", "5", "1", "0"] in rows_of(trainer.get(f"/sessions/{own}/impact"))
    assert ["Skills", "5", "1", "0"] not in rows_of(office.get(f"/sessions/{own}/impact"))
