from datetime import datetime

from sqlalchemy import ColumnElement, Index, LargeBinary, String, Text, case
from sqlalchemy.orm import Mapped, mapped_column

from training_app.database.base import Base, Identified
from training_app.outbox.rules import LetterState


class Letter(Identified, Base):
    """One e-mail. It exists if and only if the act that caused it was committed.

    `message_id` never changes, so a letter sent twice after a crash is one letter to the reader's mailbox.
    A sealed letter opens a door: the office never reads its body, which is wiped on sending
    and, where it could not be sent, when it expires. Letters `about` one thing, such as one booking, leave in the
    order they were written: no reader is to learn last what was true first.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_state_due_at", "state", "due_at"),
        Index("ix_letter_about", "about"),
    )

    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    about: Mapped[str | None] = mapped_column(String(60))
    sealed: Mapped[bool] = mapped_column(default=False)
    attachment_name: Mapped[str | None] = mapped_column(String(120))
    attachment_type: Mapped[str | None] = mapped_column(String(120))
    attachment: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[LetterState] = mapped_column(default=LetterState.QUEUED)
    queued_at: Mapped[datetime]
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    last_failure: Mapped[str] = mapped_column(Text, default="")

    @classmethod
    def body_for_staff(cls) -> ColumnElement[str | None]:
        """What staff may read of it: of a sealed letter nothing. It is not even read to be hidden."""
        return case((cls.sealed, None), else_=cls.body)
