"""What the pages of the report take. Shape only."""

from datetime import date

from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from training_app.programme.rules.business_year import BusinessYear
from training_app.reports.rules.groups import FactKind
from training_app.web.forms import Form, read_by
from training_app.words.dates import read_date


class FactForm(Form):
    """A fact that no system here can compute."""

    kind = SelectField(
        "What is it about?", choices=[SelectChoice(value=kind.value, label=kind.label) for kind in FactKind]
    )
    figure = StringField(
        "The figure",
        description="As it should print, such as 80%, £70,341 or nearly 800",
        validators=[InputRequired("Enter the figure as it should print"), Length(max=60)],
    )
    words = TextAreaField(
        "What it says, in a sentence",
        description="Say of whom or what, and what is not known, such as how many people answered",
        validators=[InputRequired("Say in a sentence what the figure means"), Length(max=600)],
    )
    source = StringField(
        "Where it comes from",
        validators=[InputRequired("Say where the figure comes from, so that someone can check it"), Length(max=200)],
    )
    dated = StringField(
        "The date of the figure",
        description="For example, 31 March 2025",
        validators=[InputRequired("Enter the date of the figure, like 31 March 2025")],
    )

    def __init__(self, year: BusinessYear) -> None:
        super().__init__()
        self._midyear = year.first_day + (year.last_day - year.first_day) // 2

    def validate_dated(self, field: Field) -> None:
        read_by(self._day)(self, field)

    @property
    def day(self) -> date:
        """What a valid form says. A day without a year is one of the report's."""
        return self._day(self.dated.data or "")

    def _day(self, text: str) -> date:
        return read_date(text, near=self._midyear)
