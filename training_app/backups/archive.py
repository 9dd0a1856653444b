"""The file of a backup: what it says of itself, and the dump. Written whole or not at all, and read back at once."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile
from zlib import error as BadStream

from training_app import clock
from training_app.backups.manifest import Manifest, Unusable, digest_of, read_manifest
from training_app.config import ROOT

WORKSHOP, OVER_AFTER = ".training-backup-", timedelta(days=1)
MANIFEST, DUMP = "manifest.json", "dump"
NO_BACKUP = "is no backup that flask backup made. Nothing was changed."
NOT_WHOLE = "This backup is damaged or cut off: take another copy of it. Nothing was changed."


def refuse_place(file: Path) -> None:
    """Raises Unusable for a place that is the application's own, taken, or not there."""
    if ROOT.resolve() in file.parents:
        raise Unusable(
            f"{file} lies in the application's own folder, which may be lost with it: "
            "choose a place outside, such as /var/backups/training.backup."
        )
    if file.exists():
        raise Unusable(f"{file} is there already, and a backup never takes another's place: choose another name.")
    if not file.parent.is_dir():
        raise Unusable(f"There is no folder {file.parent}: make it first.")


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A folder of our own beside what is to be made, so that the last step is to give it its name."""
    for left in folder.glob(f"{WORKSHOP}*"):
        if left.stat().st_mtime < (clock.now() - OVER_AFTER).timestamp():
            shutil.rmtree(left, ignore_errors=True)  # by one that was killed
    made = Path(tempfile.mkdtemp(prefix=WORKSHOP, dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def write(file: Path, manifest: Manifest, dump: Path) -> None:
    """Readable by its owner alone from its first byte, and under its name only once it is whole and was read back."""
    part = dump.with_name("part")
    with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as content:
        with ZipFile(content, "w", ZIP_DEFLATED, compresslevel=6) as archive:
            archive.writestr(MANIFEST, manifest.to_json())
            archive.write(dump, DUMP)
        content.flush()
        os.fsync(content.fileno())
    if look_into(part) != manifest:
        raise Unusable("What was written could not be read back: check the disk.")
    try:
        os.link(part, file)  # never over a file that has come meanwhile
    except FileExistsError:
        raise Unusable(f"{file} has come meanwhile, and a backup never takes another's place.") from None
    except OSError:  # a file system without links
        part.rename(file)
    sync(file.parent)


def look_into(file: Path) -> Manifest:
    """What it says of itself, once every byte of it was read and found to be what was written. Raises Unusable."""
    with _opened(file) as archive:
        manifest = read_manifest(archive.read(MANIFEST))
        with archive.open(DUMP) as dump:
            if digest_of(dump) != manifest.sha256:  # type: ignore[arg-type]
                raise Unusable(NOT_WHOLE)
        return manifest


def take_dump(file: Path, to: Path) -> None:
    """Write the dump to a new file that is its owner's alone."""
    ours = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(ours, "wb") as content, _opened(file) as archive, archive.open(DUMP) as dump:
        shutil.copyfileobj(dump, content, 1024 * 1024)
        content.flush()
        os.fsync(content.fileno())


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as archive:
            if sorted(archive.namelist()) != sorted([MANIFEST, DUMP]):
                raise Unusable(f"{file} {NO_BACKUP}")
            yield archive
    except (BadZipFile, BadStream, EOFError, RuntimeError):
        raise Unusable(NOT_WHOLE if _begins_like_one(file) else f"{file} {NO_BACKUP}") from None


def _begins_like_one(file: Path) -> bool:
    with file.open("rb") as content:
        return content.read(2) == b"PK"


def sync(folder: Path) -> None:
    """Have the names in this folder written down too: a rename is not safe before that."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
