"""Loading a programme file into the database."""

from datetime import date, time

import pytest
from sqlalchemy import func, select

from tests.programme.made_up_files import BESIDE, PROGRAMME, a_file, a_row, loaded
from tests.world.people import make_person
from tests.world.registers import make_mark
from training_app.agencies.rules import Area
from training_app.audit.models import AuditEntry
from training_app.database import transaction
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.files.rows import FileRefused
from training_app.programme.models import Course, Provider, SessionPart, TrainingSession, Venue
from training_app.programme.queries.sessions import sessions_of_year
from training_app.programme.rules.business_year import BusinessYear
from training_app.programme.rules.sessions import EvaluationMode, Format, PartKind, SessionStatus, Strand
from training_app.registers.queries.marks import attendances_by_session
from training_app.registers.rules.attendances import Attendances, Basis

YEAR = BusinessYear(2024)


def only_session() -> TrainingSession:
    return db.session.scalars(select(TrainingSession)).one()


def priority_names(session: TrainingSession) -> list[str]:
    return [priority.name for priority in session.priorities]


@pytest.fixture
def year(in_app):
    loaded(PROGRAMME)
    loaded(BESIDE, beside=True)


def test_the_year_has_the_figures_of_its_report(year):
    inside = sessions_of_year(YEAR)
    assert len(inside) == 88
    assert sum(one.headcount or 0 for one in inside) == 1609
    unknown = [one for one in inside if one.headcount is None]
    assert len(unknown) == 18
    assert sum("cyber-attack" in one.no_data_reason for one in unknown) == 7
    assert sum("provider did not share" in one.no_data_reason for one in unknown) == 11
    dsl = [one for one in inside if one.strand.is_dsl]
    assert (len(dsl), sum(one.headcount for one in dsl)) == (16, 268)
    large = [one for one in inside if one.strand is Strand.LARGE_EVENT]
    assert [(one.headcount, one.evaluation_mode) for one in large] == [(183, EvaluationMode.SEPARATE)]
    assert all(one.evaluation_mode is EvaluationMode.STANDARD for one in inside if one not in large)


def test_what_stands_beside_the_year(year):
    beside = [one for one in sessions_of_year(YEAR, programme_only=False) if not one.counts_in_programme]
    assert len(beside) == 19
    live = [one for one in beside if one.course.title.startswith("Safeguarding Matters Live")]
    assert sum(one.headcount for one in live) == 795
    assert {one.evaluation_mode for one in live} == {EvaluationMode.SEPARATE}
    assert {one.evaluation_mode for one in beside if one not in live} == {EvaluationMode.NONE}
    assert {one.strand for one in beside if "Network" in one.course.title} == {Strand.NETWORK}
    assert sum(one.strand is Strand.FORUM for one in beside) == 10


def test_a_second_import_changes_nothing(year):
    moments = db.session.scalars(select(TrainingSession.imported_at).order_by(TrainingSession.id)).all()
    acts = db.session.scalar(select(func.count(AuditEntry.id)))
    for path, beside, number in ((PROGRAMME, False, 88), (BESIDE, True, 19)):
        outcome = loaded(path, beside=beside)
        assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 0, number)
    assert (
        db.session.scalars(select(TrainingSession.imported_at).order_by(TrainingSession.id)).all() == moments
    )
    assert db.session.scalar(select(func.count(AuditEntry.id))) == acts
    assert db.session.scalar(select(func.count(SessionPart.id))) == 107 + 4


def test_a_changed_row_brings_its_session_up_to_date(in_app):
    loaded(a_file(a_row(), a_row(start="14:00", end="16:00")))
    outcome = loaded(
        a_file(a_row(capacity="30", attendees="", note="Register lost", venue="Oakham, Rutland", end="13:00"))
    )
    assert (outcome.added, outcome.changed, outcome.unchanged) == (0, 1, 0)
    db.session.expire_all()
    morning, afternoon = db.session.scalars(select(TrainingSession).order_by(TrainingSession.starts_at))
    assert (morning.capacity, morning.headcount, morning.no_data_reason) == (30, None, "Register lost")
    assert (morning.parts[0].venue.name, morning.parts[0].ends_at) == ("Oakham, Rutland", time(13))
    assert morning.imported_at > afternoon.imported_at
    assert afternoon.headcount == 18, "a session that is not in the file stays as it was"
    kept = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "session_changed_by_import")
    ).one()
    assert kept.subject_id == morning.id
    assert kept.detail["headcount"] == [18, None]
    assert kept.detail["venue"] == ["City Hall, Leicester", "Oakham, Rutland"]


def test_one_bad_row_and_nothing_at_all_is_loaded(in_app):
    with pytest.raises(FileRefused) as refusal:
        loaded(
            a_file(
                a_row(), a_row(start="13:00", end="12:00"), a_row(start="15:00", end="16:00", capacity="x")
            )
        )
    assert [(one.line, one.column) for one in refusal.value.problems] == [(3, "end"), (4, "capacity")]
    for table in (Course, TrainingSession, Venue, Provider, AuditEntry):
        assert db.session.scalar(select(func.count(table.id))) == 0


