"""What the account page says of the browsers someone is signed in with. Pure."""

from datetime import datetime

from training_app.clock import local
from training_app.words.dates import moment
from training_app.words.times import clock_time


def signed_in_since(kind: str, began_at: datetime, last_seen_at: datetime, *, here: bool) -> str:
    """Of this browser what kind it is; of another, which is called by its kind, when it was last used."""
    since, day = moment(began_at), local(began_at).date()
    if here:
        return f"{kind}, since {since}"
    seen = local(last_seen_at)
    last = clock_time(seen.time()) if seen.date() == day else moment(last_seen_at)
    return f"Since {since}. Last used around {last}."
