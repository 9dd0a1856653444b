"""Copies of a PostgreSQL database by its own tools, and putting one in its place.

What the connection needs goes to the tools in a service file of their own: no password stands on a command line.
"""

import os
import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, LiteralString

import psycopg
from psycopg import sql
from psycopg.pq import Conninfo
from sqlalchemy import Engine

from training_app.backups.manifest import Dump, Manifest, Unusable

NO_TOOL = (
    "{tool} was not found: install PostgreSQL's client programs, no older than the server "
    "(on Debian or Ubuntu, apt install postgresql-client)."
)
COPY = re.compile(rb'COPY (?:"(?P<quoted_schema>[^"]+)"|\w+)\.(?:"(?P<quoted>[^"]+)"|(?P<plain>\w+)) ')
ASTRAY = {"PGDATABASE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGUSER"}
END_OF_ROWS = b"\\.\n"
TABLES: LiteralString = (
    "SELECT tablename FROM pg_tables WHERE schemaname = %s AND tablename NOT LIKE 'huey%%' ORDER BY tablename"
)


def dump(engine: Engine, folder: Path) -> Dump:
    """What the database held at one moment, whoever writes meanwhile. Raises Unusable."""
    file = folder / "copy"
    with _connected(engine) as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        schema = _schema(connection)
        moment = _one(connection, "SELECT pg_export_snapshot()")
        tables = [str(name) for (name,) in connection.execute(TABLES, [schema]).fetchall()]
        rows = {name: _count(connection, schema, name) for name in tables}
        revision = ""
        if "alembic_version" in rows:
            query = sql.SQL("SELECT version_num FROM {}").format(sql.Identifier(schema, "alembic_version"))
            revision = " ".join(one for (one,) in connection.execute(query).fetchall())
        # The job queue's tables are its own, and nothing in them is needed.
        _use(engine, folder, [
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--schema={_pattern(schema)}",
            "--exclude-table=huey*", f"--snapshot={moment}", f"--file={file}",
        ])  # fmt: skip
    file.chmod(0o600)
    found = Dump(file=file, database="postgresql", schema=schema, revision=revision, rows=rows)
    if rows_in(engine, folder, file) != rows:
        raise Unusable("The dump does not hold the rows that the database had: check the disk, and try again.")
    return found


def rows_in(engine: Engine, folder: Path, file: Path) -> dict[str, int]:
    """How many rows the dump holds of each table: all of it is read and unpacked for that."""
    rows: Counter[str] = Counter()
    with _tool(engine, folder, ["pg_restore", "--file=-", str(file)], stdout=subprocess.PIPE) as reading:
        assert reading.stdout is not None
        table = None
        for line in reading.stdout:
            if table is None:
                begun = COPY.match(line) if line.endswith(b" FROM stdin;\n") else None
                if begun:
                    table = (begun["quoted"] or begun["plain"]).decode()
                    rows[table] += 0
            elif line == END_OF_ROWS:
                table = None
            else:
                rows[table] += 1
    return dict(sorted(rows.items()))


def check(engine: Engine, folder: Path, copy: Path, manifest: Manifest) -> None:
    """Raises Unusable where the dump is not what the backup says it is."""
    if rows_in(engine, folder, copy) != dict(sorted(manifest.rows.items())):
        raise Unusable("The database in this backup is damaged (rows are missing). Nothing was changed.")
    with _connected(engine) as connection:
        schema = _schema(connection)
    if schema != manifest.schema:
        raise Unusable(
            f"This backup is of the schema {manifest.schema}, and here tables are kept in {schema}: "
            "restore it where the search path is the same."
        )


