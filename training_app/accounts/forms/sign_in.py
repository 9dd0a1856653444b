"""What the sign-in pages take. Shape only: whether a code is right is decided by the rules."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import SelectField, StringField, ValidationError
from wtforms.validators import DataRequired

from training_app.accounts.rules.sign_in import is_a_code, typed_code
from training_app.people.rules import LONGEST_EMAIL, LONGEST_NAME, ONLY_PLAIN_LETTERS, is_a_name, normal_email, tidy
from training_app.web.forms import Form

HOW_AN_EMAIL_LOOKS = "Enter your email with an @ and no spaces, like name@school.example"


def _one_address(form: Form, field: StringField) -> None:
    """An address a letter can be sent to by any mail server; kept in lower case."""
    try:
        found = validate_email(field.data or "", check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        accented = not (field.data or "").strip().isascii()
        raise ValidationError(ONLY_PLAIN_LETTERS if accented else HOW_AN_EMAIL_LOOKS) from error
    address = normal_email(found.ascii_email or found.normalized)
    if len(address) > LONGEST_EMAIL:
        raise ValidationError(HOW_AN_EMAIL_LOOKS)
    field.data = address


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
    if not field.data or len(field.data) > 120:
        raise ValidationError("Enter your job or role in at most 120 letters, like Health visitor")


class EmailForm(Form):
    """Where to send the code."""

    email = StringField(
        "Your work email",
        description="We use it to sign you in and to write to you about your training.",
        validators=[DataRequired("Enter your email"), _one_address],
    )


class CodeForm(Form):
    """The code from the letter."""

    code = StringField(
        "Six-digit code",
        description="Type or paste it. Spaces do not matter.",
        validators=[DataRequired("Enter the six digits from our email"), _six_digits],
    )


class DetailsForm(Form):
    """Who someone new is: asked once."""

    name = StringField(
        "Your name", description="As it should stand on a register and a certificate.",
        validators=[DataRequired("Enter your name"), _a_name],
    )
    agency = SelectField("Your agency or sector", validators=[DataRequired("Choose your agency or sector")])
    post_title = StringField(
        "Your job or role", description="For example: health visitor, teaching assistant, scout leader.",
        validators=[DataRequired("Enter your job or role"), _a_job],
    )

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
