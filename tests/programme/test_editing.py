"""The commands of the business office: what each does, what it refuses, what it leaves in the audit."""

from datetime import date, time

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from tests.office.drafts import (
    DAY,
    NOW,
    TITLE,
    about,
    audit_lines,
    draft,
    id_of,
    make_trainer_user,
    part,
    parts_of,
    prepare_office,
    stored,
)
from training_app.accounts.models import RoleGrant
from training_app.agencies.rules import Area
from training_app.database import transaction
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme import snapshots
from training_app.programme.calendar import calendar_of
from training_app.programme.commands import copies, entries
from training_app.programme.commands import parts as rearranging
from training_app.programme.commands import sessions as commands
from training_app.programme.models import Course, Priority, Provider, SessionTrainer, TrainingSession, Venue
from training_app.programme.queries import sessions
from training_app.programme.queries.sessions import coming_sessions, session_shown
from training_app.programme.rules.parts import MOST_PARTS, PartFacts, why_not_together
from training_app.programme.rules.sessions import MOST_COPIES, EvaluationMode, Format, PartKind, SessionStatus, Strand
from training_app.programme.snapshots import ChangedMeanwhile

E_LEARNING = PartFacts(PartKind.E_LEARNING)


@pytest.fixture
def office(in_app) -> int:
    return prepare_office()


def act(command, *arguments, **changes):
    """As a view does it: one transaction."""
    with transaction():
        return command(*arguments, **({"actor_id": None, "now": NOW} | changes))


def test_a_draft_is_made_whole_and_seen_by_nobody(office):
    session = stored(act(commands.add_session, about(), part(), 24, actor_id=office).id)
    assert (session.status, session.format) == (SessionStatus.DRAFT, Format.IN_PERSON)
    assert (session.first_day, session.last_day, session.starts_at) == (DAY, DAY, time(9, 30))
    assert [(one.action, one.actor_id) for one in audit_lines()] == [("session_drafted", office)]
    assert coming_sessions(date(2026, 1, 1)) == []
    with pytest.raises(NoResultFound):
        session_shown(session.id)


def test_publishing_shows_it_once(office):
    session_id = draft()
    act(commands.publish_session, session_id, actor_id=office)
    assert session_shown(session_id).status is SessionStatus.PUBLISHED
    assert [one.action for one in audit_lines()] == ["session_drafted", "session_published"]
    with pytest.raises(Refused, match="published already"):
        act(commands.publish_session, session_id)


@pytest.mark.parametrize("capacity", [0, -1, 5001])
def test_a_number_of_places_that_cannot_be_is_refused(office, capacity):
    with pytest.raises(Refused, match="from 1 to 5,000"):
        act(commands.add_session, about(), part(), capacity)
    assert not db.session.scalars(select(TrainingSession)).all()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"starts": time(12), "ends": time(12)}, "The end must be after the start"),
        ({"starts": time(13), "ends": time(12)}, "The end must be after the start"),
        ({"ends": None}, "Give the day, the start and the end"),
        ({"kind": PartKind.E_LEARNING}, "E-learning has no day"),
    ],
)
def test_a_part_that_cannot_be_is_refused(office, facts, why):
    with pytest.raises(Refused, match=why):
        act(commands.add_session, about(), part(**facts), 24)


def test_an_online_room_is_no_place_to_go_to(office):
    teams = id_of(Venue, "MS Teams")
    with pytest.raises(Refused, match="MS Teams is an online room"):
        act(commands.add_session, about(), part(venue_id=teams), 24)
    online = act(commands.add_session, about(), part(kind=PartKind.ONLINE, venue_id=teams), 24)
    assert stored(online.id).format is Format.ONLINE


def test_e_learning_alone_is_no_session(office):
    with pytest.raises(Refused, match="at least one part with a day"):
        act(commands.add_session, about(), E_LEARNING, 24)


