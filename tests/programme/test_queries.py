"""Which sessions the catalogue, a year and a calendar are given."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import NoResultFound

from tests.browser import watched
from tests.programme.made_up_files import BESIDE, PROGRAMME, a_file, a_row, loaded
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme.models import TrainingSession
from training_app.programme.queries import catalogue
from training_app.programme.queries import sessions as queries
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.search import CatalogueSearch
from training_app.programme.rules.sessions import SessionStatus
from training_app.web.pagination import cut_page

TODAY = date(2027, 3, 31)


def titles(sessions) -> list[str]:
    return [session.course.title for session in sessions]


def set_status(title: str, status: SessionStatus) -> int:
    with transaction() as store:
        wanted = next(one for one in store.scalars(select(TrainingSession)) if one.course.title == title)
        store.execute(update(TrainingSession).where(TrainingSession.id == wanted.id).values(status=status))
        return wanted.id


@pytest.fixture
def few(in_app):
    loaded(
        a_file(
            a_row(course_title="Yesterday", session_date="2027-03-30"),
            a_row(course_title="Last of the year", session_date="2027-03-31"),
            a_row(course_title="B at nine", session_date="2027-04-01"),
            a_row(course_title="A at nine", session_date="2027-04-01"),
            a_row(course_title="Early", session_date="2027-04-01", start="08:00", end="09:00"),
            a_row(course_title="Draft", session_date="2027-04-02"),
            a_row(course_title="Cancelled", session_date="2027-04-03"),
        )
    )
    set_status("Draft", SessionStatus.DRAFT)
    set_status("Cancelled", SessionStatus.CANCELLED)


def test_what_is_coming_is_in_order_and_published(few):
    found = catalogue.catalogue(CatalogueSearch(), TODAY)
    assert titles(found.sessions) == ["Last of the year", "Early", "A at nine", "B at nine"]
    assert (found.total, found.in_period) == (4, 4)
    assert found.months == [date(2027, 3, 1), date(2027, 4, 1)]


def test_a_session_belongs_to_the_year_of_its_last_day(few):
    assert titles(queries.sessions_of_year(BusinessYear(2026))) == ["Yesterday", "Last of the year"]
    assert titles(queries.sessions_of_year(BusinessYear(2027))) == ["Early", "A at nine", "B at nine"]
    found = catalogue.catalogue(CatalogueSearch(year=BusinessYear(2026)), TODAY)
    assert titles(found.sessions) == ["Yesterday", "Last of the year"]
    assert queries.years_with_sessions(TODAY) == [BusinessYear(2026)]
    assert queries.years_with_sessions(date(2027, 4, 2)) == [BusinessYear(2027), BusinessYear(2026)]


def test_pages_hold_each_session_once(few):
    found = catalogue.catalogue(CatalogueSearch(), TODAY).sessions
    pages = [cut_page(found, page, size=3) for page in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [3, 1, 1]
    assert len({one.id for page in pages[:2] for one in page.items}) == 4
    assert pages[2].number == 2, "a page too high is the last"


def test_a_draft_is_shown_to_nobody(few):
    draft = set_status("Draft", SessionStatus.DRAFT)
    with pytest.raises(NoResultFound):
        queries.session_shown(draft)
    with pytest.raises(NoResultFound):
        queries.with_other_dates(draft, TODAY)
    with pytest.raises(NoResultFound):
        queries.course_shown("draft")
    assert "Draft" not in titles(queries.coming_sessions(TODAY))


def test_a_cancelled_session_has_its_own_page_only(few):
    cancelled = set_status("Cancelled", SessionStatus.CANCELLED)
    assert queries.session_shown(cancelled).status is SessionStatus.CANCELLED
    assert queries.with_other_dates(cancelled, TODAY)[0].status is SessionStatus.CANCELLED
    assert "Cancelled" in titles(queries.coming_sessions(TODAY))
    assert "Cancelled" not in titles(queries.sessions_of_year(BusinessYear(2027), programme_only=False))


def test_other_dates_of_a_course(in_app):
    loaded(a_file(*(a_row(session_date=day) for day in ("2027-03-30", "2027-03-31", "2027-04-20"))))
    first, second, third = db.session.scalars(select(TrainingSession).order_by(TrainingSession.first_day))
    assert queries.coming_of_course(first.course_id, TODAY) == [second, third]
    assert queries.coming_of_course(first.course_id, TODAY, but_not=second.id) == [third]
    assert queries.with_other_dates(first.id, TODAY) == (first, [second, third])
    assert queries.with_other_dates(third.id, TODAY) == (third, [second])


def test_quick_filters_count_what_they_lead_to(in_app):
    loaded(PROGRAMME)
    loaded(BESIDE, beside=True)
    search = CatalogueSearch(year=BusinessYear(2024), words="safeguarding")
    for chip in catalogue.catalogue(search, TODAY).chips:
        assert catalogue.catalogue(chip.search, TODAY).total == chip.count
        assert chip.current == (chip.label == "All")
    whole = catalogue.catalogue(CatalogueSearch(year=BusinessYear(2024)), TODAY)
    assert {chip.label: chip.count for chip in whole.chips} == {
        "All": 107,
        "With places left": 0,
        "Evenings": 8,
        "Online": 61,
        "DSL": 16,
        "Rutland": 4,
    }
    assert (whole.in_period, whole.in_programme) == (107, 88)


def test_words_are_found_in_title_provider_priority_and_summary(in_app):
    loaded(
        a_file(
            a_row(course_title="Señales de abuso", session_date="2027-04-01"),
            a_row(
                course_title="Two",
                session_date="2027-03-31",
                priority="Belonging",
                provider="The Reign Collective",
            ),
        )
    )
    with transaction() as store:
        store.scalars(select(TrainingSession)).first().course.summary = "For night-time WORKERS"

    def found(words):
        return titles(catalogue.catalogue(CatalogueSearch(words=words), TODAY).sessions)

    assert found("senales") == found("SEÑALES") == found("night time workers") == ["Señales de abuso"]
    assert found("reign") == found("belonging") == ["Two"]
    assert found("senales reign") == []


def test_online_sessions_instead_of_a_place(in_app):
    loaded(a_file(a_row(format="online", venue="MS Teams", start="18:00", end="20:00"), a_row()))
    search = CatalogueSearch.from_address({"area": "rutland", "time": "evening"})
    assert (catalogue.catalogue(search, TODAY).total, catalogue.catalogue(search, TODAY).online_instead) == (0, 1)


def test_a_hundred_sessions_cost_as_many_queries_as_one(in_app):
    loaded(a_file(a_row(session_date="2024-06-04", priority="Safeguarding Babies")))
    counts = []
    for _ in range(2):
        db.session.expire_all()
        with watched(in_app) as seen:
            for session in queries.sessions_of_year(BusinessYear(2024)):
                assert session.course.title and session.parts[0].venue is not False
                assert session.priorities is not None and (session.provider is None or session.provider.name)
        counts.append(seen.count)
        loaded(PROGRAMME)
    assert counts[0] == counts[1] <= 4
