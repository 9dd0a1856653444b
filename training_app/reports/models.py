from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from training_app.database.base import Base, Identified

LIVE = text("withdrawn_at IS NULL")


class StatedFact(Identified, Base):
    """A fact that no system here can compute, entered by staff with its source and date, printed as such.

    `business_year` is the calendar year in which the business year begins. A correction withdraws the old row.
    """

    __tablename__ = "stated_fact"
    __table_args__ = (
        Index(
            "uq_stated_fact_live", "business_year", "key", unique=True, sqlite_where=LIVE, postgresql_where=LIVE
        ),
    )

    business_year: Mapped[int]
    key: Mapped[str] = mapped_column(String(60))
    figure: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200))
    dated: Mapped[date]
    stated_at: Mapped[datetime]
    stated_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
