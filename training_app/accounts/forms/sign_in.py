"""What the sign-in pages take. Shape only: whether a code is right is decided by the rules."""

from functools import partial
from typing import Any

from wtforms import RadioField, SelectField, StringField, ValidationError
from wtforms.validators import DataRequired, Optional

from training_app.accounts.rules.sign_in import is_a_code, typed_code
from training_app.web.forms import Form, read_by
from training_app.words.emails import WhoseEmail, read_email
from training_app.words.names import LONGEST_JOB, LONGEST_NAME, is_a_name, tidy


def _six_digits(form: Form, field: StringField) -> None:
    field.data = typed_code(field.data or "")
    if not is_a_code(field.data):
        raise ValidationError("Enter the six digits from our email, like 123 456")


def _a_name(form: Form, field: StringField) -> None:
    field.data = tidy(field.data or "")
    if not is_a_name(field.data):
        raise ValidationError(f"Enter your name in at most {LONGEST_NAME} letters. One word is fine")


def _a_job(form: Form, field: StringField) -> None:
    field.data = tidy(field.data or "")
    if not field.data or len(field.data) > LONGEST_JOB:
        raise ValidationError(f"Enter your job or role in at most {LONGEST_JOB} letters, like Health visitor")


class EmailForm(Form):
    """Where to send the code."""

    email = StringField(
        "Your work email",
        description="We use it to sign you in and to write to you about your training.",
        validators=[DataRequired("Enter your email"), read_by(partial(read_email, whose=WhoseEmail.YOURS), keep=True)],
    )


class CodeForm(Form):
    """The code from the letter."""

    code = StringField(
        "Six-digit code",
        description="Type or paste it. Spaces do not matter.",
        validators=[DataRequired("Enter the six digits from our email"), _six_digits],
    )


IS_THEM, SOMEONE_ELSE = "yes", "no"


class DetailsForm(Form):
    """Who someone new is: asked once. `known` is asked where their e-mail is kept of someone of another name."""

    name = StringField(
        "Your name", description="As it should stand on a register and a certificate.",
        validators=[DataRequired("Enter your name"), _a_name],
    )
    agency = SelectField("Your agency or sector", validators=[DataRequired("Choose your agency or sector")])
    post_title = StringField(
        "Your job or role", description="For example: health visitor, teaching assistant, scout leader.",
        validators=[DataRequired("Enter your job or role"), _a_job],
    )

    known = RadioField("Is that you?", choices=[], validate_choice=False, validators=[Optional()])

    @property
    def is_them(self) -> bool:
        return bool(self.known.data == IS_THEM)

    @property
    def is_someone_else(self) -> bool:
        return bool(self.known.data == SOMEONE_ELSE)

    def ask(self, question: str) -> None:
        """Have them say, at the field, whether the person we know is them."""
        self.known.choices = [
            (IS_THEM, f"Yes, and I am called {self.name.data}"), (SOMEONE_ELSE, "No, I am someone else")
        ]
        self.known.errors = [question]

    def offer(self, groups: dict[str, list[Any]]) -> None:
        """The agencies there are today, under their sectors. One that is not there was not chosen."""
        choices: dict[str, list[tuple[str, str]]] = {"": [("", "Choose one")]}
        for sector, agencies in groups.items():
            choices[sector] = [(str(one.id), one.name) for one in agencies]
        self.agency.choices = choices
        self.agency.validate_choice = False

    def validate_agency(self, field: SelectField) -> None:
        offered = {value for group in field.choices.values() for value, _ in group}
        if not field.data or field.data not in offered:
            raise ValidationError("Choose your agency or sector")
