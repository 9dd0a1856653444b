from datetime import date, datetime

from training_app.audit.commands import record
from training_app.database import lock_rows
from training_app.errors import Refused
from training_app.extensions import db
from training_app.programme.rules.business_year import BusinessYear
from training_app.reports.models import StatedFact
from training_app.reports.queries.sessions import stated_fact
from training_app.reports.rules.groups import FactKind


def state_fact(
    year: BusinessYear,
    *,
    kind: FactKind,
    figure: str,
    words: str,
    source: str,
    dated: date,
    actor_id: int | None,
    now: datetime,
) -> StatedFact:
    """Keep a fact with its source and date, to be printed as stated."""
    fact = StatedFact(
        business_year=year.first_calendar_year, kind=kind, figure=figure, words=words, source=source, dated=dated,
        stated_at=now, stated_by_id=actor_id,
    )
    db.session.add(fact)
    db.session.flush()
    record("fact stated", "stated_fact", fact.id, actor_id=actor_id, now=now, year=str(year), kind=kind.value)
    return fact


def withdraw_fact(year: BusinessYear, fact_id: int, *, actor_id: int | None, now: datetime) -> StatedFact:
    """Take a fact out of the year's report. It stays, with who withdrew it and when.

    Raises NoResultFound where the year has no such fact, Refused where it was withdrawn before.
    """
    lock_rows(StatedFact, [fact_id])
    fact = stated_fact(year, fact_id)
    if fact.withdrawn_at is not None:
        raise Refused("This figure was withdrawn before.")
    fact.withdrawn_at = now
    fact.withdrawn_by_id = actor_id
    db.session.flush()
    record("fact withdrawn", "stated_fact", fact.id, actor_id=actor_id, now=now)
    return fact
