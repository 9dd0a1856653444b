"""How the office's pages ask, save and answer: one form a page, and nothing that was typed is lost."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import render_template
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from training_app.database import transaction
from training_app.errors import Refused
from training_app.office.forms import Seen
from training_app.programme.snapshots import ChangedMeanwhile, Difference, Snapshot
from training_app.web.forms import Form

SECTION = "staff.sessions"
Answer = Response | tuple[str, int]
AT_ONCE = "Someone else saved the same thing at the same moment. Look at the list, then try again."
OLD_PAGE = "This page was open for long, or was changed on its way. Check what is typed and save again."


@dataclass(frozen=True)
class Ask:
    """A page with one form: what is above it, where it leads back to, and what its button says."""

    heading: str
    back: str
    back_words: str
    button: str = "Save"
    caption: str = ""
    intro: str = ""
    kind: str = ""
    missing: Sequence[tuple[str, str]] = ()  # what is not filled in, each with its page
    back_button: str = "Go back without saving"
    without_email: Sequence[str] = ()  # the names of those whom no letter reaches


@dataclass(frozen=True)
class Trouble:
    """Why an act was not done, and the answer's status."""

    status: int
    said: str
    differences: Sequence[Difference] = ()
    refusal: Refused | None = None


def show(ask: Ask, form: Form, trouble: Trouble | None = None) -> tuple[str, int]:
    """The page of a form: fresh, with its errors, or with what stood against saving it."""
    errors = form.error_list()
    if trouble:
        errors = [{"text": trouble.said, "href": ""}, *errors]
    page = render_template("office/form.html", ask=ask, form=form, error_list=errors, trouble=trouble)
    return page, trouble.status if trouble else 422 if errors else 200


def carry(form: Seen, values: Snapshot) -> None:
    """Put what the form shows into it, to be held against the row when it comes back."""
    form.seen.data = json.dumps(values, ensure_ascii=False, sort_keys=True)


def seen_in(form: Seen) -> dict[str, str]:
    """What the form showed. One that carries nothing readable showed nothing."""
    try:
        values = json.loads(form.seen.data or "")
    except (ValueError, RecursionError):
        return {}
    if not isinstance(values, dict):
        return {}
    return {_writable(name): _writable(value) for name, value in values.items()}


def _writable(value: object) -> str:
    """Half a sign, as \\ud800 in JSON is, cannot be written on any page."""
    return str(value).encode("utf-8", "replace").decode("utf-8")


def attempt(form: Form, act: Callable[[], object]) -> Trouble | None:
    """Do an act as one transaction; None where it is done."""
    try:
        with transaction():
            act()
    except ChangedMeanwhile as meanwhile:
        was_carried = isinstance(form, Seen) and bool(seen_in(form))
        if isinstance(form, Seen):
            carry(form, meanwhile.is_now)
        if not was_carried:
            return Trouble(422, OLD_PAGE)
        return Trouble(409, str(meanwhile), meanwhile.differences)
    except Refused as refusal:
        return Trouble(422, str(refusal), refusal=refusal)
    except IntegrityError:
        return Trouble(409, AT_ONCE)
    return None
