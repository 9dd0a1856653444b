"""This installation: its settings, and what lower rooms ask of higher ones.

A room imports only what stands below it. What it must ask of a room above goes through `ports()`, which create_app
fills once: each port is a function with its types, and a room that forgets to fill one does not start.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from flask import Flask, current_app

from training_app.config import Settings, Site

if TYPE_CHECKING:
    from training_app.programme.models import TrainingSession
    from training_app.programme.rules.sessions import RegisterContents
    from training_app.web.rules import Permission

_KEY = "installation"


class LastRun(Protocol):
    """When a scheduled job last ran. `began_at` is None if it never did."""

    @property
    def label(self) -> str: ...
    @property
    def began_at(self) -> datetime | None: ...
    @property
    def ended_at(self) -> datetime | None: ...
    @property
    def outcome(self) -> str: ...


class Square(Protocol):
    """A QR code as one path of squares, `size` wide."""

    @property
    def size(self) -> int: ...
    @property
    def path(self) -> str: ...


class RoomCode(Protocol):
    """What leads people in a room to the form about their session."""

    @property
    def code(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def qr(self) -> Square: ...


@dataclass(frozen=True, kw_only=True)
class Ports:
    """What is asked upwards, and of whom: the room that answers is named beside each."""

    # accounts: may this user, at this moment, do this? Is the second factor still to come?
    user_may: "Callable[[Any, Permission], bool]"
    second_factor_is_due: Callable[[Any], bool]
    # accounts: where to sign in, and where to show the second factor, with the page to go on to.
    sign_in_address: Callable[[str | None], str]
    second_factor_address: Callable[[str | None], str]
    # front: where someone who has just come in begins, and what they were on their way to, in words.
    start_address: Callable[[], str]
    purpose_of: Callable[[str], str]
    # registers: what each of these sessions' registers holds, asked before a session is changed.
    register_contents: "Callable[[Collection[int]], Mapping[int, RegisterContents]]"
    # evaluation: when someone sent the form before each of these sessions, and where that form is.
    rated_before: Callable[[int, Collection[int]], Mapping[int, datetime]]
    before_form_address: Callable[[int], str]
    # evaluation: the code that the room answers by; None where none was made, or nothing is asked any more.
    room_code: "Callable[[TrainingSession], RoomCode | None]"
    # evaluation: the code that makes a form somebody's own, for them alone; None where nothing is asked any more.
    feedback_code: "Callable[[TrainingSession, int], str | None]"
    # evaluation: what somebody is to look at in the forms of each of these sessions, in sentences.
    feedback_alarms: Callable[[Collection[int]], Mapping[int, Sequence[str]]]
    # evaluation: how many forms after each of these sessions came back.
    forms_returned: Callable[[Collection[int]], Mapping[int, int]]
    # jobs: when each one last ran.
    last_runs: Callable[[], Sequence[LastRun]]
    # demo: does the database carry the demonstration's mark?
    is_demonstration: Callable[[], bool]


@dataclass
class Installation:
    """One application's settings and ports."""

    settings: Settings
    ports: Ports


def install(app: Flask, settings: Settings, ports: Ports) -> None:
    """Give the application its settings and ports: once, in create_app."""
    app.extensions[_KEY] = Installation(settings, ports)


def of(app: Flask) -> Installation:
    """What this application was given."""
    given: Installation = app.extensions[_KEY]
    return given


def cookie_name(given: Settings, name: str) -> str:
    """Where the service speaks HTTPS, by a name that a browser takes from this host over HTTPS alone."""
    return f"__Host-{name}" if given.secure_cookies else name


def settings() -> Settings:
    """The settings of the application at work."""
    return of(current_app).settings


def site() -> Site:
    """How the site names itself."""
    return settings().site


def ports() -> Ports:
    """What the application at work may ask upwards."""
    return of(current_app).ports
