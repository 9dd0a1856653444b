"""What the account page says of the browsers someone is signed in with. Pure."""

from datetime import datetime

from training_app.words.dates import moment


def signed_in_since(kind: str, began_at: datetime, last_seen_at: datetime, *, here: bool) -> str:
    """Of this browser what kind it is; of another, which is called by its kind, when it was last used."""
    since = f"since {moment(began_at)}"
    return f"{kind}, {since}" if here else f"{since[0].upper()}{since[1:]}. Last used around {moment(last_seen_at)}."