def test_another_year_with_signs_in_its_titles(in_app, tmp_path):
    rows = [
        a_row(course_title='Dads\' "Time to Talk", part 1', session_date="2031-05-06", attendees="11"),
        a_row(course_title='Dads\' "Time to Talk", part 1', session_date="2032-03-31", attendees="7"),
        a_row(
            course_title='Dads\' "Time to Talk", part 1',
            session_date="2032-04-01",
            attendees="100",
            capacity="100",
        ),
        a_row(
            course_title="Théâtre & the Child's <Voice>", session_date="2031-09-02", attendees="", note="Lost"
        ),
    ]
    file = tmp_path / "year.csv"
    file.write_text(a_file(*rows), encoding="utf-8-sig")
    assert loaded(file).added == 4
    assert loaded(file).unchanged == 4
    sessions = sessions_of_year(BusinessYear(2031))
    assert [(one.course.title, one.headcount, one.no_data_reason) for one in sessions] == [
        ('Dads\' "Time to Talk", part 1', 11, None),
        ("Théâtre & the Child's <Voice>", None, "Lost"),
        ('Dads\' "Time to Talk", part 1', 7, None),
    ]
    assert {one.course.slug for one in sessions} == {"dads-time-to-talk-part-1", "theatre-the-childs-voice"}


def test_courses_of_like_names_have_addresses_of_their_own(in_app):
    outcome = loaded(
        a_file(
            a_row(course_title="DSL: Initial"), a_row(course_title="DSL – Initial"), a_row(course_title="!?")
        )
    )
    slugs = {one.title: one.slug for one in db.session.scalars(select(Course))}
    assert slugs == {"DSL: Initial": "dsl-initial", "DSL – Initial": "dsl-initial-2", "!?": "course"}
    assert any("close to “DSL: Initial”" in warning for warning in outcome.warnings)
    loaded(a_file(a_row(course_title="DSL – Initial", session_date="2027-09-01")))
    assert {one.title: one.slug for one in db.session.scalars(select(Course))} == slugs


def test_two_parts_with_e_learning(in_app):
    loaded(a_file(a_row(format="blended_two_part", venue="MS Teams")))
    first, second = only_session().parts
    assert (first.kind, first.position, first.on_day, first.starts_at) == (PartKind.E_LEARNING, 1, None, None)
    assert (second.kind, second.position, second.on_day) == (PartKind.ONLINE, 2, date(2027, 6, 8))


def test_a_dated_part_keeps_its_row_when_the_format_changes(in_app):
    loaded(a_file(a_row()))
    kept = only_session().parts[0].id
    for kind, number in (("blended_two_part", 2), ("online", 1), ("blended_two_part", 2)):
        assert loaded(a_file(a_row(format=kind, venue="MS Teams"))).changed == 1
        db.session.expire_all()
        parts = only_session().parts
        assert [part.position for part in parts] == list(range(1, number + 1))
        assert parts[-1].id == kept


def marked(session: TrainingSession, part: SessionPart, number: int = 2) -> None:
    with transaction():
        for count in range(number):
            make_mark(session, make_person(f"Someone {count}"), part=part)


def test_names_on_a_register_are_kept(in_app):
    loaded(a_file(a_row(attendees="")))
    session = only_session()
    marked(session, session.parts[0])
    loaded(a_file(a_row(attendees="5", venue="Oakham, Rutland")))
    assert attendances_by_session([session.id]) == {session.id: Attendances(Basis.NAMES, 2, disagreement=5)}


def test_a_part_with_a_register_is_not_taken_away(in_app):
    loaded(a_file(a_row(format="blended_two_part")))
    session = only_session()
    marked(session, session.parts[0])
    outcome = loaded(a_file(a_row(format="in_person")))
    assert len(outcome.warnings) == 1 and outcome.warnings[0].startswith("Row 2, “Tuesday 8 June 2027")
    db.session.expire_all()
    assert (len(only_session().parts), only_session().format) == (2, Format.BLENDED)


@pytest.mark.parametrize("changed", [{"end": "15:30"}, {"format": "online"}, {"format": "blended_two_part"}])
def test_what_people_attended_is_not_changed_by_a_file(in_app, changed):
    loaded(a_file(a_row()))
    session = only_session()
    marked(session, session.parts[0])
    before = snapshots.parts_snapshot(session)
    outcome = loaded(a_file(a_row(**changed, capacity="30")))
    assert "people are marked on the register of this session or it is closed" in outcome.warnings[0]
    assert before["Part 1"] in outcome.warnings[0]
    db.session.expire_all()
    assert (snapshots.parts_snapshot(only_session()), only_session().capacity) == (before, 30)
    assert loaded(a_file(a_row(capacity="30"))).warnings == []


