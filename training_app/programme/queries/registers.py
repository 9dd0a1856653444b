"""What the registers hold of sessions, asked before those are changed: what people attended is not altered afterwards.

Registers stand above this room, so create_app hands over who is to be asked.
"""

from collections.abc import Callable, Collection

from flask import Flask, current_app

from training_app.errors import Refused
from training_app.programme.rules.sessions import RegisterContents

AskRegisters = Callable[[Collection[int]], dict[int, RegisterContents]]


def init_app(app: Flask, ask_registers: AskRegisters) -> None:
    app.extensions["written_of_sessions"] = ask_registers


def contents_of_registers(session_ids: Collection[int]) -> dict[int, RegisterContents]:
    """What stands on the register of each of these sessions."""
    ask: AskRegisters = current_app.extensions["written_of_sessions"]
    return ask(session_ids)


def contents_of_register(session_id: int) -> RegisterContents:
    return contents_of_registers([session_id])[session_id]


def refuse_for(reason: str | None) -> None:
    """Raises Refused where there is a reason."""
    if reason:
        raise Refused(reason)
