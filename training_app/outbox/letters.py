"""Letters as templates: one file under templates/letters/ for each kind, filled with facts that a room's letters find.

The file is named after the kind, with underscores for spaces: bookings/place_offered.txt is the "place offered". A
file that begins with an underscore is no letter, but a piece that letters share.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from training_app.config import ROOT
from training_app.installation import site

# Jinja alone, not Flask's: commands write letters and know no request. A fact that is missing raises and leaves no
# gap. Plain text is not escaped. A file is read once, so that no letter of a running worker changes under it.
TEMPLATES = Environment(
    loader=FileSystemLoader(ROOT / "templates" / "letters"), undefined=StrictUndefined, autoescape=select_autoescape(),
    trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, auto_reload=False,
)


@dataclass(frozen=True)
class LetterText:
    """What a letter says, and its kind, by which the queue and the log call it. Without a template there is no kind."""

    kind: str
    subject: str
    body: str

    def __post_init__(self) -> None:
        _file_of(self.kind)


@cache
def _file_of_each_kind() -> Mapping[str, str]:
    files = [PurePosixPath(name) for name in TEMPLATES.list_templates()]
    return {file.stem.replace("_", " "): str(file) for file in files if not file.name.startswith("_")}


def kinds() -> frozenset[str]:
    """Every kind of letter there is."""
    return frozenset(_file_of_each_kind())


def _file_of(kind: str) -> str:
    try:
        return _file_of_each_kind()[kind]
    except KeyError:
        raise ValueError(f"There is no template for a letter of the kind “{kind}”.") from None


def fill(kind: str, /, **facts: object) -> LetterText:
    """The letter of this kind with these facts in it.

    Raises ValueError for a kind that has no template, and UndefinedError where a fact is missing.
    """
    template = TEMPLATES.get_template(_file_of(kind))
    subject = "".join(template.blocks["subject"](template.new_context(facts)))
    return LetterText(kind, subject, template.render(facts))


def fill_addressed(kind: str, name: str, /, **facts: object) -> LetterText:
    """The same for a letter that extends _addressed.txt: it greets by name, and says whom to ask and who writes."""
    return fill(kind, name=name, site=site(), **facts)
