"""Shape of input: the rows of a register, a walk-in, closing, and a number instead of names."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial

from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from training_app.agencies.models import Agency
from training_app.programme.models import SessionPart
from training_app.registers.rules.marks import LONGEST_REASON, Mark, SentRow
from training_app.web.forms import Form, read_by, row_number
from training_app.words.dates import short_date
from training_app.words.emails import WhoseEmail, read_email
from training_app.words.names import LONGEST_JOB, LONGEST_NAME
from training_app.words.numbers import read_whole_number

LARGEST_NUMBER = 5000


def rows_sent(sent: Mapping[str, str]) -> list[SentRow]:
    """The rows of a register as the page sent them: `seen-PART-PERSON`, `mark-PART-PERSON`, `why-PART-PERSON`.

    What no page of ours sends is passed over.
    """
    rows = []
    for name, seen in sent.items():
        kind, _, key = name.partition("-")
        part, _, person = key.partition("-")
        part_id, person_id = row_number(part), row_number(person)
        if kind != "seen" or part_id is None or person_id is None:
            continue
        on_page, _, reason_on_page = seen.partition(":")
        rows.append(
            SentRow(
                part_id, person_id, _mark(on_page), reason_on_page, _mark(sent.get(f"mark-{key}", "")),
                sent.get(f"why-{key}", reason_on_page)[:LONGEST_REASON],
            )
        )
    return rows


def row_to_come_back_to(sent: Mapping[str, str], rows: Sequence[SentRow]) -> str | None:
    """The row that was touched last, as a script says it; without one, the last that was changed. None: the top."""
    turned = [row for row in rows if row.wanted not in (None, row.on_page) or row.reason != row.reason_on_page]
    keys = [f"row-{row.part_id}-{row.person_id}" for row in turned]
    said = sent.get("last", "")
    return said if said in keys else keys[-1] if keys else None


def _mark(text: str) -> Mark | None:
    return Mark(text) if text in set(Mark) else None


class WalkInForm(Form):
    """Part of the register's own form: left empty, nobody is added."""

    walk_in_name = StringField(
        "Their name", [InputRequired("Enter their name"), Length(max=LONGEST_NAME)],
    )
    walk_in_agency = SelectField("Their agency", [InputRequired("Choose their agency")])
    walk_in_part = SelectField("Which part")
    walk_in_post = StringField(
        "Their job (optional)", [Length(max=LONGEST_JOB, message=f"Use {LONGEST_JOB} characters or fewer")]
    )
    walk_in_email = StringField(
        "Their work email (optional)",
        [
            Optional(), read_by(partial(read_email, whose=WhoseEmail.OF_A_WALK_IN), keep=True),
        ],
        description="With it they find this session in My training, and we can ask how it was.",
    )

    # Asked whether it is someone known: whose number, or "new"; and whom the page showed when it was asked.
    walk_in_is = StringField("Who it is")
    walk_in_shown = StringField("Who was shown")
    walk_in_add = StringField("The button to add someone was pressed")

    def offer(self, agencies: Mapping[str, list[Agency]], parts: list[SessionPart], usual: SessionPart | None) -> None:
        groups = {sector: [(str(one.id), one.name) for one in of_sector] for sector, of_sector in agencies.items()}
        self.walk_in_agency.choices = {"": [("", "Choose")], **groups}
        self.walk_in_part.choices = [(str(part.id), _part_words(part)) for part in parts]
        if self.walk_in_part.data is None or not self.is_begun:
            self.walk_in_part.data = str(usual.id) if usual else None

    @property
    def is_begun(self) -> bool:
        """Did someone type anything about a walk-in?"""
        fields = (
            self.walk_in_name, self.walk_in_agency, self.walk_in_post, self.walk_in_email, self.walk_in_add,
        )
        return any(field.data for field in fields)

    @property
    def agency_name(self) -> str:
        """The agency that was chosen, as the list names it."""
        offered = {value: name for group in self.walk_in_agency.choices.values() for value, name in group if value}
        return str(offered.get(self.walk_in_agency.data, ""))

    @property
    def person_id(self) -> int | None:
        return row_number(self.walk_in_is.data)

    @property
    def on_page_when_asked(self) -> set[int]:
        numbers = {row_number(one) for one in (self.walk_in_shown.data or "").split()}
        return {one for one in numbers if one is not None}


def _part_words(part: SessionPart) -> str:
    day = f", {short_date(part.on_day)}" if part.on_day else ""
    return f"Part {part.position}{day}"


class CloseForm(Form):
    rest_absent = BooleanField("The unmarked people were not here")


class ReopenForm(Form):
    why = StringField(
        "Why open it again?",
        [
            InputRequired("Say why the register is opened again"),
            Length(max=LONGEST_REASON, message=f"Use {LONGEST_REASON} characters or fewer"),
        ],
        description="It is kept with your name. Leave out what is nobody’s business.",
    )


class PeopleField(IntegerField):
    """A number of people as anyone writes it. What is none leaves `data` empty, for a validator to refuse."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = None
        with suppress(ValueError):
            self.data = read_whole_number("".join(valuelist))


class NumberForm(Form):
    """How many came, or why nobody knows: one of the two."""

    number = PeopleField(
        "How many came",
        [Optional(), NumberRange(0, LARGEST_NUMBER, message=f"Enter a whole number from 0 to {LARGEST_NUMBER:,}")],
    )
    why_none = TextAreaField(
        "Or: why nobody knows",
        [Length(max=LONGEST_REASON, message=f"Use {LONGEST_REASON} characters or fewer")],
        description="For example: the list was lost. “No data” is then shown, never nought.",
    )
