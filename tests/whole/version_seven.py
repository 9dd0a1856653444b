"""A database of version 0007, as the code of the time wrote it: what was set by hand stands in words only."""

from datetime import UTC, date, datetime, time
from uuid import uuid4

from tests.whole.migrating import store

THEN = datetime(2027, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2027, 3, 2, 9, tzinfo=UTC)
DAY, START = date(2027, 6, 8), time(9, 30)
OLD_PART = "Tuesday 8 June 2027, 9:30am to 12:30pm, in person, City Hall, Leicester"
NEW_PART = "Tuesday 15 June 2027, 9:30am to 12:30pm, in person, City Hall, Leicester"


class VersionSeven:
    """Its rows, and what is in them by number."""

    def __init__(self) -> None:
        self.office = self.user("office@agency.example")
        self.course = store("course", title="Core Awareness", slug="core-awareness", summary="")
        self.venue = store("venue", name="City Hall, Leicester", area="leicester", is_online=False)
        self.provider = store("provider", name="Training pool")

    def user(self, email: str) -> int:
        person = self.person("Office")
        return store("user", email=email, person_id=person, session_key=email, created_at=THEN, generated=False)

    def person(self, name: str) -> int:
        return store("person", name=name, created_at=THEN, generated=False)

    def session(self, day: date = DAY, start: time = START) -> int:
        """A published session as a programme file made it."""
        return self.session_and_part(day, start)[0]

    def session_and_part(self, day: date = DAY, start: time = START) -> tuple[int, int]:
        session_id = store(
            "training_session", course_id=self.course, strand="core", format="in_person", status="published",
            first_day=day, last_day=day, starts_at=start, capacity=24, provider_id=self.provider,
            counts_in_programme=True, evaluation_mode="standard", headcount=18, priority_text="", source="", note="",
        )  # fmt: skip
        part_id = store(
            "session_part", session_id=session_id, position=1, kind="in_person", on_day=day, starts_at=start,
            ends_at=time(start.hour + 3, start.minute), venue_id=self.venue,
        )  # fmt: skip
        return session_id, part_id

    def line(self, session_id: int, action: str, at: datetime = THEN, **detail: object) -> None:
        """A line of the audit."""
        store(
            "audit_entry", at=at, actor_id=self.office, action=action, subject_type="training_session",
            subject_id=session_id, detail=detail,
        )  # fmt: skip

    def changed(self, session_id: int, at: datetime = THEN, **detail: object) -> None:
        self.line(session_id, "session_changed", at, **detail)

    def mark(self, session_id: int, part_id: int, person_id: int, **values: object) -> int:
        usual: dict[str, object] = {
            "mark": "attended", "post_title": "", "reason": "", "marked_at": THEN, "superseded_at": None,
            "marked_by_id": self.office, "generated": False,
        }  # fmt: skip
        ids = {"session_id": session_id, "part_id": part_id, "person_id": person_id}
        return store("attendance_mark", **ids | usual | values)

    def part(self, session_id: int, position: int, day: date, start: time = START) -> int:
        ends = time(start.hour + 3, start.minute)
        return store(
            "session_part", session_id=session_id, position=position, kind="in_person", on_day=day, starts_at=start,
            ends_at=ends, venue_id=self.venue,
        )  # fmt: skip

    def booking(self, session_id: int, code: str, state: str = "confirmed", sequence: int = 1) -> int:
        email = f"{code.lower()}@agency.example"
        person = store("person", name="Bryony", email=email, created_at=THEN, generated=False)
        booking_id = store(
            "booking", session_id=session_id, person_id=person, state=state, code=code, booked_at=THEN,
            keeps_waiting=False, post_title="", needs="", calendar_sequence=sequence, overbooked_why="",
            generated=False,
        )  # fmt: skip
        store("booking_change", booking_id=booking_id, to_state=state, at=THEN, why="")
        return booking_id

    def letter(self, booking_id: int, code: str, *days: str, method: str = "REQUEST") -> None:
        """With a calendar file as it was then: all days in it, each named after its turn."""
        entries = "".join(
            f"BEGIN:VEVENT\r\nSUMMARY:Core Awareness with a title that is folded over two lines, because of its le\r\n"
            f" ngth\r\nDTSTART{day}\r\nDTSTAMP:20270301T090000Z\r\n"
            f"UID:booking-{code}{'' if turn == 1 else f'-{turn}'}@training.example-partnersh\r\n ip.example\r\n"
            "SEQUENCE:1\r\nEND:VEVENT\r\n"
            for turn, day in enumerate(days, 1)
        )
        content = f"BEGIN:VCALENDAR\r\nMETHOD:{method}\r\n{entries}END:VCALENDAR\r\n".encode()
        store(
            "letter", message_id=f"<{uuid4()}@partnership.example>", kind="booking confirmed", body="", sealed=False,
            recipient="b@agency.example", subject="You have a place", about=f"booking {booking_id}", state="sent",
            attachment_name="booking.ics", attachment_type=f"text/calendar; method={method}; charset=utf-8",
            attachment=content, queued_at=THEN, due_at=THEN, attempts=1, sent_at=THEN, last_failure="",
        )  # fmt: skip
