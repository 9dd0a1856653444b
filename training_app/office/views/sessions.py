"""Sessions for those who run the programme: the list, one session, and what is done to it as a whole."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_login import current_user

from training_app import clock
from training_app.accounts.queries import names_of_users
from training_app.bookings.commands import changes
from training_app.bookings.queries.bookings import places_of
from training_app.bookings.queries.told import who_is_told
from training_app.bookings.rules import WhoIsTold
from training_app.bookings.wording import told_in_words
from training_app.evaluation.queries.room import sessions_to_look_at
from training_app.installation import ports
from training_app.office import queries
from training_app.office.blueprint import blueprint
from training_app.office.forms import CancelForm, CopyForm
from training_app.office.queries import SessionSearch, any_session
from training_app.office.views.one_form import SECTION, Answer, Ask, attempt, show
from training_app.office.views.written import say_done
from training_app.office.wording import (
    Happened,
    Missing,
    history_in_words,
    missing_of,
    numbers_of_trainers,
    places_of_session,
    warnings_of,
)
from training_app.programme import snapshots, wording
from training_app.programme.commands import sessions as commands
from training_app.programme.commands.copies import copy_session
from training_app.programme.models import TrainingSession
from training_app.programme.queries.sessions import years_with_sessions
from training_app.programme.rules.sessions import PartKind, SessionStatus
from training_app.registers.queries.listing import standings_of
from training_app.registers.wording import register_in_words
from training_app.web.access import belongs_under, requires
from training_app.web.forms import Form
from training_app.web.pagination import Cut, page_number
from training_app.web.rules import Permission
from training_app.words.numbers import counted

PAGE_SIZE = 25
MOST_TO_LOOK_AT = 10


@blueprint.get("/staff/sessions")
@requires(Permission.EDIT_PROGRAMME)
def sessions() -> str:
    try:
        search = SessionSearch.from_address(request.args)
    except ValueError:
        abort(404)
    asked: dict[str, Any] = dict(search.to_address())
    today = clock.today()
    found = queries.sessions_found(search, today)
    cut = Cut.of(found.total, page_number(request.args.get("page")), PAGE_SIZE)
    page = cut.page(found.read(cut.first, cut.size))
    ids = [one.id for one in page.items]
    return render_template(
        "office/sessions.html",
        page=page,
        search=search,
        months=found.months,
        shown_for=found.shown_for,
        years=years_with_sessions(today, cancelled_too=True),
        places=_places(page.items),
        trainers=queries.trainers_of(ids),
        registers=_registers(page.items),
        page_address=lambda wanted: url_for(SECTION, **asked, page=wanted),
        statuses=SessionStatus,
        reads_title=_title_of(search),
        to_look_at=sessions_to_look_at(MOST_TO_LOOK_AT),
    )


def _title_of(search: SessionSearch) -> str:
    if search.year:
        return f"Sessions held in {search.year}"
    return {"coming": "Sessions", "drafts": "Drafts", "cancelled": "Cancelled sessions"}[search.show]


@blueprint.get("/staff/sessions/<int:session_id>")
@requires(Permission.EDIT_PROGRAMME)
def session(session_id: int) -> str:
    training_session = any_session(session_id)
    return render_template(
        "office/session.html",
        heading=training_session.course.title,
        session=training_session,
        about=snapshots.about_to_read(training_session, clock.now()),
        part_in_words=snapshots.part_in_words,
        priorities_stated=snapshots.priorities_not_matched(training_session),
        places=_places([training_session])[session_id],
        trainers=queries.trainers_of([session_id]).get(session_id, []),
        register=_registers([training_session]).get(session_id),
        has_names=standings_of([training_session], clock.now())[session_id].has_names,
        warnings=warnings_of(training_session, clock.today()),
        history=_history(session_id),
        alarms=ports().feedback_alarms([session_id]).get(session_id, []),
        is_draft=training_session.is_draft,
        is_cancelled=training_session.is_cancelled,
        may_be_cancelled=commands.why_not_cancelled(training_session, clock.now()) is None,
        is_over=training_session.is_over(clock.now()),
        is_online=any(part.kind is PartKind.ONLINE for part in training_session.parts),
    )


def _registers(sessions: Sequence[TrainingSession]) -> dict[int, str]:
    """How the register of each stands; a draft has none."""
    said = standings_of([one for one in sessions if not one.is_draft], clock.now())
    return {session_id: register_in_words(one, clock.today()) for session_id, one in said.items()}


def _places(sessions: Sequence[TrainingSession]) -> dict[int, str]:
    places, now = places_of([one.id for one in sessions]), clock.now()
    return {one.id: places_of_session(one, places[one.id], now) for one in sessions}


def _history(session_id: int) -> list[Happened]:
    lines = queries.history_of(session_id)
    return history_in_words(lines, names_of_users(numbers_of_trainers(lines)))


def caption_of(session: TrainingSession) -> str:
    """Which session a page is about: its course and day."""
    return f"{session.course.title}, {wording.when_of(session)}"


def page_of(session_id: int) -> str:
    return url_for("staff.session", session_id=session_id)


@blueprint.route("/staff/sessions/<int:session_id>/publish", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def publish(session_id: int) -> Answer:
    training_session = any_session(session_id)
    form = Form()
    warnings = warnings_of(training_session, clock.today())
    missing = [(one.what, _where_to_fill_in(session_id, one)) for one in missing_of(training_session)]
    ask = Ask(
        "Publish it with this missing?" if missing else "Publish this session", page_of(session_id),
        "Back to the session", "Publish anyway" if missing else "Publish now", missing=missing,
        back_button="Go back and fill it in" if missing else "Go back without saving",
        caption=caption_of(training_session), intro=" ".join(
            ["Everyone can see and book it from now on.", *(["Please check:", *warnings] if warnings else [])]
        ),
    )
    if not form.validate_on_submit():
        return show(ask, form)
    trouble = attempt(
        form, lambda: commands.publish_session(session_id, actor_id=current_user.id, now=clock.now())
    )
    if trouble:
        return show(ask, form, trouble)
    flash("Published. Everyone can see and book it now.")
    return redirect(page_of(session_id))


def _where_to_fill_in(session_id: int, missing: Missing) -> str:
    return url_for(missing.endpoint, session_id=session_id, part_id=missing.part_id)


@blueprint.route("/staff/sessions/<int:session_id>/cancel", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def cancel(session_id: int) -> Answer:
    training_session = any_session(session_id)
    to_tell = who_is_told(session_id)
    form = CancelForm()
    intro = "Nobody has booked, so nobody is written to."
    if to_tell.people:
        intro = f"{told_in_words(to_tell, 'person will be', 'people will be')} Your reason is told too."
    ask = Ask(
        "Cancel this session", page_of(session_id), "Back to the session", "Cancel the session",
        caption=caption_of(training_session), intro=f"{intro} This cannot be undone.", kind="warning",
        without_email=to_tell.without_email,
    )
    if training_session.is_draft:
        flash("This is a draft that nobody has seen. Delete it instead.")
        return redirect(page_of(session_id))
    why_not = None if training_session.is_cancelled else commands.why_not_cancelled(training_session, clock.now())
    if why_not:
        flash(why_not)
        return redirect(page_of(session_id))
    if not form.validate_on_submit():
        return show(ask, form)
    told: list[WhoIsTold] = []
    trouble = attempt(
        form,
        lambda: told.append(
            changes.cancel_session(session_id, form.why.data, actor_id=current_user.id, now=clock.now())
        ),
    )
    if trouble:
        return show(ask, form, trouble)
    said = f"Cancelled. {told_in_words(told[0], 'person is being', 'people are being')}".strip()
    say_done(session_id, said, told[0].by_letter)
    return redirect(page_of(session_id))


@blueprint.route("/staff/sessions/<int:session_id>/delete", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def delete(session_id: int) -> Answer:
    training_session = any_session(session_id)
    form = Form()
    ask = Ask(
        "Delete this draft", page_of(session_id), "Back to the session", "Delete the draft",
        caption=caption_of(training_session), intro="Nobody but staff has seen it. This cannot be undone.",
        kind="warning",
    )
    if not form.validate_on_submit():
        return show(ask, form)
    trouble = attempt(
        form, lambda: commands.discard_draft(session_id, actor_id=current_user.id, now=clock.now())
    )
    if trouble:
        return show(ask, form, trouble)
    flash("The draft is deleted.")
    return redirect(url_for(SECTION))


@blueprint.route("/staff/sessions/<int:session_id>/copy", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def copy(session_id: int) -> Answer:
    training_session = any_session(session_id)
    form = CopyForm()
    ask = Ask(
        "Copy this session", page_of(session_id), "Back to the session", "Make the drafts",
        caption=caption_of(training_session),
        intro="Times, places, venue, trainers and all else are taken over. Of several days, give the first.",
    )
    if not form.validate_on_submit():
        return show(ask, form)
    made: list[TrainingSession] = []
    days: list[date] = form.wanted
    trouble = attempt(
        form,
        lambda: made.extend(copy_session(session_id, days, actor_id=current_user.id, now=clock.now())),
    )
    if trouble:
        return show(ask, form, trouble)
    flash("This is the copy, as a draft. Publish it when it is right." if len(made) == 1 else (
        f"{counted(len(made), 'draft')} made. Publish each when it is right."
    ))
    return redirect(page_of(made[0].id) if len(made) == 1 else url_for(SECTION, show="drafts"))


belongs_under(SECTION, session, publish, cancel, delete, copy)
