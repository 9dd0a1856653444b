"""What the next page says was just done, above its heading."""

from flask import flash


def flash_with_link(said: str, words: str, href: str) -> None:
    """What was done, and the way to what comes next."""
    flash({"said": said, "words": words, "href": href})  # type: ignore[arg-type]  # kept as JSON: no text alone
