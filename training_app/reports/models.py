from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.database.base import Base, Identified
from training_app.reports.rules.groups import FactKind


class StatedFact(Identified, Base):
    """A fact that no system here can compute, entered by the office with its source and date, printed as such.

    `business_year` is the calendar year in which the business year begins. A fact is never edited: one that was wrong
    is withdrawn and stays, and the right one is stated anew.
    """

    __tablename__ = "stated_fact"
    __table_args__ = (Index("ix_stated_fact_business_year", "business_year"),)

    business_year: Mapped[int]
    kind: Mapped[FactKind]
    figure: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200))
    dated: Mapped[date]
    stated_at: Mapped[datetime]
    stated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
