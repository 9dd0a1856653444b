"""Made-up people with posts at real agencies, and the registers they stand on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from sqlalchemy import insert, select

from training_app.agencies.models import Agency
from training_app.agencies.rules import Area
from training_app.clock import LOCAL_ZONE
from training_app.demo.names import FIRST_NAMES, LAST_NAMES, POSTS, SECTOR_WEIGHTS
from training_app.extensions import db
from training_app.people.models import Person, Post
from training_app.programme.models import TrainingSession
from training_app.registers.models import AttendanceMark
from training_app.registers.rules.marks import Mark

RETURNING = 0.28
AREAS = (Area.LEICESTER,) * 8 + (Area.LEICESTERSHIRE,) * 10 + (Area.RUTLAND,) * 2


@dataclass(frozen=True)
class Someone:
    """A made-up person as registers need them."""

    person_id: int
    agency_id: int
    area: Area
    post_title: str


@dataclass
class Crowd:
    """Everyone made up so far. The same seed makes the same crowd."""

    rng: Random
    now: datetime
    members: list[Someone] = field(default_factory=list)

    def __post_init__(self) -> None:
        agencies = db.session.scalars(select(Agency).order_by(Agency.name)).all()
        self._agencies = {sector: [one for one in agencies if one.sector == sector] for sector in SECTOR_WEIGHTS}
        self._sectors = [sector for sector in SECTOR_WEIGHTS if self._agencies[sector]]
        self._weights = [SECTOR_WEIGHTS[sector] for sector in self._sectors]

    def newcomer(self, *, sector: str | None = None, name: str | None = None, email: str | None = None) -> Someone:
        """One more person, with a post since some day in the last years."""
        sector = sector or self.rng.choices(self._sectors, self._weights)[0]
        agency = self.rng.choice(self._agencies[sector])
        title = self.rng.choice(POSTS[sector])
        person = Person(
            name=name or f"{self.rng.choice(FIRST_NAMES)} {self.rng.choice(LAST_NAMES)}",
            email=email, created_at=self.now, generated=True,
        )
        person.posts.append(
            Post(agency_id=agency.id, title=title, started_on=date(2016, 1, 4) + timedelta(self.rng.randrange(2900)))
        )
        db.session.add(person)
        db.session.flush()
        area = self.rng.choice(AREAS) if agency.area is Area.ACROSS else agency.area
        someone = Someone(person.id, agency.id, area, title)
        self.members.append(someone)
        return someone

    def gather(self, number: int, *, dsl: bool = False) -> list[Someone]:
        """So many different people for one session: some have come before, most are new."""
        here: dict[int, Someone] = {}
        while len(here) < number:
            came_before = self.members and self.rng.random() < RETURNING
            sector = "education" if dsl and self.rng.random() < 0.7 else None
            someone = self.rng.choice(self.members) if came_before else self.newcomer(sector=sector)
            here.setdefault(someone.person_id, someone)
        return list(here.values())


def take_register(
    session: TrainingSession, came: Sequence[Someone], missed: Sequence[Someone], marked_by_id: int | None
) -> None:
    """Mark those who came, and those who had a place and did not, on every part that has a day."""
    dated = [(part.id, part.on_day, part.ends_at) for part in session.parts]
    marks = [(one, Mark.ATTENDED) for one in came] + [(one, Mark.ABSENT) for one in missed]
    rows = [
        {
            "session_id": session.id, "part_id": part_id, "person_id": one.person_id, "mark": mark,
            "agency_id": one.agency_id, "area": one.area, "post_title": one.post_title,
            "reason": "" if mark is Mark.ATTENDED else "Did not come", "marked_by_id": marked_by_id,
            "marked_at": datetime.combine(day, ends_at, LOCAL_ZONE), "generated": True,
        }
        for part_id, day, ends_at in dated
        if day is not None and ends_at is not None
        for one, mark in marks
    ]
    db.session.execute(insert(AttendanceMark), rows)
