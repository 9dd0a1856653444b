"""Changing one session: what it is, its parts, priorities and trainers; first of all, making one.

A change of day, time or venue of a session that people have booked is shown once more, with how many people will
be written to, before it is made. So are times at which hardly any training is.
"""

from collections.abc import Iterable

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from training_app import clock
from training_app.accounts.queries import users_with_role
from training_app.accounts.rules.roles import Role
from training_app.bookings.commands import changes
from training_app.bookings.queries.told import whom_a_change_concerns
from training_app.bookings.rules import WhoIsTold
from training_app.bookings.wording import told_in_words
from training_app.office import queries
from training_app.office.blueprint import blueprint
from training_app.office.forms import AboutForm, ChooseForm, NewSessionForm, PartForm
from training_app.office.queries import any_session
from training_app.office.views.one_form import SECTION, Answer, Ask, attempt, carry, seen_in, show
from training_app.office.views.sessions import caption_of, page_of
from training_app.office.views.written import say_done
from training_app.office.wording import letters_in_words, warnings_about, warnings_about_times
from training_app.programme import snapshots
from training_app.programme.commands import sessions as commands
from training_app.programme.commands.arranging import facts_of
from training_app.programme.commands.parts import part_of
from training_app.programme.commands.sessions import About
from training_app.programme.models import SessionPart, TrainingSession
from training_app.programme.queries import sessions
from training_app.programme.rules.sessions import EvaluationMode, Strand
from training_app.web.access import belongs_under, requires
from training_app.web.forms import Form
from training_app.web.rules import Permission
from training_app.words.dates import short_date
from training_app.words.numbers import counted
from training_app.words.times import clock_time

Choices = Iterable[tuple[str, str]]


def _ask(session: TrainingSession, heading: str, intro: str = "") -> Ask:
    return Ask(heading, page_of(session.id), "Back to the session", caption=caption_of(session), intro=intro)


def _saved(session_id: int, said: str = "Saved.", written_to: int = 0) -> Response:
    """`written_to`: how many people the act wrote to."""
    say_done(session_id, f"{said} {letters_in_words(written_to)}".strip(), written_to)
    return redirect(page_of(session_id))