def test_a_cancelled_session_stays_as_it_was(in_app):
    loaded(a_file(a_row()))
    with transaction():
        only_session().status = SessionStatus.CANCELLED
    before = snapshots.parts_snapshot(only_session())
    outcome = loaded(a_file(a_row(capacity="12", attendees="7", end="15:30", note="New", venue="Nowhere Hall")))
    (warning,) = outcome.warnings
    assert warning.startswith("Row 2, “Core Awareness”: this session is cancelled and stays as it was")
    assert (outcome.changed, outcome.unchanged, outcome.rearranged) == (0, 1, [])
    db.session.expire_all()
    now = only_session()
    assert (now.status, now.capacity, now.headcount, now.note) == (SessionStatus.CANCELLED, 24, 18, "")
    assert snapshots.parts_snapshot(now) == before
    assert db.session.scalar(select(Venue).where(Venue.name == "Nowhere Hall")) is None


@pytest.mark.parametrize(
    ("text", "day", "names"),
    [
        ("Safeguarding Babies", "2025-03-31", ["Safeguarding Babies"]),
        ("Safeguarding Babies", "2025-04-01", []),
        ("Safeguarding Babies", "2023-03-31", []),
        ("  safeguarding   BABIES ", "2024-06-03", ["Safeguarding Babies"]),
        ("Safeguarding Babies and others", "2024-06-03", []),
        (
            "Supporting Safe Adolescents",
            "2024-06-03",
            ["Keeping Adolescents Safe / Supporting Safe Adolescents"],
        ),
        (
            "Keeping Adolescents Safe",
            "2024-06-03",
            ["Keeping Adolescents Safe / Supporting Safe Adolescents"],
        ),
        (
            "Keeping Adolescents Safe / Supporting Safe Adolescents",
            "2024-06-03",
            ["Keeping Adolescents Safe / Supporting Safe Adolescents"],
        ),
        (
            "Child Mental Health & Emotional Wellbeing",
            "2024-06-03",
            ["Child Mental Health and Emotional Wellbeing"],
        ),
        ("Neglect", "2024-06-03", []),
        (
            "Neglect; belonging ;Harm Outside the Home",
            "2026-06-03",
            ["Neglect", "Harm Outside the Home", "Belonging"],
        ),
        ("Neglect; something else", "2026-06-03", ["Neglect"]),
        ("Neglect;neglect", "2026-06-03", ["Neglect"]),
        ("Child Sexual Abuse", "2027-03-31", ["Child Sexual Abuse"]),
        ("Child Sexual Abuse", "2027-04-01", []),
        ("Child Sexual Abuse (IICSA action; not one of the six 2023-25 priorities)", "2024-05-23", []),
        ("Core / business as usual", "2024-06-03", []),
        ("", "2024-06-03", []),
    ],
)
def test_a_priority_is_matched_by_its_name_in_a_plan_in_force(in_app, text, day, names):
    loaded(a_file(a_row(priority=text, session_date=day)))
    session = only_session()
    assert priority_names(session) == names
    assert session.priority_text == " ".join(text.split()), "the text is kept, whatever it names"
    assert loaded(a_file(a_row(priority=text, session_date=day))).unchanged == 1


def test_priorities_follow_a_changed_text(in_app):
    loaded(a_file(a_row(priority="Neglect", session_date="2026-06-03")))
    loaded(a_file(a_row(priority="Belonging", session_date="2026-06-03")))
    assert priority_names(only_session()) == ["Belonging"]


def test_venues_and_providers_are_shared_and_placed(year):
    areas = {one.name: (one.area, one.is_online) for one in db.session.scalars(select(Venue))}
    assert areas == {
        "MS Teams": (Area.ACROSS, True),
        "County Hall, Glenfield": (Area.LEICESTERSHIRE, False),
        "City Hall, Leicester": (Area.LEICESTER, False),
        "Oakham, Rutland": (Area.RUTLAND, False),
        "Loughborough (church hall)": (Area.LEICESTERSHIRE, False),
        "Phoenix Cinema and Arts Centre, Leicester": (Area.LEICESTER, False),
    }
    assert not db.session.scalars(select(Provider).where(Provider.name.ilike("not stated%"))).all()


def test_an_unknown_place_has_no_area(in_app):
    loaded(
        a_file(
            a_row(venue="The Old Barn"),
            a_row(start="14:00", end="15:00", format="online", venue="Our own room"),
        )
    )
    assert {one.name: (one.area, one.is_online) for one in db.session.scalars(select(Venue))} == {
        "The Old Barn": (None, False),
        "Our own room": (None, True),
    }


def test_an_import_asks_little_of_the_database(in_app):
    from tests.browser import watched

    loaded(PROGRAMME)
    with watched(in_app) as seen:
        loaded(PROGRAMME)
    assert seen.count <= 25, f"{seen.count} queries for 88 rows"
