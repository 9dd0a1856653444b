"""What the office looks for among the letters. It is posted, so that no name or e-mail is in an address or a log."""

from collections.abc import Iterable

from wtforms import SelectChoice, SelectField, StringField

from training_app.outbox.rules import LETTERS_SHOWN
from training_app.web.forms import Form, at_most

LONGEST_SEARCH = 254


class LetterSearchForm(Form):
    """A choice that is none means any: it narrows nothing."""

    find = StringField("Recipient or subject", validators=[at_most(LONGEST_SEARCH)])
    show = SelectField("State", choices=[SelectChoice(*one) for one in LETTERS_SHOWN.items()], validate_choice=False)
    kind = SelectField("Kind", validate_choice=False)

    def offer(self, kinds: Iterable[str]) -> None:
        self.kind.choices = [SelectChoice("", "Any kind"), *(SelectChoice(one, one.capitalize()) for one in kinds)]
