"""A programme file over sessions that people booked, or that the office changed by hand: nothing happens silently."""

from dataclasses import replace
from datetime import date, time

import pytest
from sqlalchemy import select

from tests.bookings.scenarios import NOW, kinds, letters, make_people, make_sign_in
from tests.programme.made_up_files import a_file, a_row
from tests.world.programme import make_provider
from training_app import clock
from training_app.bookings.commands.places import book_place
from training_app.bookings.commands.programme_file import import_and_tell
from training_app.bookings.models import Booking
from training_app.bookings.rules import BookingState
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.commands.arranging import facts_of
from training_app.programme.commands.parts import add_part, change_part
from training_app.programme.commands.sessions import About, add_session, change_about, discard_draft, set_capacity
from training_app.programme.files.loading import ImportOutcome
from training_app.programme.files.rows import FileRefused
from training_app.programme.models import SessionMovedFrom, TrainingSession
from training_app.registers.commands.register import state_number

NO_DATA = {"attendees": "", "note": ""}


@pytest.fixture(autouse=True)
def _time_stands_still(in_app, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def loaded(**cells: str) -> ImportOutcome:
    with transaction():
        file = a_file(a_row(**NO_DATA | cells))
        return import_and_tell(file, beside_programme=False, actor_id=None, now=NOW)


def session() -> TrainingSession:
    db.session.rollback()
    return db.session.scalars(select(TrainingSession)).one()


def booked(number: int) -> list[int]:
    made = []
    for person in make_people(number):
        with transaction():
            made.append(book_place(session().id, person, actor_id=None, now=NOW).id)
    return made


def changed_by_hand(**changes) -> None:
    """As the office does on the page of the session's first part."""
    with transaction():
        one = db.session.scalars(select(TrainingSession)).one()
        part = one.parts[0]
        facts = facts_of(part)
        wanted = type(facts)(**{**vars(facts), **changes})
        change_part(one.id, part.id, wanted, seen=snapshots.part_snapshot(part), actor_id=None, now=NOW)


def add_day(day: date) -> None:
    """As the office does: one more part like the first."""
    with transaction():
        one = db.session.scalars(select(TrainingSession)).one()
        add_part(one.id, replace(facts_of(one.parts[0]), on_day=day), actor_id=None, now=NOW)


def test_fewer_places_than_are_held_refuse_the_whole_file():
    loaded(capacity="3")
    booked(3)
    two = a_file(a_row(**NO_DATA, capacity="2", venue="Oakham"), a_row(**NO_DATA, course_title="Another"))
    with pytest.raises(FileRefused) as refusal, transaction():
        import_and_tell(two, beside_programme=False, actor_id=None, now=NOW)
    assert str(refusal.value.problems[0]).startswith(
        "Row 2, column capacity, “2”: “Core Awareness” on Tuesday 8 June 2027 has 3 places taken or offered."
    )
    assert session().capacity == 3
    assert kinds() == ["booking confirmed"] * 3


def test_the_command_names_the_row(app, tmp_path):
    loaded(capacity="2")
    booked(2)
    file = tmp_path / "less.csv"
    file.write_text(a_file(a_row(**NO_DATA, capacity="1")), encoding="utf-8")
    outcome = app.test_cli_runner().invoke(args=["programme", "import", str(file)])
    assert (outcome.exit_code, outcome.stdout) == (1, "")
    assert "Row 2, column capacity, “1”" in outcome.stderr


def test_fewer_places_that_are_enough_are_taken():
    loaded(capacity="5")
    booked(3)
    assert loaded(capacity="3").changed == 1
    assert session().capacity == 3


def test_places_given_by_name_beyond_the_number_refuse_no_file():
    loaded(capacity="1")
    booked(1)
    (person,), actor = make_people(1), make_sign_in()
    with transaction():
        book_place(session().id, person, actor_id=actor, now=NOW, overbook_why="By order of the court")
    assert loaded(capacity="1", provider="Another").changed == 1


def test_more_places_are_offered_to_those_who_wait():
    loaded(capacity="1")
    _, waiting, last = booked(3)
    loaded(capacity="2")
    db.session.expire_all()
    assert db.session.get_one(Booking, waiting).state is BookingState.OFFERED
    assert db.session.get_one(Booking, last).state is BookingState.WAITLISTED
    assert kinds()[-1] == "place offered"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"end": "15:00"}, "9:30am to 3pm, in person, City Hall, Leicester."),
        ({"venue": "Oakham Castle"}, "9:30am to 12:30pm, in person, Oakham Castle."),
        ({"format": "blended_two_part"}, "Part 1 is new: e-learning, at one’s own pace."),
    ],
)
def test_everyone_who_booked_is_told_of_another_time_place_or_way(cells, said):
    loaded(capacity="1")
    confirmed, waiting = booked(2)
    sequences = [db.session.get_one(Booking, one).calendar_sequence for one in (confirmed, waiting)]
    loaded(capacity="1", **cells)
    told = [letter for letter in letters() if letter.kind == "session changed"]
    assert len(told) == 2
    assert all(said in letter.body for letter in told)
    assert "You keep your place: first on the waiting list." in told[1].body
    assert [db.session.get_one(Booking, one).calendar_sequence for one in (confirmed, waiting)] == [
        one + 1 for one in sequences
    ]


