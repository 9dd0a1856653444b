"""What the registers hold of sessions, asked before those are changed: what people attended is not altered afterwards.

Registers stand above this room, so they are asked through a port.
"""

from collections.abc import Collection, Mapping

from training_app.errors import Refused
from training_app.installation import ports
from training_app.programme.rules.sessions import RegisterContents


def contents_of_registers(session_ids: Collection[int]) -> Mapping[int, RegisterContents]:
    """What stands on the register of each of these sessions."""
    return ports().register_contents(session_ids)


def contents_of_register(session_id: int) -> RegisterContents:
    return contents_of_registers([session_id])[session_id]


def refuse_for(reason: str | None) -> None:
    """Raises Refused where there is a reason."""
    if reason:
        raise Refused(reason)
