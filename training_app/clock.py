"""The only reader of the clock, so that a test can stop it and nothing else needs to know."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

# Two servers' clocks may differ by a little. What was done later than this from now was done by a clock that was wrong.
TOLERANCE = timedelta(minutes=5)
LOCAL_ZONE = ZoneInfo("Europe/London")


def now() -> datetime:
    """This instant, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The date on a wall calendar in England."""
    return now().astimezone(LOCAL_ZONE).date()


def local(instant: datetime) -> datetime:
    """An aware instant as people in England read it off a clock."""
    return instant.astimezone(LOCAL_ZONE)