def test_the_same_file_again_tells_nobody():
    loaded()
    booked(1)
    assert loaded().unchanged == 1
    assert loaded(provider="Another").changed == 1
    assert kinds() == ["booking confirmed"]


def test_a_session_that_is_over_is_put_right_without_a_letter():
    loaded()
    booked(1)
    with transaction():
        import_and_tell(
            a_file(a_row(**NO_DATA, end="13:00")), beside_programme=False, actor_id=None, now=NOW.replace(year=2028)
        )
    assert kinds() == ["booking confirmed"]


def test_what_the_office_set_by_hand_stays_and_is_named():
    loaded(capacity="24")
    with transaction():
        set_capacity(session().id, 30, actor_id=None, now=NOW)
    changed_by_hand(ends_at=time(15))
    outcome = loaded(capacity="24", provider="Another")
    assert (session().capacity, session().parts[0].ends_at, session().provider.name) == (30, time(15), "Another")
    assert len(outcome.warnings) == 2
    assert outcome.warnings[0].startswith("Row 2, column capacity, “24”: the business office set this to “30” by hand")
    assert "9:30am to 3pm" in outcome.warnings[1]
    again = loaded(capacity="24", provider="Another")
    assert again.unchanged == 1 and again.warnings == outcome.warnings
    assert loaded(capacity="30", provider="Another", end="15:00").warnings == []


def test_what_the_office_set_stays_although_its_label_was_reworded_since(monkeypatch):
    loaded()
    change_provider("Another")
    monkeypatch.setattr(snapshots, "about_snapshot", lambda one: {"Whoever gives it": str(one.provider_id)})
    monkeypatch.setattr(snapshots, "places_snapshot", lambda one: {"Seats": str(one.capacity)})
    with transaction():
        set_capacity(session().id, 30, actor_id=None, now=NOW)
    outcome = loaded()
    assert (session().provider.name, session().capacity) == ("Another", 30)
    assert outcome.unchanged == 1 and len(outcome.warnings) == 2
    change_provider("A third")
    assert loaded().unchanged == 1
    assert session().provider.name == "A third"


def change_provider(name: str) -> None:
    """As the office does on the page of the session."""
    with transaction():
        one = db.session.scalars(select(TrainingSession)).one()
        about = About(one.course_id, one.strand, make_provider(name).id)
        change_about(one.id, about, seen=snapshots.about_snapshot(one), actor_id=None, now=NOW)


def test_a_day_added_by_hand_stays():
    loaded()
    add_day(date(2027, 6, 15))
    outcome = loaded()
    assert (session().last_day, len(session().parts)) == (date(2027, 6, 15), 2)
    assert outcome.unchanged == 1 and len(outcome.warnings) == 1


