"""Other dates of a course, as somebody who cannot come on one of them reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from training_app.bookings.rules import Places, open_places

if TYPE_CHECKING:
    from training_app.programme.models import TrainingSession


@dataclass(frozen=True)
class OtherDate:
    """A session that can still be booked, with the places the next person may take."""

    session: TrainingSession
    left: int
    places: Places


def other_dates(
    sessions: Iterable[TrainingSession], places: Mapping[int, Places], now: datetime
) -> list[OtherDate]:
    """Those with a place left first, then the full ones, each by date; none that has begun or takes no bookings."""
    dates = [
        OtherDate(one, open_places(places[one.id], one.begins_at, now), places[one.id])
        for one in sorted(sessions, key=lambda one: (one.begins_at, one.id))
        if one.begins_at > now and places[one.id].capacity
    ]
    return sorted(dates, key=lambda one: not one.left)
