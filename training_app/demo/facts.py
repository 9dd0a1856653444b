"""Facts of 2024-25 that the partnerships printed and that no system can compute."""

from datetime import date, datetime

from training_app.programme.rules.business_year import BusinessYear
from training_app.reports.commands import state_fact
from training_app.reports.rules.groups import FactKind

YEAR = BusinessYear(2024)
SOURCE = "Yearly report 2024-25 of the safeguarding children partnerships"
DATED = date(2025, 3, 31)
FACTS = (
    (
        FactKind.SEPARATE_SURVEY,
        "80%",
        "of those who answered the survey of the Conference on Child Sexual Abuse felt it would lead them to do things "
        "differently in their role. How many answered was not kept, so nobody can say how sure this is.",
    ),
    (
        FactKind.COST,
        "£70,341",
        "was spent on training by the Leicestershire & Rutland partnership alone (£54,660 the year before), including "
        "half the cost of two members of staff who are shared. It is one partnership’s share, so it cannot be divided "
        "by the attendances of both.",
    ),
    (
        FactKind.WEB_PAGES,
        "over 1,400",
        "views of the Learning & Development homepage, and nearly 2,300 of the Competency Framework page.",
    ),
    (
        FactKind.DISTRIBUTION_LIST,
        "nearly 800",
        "people are on the Safeguarding Matters list; more than 80 of them asked to join during the year.",
    ),
    (
        FactKind.RESOURCES,
        "3",
        "print issues of the Safeguarding Matters newsletter, and seven new 7-Minute Briefings.",
    ),
    (
        FactKind.OTHER,
        "over 2,000",
        "practitioners must have come, the partnerships estimate: more than the attendances recorded, because the "
        "numbers of some sessions were lost or never shared.",
    ),
)


def state_facts(*, actor_id: int | None, now: datetime) -> None:
    for kind, figure, words in FACTS:
        state_fact(
            YEAR, kind=kind, figure=figure, words=words, source=SOURCE, dated=DATED, actor_id=actor_id, now=now
        )
