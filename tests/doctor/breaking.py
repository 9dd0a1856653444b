"""A database without any of its guards, to break what they and the commands keep whole."""

import sqlite3
from pathlib import Path


class Breaker:
    """Raw SQL on a SQLite file, with no constraint left that could refuse it."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file)
        self._connection.execute("PRAGMA foreign_keys = OFF")

    def take_off_guards(self) -> None:
        """Make every table anew from its rows alone: no check, no unique, no foreign key, no default."""
        self._connection.execute("PRAGMA legacy_alter_table = ON")
        for table in self._tables():
            keys = [name for name, place in self._columns(table).items() if place]
            self.run(
                f'CREATE TABLE bare AS SELECT * FROM "{table}"',
                f'DROP TABLE "{table}"',
                f'ALTER TABLE bare RENAME TO "{table}"',
                # What other tables name must have an index, or foreign keys cannot be looked at at all.
                *([f'CREATE UNIQUE INDEX "key_of_{table}" ON "{table}" ({keys[0]})'] if len(keys) == 1 else []),
            )

    def run(self, *statements: str) -> None:
        with self._connection:
            for statement in statements:
                self._connection.execute(statement)

    def change(self, table: str, set_: str, where: str = "1 = 1") -> None:
        """Change one row, which must be there."""
        with self._connection:
            done = self._connection.execute(
                f'UPDATE "{table}" SET {set_} WHERE rowid = (SELECT rowid FROM "{table}" WHERE {where} LIMIT 1)'
            )
        assert done.rowcount == 1, f"no {table} where {where}"

    def copy(self, table: str, where: str = "1 = 1", **changes: str) -> None:
        """Store a row once more, under the next number, with these columns as given in SQL."""
        columns = list(self._columns(table))
        if "id" in columns:
            changes = {"id": f'(SELECT max(id) + 1 FROM "{table}")'} | changes
        wanted = ", ".join(changes.get(name, f'"{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        with self._connection:
            done = self._connection.execute(
                f'INSERT INTO "{table}" ({names}) SELECT {wanted} FROM "{table}" WHERE {where} LIMIT 1'
            )
        assert done.rowcount == 1, f"no {table} where {where}"

    def close(self) -> None:
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def _tables(self) -> list[str]:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        return [name for (name,) in self._connection.execute(query)]

    def _columns(self, table: str) -> dict[str, int]:
        """Each column with its place in the key, 0 where it has none."""
        return {row[1]: row[5] for row in self._connection.execute(f'PRAGMA table_info("{table}")')}
