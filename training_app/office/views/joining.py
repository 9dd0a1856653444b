"""How to join a session online: written by the office, read by whoever has a place."""

from flask import redirect
from flask_login import current_user

from training_app import clock
from training_app.bookings.commands import changes
from training_app.office.blueprint import blueprint
from training_app.office.forms import JoiningForm
from training_app.office.queries import any_session
from training_app.office.views.one_form import SECTION, Answer, Ask, attempt, carry, seen_in, show
from training_app.office.views.sessions import caption_of, page_of
from training_app.office.views.written import say_done
from training_app.office.wording import letters_in_words
from training_app.programme import snapshots
from training_app.web.access import belongs_under, requires
from training_app.web.rules import Permission


@blueprint.route("/staff/sessions/<int:session_id>/joining", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def joining(session_id: int) -> Answer:
    training_session = any_session(session_id)
    form = JoiningForm()
    ask = Ask(
        "How to join online", page_of(session_id), "Back to the session", caption=caption_of(training_session),
        intro="Those who have booked are written to when this changes, and find it on their booking’s page. "
        "The link itself is in no letter.",
    )
    if not form.is_submitted():
        form.joining.data = training_session.joining
        carry(form, snapshots.joining_snapshot(training_session))
        return show(ask, form)
    if not form.validate():
        return show(ask, form)
    written_to: list[int] = []
    trouble = attempt(
        form,
        lambda: written_to.append(changes.set_joining_and_tell(
            session_id, form.joining.data or "", seen=seen_in(form), actor_id=current_user.id, now=clock.now()
        )),
    )
    if trouble:
        return show(ask, form, trouble)
    say_done(session_id, f"Saved. {letters_in_words(written_to[0])}".strip(), written_to[0])
    return redirect(page_of(session_id))


belongs_under(SECTION, joining)