def test_one_course_one_day_one_start_is_one_session(office):
    draft()
    other = draft(part(starts=time(13), ends=time(16)))
    with pytest.raises(Refused, match="already a session of this course on that day"):
        draft()
    seen = snapshots.part_snapshot(stored(other).parts[0])
    with pytest.raises(Refused, match="already a session of this course on that day"):
        act(rearranging.change_part, other, stored(other).parts[0].id, part(), seen=seen)
    assert stored(other).starts_at == time(13)


def test_parts_stand_in_order_however_they_are_added(office):
    session_id = draft(part(date(2027, 2, 17)))
    act(rearranging.add_part, session_id, part(DAY, venue_id=None))
    act(rearranging.add_part, session_id, part(date(2027, 2, 17), time(13), time(16)))
    act(rearranging.add_part, session_id, E_LEARNING)
    assert parts_of(session_id) == [
        "1: e-learning, at one’s own pace",
        "2: Wednesday 10 February 2027, 9:30am to 12:30pm, in person",
        "3: Wednesday 17 February 2027, 9:30am to 12:30pm, in person, City Hall",
        "4: Wednesday 17 February 2027, 1pm to 4pm, in person, City Hall",
    ]
    session = stored(session_id)
    assert (session.first_day, session.last_day, session.format) == (DAY, date(2027, 2, 17), Format.BLENDED)


def test_two_parts_at_the_same_time_are_refused(office):
    session_id = draft()
    with pytest.raises(Refused, match="at the same time"):
        act(rearranging.add_part, session_id, part(starts=time(12), ends=time(13)))
    act(rearranging.add_part, session_id, part(starts=time(12, 30), ends=time(13)))
    assert len(stored(session_id).parts) == 2


def test_a_part_moved_past_another_keeps_its_row(office):
    session_id = draft()
    act(rearranging.add_part, session_id, part(date(2027, 2, 17)))
    first, second = stored(session_id).parts
    first_id, seen = first.id, snapshots.part_snapshot(first)
    act(rearranging.change_part, session_id, first_id, part(date(2027, 3, 3)), seen=seen, actor_id=office)
    session = stored(session_id)
    assert [one.id for one in session.parts] == [second.id, first_id]
    assert (session.first_day, session.last_day) == (date(2027, 2, 17), date(2027, 3, 3))
    assert audit_lines()[-1].detail["Part 2"] == [
        "Wednesday 10 February 2027, 9:30am to 12:30pm, in person, City Hall",
        "Wednesday 3 March 2027, 9:30am to 12:30pm, in person, City Hall",
    ]


def test_the_last_dated_part_stays(office):
    session_id = draft()
    act(rearranging.add_part, session_id, E_LEARNING)
    e_learning, dated = [one.id for one in stored(session_id).parts]
    with pytest.raises(Refused, match="at least one part with a day"):
        act(rearranging.remove_part, session_id, dated)
    act(rearranging.remove_part, session_id, e_learning)
    assert [one.position for one in stored(session_id).parts] == [1]
    assert stored(session_id).format is Format.IN_PERSON


def test_a_part_of_another_session_is_not_found(office):
    ours, theirs = draft(), draft(part(date(2027, 3, 3)))
    strange = stored(theirs).parts[0].id
    with pytest.raises(NoResultFound):
        act(rearranging.change_part, ours, strange, part(), seen={})
    with pytest.raises(NoResultFound):
        act(rearranging.remove_part, ours, strange)


def test_a_session_takes_only_so_many_parts():
    many = [PartFacts(PartKind.IN_PERSON, DAY, time(9, one), time(9, one + 1)) for one in range(MOST_PARTS + 1)]
    assert why_not_together(many[:-1]) is None
    assert "at most" in (why_not_together(many) or "")


