"""How sessions are grouped in the yearly report, and the kinds of fact that no system can compute."""

import re
from enum import StrEnum

NOT_HELD_YET = "Not held yet"
NOT_OVER_YET = "Today, and not over yet"


class FactKind(StrEnum):
    """What a stated fact is about; it decides under which question it prints."""

    SEPARATE_SURVEY = "separate_survey"
    COST = "cost"
    WEB_PAGES = "web_pages"
    DISTRIBUTION_LIST = "distribution_list"
    RESOURCES = "resources"
    OTHER = "other"

    @property
    def label(self) -> str:
        return {
            "separate_survey": "A survey held outside this service",
            "cost": "What the training cost",
            "web_pages": "Views of web pages",
            "distribution_list": "Newsletter and digest lists",
            "resources": "Newsletters, videos and other resources",
            "other": "Something else",
        }[self.value]

    @property
    def about_difference(self) -> bool:
        """Does it belong under “What difference did it make?” rather than “How much did we do?”"""
        return self is FactKind.SEPARATE_SURVEY


def series_of(title: str) -> str:
    """The series an event belongs to: its title without the dated ending.

    >>> series_of("Safeguarding Matters Live (July 2024)")
    'Safeguarding Matters Live'
    """
    return re.sub(r"\s*\([^()]*\)\s*$", "", title).strip() or title
