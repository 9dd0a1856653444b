"""How many places a session has. A number below those held is asked about once more, and needs a reason."""

from flask import redirect, request
from flask_login import current_user

from training_app import clock
from training_app.bookings.commands import changes
from training_app.bookings.queries.bookings import places_of
from training_app.bookings.rules import PlacesChanged
from training_app.office.blueprint import blueprint
from training_app.office.forms import FewerPlacesForm, PlacesForm
from training_app.office.queries import any_session
from training_app.office.views.one_form import SECTION, Answer, Ask, Trouble, attempt, carry, seen_in, show
from training_app.office.views.sessions import caption_of, page_of
from training_app.office.views.written import say_done
from training_app.office.wording import places_changed_in_words
from training_app.programme import snapshots
from training_app.programme.models import TrainingSession
from training_app.web.access import belongs_under, requires
from training_app.web.rules import Permission
from training_app.words.numbers import counted

HEADING, BACK = "Number of places", "Back to the session"
LOOK_AGAIN = "Places were taken or given back while you had this open. Look at the numbers again."


@blueprint.route("/staff/sessions/<int:session_id>/places", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def places(session_id: int) -> Answer:
    training_session = any_session(session_id)
    form = FewerPlacesForm() if "agreed" in request.form else PlacesForm()
    ask = _ask(training_session)
    if not form.is_submitted():
        form.capacity.data = str(training_session.capacity)
        carry(form, snapshots.places_snapshot(training_session))
        return show(ask, form)
    if not form.validate():
        return show(ask, form)
    changed: list[PlacesChanged] = []
    trouble = attempt(
        form,
        lambda: changed.append(changes.change_capacity_as_agreed(
            session_id, form.places, agreed=form.agreed_to, why=form.reason, seen=seen_in(form),
            actor_id=current_user.id, now=clock.now(),
        )),
    )
    if trouble and isinstance(trouble.refusal, changes.WouldOverbook):
        return _check(training_session, trouble.refusal)
    if trouble:
        return show(ask, form, trouble)
    say_done(session_id, places_changed_in_words(changed[0]), changed[0].written_to)
    return redirect(page_of(session_id))


def _ask(session: TrainingSession) -> Ask:
    places_now = places_of([session.id])[session.id]
    taken = counted(places_now.held, "place is", "places are")
    wait = counted(places_now.waiting, "person waits", "people wait")
    return Ask(
        HEADING, page_of(session.id), BACK, caption=caption_of(session),
        intro=f"{taken} taken and {wait}. More places are offered to those who wait, in their order.",
    )


def _check(session: TrainingSession, refusal: changes.WouldOverbook) -> Answer:
    """What the number means for those who hold a place, and why it is to be so, before it is saved."""
    form = FewerPlacesForm()
    ask = Ask(
        "Fewer places than people", page_of(session.id), BACK, "Save and overbook the session",
        caption=caption_of(session), kind="warning", intro=f"{refusal} Nobody loses a place.",
    )
    was_asked, agreed_to = bool(form.agreed.data), form.agreed_to
    form.ask_to_agree(refusal.overbooking)
    if agreed_to == refusal.overbooking:
        form.why.errors = ["Say why there are fewer places than people"]
        return show(ask, form)
    is_stale = was_asked and (agreed_to is None or agreed_to.held != refusal.overbooking.held)
    return show(ask, form, Trouble(409, LOOK_AGAIN) if is_stale else None)


belongs_under(SECTION, places)
