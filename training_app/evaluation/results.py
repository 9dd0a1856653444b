"""What someone put on a form, as it goes from the page to the command that keeps it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from training_app.evaluation.models import InstrumentVersion
from training_app.evaluation.rules.answers import Moment


@dataclass(frozen=True)
class Answers:
    """What someone put on one form, by the questions' keys. What they left out is not in here."""

    form: Moment
    version: InstrumentVersion
    ratings: Mapping[Moment, Mapping[str, int]] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    may_quote: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(self.ratings.values()) and not any(text.strip() for text in self.words.values())


@dataclass(frozen=True)
class Sender:
    """Who sends a form by the room's code: whoever is signed in, the owner of a feedback code, or a stranger.

    `stranger` joins what one browser sends, so that a stranger's form counts once.
    """

    stranger: UUID
    typed: str = ""
    signed_in_as: int | None = None