def test_what_a_session_is_can_be_changed_and_the_change_is_kept(office):
    session_id = draft()
    pool = id_of(Provider, "Training pool")
    wanted = about(
        strand=Strand.LARGE_EVENT, provider_id=pool, evaluation_mode=EvaluationMode.SEPARATE,
        counts_in_programme=False, note="Ask “O’Neill” <b>first</b>",
    )
    act(commands.change_about, session_id, wanted, seen=snapshots.about_snapshot(stored(session_id)), actor_id=office)
    session = stored(session_id)
    assert (session.strand, session.provider_id, session.counts_in_programme) == (Strand.LARGE_EVENT, pool, False)
    assert audit_lines()[-1].detail == {
        "Kind of training": ["Core", "Large event"],
        "Provider": ["not stated", "Training pool"],
        "Evaluation": [snapshots.EVALUATIONS[EvaluationMode.STANDARD], snapshots.EVALUATIONS[EvaluationMode.SEPARATE]],
        "Counts in the programme": ["Yes", "No, beside it"],
        "Note for staff": ["not stated", "Ask “O’Neill” <b>first</b>"],
    }


def test_saving_without_a_change_leaves_no_line(office):
    session_id = draft()
    before = len(audit_lines())
    act(commands.change_about, session_id, about(), seen=snapshots.about_snapshot(stored(session_id)))
    seen = snapshots.part_snapshot(stored(session_id).parts[0])
    act(rearranging.change_part, session_id, stored(session_id).parts[0].id, part(), seen=seen)
    assert len(audit_lines()) == before


def test_a_stale_form_is_told_what_changed(office):
    session_id = draft()
    seen = snapshots.about_snapshot(stored(session_id))
    act(commands.change_about, session_id, about(note="Theirs"), seen=seen)
    with pytest.raises(ChangedMeanwhile, match="Someone else changed this") as refused:
        act(commands.change_about, session_id, about(note="Mine"), seen=seen)
    assert refused.value.differences == [snapshots.Difference("Note for staff", "not stated", "Theirs")]
    assert stored(session_id).note == "Theirs"
    act(commands.change_about, session_id, about(note="Mine"), seen=refused.value.is_now)
    assert stored(session_id).note == "Mine"


def test_priorities_are_those_of_the_plan_in_force_on_the_last_day(office):
    session_id = draft(part(date(2027, 3, 31)))
    offered = sessions.priorities_in_force(date(2027, 3, 31))
    assert [one.name for one in offered] == [
        "Child Sexual Abuse", "Neglect", "Harm Outside the Home", "Belonging",
    ]
    ids = [offered[1].id, offered[3].id]
    act(commands.choose_priorities, session_id, ids, seen={"Priorities": "none"}, actor_id=office)
    assert [one.name for one in stored(session_id).priorities] == ["Neglect", "Belonging"]
    assert audit_lines()[-1].detail == {"Priorities": ["none", "Neglect, Belonging"]}
    old = db.session.scalars(select(Priority.id).where(Priority.name == "Safeguarding Babies")).one()
    with pytest.raises(Refused, match="in force on the last day"):
        act(commands.choose_priorities, session_id, [old], seen={"Priorities": "Neglect, Belonging"})


def test_a_session_moved_past_its_plan_loses_the_priorities_of_the_plan(office):
    session_id = draft(part(date(2027, 3, 31)))
    neglect = sessions.priorities_in_force(DAY)[1].id
    act(commands.choose_priorities, session_id, [neglect], seen={"Priorities": "none"})
    one = stored(session_id).parts[0]
    act(rearranging.change_part, session_id, one.id, part(date(2027, 4, 1)), seen=snapshots.part_snapshot(one))
    assert stored(session_id).priorities == []
    assert audit_lines()[-1].detail["Priorities"] == ["Neglect", "none"]


def test_trainers_are_people_with_the_role_and_the_audit_names_nobody(office):
    session_id, first, second = draft(), make_trainer_user(), make_trainer_user("Second Trainer")
    act(commands.choose_trainers, session_id, [first, second], seen={"Trainers": "none"}, actor_id=office)
    assert sessions.trainer_ids(session_id) == {first, second}
    assert audit_lines()[-1].detail == {"Trainers": ["none", f"{first} {second}"]}
    with pytest.raises(Refused, match="role of a trainer"):
        act(commands.choose_trainers, session_id, [office], seen={"Trainers": f"{first} {second}"})
    with pytest.raises(ChangedMeanwhile):
        act(commands.choose_trainers, session_id, [], seen={"Trainers": "none"})


