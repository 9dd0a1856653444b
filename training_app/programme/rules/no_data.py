"""Why nobody knows how many came to a session, and how that reason is said."""

import re

NOT_GIVEN = "not given"


def reason_heading(reason: str) -> str:
    """The heading a reason for missing data is grouped under: its first sentence, without “No data:”.

    >>> reason_heading("No data: April 2024 cyber-attack. Course name is seed; session filled")
    'April 2024 cyber-attack'
    >>> reason_heading("not given")
    'Not given'
    """
    said = re.sub(r"^\s*no data\s*[:.–-]?\s*", "", reason, flags=re.IGNORECASE)
    first = re.split(r"\.(?:\s|$)", said.strip(), maxsplit=1)[0].strip() or NOT_GIVEN
    return first[:1].upper() + first[1:]


def reason_in_short(reason: str) -> str:
    """The same inside a sentence that has said “no data” already: as it was typed, and never nothing.

    >>> reason_in_short("No data: cyber-attack. Held as planned."), reason_in_short("No data.")
    ('cyber-attack', 'No data')
    """
    first = reason.split(". ")[0].strip().rstrip(".")
    return re.sub(r"^no data\s*[:,;–-]\s*", "", first, flags=re.IGNORECASE) or reason
