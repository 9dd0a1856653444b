"""What the pages of the second factor take. Shape only."""

from wtforms import StringField, ValidationError
from wtforms.validators import DataRequired

from training_app.accounts.rules.second_factor import RECOVERY_CODE_LENGTH, is_a_recovery_code, typed_recovery_code
from training_app.accounts.rules.sign_in import is_a_code, typed_code
from training_app.web.forms import Form
from training_app.words.numbers import in_words

SIX_DIGITS = "Enter the six digits that your app shows now, like 123 456"
LETTERS_AND_DIGITS = f"{in_words(RECOVERY_CODE_LENGTH)} letters and digits"
RECOVERY = f"Enter one of your recovery codes: {LETTERS_AND_DIGITS}"


def _six_digits(form: Form, field: StringField) -> None:
    field.data = typed_code(field.data or "")
    if not is_a_code(field.data):
        raise ValidationError(SIX_DIGITS)


def _recovery_code(form: Form, field: StringField) -> None:
    field.data = typed_recovery_code(field.data or "")
    if not is_a_recovery_code(field.data):
        raise ValidationError(RECOVERY)


def _either(form: Form, field: StringField) -> None:
    digits = typed_code(field.data or "")
    if is_a_code(digits):
        field.data = digits
    else:
        _recovery_code(form, field)


class AppCodeForm(Form):
    """A code of the authenticator app."""

    code = StringField(
        "Code from your app",
        description="Six digits. The app shows new ones every half minute. Spaces do not matter.",
        validators=[DataRequired(SIX_DIGITS), _six_digits],
    )


class RecoveryCodeForm(Form):
    """One of the codes kept on paper."""

    code = StringField(
        "Recovery code",
        description=f"{LETTERS_AND_DIGITS.capitalize()}, like ABCD EFGH JKMN. Spaces and small letters do not matter.",
        validators=[DataRequired(RECOVERY), _recovery_code],
    )


class AnotherPhoneForm(Form):
    """Proof that whoever moves to another phone is the one who set up the first."""

    code = StringField(
        "Code from your app, or a recovery code",
        description="Six digits from the app you have now or, if that phone is gone, one of your recovery codes.",
        validators=[DataRequired("Enter a code from your app, or a recovery code"), _either],
    )