def test_a_trainer_who_lost_the_role_may_stay_but_not_come_back(office):
    session_id, leader = draft(), make_trainer_user()
    act(commands.choose_trainers, session_id, [leader], seen={"Trainers": "none"})
    with transaction():
        db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == leader)).one().ended_at = NOW
    act(commands.choose_trainers, session_id, [leader], seen={"Trainers": str(leader)})
    act(commands.choose_trainers, session_id, [], seen={"Trainers": str(leader)})
    with pytest.raises(Refused, match="role of a trainer"):
        act(commands.choose_trainers, session_id, [leader], seen={"Trainers": "none"})


def test_a_draft_is_deleted_with_all_that_hangs_on_it_and_a_line_stays(office):
    session_id, leader = draft(), make_trainer_user()
    act(commands.choose_trainers, session_id, [leader], seen={"Trainers": "none"})
    neglect = sessions.priorities_in_force(DAY)[1].id
    act(commands.choose_priorities, session_id, [neglect], seen={"Priorities": "none"})
    act(commands.discard_draft, session_id, actor_id=office)
    assert db.session.get(TrainingSession, session_id) is None
    assert not db.session.scalars(select(SessionTrainer)).all()
    assert (audit_lines()[-1].action, audit_lines()[-1].detail["Course"]) == ("draft_deleted", TITLE)


def test_a_published_session_is_never_deleted(office):
    session_id = draft(published=True)
    with pytest.raises(Refused, match="Cancel it instead"):
        act(commands.discard_draft, session_id)
    assert stored(session_id).status is SessionStatus.PUBLISHED


def test_a_cancelled_session_stays_as_it_was(office):
    session_id = draft(published=True)
    act(commands.mark_cancelled, session_id, "Snow")
    part_id = stored(session_id).parts[0].id
    for command, arguments in (
        (commands.publish_session, ()),
        (commands.discard_draft, ()),
        (rearranging.add_part, (part(date(2027, 3, 3)),)),
        (rearranging.remove_part, (part_id,)),
    ):
        with pytest.raises(Refused, match="This session is cancelled"):
            act(command, session_id, *arguments)
    with pytest.raises(Refused, match="This session is cancelled"):
        act(commands.change_about, session_id, about(), seen={})
    assert stored(session_id).status is SessionStatus.CANCELLED


def test_a_copy_is_a_draft_with_everything_but_the_day(office):
    leader, source = make_trainer_user(), draft(published=True, strand=Strand.BRIEFING, note="Only for this one")
    act(rearranging.add_part, source, E_LEARNING)
    act(rearranging.add_part, source, part(date(2027, 2, 17), time(10), time(11)))
    act(commands.choose_trainers, source, [leader], seen={"Trainers": "none"})
    made = act(copies.copy_session, source, [date(2027, 3, 3)], actor_id=office)
    copy = stored(made[0].id)
    assert (copy.status, copy.strand, copy.capacity, copy.note) == (SessionStatus.DRAFT, Strand.BRIEFING, 24, "")
    assert parts_of(copy.id) == [
        "1: e-learning, at one’s own pace",
        "2: Wednesday 3 March 2027, 9:30am to 12:30pm, in person, City Hall",
        "3: Wednesday 10 March 2027, 10am to 11am, in person, City Hall",
    ]
    assert sessions.trainer_ids(copy.id) == {leader}
    assert (audit_lines()[-1].action, audit_lines()[-1].detail["copied_from"]) == ("session_copied", source)


