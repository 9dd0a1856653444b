from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_app.agencies.rules import LONGEST_AGENCY_NAME, Area, Partnership, Sector, partnership_of
from training_app.database.base import Base, Identified


class Agency(Identified, Base):
    """A partner organisation. One that has ended or merged stays, because history names it."""

    __tablename__ = "agency"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to", name="dates_in_order"),
    )

    name: Mapped[str] = mapped_column(String(LONGEST_AGENCY_NAME), unique=True)
    sector: Mapped[Sector]
    area: Mapped[Area]
    statutory_partner: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("agency.id"))
    aliases: Mapped[list["AgencyAlias"]] = relationship(
        cascade="all, delete-orphan", order_by="AgencyAlias.name", back_populates="agency"
    )

    @property
    def partnership(self) -> Partnership:
        return partnership_of(self.area)


class AgencyAlias(Identified, Base):
    """Another way people write an agency's name. `comparable` is what is looked up."""

    __tablename__ = "agency_alias"

    agency_id: Mapped[int] = mapped_column(ForeignKey("agency.id"), index=True)
    name: Mapped[str] = mapped_column(String(LONGEST_AGENCY_NAME))
    comparable: Mapped[str] = mapped_column(String(LONGEST_AGENCY_NAME), unique=True)
    agency: Mapped[Agency] = relationship(back_populates="aliases")