def test_a_session_moved_by_hand_does_not_come_back_on_its_old_day():
    loaded()
    changed_by_hand(on_day=date(2027, 6, 15))
    outcome = loaded(attendees="18")
    assert (session().first_day, session().headcount) == (date(2027, 6, 15), 18)
    assert outcome.added == 0
    assert "Tuesday 15 June 2027" in outcome.warnings[0]


def test_a_session_moved_twice_is_found_by_each_day_it_had():
    loaded()
    for day, start in ((15, time(9, 30)), (15, time(10)), (22, time(10))):
        changed_by_hand(on_day=date(2027, 6, day), starts_at=start)
    for cells in ({}, {"session_date": "2027-06-15"}, {"session_date": "2027-06-15", "start": "10:00"}):
        assert loaded(**cells).added == 0
    assert session().first_day == date(2027, 6, 22)
    assert loaded(session_date="2027-06-15", start="11:00").added == 1, "it never began then"


def test_a_session_moved_back_is_found_by_its_own_day_and_the_one_between():
    loaded()
    for day in (15, 8, 15, 8):
        changed_by_hand(on_day=date(2027, 6, day))
    moved_from = db.session.execute(select(SessionMovedFrom.first_day, SessionMovedFrom.starts_at)).all()
    assert moved_from == [(date(2027, 6, 15), time(9, 30))]
    assert (loaded().added, loaded(session_date="2027-06-15").added) == (0, 0)


def test_a_session_with_an_earlier_day_added_is_found_by_the_day_it_had():
    loaded()
    add_day(date(2027, 6, 1))
    assert (loaded().added, session().first_day) == (0, date(2027, 6, 1))


def test_a_later_day_that_was_moved_is_no_day_the_session_began():
    loaded()
    add_day(date(2027, 6, 15))
    with transaction():
        one = db.session.scalars(select(TrainingSession)).one()
        later = one.parts[1]
        facts = replace(facts_of(later), on_day=date(2027, 6, 16))
        change_part(one.id, later.id, facts, seen=snapshots.part_snapshot(later), actor_id=None, now=NOW)
    assert loaded(session_date="2027-06-15").added == 1


def test_a_session_that_has_the_number_of_a_deleted_draft_is_not_protected_for_it():
    loaded()
    with transaction():
        one = db.session.scalars(select(TrainingSession)).one()
        facts = replace(facts_of(one.parts[0]), on_day=date(2027, 7, 6))
        draft = add_session(About(one.course_id, one.strand), facts, 12, actor_id=None, now=NOW).id
    with transaction():
        part = db.session.get_one(TrainingSession, draft).parts[0]
        moved, seen = replace(facts, on_day=date(2027, 7, 7)), snapshots.part_snapshot(part)
        change_part(draft, part.id, moved, seen=seen, actor_id=None, now=NOW)
    with transaction():
        discard_draft(draft, actor_id=None, now=NOW)
    loaded(session_date="2027-07-13")
    again = db.session.scalars(select(TrainingSession).order_by(TrainingSession.id.desc())).first()
    assert again.id == draft, "SQLite gives the number of the latest session again"
    assert loaded(session_date="2027-07-13", capacity="30", end="15:00").warnings == []
    assert db.session.get_one(TrainingSession, draft).capacity == 30
    assert loaded(session_date="2027-07-06").added == 1


def test_a_file_that_names_both_days_means_both():
    loaded()
    changed_by_hand(on_day=date(2027, 6, 15))
    both = a_file(a_row(**NO_DATA), a_row(**NO_DATA, session_date="2027-06-15"))
    with transaction():
        assert import_and_tell(both, beside_programme=False, actor_id=None, now=NOW).added == 1


def test_a_number_stated_at_the_register_stays():
    loaded()
    with transaction():
        state_number(session().id, 17, "", actor_id=make_sign_in(), now=NOW.replace(year=2028), is_office=True)
    outcome = loaded(attendees="12")
    assert session().headcount == 17
    assert any(one.startswith("Row 2, column attendees, “12”") for one in outcome.warnings)
