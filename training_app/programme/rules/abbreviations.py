"""What the same thing is called in short and in full: whoever searches for one finds the other. Pure data."""

import re
from functools import lru_cache

# As `folded` has them. Each line is one thing; the first name is the short one.
SAME: tuple[tuple[str, ...], ...] = (
    ("aces", "adverse childhood experiences"),
    ("adhd", "attention deficit hyperactivity disorder"),
    ("camhs", "child and adolescent mental health services"),
    ("cce", "child criminal exploitation"),
    ("cin", "child in need"),
    ("csa", "child sexual abuse"),
    ("cse", "child sexual exploitation"),
    ("cspr", "child safeguarding practice review"),
    ("da", "domestic abuse", "dv", "domestic violence"),
    ("dash", "domestic abuse stalking and honour based violence"),
    ("dols", "deprivation of liberty safeguards"),
    ("dsl", "designated safeguarding lead"),
    ("ehcp", "education health and care plan"),
    ("fgm", "female genital mutilation"),
    ("fii", "fabricated or induced illness"),
    ("gcp", "graded care profile"),
    ("hba", "honour based abuse"),
    ("lado", "local authority designated officer"),
    ("mappa", "multi agency public protection arrangements"),
    ("marac", "multi agency risk assessment conference"),
    ("mash", "multi agency safeguarding hub"),
    ("mca", "mental capacity act"),
    ("send", "special educational needs and disabilities"),
    ("sudi", "sudden unexpected death in infancy"),
    ("vawg", "violence against women and girls"),
)
_LINE_OF = {name: names for names in SAME for name in names}
_ANY = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_LINE_OF, key=len, reverse=True))})(?!\w)")
# Found as whole words alone: “da” is no part of “Friday”.
SHORT = frozenset(name for name in _LINE_OF if " " not in name)


@lru_cache(maxsize=1024)
def with_other_names(text: str) -> str:
    """A folded text, with everything else that is said in it called by its other names too.

    >>> with_other_names("responding to csa")
    'responding to csa child sexual abuse'
    """
    more = dict.fromkeys(other for found in _ANY.findall(text) for other in _LINE_OF[found] if other != found)
    return " ".join([text, *more])