@blueprint.route("/staff/sessions/new", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def new_session() -> Answer:
    form = NewSessionForm()
    form.offer_all(_courses(), _providers(None), _venues())
    ask = Ask(
        "Add a session", url_for(SECTION), "Sessions", "Make the draft",
        intro="Only staff see it until you publish it. Further parts, trainers and priorities come next.",
    )
    if not form.is_submitted():
        form.evaluation.data, form.counts.data = EvaluationMode.STANDARD.value, "yes"
        form.course.data = request.args.get("course", "")
        return show(ask, form)
    if not form.validate() or _wants_to_go_back():
        return show(ask, form)
    if _odd_times(form) and not _is_confirmed():
        return _check(ask, form, None, "First part", "")
    made: list[TrainingSession] = []
    trouble = attempt(
        form,
        lambda: made.append(
            commands.add_session(
                _about(form), form.facts, form.places, actor_id=current_user.id, now=clock.now()
            )
        ),
    )
    if trouble:
        return show(ask, form, trouble)
    return _saved(made[0].id, "The draft is made. Publish it when it is right.")


@blueprint.route("/staff/sessions/<int:session_id>/about", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def about(session_id: int) -> Answer:
    training_session = any_session(session_id)
    form = AboutForm()
    form.offer_courses(_courses(), _providers(training_session))
    ask = _ask(training_session, "What the session is")
    if not form.is_submitted():
        form.course.data, form.strand.data = str(training_session.course_id), training_session.strand.value
        form.provider.data = str(training_session.provider_id or "")
        form.evaluation.data = training_session.evaluation_mode.value
        form.counts.data = "yes" if training_session.counts_in_programme else "no"
        form.note.data = training_session.note
        carry(form, snapshots.about_snapshot(training_session))
        return show(ask, form)
    if not form.validate():
        return show(ask, form)

    trouble = attempt(
        form,
        lambda: changes.change_about(
            session_id, _about(form), seen=seen_in(form), actor_id=current_user.id, now=clock.now()
        ),
    )
    return show(ask, form, trouble) if trouble else _saved(session_id)


def _about(form: AboutForm) -> About:
    return About(
        course_id=int(form.course.data),
        strand=Strand(form.strand.data),
        provider_id=int(form.provider.data) if form.provider.data else None,
        evaluation_mode=EvaluationMode(form.evaluation.data),
        counts_in_programme=form.counts.data == "yes",
        note=form.note.data or "",
    )


@blueprint.route("/staff/sessions/<int:session_id>/parts/new", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def new_part(session_id: int) -> Answer:
    training_session = any_session(session_id)
    form = _part_form(training_session)
    ask = _ask(training_session, "Add a part", "Parts are put in order by day and start; e-learning comes first.")
    if not form.validate_on_submit() or _wants_to_go_back():
        return show(ask, form)
    to_tell = whom_a_change_concerns(training_session, clock.now())
    if (to_tell or _odd_times(form)) and not _is_confirmed():
        return _check(ask, form, to_tell, "One more part", "")
    written_to: list[int] = []
    trouble = attempt(
        form,
        lambda: written_to.append(
            changes.add_part_and_tell(session_id, form.facts, actor_id=current_user.id, now=clock.now())
        ),
    )
    return show(ask, form, trouble) if trouble else _saved_part(form, session_id, written_to[0])


@blueprint.route("/staff/sessions/<int:session_id>/parts/<int:part_id>", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def part(session_id: int, part_id: int) -> Answer:
    training_session = any_session(session_id)
    wanted = part_of(training_session, part_id)
    form = _part_form(training_session)
    has_more = len(training_session.parts) > 1
    ask = _ask(training_session, f"Change part {wanted.position}" if has_more else "Change day, time or venue")
    if not form.is_submitted():
        _fill(form, wanted)
        return show(ask, form)
    if not form.validate() or _wants_to_go_back():
        return show(ask, form)
    to_tell = whom_a_change_concerns(training_session, clock.now())
    is_another = form.facts != facts_of(wanted)
    has_other_times = (form.facts.starts_at, form.facts.ends_at) != (wanted.starts_at, wanted.ends_at)
    if not _is_confirmed() and ((to_tell and is_another) or (has_other_times and _odd_times(form))):
        return _check(ask, form, to_tell, f"Part {wanted.position}", snapshots.part_in_words(wanted))
    written_to: list[int] = []
    trouble = attempt(
        form,
        lambda: written_to.append(changes.change_part_and_tell(
            session_id, part_id, form.facts, seen=seen_in(form), actor_id=current_user.id, now=clock.now()
        )),
    )
    return show(ask, form, trouble) if trouble else _saved_part(form, session_id, written_to[0])


def _part_form(session: TrainingSession) -> PartForm:
    form = PartForm()
    form.offer_venues(_venues())
    form.near = session.first_day
    return form


def _fill(form: PartForm, part: SessionPart) -> None:
    form.kind.data = part.kind.value
    form.day.data = short_date(part.on_day) if part.on_day else ""
    form.starts.data = clock_time(part.starts_at) if part.starts_at else ""
    form.ends.data = clock_time(part.ends_at) if part.ends_at else ""
    form.venue.data = str(part.venue_id or "")
    carry(form, snapshots.part_snapshot(part))


@blueprint.route("/staff/sessions/<int:session_id>/parts/<int:part_id>/remove", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def remove_part(session_id: int, part_id: int) -> Answer:
    training_session = any_session(session_id)
    wanted = part_of(training_session, part_id)
    form = Form()
    to_tell = whom_a_change_concerns(training_session, clock.now())
    told = f" {told_in_words(to_tell, 'person will be', 'people will be')}" if to_tell else ""
    ask = Ask(
        f"Remove part {wanted.position}", page_of(session_id), "Back to the session", "Remove it",
        caption=caption_of(training_session), intro=f"{_sentence(snapshots.part_in_words(wanted))}{told}",
        kind="warning", without_email=to_tell.without_email if to_tell else (),
    )
    if not form.validate_on_submit():
        return show(ask, form)
    written_to: list[int] = []
    trouble = attempt(
        form,
        lambda: written_to.append(
            changes.remove_part_and_tell(session_id, part_id, actor_id=current_user.id, now=clock.now())
        ),
    )
    return show(ask, form, trouble) if trouble else _saved(session_id, "The part is removed.", written_to[0])


def _is_confirmed() -> bool:
    return request.form.get("step") == "confirm"


def _wants_to_go_back() -> bool:
    return request.form.get("step") == "change"


def _odd_times(form: PartForm) -> list[str]:
    return warnings_about_times(form.facts.starts_at, form.facts.ends_at)


def _check(
    ask: Ask, form: PartForm, to_tell: WhoIsTold | None, name: str, was: str
) -> tuple[str, int]:
    """The change once more before it is made: its odd times, and how many letters it means."""
    facts, day = form.facts, form.facts.on_day
    venue = next((one.label for one in form.venue.choices if form.venue.data and one.value == form.venue.data), "")
    is_now = snapshots.as_a_part(facts.kind, day, facts.starts_at, facts.ends_at, venue)
    told, heading, button = "", "Check the times", ask.button
    if to_tell:
        told = told_in_words(to_tell, "person will be", "people will be")
        heading = "Check before you save"
    if to_tell and to_tell.by_letter:
        heading = f"Check before {counted(to_tell.people, 'person is', 'people are')} told"
        button = "Save and tell them"
    page = render_template(
        "office/check.html", ask=ask, form=form, name=name, was=_with_capital(was), is_now=_with_capital(is_now),
        told=told, without_email=to_tell.without_email if to_tell else (),
        heading=heading, button_words=button, warnings=_warnings(form),
    )
    return page, 200


def _warnings(form: PartForm) -> list[str]:
    day = form.facts.on_day
    return [*_odd_times(form), *(warnings_about(day, clock.today()) if day else [])]


def _saved_part(form: PartForm, session_id: int, written_to: int) -> Response:
    return _saved(session_id, " ".join(["Saved.", *_warnings(form)]), written_to)


@blueprint.route("/staff/sessions/<int:session_id>/priorities", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def priorities(session_id: int) -> Answer:
    training_session = any_session(session_id)
    offered = sessions.priorities_in_force(training_session.last_day)
    form = ChooseForm()
    form.offer("Which priorities does it serve?", [(str(one.id), one.name) for one in offered])
    plans = " and ".join(dict.fromkeys(one.plan.name for one in offered))
    intro = f"From the business plan {plans}, in force on its last day. None, one or several." if plans else (
        "No business plan is in force on the last day of this session, so there is nothing to choose from."
    )
    ask = _ask(training_session, "Priorities", intro)
    if not form.is_submitted():
        form.chosen.data = [str(one.id) for one in training_session.priorities]
        carry(form, snapshots.priorities_snapshot(training_session.priorities))
        return show(ask, form)
    if not form.validate():
        return show(ask, form)
    trouble = attempt(
        form,
        lambda: commands.choose_priorities(
            session_id, [int(one) for one in form.chosen.data or []], seen=seen_in(form),
            actor_id=current_user.id, now=clock.now(),
        ),
    )
    return show(ask, form, trouble) if trouble else _saved(session_id)


@blueprint.route("/staff/sessions/<int:session_id>/trainers", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def trainers(session_id: int) -> Answer:
    training_session = any_session(session_id)
    leading = queries.trainers_of([session_id]).get(session_id, [])
    people = {one.id: one for one in [*users_with_role(Role.TRAINER), *leading]}
    form = ChooseForm()
    form.offer("Who leads it?", [(str(one.id), f"{one.name}, {one.email}") for one in people.values()])
    ask = _ask(
        training_session, "Trainers", "They see the register of this session and what those who came said together."
        if people else "Nobody has the role of a trainer yet. It is given with flask users create.",
    )
    if not form.is_submitted():
        form.chosen.data = [str(one.id) for one in leading]
        carry(form, snapshots.trainers_snapshot(one.id for one in leading))
        return show(ask, form)
    if not form.validate():
        return show(ask, form)
    trouble = attempt(
        form,
        lambda: commands.choose_trainers(
            session_id, [int(one) for one in form.chosen.data or []], seen=seen_in(form),
            actor_id=current_user.id, now=clock.now(),
        ),
    )
    return show(ask, form, trouble) if trouble else _saved(session_id)


def _courses() -> Choices:
    return [(str(one.id), one.title) for one in queries.courses()]


def _venues() -> Choices:
    return [(str(one.id), one.name) for one in queries.venues()]


def _providers(session: TrainingSession | None) -> Choices:
    """Those open on the session's last day (or today), and the one it has."""
    day, chosen_id = (session.last_day, session.provider_id) if session else (clock.today(), None)
    return [(str(one.id), one.name) for one in queries.providers_to_choose(day, chosen_id)]


def _with_capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


def _sentence(words: str) -> str:
    return f"{_with_capital(words)}."


belongs_under(SECTION, new_session, about, new_part, part, remove_part, priorities, trainers)
