"""Shape of input: the evaluation form, made from the questions of one version, and decisions about words."""

from collections.abc import Mapping
from typing import Any, ClassVar

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import AnyOf, InputRequired, Length, ValidationError

from training_app.evaluation.models import InstrumentVersion, Question
from training_app.evaluation.results import Answers
from training_app.evaluation.rules.answers import (
    LONGEST_WORDS,
    CommentState,
    Moment,
    QuestionKind,
    WhyWithheld,
    moments_asked,
)
from training_app.evaluation.rules.room import HOW_A_CODE_LOOKS, NOT_AN_EMAIL
from training_app.web.forms import Form, row_number
from training_app.words.emails import LONGEST_EMAIL

WARNING = (
    "Leave out names and details of any child. We read these later, not straight away: if a child is at risk, use"
    " the link at the foot of this page."
)
TOO_LONG = f"Use {LONGEST_WORDS:,} characters or fewer"
RATHER_NOT_SAY = ""


class RatingField(Field):
    """A whole number from the row. `data` is None where nothing was chosen, "" for “I’d rather not say”."""

    def __init__(self, *args: Any, low: str, high: str, scale: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.low, self.high, self.scale = low, high, scale

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        given = valuelist[0].strip()
        if given == RATHER_NOT_SAY:
            self.data: int | str | None = RATHER_NOT_SAY
            return
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else None
        if number is None or not self.scale[0] <= number <= self.scale[1]:
            raise ValueError(f"Choose a number from {self.scale[0]} to {self.scale[1]}, or leave it out")
        self.data = number


class AnswerForm(Form):
    """The form of one version and moment. `rated` and `worded` find its fields by moment and by question."""

    version = HiddenField()
    may_quote = BooleanField("You may quote my words, without my name")
    before_words: ClassVar[str] = WARNING
    """Said once, before all of a form's words."""

    rated: Mapping[Moment, Mapping[str, str]]
    worded: Mapping[str, str]

    def ratings_of(self, moment: Moment) -> list[RatingField]:
        return [self[name] for name in self.rated.get(moment, {}).values()]

    def words(self) -> list[TextAreaField]:
        return [self[name] for name in self.worded.values()]

    def answers(self, asked: Moment, version: InstrumentVersion) -> Answers:
        """What was typed, without what was left out."""
        return Answers(
            form=asked,
            version=version,
            ratings={
                moment: {key: self[name].data for key, name in names.items() if isinstance(self[name].data, int)}
                for moment, names in self.rated.items()
            },
            words={key: self[name].data for key, name in self.worded.items() if self[name].data},
            may_quote=self.may_quote.data,
        )

    def first_field(self) -> str:
        """Where the error summary leads when nothing at all was answered."""
        names = [*self.rated[next(iter(self.rated))].values(), *self.worded.values()]
        return str(self[names[0]].id)


def answer_form(version: InstrumentVersion, asked: Moment) -> AnswerForm:
    """The form that this version of the questionnaire is, for one moment."""
    fields: dict[str, Field] = {}
    rated: dict[Moment, dict[str, str]] = {moment: {} for moment in moments_asked(asked)}
    worded: dict[str, str] = {}
    for question in version.questions:
        if question.kind is QuestionKind.RATING:
            for moment, names in rated.items():
                names[question.key] = f"{moment}_{question.key}"
                fields[names[question.key]] = _rating(question, moment)
        elif asked is Moment.AFTER:
            worded[question.key] = f"words_{question.key}"
            fields[worded[question.key]] = TextAreaField(
                question.text, [Length(max=LONGEST_WORDS, message=TOO_LONG)],
                description=question.hint,
            )
    made = type("AnswerForm", (AnswerForm,), {**fields, "rated": rated, "worded": worded})
    form: AnswerForm = made()
    form.version.data = str(version.id)
    return form


def _rating(question: Question, moment: Moment) -> RatingField:
    scale = (question.scale_min or 0, question.scale_max or 0)
    looking_back = moment is Moment.LOOKING_BACK
    label = f"{question.text}, before the session" if looking_back else question.text
    return RatingField(
        label, description="" if looking_back else question.hint,
        low=question.low_label, high=question.high_label, scale=scale,
    )


class ReleaseForm(Form):
    text = TextAreaField(
        "Words to release",
        [
            InputRequired("Enter the words to release, or keep the comment back"),
            Length(max=LONGEST_WORDS, message=TOO_LONG),
        ],
        description="Leave out what could tell who a child, a family or a colleague is, and put … in its place. Add"
        " nothing. What the person wrote is kept.",
    )


class WithholdForm(Form):
    why = RadioField("Why keep it back?", [InputRequired("Choose why you keep the comment back")])

    def offer(self, state: CommentState, may_quote: bool) -> None:
        """The reasons that can be true of this comment."""
        apart = {WhyWithheld.NO_CONSENT} if may_quote else set()
        if state is not CommentState.RELEASED:
            apart.add(WhyWithheld.WITHDRAWN)
        self.why.choices = [(why.value, why.label) for why in WhyWithheld if why not in apart]


class LookForm(Form):
    join = RadioField(
        "Do the numbers fit who was there?",
        [AnyOf(["yes", "no"], "Say whether the numbers fit who was there")],
        choices=[
            SelectChoice("yes", "Yes: join answers by a feedback code with those from before the session"),
            SelectChoice("no", "No: count them, and keep them apart for good"),
        ],
        validate_choice=False,
    )

    @property
    def is_to_join(self) -> bool:
        return bool(self.join.data == "yes")


def alarms_seen(sent: MultiDict[str, str]) -> set[int]:
    """The numbers of what the page had shown to be looked at."""
    numbers = (row_number(one) for one in sent.getlist("seen"))
    return {one for one in numbers if one is not None}


class CodeForm(Form):
    code = StringField(
        "The code on the trainer’s screen",
        description=f"{HOW_A_CODE_LOOKS.capitalize()}. Never 0 and O, nor 1, I and L: they are too like each other.",
    )


class SenderForm(Form):
    sender = StringField(
        "Your feedback code",
        [Length(max=LONGEST_EMAIL, message=f"Use {LONGEST_EMAIL} characters or fewer")],
        description="It joins your answers to those you gave before, so that we see what changed. It is in My training"
        " and is not kept with your answers. You can leave it out.",
        name="who",  # as pages that are open on people's phones send it
    )
    own = HiddenField(name="own")

    @property
    def is_own(self) -> bool:
        """Did the page say that whoever is signed in answers as themselves?"""
        return bool(self.own.data == "yes")

    @property
    def typed(self) -> str:
        return str(self.sender.data or "").strip()

    def validate_sender(self, field: StringField) -> None:
        if "@" in self.typed and not self.is_own:
            raise ValidationError(NOT_AN_EMAIL)
