"""Making a backup and restoring one, on either kind of database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir

from sqlalchemy import Engine

from training_app.backups import archive, postgresql, sqlite
from training_app.backups.manifest import Manifest, Unusable, describe, is_key_of
from training_app.database.in_use import InUse, NotReached, alone, file_of
from training_app.database.migrated import MigrationState, state_of

KEPT_BEFORE_UPGRADES = 3
BEFORE_UPGRADE = "before-upgrade-"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
STILL_SERVED = "Somebody has the database open: stop the web server and the worker first, and end other flask commands."


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What was put in place, where the database is that stood there before, and what remains to be done."""

    manifest: Manifest
    aside: Path | str | None
    is_behind: bool
    is_of_this_key: bool


def make_backup(engine: Engine, file: Path, *, secret_key: str, now: datetime) -> Manifest:
    """Write all that the database holds at this moment to a new file. Raises Unusable, and leaves no half of one."""
    file = file.expanduser().absolute()
    archive.refuse_place(file.parent.resolve() / file.name)
    return _write(engine, file, secret_key, now)


def _write(engine: Engine, file: Path, secret_key: str, now: datetime) -> Manifest:
    with _sayable(), archive.workshop(file.parent) as folder:
        source = file_of(engine)
        dump = sqlite.dump(source, folder) if source else postgresql.dump(_server(engine), folder)
        if not dump.rows:
            raise Unusable("There is nothing in the database to back up: run flask db upgrade first.")
        manifest = describe(dump, made_at=now.isoformat(timespec="seconds"), secret_key=secret_key)
        archive.write(file, manifest, dump.file)
        return manifest


def back_up_before_upgrade(
    engine: Engine, folder: Path, revisions: set[str], *, secret_key: str, now: datetime
) -> Path | None:
    """Where an upgrade is due on a database with something in it, a backup in this folder; the last three are kept.

    Raises Unusable while somebody has the database open: what an old version writes meanwhile would be lost.
    """
    if not revisions or state_of(revisions) is not MigrationState.BEHIND:
        return None
    file = folder / f"{BEFORE_UPGRADE}{'-'.join(sorted(revisions))}-{now:%Y%m%d-%H%M%S}.backup"
    try:
        with alone(engine):
            _write(engine, file, secret_key, now)
    except InUse:
        raise Unusable(STILL_SERVED) from None
    made = sorted(folder.glob(f"{BEFORE_UPGRADE}*.backup"), key=lambda one: one.name[-22:])
    for old in made[:-KEPT_BEFORE_UPGRADES]:
        old.unlink()
    return file


def restore_backup(engine: Engine, file: Path, *, secret_key: str, now: datetime) -> Restored:
    """Put what a backup holds in the place of the database, which is moved aside. Raises Unusable, and then nothing
    has changed."""
    if not file.is_file():
        raise Unusable(f"There is no file {file}.")
    target = file_of(engine)
    if target is not None and not target.parent.is_dir():
        raise Unusable(f"There is no folder {target.parent}: make it first.")
    try:
        with _sayable(), alone(engine):
            manifest = archive.look_into(file)
            _refuse(manifest, "sqlite" if target else "postgresql")
            aside = _put_in_place(engine, target, file, manifest, f"{now:%Y%m%d-%H%M%S}")
    except InUse:
        raise Unusable(STILL_SERVED) from None
    except NotReached as error:
        raise Unusable(f"The database does not answer as it should ({error}).") from None
    return Restored(
        manifest=manifest, aside=aside, is_of_this_key=is_key_of(manifest, secret_key),
        is_behind=state_of(set(manifest.revision.split())) is not MigrationState.CURRENT,
    )


def _put_in_place(engine: Engine, target: Path | None, file: Path, manifest: Manifest, stamp: str) -> Path | str | None:
    with archive.workshop(target.parent if target else Path(gettempdir())) as folder:
        copy = folder / "copy"
        archive.take_dump(file, copy)
        if target is not None:
            sqlite.check(copy, manifest)
            return sqlite.put_in_place(copy, target, stamp)
        postgresql.check(engine, folder, copy, manifest)
        return postgresql.put_in_place(engine, folder, copy, manifest, stamp)


def _refuse(manifest: Manifest, kind: str) -> None:
    if manifest.database != kind:
        theirs, ours = NAMES.get(manifest.database, manifest.database), NAMES[kind]
        raise Unusable(
            f"This backup is of a database on {theirs}, and this installation's is on {ours}: "
            f"set TRAINING_DATABASE_URL to one on {theirs}."
        )
    if state_of(set(manifest.revision.split())) is MigrationState.UNKNOWN:
        raise Unusable(
            f"This backup is of a newer version of this application (its database stands at {manifest.revision}): "
            "bring the application up to date first."
        )


def _server(engine: Engine) -> Engine:
    if engine.dialect.name != "postgresql":
        raise Unusable("A database in memory cannot be backed up.")
    return engine


@contextmanager
def _sayable() -> Iterator[None]:
    """What the machine refuses, in a sentence."""
    try:
        yield
    except OSError as error:
        where = f" at {error.filename}" if error.filename else ""
        raise Unusable(f"The machine refused a step{where}: {error.strerror or error}.") from None
