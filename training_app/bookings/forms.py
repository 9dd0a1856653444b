"""What the booking pages take. Shape only: who gets a place is decided by the rules."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import partial

from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Optional

from training_app.agencies.models import Agency
from training_app.bookings.rules import LONGEST_REASON
from training_app.bookings.wording import needs_deleted
from training_app.web.converters import LARGEST_ROW
from training_app.web.forms import Form, at_most, read_by, row_number
from training_app.words.emails import WhoseEmail, read_email
from training_app.words.names import LONGEST_JOB, LONGEST_NAME, is_a_name, tidy

LONGEST_NEEDS = 1000
SOMEONE_NEW = "new"
OFFICE_ALONE = "Only the business office reads it. Say nothing about a child here."


class Expected(StrEnum):
    """What the page promised whoever pressed its button: nobody is put on a waiting list unasked."""

    PLACE = "place"
    WAITING_LIST = "line"


class BookingForm(Form):
    """The check-answers page: all but the access needs is known already."""

    expects = HiddenField()
    needs = TextAreaField(
        "What would help you take part? (optional)",
        description="For example: interpreter, large print, step-free room, breaks. "
        f"Only the organisers and trainers read it. {needs_deleted()}",
        validators=[at_most(LONGEST_NEEDS)],
    )

    @property
    def accepts_waiting(self) -> bool:
        return bool(self.expects.data == Expected.WAITING_LIST)


class OfferForm(Form):
    """Someone may wish to stay on the waiting list though they decline an offered place, or miss it."""

    keep_waiting = HiddenField()


class CancelForm(Form):
    """Nobody has to say why they cannot come."""

    why = StringField(
        "Why? (optional)",
        description=OFFICE_ALONE,
        validators=[at_most(LONGEST_REASON)],
    )


class OfficeCancelForm(Form):
    """The office cancels for someone, and says why."""

    why = StringField(
        "Why do you cancel it for them?",
        description="It is kept with the booking, and they can read it.",
        validators=[
            DataRequired("Say why you cancel this booking for them"),
            at_most(LONGEST_REASON),
        ],
    )


class OfficeAcceptForm(Form):
    """The office says yes for someone, and says why."""

    why = StringField(
        "Why do you take it for them?",
        description="For example: they have no email and rang. It is kept with the booking, and they can read it.",
        validators=[
            DataRequired("Say why you take this place for them"),
            at_most(LONGEST_REASON),
        ],
    )


class OfficeBookingForm(Form):
    """The office books someone: whom it found by name or e-mail, else with who they are.

    `seen` says which bookings there were when the page was opened, so that a form sent twice books once.
    """

    seen = HiddenField()
    who_is = HiddenField()  # asked whether it is someone known: whose number, or that they are new
    find = StringField("Their name or email", description="Part of it is enough. Press Find, then choose the person.")
    person = RadioField("Who is it?", choices=[], validate_choice=False, default=SOMEONE_NEW)
    agency = SelectField("Their agency or sector", default="")
    post_title = StringField("Their job or role", description="For example: health visitor, teaching assistant.")
    email = StringField(
        "Their work email",
        description="Leave it empty for a person without an email of their own.",
        validators=[Optional(), read_by(partial(read_email, whose=WhoseEmail.THEIRS), keep=True)],
    )
    name = StringField("Their name")
    needs = TextAreaField(
        "What would help them take part? (optional)",
        description=f"Only the organisers and trainers read it. {needs_deleted()}",
        validators=[at_most(LONGEST_NEEDS)],
    )
    why = StringField(
        "Why do you book for them?",
        description="It is kept with the booking, and they can read it.",
        validators=[
            DataRequired("Say why you book for them"),
            at_most(LONGEST_REASON),
        ],
    )
    overbook = BooleanField(
        "Give them a place even if the session is full",
        description="Your name and reason are kept as those of who overbooked it.",
    )

    def offer(self, groups: Mapping[str, Sequence[Agency]]) -> None:
        """The agencies there are today, under their sectors. One that is not there was not chosen."""
        choices: dict[str, list[tuple[str, str]]] = {"": [("", "Choose one")]}
        for sector, agencies in groups.items():
            choices[sector] = [(str(one.id), one.name) for one in agencies]
        self.agency.choices = choices
        self.agency.validate_choice = False

    def offer_people(self, found: Sequence[tuple[int, str]]) -> None:
        """Those who may be meant. One who is not there was not chosen."""
        self.person.choices = [*((str(number), name) for number, name in found), (SOMEONE_NEW, "Someone new")]
        if self.person.data not in {value for value, _ in self.person.choices}:
            self.person.data = SOMEONE_NEW

    @property
    def answered(self) -> bool:
        """Has the office said who it is, asked whether it is someone known?"""
        return self.is_new or row_number(self.who_is.data) is not None

    @property
    def is_new(self) -> bool:
        return bool(self.who_is.data == SOMEONE_NEW)

    @property
    def person_id(self) -> int | None:
        """Whom the office chose among those found, or named when it was asked; None for someone it describes."""
        return row_number(self.who_is.data if self.answered else self.person.data)

    @property
    def carried(self) -> list[tuple[str, str]]:
        """All that was typed and chosen, as it is sent along with the answer to who it is."""
        apart = {self.who_is.name, self.csrf_token.name, self.overbook.name}
        typed = [(field.name, field.data) for field in self if field.name not in apart]
        return [*typed, *([(self.overbook.name, "y")] if self.overbook.data else [])]

    @property
    def agency_id(self) -> int | None:
        offered = {value for group in self.agency.choices.values() for value, _ in group if value}
        return int(self.agency.data) if self.agency.data in offered else None

    @property
    def agency_name(self) -> str:
        """The agency that was chosen, as the list names it."""
        offered = {value: name for group in self.agency.choices.values() for value, name in group if value}
        return str(offered.get(self.agency.data, ""))

    @property
    def newest(self) -> int:
        """The newest booking that the page could know of; a form without that knows of them all."""
        number = row_number(self.seen.data)
        return LARGEST_ROW if number is None else number

    def says_who_is_new(self) -> bool:
        """Is everything there that a person needs who is new here? Says on the fields what is missing."""
        self.name.data = tidy(self.name.data or "")
        self.post_title.data = tidy(self.post_title.data or "")
        if not is_a_name(self.name.data):
            self.name.errors = [f"Enter their name in at most {LONGEST_NAME} letters. One word is fine"]
        if self.agency_id is None:
            self.agency.errors = ["Choose their agency or sector"]
        if not self.post_title.data or len(self.post_title.data) > LONGEST_JOB:
            self.post_title.errors = [f"Enter their job in at most {LONGEST_JOB} letters, like Health visitor"]
        return not (self.name.errors or self.agency.errors or self.post_title.errors)
