"""Copies of an SQLite database, and putting one in its place."""

import sqlite3
from contextlib import closing
from os import chown, geteuid
from pathlib import Path
from stat import S_IMODE

from training_app.backups.archive import sync
from training_app.backups.manifest import Dump, Manifest, Unusable
from training_app.database.in_use import beside, restoring_mark
from training_app.database.sound import damage

# What SQLite keeps beside a file. It belongs to that file alone: beside another one it would be written into it.
WITH_IT = ("-wal", "-shm", "-journal")


def dump(file: Path, folder: Path) -> Dump:
    """A copy as the database was at one moment, whoever writes meanwhile. Raises Unusable."""
    to = folder / "copy"
    if not file.is_file():
        raise Unusable(f"There is no database at {file} to back up.")
    try:
        with closing(sqlite3.connect(file, timeout=60)) as source, closing(sqlite3.connect(to)) as copy:
            source.backup(copy)  # in one step, so of one moment
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    except sqlite3.DatabaseError as error:
        raise Unusable(f"The database cannot be copied: {error}. Run flask doctor.") from None
    if wrong := damage(to):
        raise Unusable(f"The database is damaged, so this would be no backup ({wrong}): restore the last good one.")
    return looked_at(to)


def looked_at(file: Path) -> Dump:
    with closing(sqlite3.connect(file)) as connection:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        tables = [name for (name,) in connection.execute(query)]
        # The names are the database's own.
        rows = {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}  # noqa: S608
        stands = connection.execute("SELECT version_num FROM alembic_version") if "alembic_version" in tables else ()
        return Dump(file=file, database="sqlite", schema="", revision=" ".join(one for (one,) in stands), rows=rows)


def check(copy: Path, manifest: Manifest) -> None:
    """Raises Unusable where the copy is not what the backup says it is."""
    wrong = damage(copy)
    found = None if wrong else looked_at(copy)
    if found is None or (found.rows, found.revision) != (manifest.rows, manifest.revision):
        raise Unusable(f"The database in this backup is damaged ({wrong or 'rows are missing'}). Nothing was changed.")


def put_in_place(copy: Path, file: Path, stamp: str) -> Path | None:
    """Move the old database aside with all that belongs to it, then give the new one its name; says where the old is.

    From the first move to the last a mark stands beside the file, and nobody opens a database so marked. Killed in
    between, the next restore finds the mark, and with it where the old one is on its way to.
    """
    mark, new = restoring_mark(file), beside(file, "-restored")
    _belong_as_before(copy, file)
    copy.replace(new)
    if mark.exists():
        stamp = mark.read_text(encoding="utf-8").strip() or stamp
    else:
        stamp = _free(file, stamp)
        half = beside(file, "-restoring-half")
        half.write_text(stamp, encoding="utf-8")
        half.replace(mark)
    sync(file.parent)
    aside = beside(file, f".before-restore-{stamp}")
    # The file last: where it has gone already, what stands in its place came from a restore that was broken off.
    for ending in (*WITH_IT, ""):
        if beside(file, ending).exists() and not beside(aside, ending).exists():
            beside(file, ending).rename(beside(aside, ending))
    sync(file.parent)
    new.replace(file)
    sync(file.parent)
    mark.unlink()
    return aside if aside.exists() else None


def _free(file: Path, stamp: str) -> str:
    """A name that nothing of an earlier restore has: two in one second, or after the clock was set back."""
    taken = f".before-restore-{stamp}"
    names = (f"{taken}{ending}" for ending in (*WITH_IT, ""))
    return _free(file, f"{stamp}-again") if any(beside(file, name).exists() for name in names) else stamp


def _belong_as_before(copy: Path, file: Path) -> None:
    """Whoever serves must be able to write to it, also where root restores it."""
    if file.exists():
        copy.chmod(S_IMODE(file.stat().st_mode))
    before = (file if file.exists() else file.parent).stat()
    if geteuid() == 0:
        chown(copy, before.st_uid, before.st_gid)
