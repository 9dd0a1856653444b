"""How many places a session has. A number below those held is asked about once more, and needs a reason."""

from flask import flash, redirect, request
from flask_login import current_user

from training_app import clock
from training_app.bookings.commands import changes
from training_app.bookings.queries import places_of
from training_app.office.blueprint import blueprint
from training_app.office.forms import FewerPlacesForm, PlacesForm
from training_app.office.queries import any_session
from training_app.office.views.one_form import SECTION, Answer, Ask, Trouble, attempt, carry, seen_in, show
from training_app.office.views.sessions import caption_of, page_of
from training_app.programme import snapshots
from training_app.programme.commands import sessions as commands
from training_app.programme.models import TrainingSession
from training_app.web.access import belongs_under, requires
from training_app.web.rules import Permission
from training_app.words.numbers import counted

HEADING, BACK = "Number of places", "Back to the session"
LOOK_AGAIN = "Places were taken or given back while you had this open. Look at the numbers again."


class _Overbooks(Exception):
    """The number is lower than the places held, and nobody has agreed to that with a reason."""

    def __init__(self, held: int, capacity: int) -> None:
        self.held, self.capacity = held, capacity

    @property
    def agreed(self) -> str:
        """What must have been on the page, so that nobody agrees to other numbers than they saw."""
        return f"{self.held} in {self.capacity}"


@blueprint.route("/staff/sessions/<int:session_id>/places", methods=["GET", "POST"])
@requires(Permission.EDIT_PROGRAMME)
def places(session_id: int) -> Answer:
    known = any_session(session_id)
    form = FewerPlacesForm() if "agreed" in request.form else PlacesForm()
    ask = _ask(known)
    if not form.is_submitted():
        form.capacity.data = str(known.capacity)
        carry(form, snapshots.places_snapshot(known))
        return show(ask, form)
    if not form.validate():
        return show(ask, form)
    try:
        trouble = attempt(form, lambda: _change(session_id, form))
    except _Overbooks as overbooks:
        return _check(known, overbooks)
    if trouble:
        return show(ask, form, trouble)
    flash("Saved.")
    return redirect(page_of(session_id))


def _ask(session: TrainingSession) -> Ask:
    now_held = places_of([session.id])[session.id]
    taken = counted(now_held.held, "place is", "places are")
    wait = counted(now_held.waiting, "person waits", "people wait")
    return Ask(
        HEADING, page_of(session.id), BACK, caption=caption_of(session),
        intro=f"{taken} taken and {wait}. More places are offered to those who wait, in their order.",
    )


def _change(session_id: int, form: PlacesForm) -> None:
    """Set the number, unless it would overbook the session and that was not agreed. The session is locked."""
    capacity = int(form.capacity.data)
    before = commands.check_places(session_id, capacity, seen=seen_in(form)).capacity
    if before == capacity:
        return
    why = form.why.data or "" if isinstance(form, FewerPlacesForm) else ""
    overbooks = _Overbooks(places_of([session_id])[session_id].held, capacity)
    if capacity < min(before, overbooks.held) and not (why and _agreed(form) == overbooks.agreed):
        raise overbooks
    changes.change_capacity(session_id, capacity, actor_id=current_user.id, now=clock.now(), why=why)


def _agreed(form: PlacesForm) -> str:
    return form.agreed.data or "" if isinstance(form, FewerPlacesForm) else ""


def _check(session: TrainingSession, overbooks: _Overbooks) -> Answer:
    """What the number means for those who hold a place, and why it is to be so, before it is saved."""
    form = FewerPlacesForm()
    ask = Ask(
        "Fewer places than people", page_of(session.id), BACK, "Save and overbook the session",
        caption=caption_of(session), kind="warning",
        intro=f"{counted(overbooks.held, 'place is', 'places are')} taken. With "
        f"{counted(overbooks.capacity, 'place')} the session is overbooked by "
        f"{overbooks.held - overbooks.capacity:,}. Nobody loses a place.",
    )
    before, form.agreed.data = _agreed(form), overbooks.agreed
    if before == overbooks.agreed:
        form.why.errors = ["Say why there are fewer places than people"]
        return show(ask, form)
    held_then = before.partition(" ")[0]
    is_stale = bool(before) and held_then != str(overbooks.held)
    return show(ask, form, Trouble(409, LOOK_AGAIN) if is_stale else None)


belongs_under(SECTION, places)
