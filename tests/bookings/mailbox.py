"""A calendar program that knows its person's mail alone, and follows it as the standard says.

It goes by UID, the highest SEQUENCE wins whatever comes when, and what was taken out stays out until a higher one puts
it in. Some programs take the first entry of a message only: so does this one, unless it is told to take all.
"""

from collections.abc import Iterable
from datetime import date, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from icalendar import Calendar, Event

from training_app.clock import LOCAL_ZONE
from training_app.outbox.attachments import Attachment
from training_app.outbox.commands import ClaimedLetter
from training_app.outbox.composing import compose
from training_app.outbox.models import Letter

Held = tuple[datetime | date, str, str]


def as_mail(letter: Letter) -> EmailMessage:
    """The letter as it arrives: composed, on the wire and read again."""
    attachment = None
    if letter.attachment is not None:
        attachment = Attachment(
            name=letter.attachment_name, media_type=letter.attachment_type, content=letter.attachment
        )
    claim = ClaimedLetter(
        id=letter.id, message_id=letter.message_id, kind=letter.kind, recipient=letter.recipient,
        subject=letter.subject, body=letter.body, attachment=attachment, attempts=1, sealed=False,
        lease_until=letter.queued_at,
    )  # fmt: skip
    sent = compose(claim, "Training <training@partnership.example>", letter.queued_at)
    return message_from_bytes(sent.as_bytes(), policy=default)


class CalendarProgram:
    """What one person's calendar holds after the mail it was given."""

    def __init__(self, mail: Iterable[EmailMessage], *, takes_all: bool = False) -> None:
        self.takes_all = takes_all
        self._latest: dict[str, tuple[int, str, Event]] = {}
        for message in mail:
            self.take(message)

    def take(self, message: EmailMessage) -> None:
        for part in message.iter_attachments():
            if part.get_content_type() == "text/calendar":
                self._follow(part.get_param("method"), Calendar.from_ical(part.get_content()))

    def _follow(self, method: str, calendar: Calendar) -> None:
        assert method == calendar["METHOD"], "the mail and the calendar in it say two things"
        events = calendar.walk("VEVENT")
        for event in events if self.takes_all else events[:1]:
            self._enter(method, event)

    def _enter(self, method: str, event: Event) -> None:
        assert str(event["ORGANIZER"]).startswith("mailto:") and str(event["ATTENDEE"]).startswith("mailto:")
        assert (method == "CANCEL") == (event["STATUS"] == "CANCELLED")
        uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
        if uid not in self._latest or sequence > self._latest[uid][0]:
            self._latest[uid] = sequence, method, event

    def holds(self) -> list[Held]:
        """When each entry begins, what it is called and how sure it is, the first one first."""
        held = [event for _, method, event in self._latest.values() if method == "REQUEST"]
        found = [(_begins(event), str(event["SUMMARY"]), str(event["STATUS"])) for event in held]
        return sorted(found, key=lambda one: (str(one[0]), *one[1:]))

    def days(self) -> list[date]:
        return [when.date() if isinstance(when, datetime) else when for when, _, _ in self.holds()]

    @property
    def uids(self) -> set[str]:
        return set(self._latest)


def _begins(event: Event) -> datetime | date:
    begins = event["DTSTART"].dt
    return begins.astimezone(LOCAL_ZONE) if isinstance(begins, datetime) else begins