def put_in_place(engine: Engine, folder: Path, copy: Path, manifest: Manifest, stamp: str) -> str | None:
    """Rename the schema and fill a new one of its name, all in one transaction. Returns the old schema's new name."""
    aside = f"before_restore_{stamp.replace('-', '_')}"
    names = {"schema": sql.Identifier(manifest.schema), "aside": sql.Identifier(aside)}
    first = sql.SQL("BEGIN; ALTER SCHEMA {schema} RENAME TO {aside}; CREATE SCHEMA {schema};\n").format(**names)
    filled = ["pg_restore", "--no-owner", "--no-privileges", f"--schema={manifest.schema}", "--file=-", str(copy)]
    listening = ["psql", "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    writing = _tool(engine, folder, listening, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    # Without the last word, which only a dump that was read to its end gets, the server takes all of it back.
    with writing as server:
        assert server.stdin is not None
        server.stdin.write(first.as_bytes())
        server.stdin.flush()
        _use(engine, folder, filled, stdout=server.stdin)
        server.stdin.write(b"COMMIT;\n")
    return aside


@contextmanager
def _connected(engine: Engine) -> Iterator[psycopg.Connection[Any]]:
    _, wanted = engine.dialect.create_connect_args(engine.url)
    try:
        with psycopg.connect(**wanted, autocommit=True, application_name="training backup") as connection:
            yield connection
    except psycopg.Error as error:
        said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Unusable(f"The database does not answer as it should ({said}).") from None


def _schema(connection: psycopg.Connection[Any]) -> str:
    return _one(connection, "SELECT coalesce(current_schema(), 'public')")


def _one(connection: psycopg.Connection[Any], query: LiteralString) -> str:
    row = connection.execute(query).fetchone()
    assert row is not None
    return str(row[0])


def _count(connection: psycopg.Connection[Any], schema: str, table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(schema, table))).fetchone()
    assert row is not None
    return int(row[0])


def _pattern(name: str) -> str:
    """A name as pg_dump takes it, where letters are small and signs mean something unless it is quoted."""
    return '"{}"'.format(name.replace('"', '""'))


def _use(engine: Engine, folder: Path, command: Sequence[str], stdout: IO[bytes] | None = None) -> None:
    with _tool(engine, folder, command, stdout=stdout):
        pass


@contextmanager
def _tool(engine: Engine, folder: Path, command: Sequence[str], **streams: Any) -> Iterator["subprocess.Popen[bytes]"]:
    """The program at work; at the end of the block it must have ended well, or Unusable is raised in its words."""
    with (folder / f"{command[0]} said").open("w+b") as said:
        try:
            program = subprocess.Popen(command, stderr=said, env=_environment(engine, folder), **streams)
        except FileNotFoundError:
            raise Unusable(NO_TOOL.format(tool=command[0])) from None
        try:
            with program:
                yield program
        except (BrokenPipeError, Unusable) as cause:
            # It ended before it had heard all: why, it says itself.
            if program.wait() == 0 and isinstance(cause, Unusable):
                raise
        except BaseException:
            program.kill()
            program.wait()
            raise
        if program.returncode:
            said.seek(0)
            raise Unusable(_why(command[0], said.read().decode("utf-8", "replace")))


def _why(tool: str, printed: str) -> str:
    lines = printed.strip().splitlines() or ["it did not say why"]
    telling = next((line for line in lines if "error" in line.lower()), lines[-1])
    said = telling.strip().removeprefix(f"{tool}: error: ").rstrip(".")
    return f"{tool} failed: {said}. Nothing was changed."


def _environment(engine: Engine, folder: Path) -> dict[str, str]:
    """Of the caller's own environment nothing that would lead the tools to another database."""
    _, wanted = engine.dialect.create_connect_args(engine.url)
    service = folder / "service"
    if not service.exists():
        known = {one.keyword.decode() for one in Conninfo.get_defaults()}
        lines = ["[training]", *(f"{name}={value}" for name, value in wanted.items() if name in known)]
        with os.fdopen(os.open(service, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    kept = {name: value for name, value in os.environ.items() if name not in ASTRAY}
    ours = {"PGSERVICEFILE": str(service), "PGSERVICE": "training", "PGCLIENTENCODING": "UTF8", "LC_ALL": "C"}
    return kept | ours
