"""What the office's pages take. Shape only: the rules decide what may be done with it."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, time
from functools import partial

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Optional

from training_app.agencies.rules import Area
from training_app.bookings.rules import Overbooking
from training_app.programme.rules.business_year import YEARS
from training_app.programme.rules.parts import PartFacts, in_the_afternoon, may_mean_the_afternoon
from training_app.programme.rules.sessions import LONGEST_REASON, MOST_PLACES, EvaluationMode, PartKind, Strand
from training_app.programme.snapshots import EVALUATIONS
from training_app.web.forms import Form, at_most, read_by
from training_app.words.dates import NotADate, read_date
from training_app.words.names import tidy
from training_app.words.numbers import read_whole_number
from training_app.words.times import clock_time, read_time

WAYS = {
    PartKind.IN_PERSON.value: "In person",
    PartKind.ONLINE.value: "Live online",
    PartKind.E_LEARNING.value: "E-learning, at their own pace",
}


def _choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    return [SelectChoice(value, words) for value, words in pairs]


def _one_line(form: Form, field: StringField) -> None:
    field.data = tidy(field.data or "")
    if not field.data:
        raise ValidationError(f"Enter the {field.label.text.lower()}")


def needed(words: str) -> DataRequired:
    return DataRequired(words)


def day_typed(text: str, near: date | None = None) -> date:
    day = read_date(text, near)
    if day.year not in YEARS:
        raise ValueError(f"Enter a year between {YEARS[0]} and {YEARS[-1]}")
    return day


A_DAY, AN_HOUR = read_by(day_typed), read_by(read_time)


class Seen(Form):
    """A form that carries along what it showed, so that a change by someone else is noticed."""

    seen = HiddenField()


class CourseForm(Seen):
    title = StringField("Title", validators=[_one_line, at_most(200)])
    summary = TextAreaField(
        "Summary", description="What it is about and who it is for, in a few sentences.",
        validators=[Optional(), at_most(5000)],
    )


class VenueForm(Seen):
    name = StringField(
        "Name", description="With the town, like City Hall, Leicester.", validators=[_one_line, at_most(160)]
    )
    area = SelectField(
        "Council area it stands in",
        choices=_choices([("", "Not stated"), *((one.value, one.label) for one in Area)]),
    )
    is_online = BooleanField("It is an online room", description="Open to everyone, wherever they work.")
    address = TextAreaField(
        "Address and how to get in (optional)",
        description="Street, town, postcode; parking, which door, step-free access. Everyone can read it.",
        validators=[Optional(), at_most(1000)],
    )

    @property
    def address_lines(self) -> str:
        return "\n".join(tidy(line) for line in (self.address.data or "").strip().splitlines())


class ProviderForm(Seen):
    name = StringField("Name", validators=[_one_line, at_most(160)])
    ended_on = StringField(
        "Closed on", description="Leave empty while it is open. For example 31 March 2027.",
        validators=[Optional(), A_DAY],
    )

    @property
    def day_closed(self) -> date | None:
        return day_typed(self.ended_on.data) if self.ended_on.data else None


class AboutForm(Seen):
    course = SelectField("Course", validators=[needed("Choose a course")])
    strand = SelectField(
        "Kind of training", choices=_choices((one.value, one.label) for one in Strand),
        validators=[needed("Choose the kind of training")],
    )
    provider = SelectField("Provider")
    evaluation = RadioField(
        "Evaluation", choices=_choices((one.value, EVALUATIONS[one]) for one in EvaluationMode),
        validators=[needed("Choose how the session is evaluated")],
    )
    counts = RadioField(
        "Does it count in the programme?",
        choices=_choices(
            [("yes", "Yes, it is one of the year’s sessions"), ("no", "No, it is beside the programme")]
        ),
        description="Forums, the network and Safeguarding Matters Live are beside it.",
        validators=[needed("Say whether it counts in the programme")],
    )
    note = TextAreaField(
        "Note for staff", description="Not shown to the public.", validators=[Optional(), at_most(5000)]
    )

    def offer_courses(self, courses: Iterable[tuple[str, str]], providers: Iterable[tuple[str, str]]) -> None:
        self.course.choices = _choices([("", "Choose one"), *courses])
        self.provider.choices = _choices([("", "Not stated"), *providers])


class PartForm(Seen):
    near: date | None = None
    """A day of the session, where there is one: it says the year of a day that is typed without."""

    kind = RadioField(
        "How do people take part?",
        choices=_choices(WAYS.items()),
        validators=[needed("Choose how people take part")],
    )
    day = StringField("Day", description="For example 23 May 2027. Leave empty for e-learning.")
    starts = StringField("Start", description="For example 9:30am or 14:00.")
    ends = StringField("End", description="For example 12:30pm or 16:00.")
    venue = SelectField("Venue")

    def offer_venues(self, venues: Iterable[tuple[str, str]]) -> None:
        self.venue.choices = _choices([("", "Not stated"), *venues])

    @property
    def is_dated(self) -> bool:
        return str(self.kind.data) != PartKind.E_LEARNING

    def validate_day(self, field: Field) -> None:
        self._moment(field, read_by(partial(day_typed, near=self.near)), "Enter the day, like 23 May 2027")

    def validate_starts(self, field: Field) -> None:
        self._moment(field, AN_HOUR, "Enter when it starts, like 9:30am")

    def validate_ends(self, field: Field) -> None:
        self._moment(field, AN_HOUR, "Enter when it ends, like 12:30pm")
        if self.is_dated and not self.starts.errors and (ends := read_time(field.data)) <= read_time(self.starts.data):
            later = clock_time(in_the_afternoon(ends))
            meant = f". Write {later} if that is meant" if may_mean_the_afternoon(field.data, ends) else ""
            raise ValidationError(f"The end must be after the start{meant}")

    def validate_venue(self, field: Field) -> None:
        if not self.is_dated and field.data:
            raise ValidationError("E-learning has no venue: choose “Not stated”")

    def _moment(self, field: Field, check: Callable[[Form, StringField], None], missing: str) -> None:
        if not self.is_dated:
            if field.data:
                raise ValidationError(f"E-learning has no {field.label.text.lower()}: leave this empty")
            return
        if not field.data:
            raise ValidationError(missing)
        check(self, field)

    @property
    def facts(self) -> PartFacts:
        """What a valid form says."""
        if not self.is_dated:
            return PartFacts(PartKind.E_LEARNING)
        starts, ends = _hour(self.starts), _hour(self.ends)
        venue = int(self.venue.data) if self.venue.data else None
        return PartFacts(PartKind(self.kind.data), day_typed(self.day.data, self.near), starts, ends, venue)


def _hour(field: StringField) -> time:
    return read_time(field.data)


class JoiningForm(Seen):
    joining = TextAreaField(
        "How to join online",
        description="The link, and whom to ring if it fails. Only people with a place read it, the trainers and you.",
        validators=[Optional(), at_most(1000)],
    )


class PlacesForm(Seen):
    capacity = StringField("How many places?", validators=[needed("Enter the number of places")])

    def validate_capacity(self, field: Field) -> None:
        wanted = f"Enter a whole number of places, from 1 to {MOST_PLACES:,}"
        try:
            places = read_whole_number(field.data)
        except ValueError:
            raise ValidationError(wanted) from None
        if not 1 <= places <= MOST_PLACES:
            raise ValidationError(wanted)

    @property
    def places(self) -> int:
        """What a valid form says."""
        return read_whole_number(self.capacity.data or "")

    @property
    def reason(self) -> str:
        return ""

    @property
    def agreed_to(self) -> Overbooking | None:
        """What someone has agreed to who sends this."""
        return None


class FewerPlacesForm(PlacesForm):
    """The same, where more people hold a place than there would be. `agreed` is what the page said of it."""

    why = TextAreaField(
        "Why?", description="Kept with the history of the session, for the business office.",
        validators=[Optional(), at_most(LONGEST_REASON)],
    )
    agreed = HiddenField()

    @property
    def reason(self) -> str:
        return self.why.data or ""

    @property
    def agreed_to(self) -> Overbooking | None:
        numbers = re.fullmatch(r"([0-9]{1,9}) in ([0-9]{1,9})", self.agreed.data or "")
        return Overbooking(int(numbers[1]), int(numbers[2])) if numbers else None

    def ask_to_agree(self, overbooking: Overbooking) -> None:
        self.agreed.data = f"{overbooking.held} in {overbooking.capacity}"


class ChooseForm(Seen):
    """Any number of boxes ticked."""

    chosen = SelectMultipleField("")

    def offer(self, label: str, choices: Iterable[tuple[str, str]]) -> None:
        self.chosen.label.text = label
        self.chosen.choices = _choices(choices)


class CopyForm(Form):
    days = TextAreaField(
        "On which days?", description="One a line, like 23 May 2027. Each makes a draft.",
        validators=[needed("Enter at least one day")],
    )

    def validate_days(self, field: Field) -> None:
        self._read()

    def _read(self) -> list[date]:
        """The days, line by line: one without a year is the closest to the day above it."""
        days: list[date] = []
        for line in (one.strip() for one in (self.days.data or "").splitlines()):
            try:
                if line:
                    days.append(day_typed(line, days[-1] if days else None))
            except NotADate as none:
                raise ValidationError(f"“{line[:40]}” is not a day. {none}") from none
            except ValueError as wrong:
                raise ValidationError(f"“{line[:40]}”: {wrong}") from wrong
        return days

    @property
    def wanted(self) -> list[date]:
        """What a valid form says."""
        return self._read()


class CancelForm(Form):
    why = TextAreaField(
        "Why is it cancelled?", description="Everyone who is told reads this.",
        validators=[needed("Say why the session is cancelled"), at_most(LONGEST_REASON)],
    )


class NewSessionForm(AboutForm, PartForm, PlacesForm):
    """Everything a draft needs, on one page. Its first part has a day, so e-learning is added afterwards."""

    ORDER = ("course", "strand", "kind", "day", "starts", "ends", "venue", "capacity", "provider", "evaluation")

    def __iter__(self) -> Iterator[Field]:
        first = [self[name] for name in self.ORDER]
        return iter([*first, *(field for field in super().__iter__() if field not in first)])

    def offer_all(
        self, courses: Iterable[tuple[str, str]], providers: Iterable[tuple[str, str]],
        venues: Iterable[tuple[str, str]],
    ) -> None:
        self.offer_courses(courses, providers)
        self.offer_venues(venues)
        self.kind.choices = _choices(list(WAYS.items())[:2])
        self.day.description = "For example 23 May 2027."
