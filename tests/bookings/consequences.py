"""What acts leave behind: changes, offers, letters and lines of the audit, and how they belong together."""

from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import func, select, text

from training_app.audit.models import AuditEntry
from training_app.bookings.models import Booking, BookingChange, Offer
from training_app.extensions import db
from training_app.outbox.models import Letter

# The letter each change causes. What ends a booking is told in one of three ways.
LETTER_OF = {
    (None, "confirmed"): "booking confirmed",
    (None, "waitlisted"): "booking waiting",
    ("waitlisted", "offered"): "place offered",
    ("offered", "confirmed"): "booking confirmed",
    ("offered", "declined"): "offer declined",
    ("offered", "lapsed"): "offer lapsed",
    ("offered", "waitlisted"): "still waiting",
}
ENDED = {"booking cancelled", "session cancelled", "wait ended"}
WAITING = """
    SELECT b.queue_number, max(c.id) FROM booking b
    JOIN booking_change c ON c.booking_id = b.id AND c.to_state = 'waitlisted'
    WHERE b.session_id = :session AND b.state = 'waitlisted' GROUP BY b.id, b.queue_number ORDER BY b.queue_number"""
NUMBERS = "SELECT id, queue_number FROM booking WHERE state = 'waitlisted'"
PASSED_OVER = "SELECT id FROM booking WHERE passed_over"
# Places that nobody has taken, though one may be going round: only more of these are something new to offer.
NOT_TAKEN = """
    SELECT coalesce(sum(CASE WHEN s.capacity > taken THEN s.capacity - taken ELSE 0 END), 0) FROM (
        SELECT t.capacity, count(CASE WHEN b.state = 'confirmed' THEN 1 END) AS taken
        FROM training_session t LEFT JOIN booking b ON b.session_id = t.id GROUP BY t.id, t.capacity) s"""
TAKEN_AT_ONCE = "SELECT booking_id FROM offer WHERE id > :last AND expires_at = offered_at"
OFFERED = "SELECT booking_id FROM offer WHERE outcome IS NULL AND id > :last"


def _count(table: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@dataclass
class Consequences:
    """How many of each there are, who waits in which order, and the latest offer."""

    counts: tuple[int, ...] = field(default_factory=lambda: tuple(
        _count(table) for table in (Booking, BookingChange, Offer, Letter, AuditEntry)))  # fmt: skip
    waiting: dict[int, int] = field(default_factory=lambda: dict(db.session.execute(text(NUMBERS)).all()))
    passed_over: set[int] = field(default_factory=lambda: set(db.session.scalars(text(PASSED_OVER))))
    not_taken: int = field(default_factory=lambda: db.session.scalar(text(NOT_TAKEN)))
    last_offer: int = field(default_factory=lambda: db.session.scalar(select(func.max(Offer.id))) or 0)
    told: int = 0

    def fits(self, before: "Consequences") -> None:
        """The act offered to who is next, not again what someone declined, and what it changed is audited."""
        after = Consequences()
        offered = set(db.session.scalars(text(OFFERED), {"last": before.last_offer}))
        still = {one: number for one, number in before.waiting.items() if after.waiting.get(one) == number}
        if after.not_taken <= before.not_taken:
            taken = set(db.session.scalars(text(TAKEN_AT_ONCE), {"last": before.last_offer}))
            again = (offered & before.passed_over) | (before.passed_over & still.keys()) - after.passed_over
            assert not again - taken, f"bookings {again} were asked again though no other place came free"
        elif offered:
            assert not before.passed_over & after.passed_over, "another place came free, and not all may be asked"
        for one in offered:
            ahead = [
                number for two, number in still.items()
                if number < before.waiting.get(one, 10**6) and two not in after.passed_over
            ]
            assert not ahead, f"booking {one} was offered a place before those ahead on the waiting list"
        if after.counts[:4] != before.counts[:4]:
            assert after.counts[4] > before.counts[4], "an act without a line in the audit"

    def letters_fit(self) -> list[str]:
        """A letter for each change, and none without: by kind, for people who all have an e-mail."""
        changes = Counter(
            LETTER_OF.get((before, after), "cancelled")
            for before, after in db.session.execute(text(CHANGES_TOLD)).all()
        )
        queued = Counter(
            "cancelled" if kind in ENDED else kind
            for kind in db.session.scalars(select(Letter.kind))
        )
        queued["session changed"] -= self.told
        del queued["place free"]  # told to a whole waiting list, of whom none has moved
        wrong = {one for one in changes | queued if changes[one] != queued[one]}
        found = [f"{one}: {changes[one]} changes, {queued[one]} letters" for one in sorted(wrong)]
        lettered = db.session.scalar(select(func.count()).select_from(Letter))
        numbered = db.session.scalar(select(func.sum(Booking.calendar_sequence))) or 0
        return found if lettered == numbered else [*found, f"{lettered} letters, but {numbered} sequence numbers"]


# Someone on the waiting list who takes a place at once is offered it and takes it in one moment: one letter tells both.
# A booking's offers are its changes to "offered", one by one in this order: no two need differ in time.
CHANGES_TOLD = """
    SELECT c.from_state, c.to_state FROM booking_change c
    WHERE NOT (c.to_state = 'offered' AND EXISTS (
        SELECT 1 FROM offer o WHERE o.booking_id = c.booking_id AND o.offered_at = o.expires_at
        AND (SELECT count(*) FROM offer p WHERE p.booking_id = o.booking_id AND p.id <= o.id)
        = (SELECT count(*) FROM booking_change d
            WHERE d.booking_id = c.booking_id AND d.to_state = 'offered' AND d.id <= c.id)))"""


def waiting_list_faults(session_id: int) -> list[str]:
    """The waiting list is the order in which people came to wait."""
    rows = db.session.execute(text(WAITING), {"session": session_id}).all()
    came = [change for _, change in rows]
    return [] if came == sorted(came) else [f"the waiting list is {rows}"]
