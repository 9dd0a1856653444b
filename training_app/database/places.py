"""What the service writes to, and whether there is room."""

from collections.abc import Iterator, Mapping
from os import statvfs
from pathlib import Path

from sqlalchemy import Engine

from training_app.config import Settings
from training_app.database.in_use import file_of

MEGABYTE = 1024 * 1024
LEAST_FREE = 100 * MEGABYTE
# A file system may have room for bytes and none for one more file.
LEAST_FILES = 100


def written_to(engine: Engine, settings: Settings) -> dict[str, Path]:
    """The places on this machine. The disk of a database server is not ours to see."""
    queue = settings.queue_url.removeprefix("sqlite:///") if settings.queue_url.startswith("sqlite:///") else None
    places = {
        "the database": file_of(engine),
        "what people typed": settings.kept_folder,
        "letters": None if settings.smtp_url else settings.mail_folder,
        "the job queue": Path(queue) if queue else None,
    }
    return {what: place.absolute() for what, place in places.items() if place is not None}


def short_of_room(places: Mapping[str, Path]) -> Iterator[tuple[str, str]]:
    """Of the places written to, those whose disk is nearly full, and what is left there. One disk is named once."""
    seen = set()
    for what, place in places.items():
        there = next(one for one in (place, *place.parents) if one.exists())
        disk, room = there.stat().st_dev, statvfs(there)
        free = room.f_bavail * room.f_frsize
        if disk in seen:
            continue
        if free < LEAST_FREE:
            yield what, f"{free // MEGABYTE} MB left, and {LEAST_FREE // MEGABYTE} MB are needed"
        elif room.f_files and room.f_favail < LEAST_FILES:
            yield what, f"room for {room.f_favail} more files, and {LEAST_FILES} are needed"
        else:
            continue
        seen.add(disk)
