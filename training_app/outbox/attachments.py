"""A file that goes with a letter."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """`media_type` may carry parameters: `text/calendar; method=PUBLISH; charset=utf-8`."""

    name: str
    media_type: str
    content: bytes