def test_copies_keep_the_time_on_the_clock_over_the_change_of_the_clocks(office):
    source = draft(part(date(2027, 3, 27), time(10), time(12)), published=True)
    made = act(copies.copy_session, source, [date(2027, 3, 28), date(2027, 10, 31)])
    for one in made:
        act(commands.publish_session, one.id)
    assert {stored(one.id).starts_at for one in made} == {time(10)}
    entries = calendar_of(coming_sessions(DAY), name="All", base_url="https://example.org").decode()
    for day in ("20270327", "20270328", "20271031"):
        assert f"DTSTART;TZID=Europe/London:{day}T100000" in entries.replace("\r\n ", "")


def test_copies_are_made_all_or_none(office):
    source = draft()
    days = [date(2027, 3, 3), DAY]
    with pytest.raises(Refused, match="already a session"):
        act(copies.copy_session, source, days)
    assert len(db.session.scalars(select(TrainingSession)).all()) == 1
    for wrong, why in (([], "at least one"), ([DAY, DAY], "twice"), ([DAY] * (MOST_COPIES + 1), "at most")):
        with pytest.raises(Refused, match=why):
            act(copies.copy_session, source, wrong)


def test_a_copy_takes_priorities_only_where_their_plan_is_in_force(office):
    source = draft()
    neglect = sessions.priorities_in_force(DAY)[1].id
    act(commands.choose_priorities, source, [neglect], seen={"Priorities": "none"})
    same, later = act(copies.copy_session, source, [date(2027, 3, 3), date(2027, 4, 7)])
    assert [one.name for one in stored(same.id).priorities] == ["Neglect"]
    assert stored(later.id).priorities == []


def test_a_closed_provider_leads_no_copy(office):
    closed = id_of(Provider, "ADHD Solutions")
    source = draft(part(date(2026, 12, 9)), provider_id=closed)
    with pytest.raises(Refused, match="ADHD Solutions closed before Wednesday 10 February 2027"):
        act(copies.copy_session, source, [DAY])


def test_a_course_keeps_its_address_whatever_its_title(office):
    course = act(entries.add_course, "Neglect", "About it", actor_id=office)
    assert course.slug == "neglect"
    seen = snapshots.course_snapshot(course)
    act(entries.change_course, course.id, "Neglect & poverty", "", seen=seen, actor_id=office)
    changed = db.session.get_one(Course, course.id)
    assert (changed.title, changed.slug) == ("Neglect & poverty", "neglect")
    assert [one.action for one in audit_lines("course")] == ["course_added", "course_changed"]
    again = act(entries.add_course, "Neglect", "")
    assert again.slug == "neglect-2"
    with pytest.raises(ChangedMeanwhile):
        act(entries.change_course, course.id, "Mine", "", seen=seen)


def test_the_same_name_twice_is_refused_however_it_is_typed(office):
    for command, arguments, name in (
        (entries.add_course, ("CHILDREN'S  “Voice” & rights", ""), TITLE),
        (entries.add_venue, ("city hall", None, False), "City Hall"),
        (entries.add_provider, ("Training  Pool", None), "Training pool"),
    ):
        with pytest.raises(Refused, match=f"already a .* called “{name}”"):
            act(command, *arguments)


def test_venues_and_providers_change_with_a_line(office):
    venue = act(entries.add_venue, "Zoom", None, True)
    assert venue.area is Area.ACROSS
    hall = db.session.get_one(Venue, id_of(Venue, "City Hall"))
    seen = snapshots.venue_snapshot(hall)
    act(entries.change_venue, hall.id, "City Hall, Leicester", Area.LEICESTER, False, seen=seen, actor_id=office)
    assert audit_lines("venue")[-1].detail == {"Name": ["City Hall", "City Hall, Leicester"]}
    pool = db.session.get_one(Provider, id_of(Provider, "Training pool"))
    act(entries.change_provider, pool.id, pool.name, date(2027, 3, 31), seen=snapshots.provider_snapshot(pool))
    assert audit_lines("provider")[-1].detail == {"Closed on": ["not stated", "31 March 2027"]}
    with pytest.raises(ChangedMeanwhile):
        act(entries.change_provider, pool.id, "Mine", None, seen={"Name": "Training pool", "Closed on": "not stated"})
