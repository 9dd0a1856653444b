"""What the trainer's screen and the page of its code say of when feedback can be given: the same on both. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training_app.evaluation.rules.answers import ROOM_OPENS_BEFORE_END, Refusal
from training_app.words.dates import moment
from training_app.words.times import how_long

if TYPE_CHECKING:
    from training_app.evaluation.rules.answers import Window


def heading_in_the_room(refused: Refusal | None) -> str:
    """What stands over the trainer's screen, and over the page of its code where that holds no form."""
    if refused is Refusal.NOT_ENDED:
        return "Feedback is not open yet"
    return refused.heading if refused else "Give feedback now"


def when_in_the_room(window: Window, refused: Refusal | None) -> str:
    """Until when it is open, or when it opens or closed; empty where nothing is asked at all."""
    if refused is Refusal.NOT_ENDED:
        early = f"{how_long(ROOM_OPENS_BEFORE_END)} before the end"
        return f"It opens on {moment(window.opens_at)}, {early}, and closes on {moment(window.closes_at)}."
    if refused is Refusal.CLOSED:
        return f"It closed on {moment(window.closes_at)}."
    return "" if refused else f"It is open until {moment(window.closes_at)}."


NOTHING_TO_LOOK_AT = "It has been looked at already."
MORE_TO_LOOK_AT = "Something more came since you opened the page. Look at that too."
OTHERS_TO_LOOK_AT = (
    "What you looked at has been looked at already, and something more came since. Look at what stands here now"
)


def looked_at(*, join: bool) -> str:
    """What is said to whoever has looked at forms that came as people do not send them."""
    if join:
        return "Noted. Answers that came by a feedback code meanwhile are joined with those from before the session."
    return "Noted. Answers that came by a feedback code meanwhile are counted, and not joined with those from before."
