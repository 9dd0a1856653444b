"""The office's list, cut in the database: the same sessions in the same order as when all are read and sifted."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event, select

from tests.conftest import settings_for
from tests.programme.made_up_files import BESIDE, PROGRAMME, loaded
from training_app import create_app
from training_app.database import transaction
from training_app.extensions import db
from training_app.office.queries import SessionSearch, sessions_found
from training_app.programme.models import TrainingSession
from training_app.programme.queries import catalogue
from training_app.programme.queries.sessions import whole_sessions
from training_app.programme.rules.names import folded
from training_app.programme.rules.search import CatalogueSearch
from training_app.programme.rules.sessions import SessionStatus

TODAY = date(2024, 9, 20)
PAGE = 7
SEARCHES = [
    {}, {"q": "NEGLECT"}, {"q": "neglect city hall"}, {"q": "…"}, {"q": "nothing of the kind"}, {"month": "2024-11"},
    {"month": "2024-13"}, {"month": "2024-1"}, {"month": "soon"}, {"q": "safeguarding", "month": "2025-01"},
    {"year": "2024-25"}, {"year": "2024-25", "q": "training pool"}, {"year": "2024-25", "month": "2024-06"},
    {"year": "2023-24"}, {"show": "drafts"}, {"show": "cancelled"}, {"show": "cancelled", "q": "child"},
]


def stand_up() -> None:
    """The programme of 2024-25, some of it called off and some not shown yet."""
    loaded(PROGRAMME)
    loaded(BESIDE, beside=True)
    with transaction():
        for number, session in enumerate(db.session.scalars(select(TrainingSession).order_by(TrainingSession.id))):
            if number % 6 == 1:
                session.status = SessionStatus.CANCELLED
            elif number % 6 == 4:
                session.status = SessionStatus.DRAFT


def sifted(search: SessionSearch) -> tuple[list[int], list[date]]:
    """What is to be found, and its months, from everything there is."""
    latest_first = bool(search.year) or search.show == "cancelled"
    asked = [one for one in db.session.scalars(whole_sessions()) if _is_asked(one, search)]
    wanted = folded(search.words).split()
    found = [
        one.id
        for one in asked
        if search.month in ("", f"{one.first_day:%Y-%m}") and all(word in _text(one) for word in wanted)
    ]
    return found[::-1] if latest_first else found, sorted({one.first_day.replace(day=1) for one in asked})


def _is_asked(session: TrainingSession, search: SessionSearch) -> bool:
    if search.year:
        is_past = session.last_day < TODAY and session.business_year == search.year
        return is_past and session.status is not SessionStatus.DRAFT
    if search.show != "coming":
        return session.status is {"drafts": SessionStatus.DRAFT, "cancelled": SessionStatus.CANCELLED}[search.show]
    return session.last_day >= TODAY and session.status is not SessionStatus.CANCELLED


def _text(session: TrainingSession) -> str:
    named = [session.provider, *session.priorities, *(part.venue for part in session.parts)]
    names = [one.name for one in named if one is not None]
    return folded(" ".join([session.course.title, session.course.summary, *names]))


def check_every_search() -> None:
    for given in SEARCHES:
        search = SessionSearch.from_address(given)
        found = sessions_found(search, TODAY)
        pages = [found.read(after, PAGE) for after in range(0, found.total + 1, PAGE)]
        assert ([one.id for page in pages for one in page], found.months) == sifted(search), given
        assert len(pages[0]) == min(PAGE, found.total), given


def test_each_search_finds_the_same_page_by_page(in_app):
    stand_up()
    assert len(sifted(SessionSearch())[0]) > 3 * PAGE
    check_every_search()


@pytest.mark.postgresql
def test_and_so_it_does_on_postgresql(postgresql, migrated_postgresql, tmp_path):
    app = create_app(settings_for(tmp_path, database_url=postgresql.new_database(migrated_postgresql)))
    with app.app_context():
        stand_up()
        check_every_search()
        db.session.remove()
        db.engine.dispose()


def test_a_session_stored_between_the_two_reads_waits_for_the_next(in_app, monkeypatch):
    stand_up()
    search = SessionSearch.from_address({"q": "training"})
    first, *others = ids_found(search)
    read = catalogue.texts_of
    monkeypatch.setattr(
        catalogue, "texts_of", lambda wanted: {one: text for one, text in read(wanted).items() if one != first}
    )
    assert ids_found(search) == others


def ids_found(search: SessionSearch) -> list[int]:
    return [one.id for one in sessions_found(search, TODAY).read(0, 1000)]


@pytest.mark.parametrize(
    ("typed", "said"), [("CSA", ""), ("exploitaton", "exploitation"), ("november", ""), ("evening leicester", "")]
)
def test_it_finds_as_the_catalogue_does(in_app, typed, said):
    """Through slips, short names, months, times of day and places, drafts too."""
    stand_up()
    with transaction():
        for session in db.session.scalars(select(TrainingSession).where(TrainingSession.last_day >= TODAY)):
            session.status = SessionStatus.PUBLISHED
    found = catalogue.catalogue(CatalogueSearch(words=typed), TODAY)
    assert ids_found(SessionSearch(words=typed)) == [one.id for one in found.sessions]
    assert sessions_found(SessionSearch(words=typed), TODAY).shown_for == said == found.shown_for


@pytest.mark.parametrize("given", [{}, {"q": "training"}, {"year": "2024-25"}])
def test_whole_sessions_are_read_for_one_page_alone(in_app, given):
    stand_up()
    search = SessionSearch.from_address(given)
    assert len(sifted(search)[0]) > PAGE
    db.session.expunge_all()
    with sessions_made() as made:
        found = sessions_found(search, TODAY)
        assert made == []
        assert found.read(0, PAGE) == made and len(made) == PAGE


@contextmanager
def sessions_made() -> Iterator[list[TrainingSession]]:
    """The sessions of which a whole row was read meanwhile."""
    made: list[TrainingSession] = []

    def read(session: TrainingSession, context: object) -> None:
        made.append(session)

    event.listen(TrainingSession, "load", read)
    try:
        yield made
    finally:
        event.remove(TrainingSession, "load", read)
