"""What the office looks for among the letters. It is posted, so that no name or e-mail is in an address or a log."""

from collections.abc import Iterable

from wtforms import SelectChoice, SelectField, StringField

from training_app.outbox.rules import LETTERS_SHOWN
from training_app.web.forms import Form, at_most

LONGEST_SEARCH = 254
NOTHING_ASKED = "Enter part of a recipient or subject, or choose a state or a kind"


class LetterSearchForm(Form):
    """A choice that is none means any: it narrows nothing."""

    find = StringField("Recipient or subject", validators=[at_most(LONGEST_SEARCH)])
    show = SelectField("State", choices=[SelectChoice(*one) for one in LETTERS_SHOWN.items()], validate_choice=False)
    kind = SelectField("Kind", validate_choice=False)

    def asks_for_something(self) -> bool:
        """Is anything typed or chosen? Says on the field what to do where nothing is."""
        if self.find.data or self.kind.data or self.show.data not in (None, "all"):
            return True
        self.find.errors = [NOTHING_ASKED]
        return False

    def offer(self, kinds: Iterable[str]) -> None:
        self.kind.choices = [SelectChoice("", "Any kind"), *(SelectChoice(one, one.capitalize()) for one in kinds)]
