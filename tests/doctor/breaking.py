"""A database without any of its guards, to break what they and the commands keep whole."""

from sqlalchemy import Connection, create_engine, inspect
from sqlalchemy.pool import NullPool

# On PostgreSQL the guards can be taken off where they are. Foreign keys go first: others lean on what they name.
GUARDS = """
    SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace ORDER BY contype <> 'f'"""
UNIQUE_INDEXES = """
    SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index
    WHERE indisunique AND indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)"""
REQUIRED = """
    SELECT 'ALTER TABLE ' || quote_ident(table_name) || ' ALTER COLUMN ' || quote_ident(column_name) || ' DROP NOT NULL'
    FROM information_schema.columns WHERE table_schema = 'public' AND is_nullable = 'NO'"""


class Breaker:
    """Raw SQL on a database with no constraint left that could refuse it."""

    def __init__(self, address: str) -> None:
        # Not the application's engine: on a SQLite file this one looks at no foreign key.
        engine = create_engine(address, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        self._connection: Connection = engine.connect()
        self._is_file = engine.dialect.name == "sqlite"
        self._row = "rowid" if self._is_file else "ctid"

    def take_off_guards(self) -> None:
        if self._is_file:
            self._leave_the_rows_alone()
            return
        for guards in (GUARDS, UNIQUE_INDEXES, REQUIRED):
            self.run(*self._connection.exec_driver_sql(guards).scalars().all())

    def _leave_the_rows_alone(self) -> None:
        """Make every table anew from its rows: no check, no unique, no foreign key, no default."""
        self.run("PRAGMA legacy_alter_table = ON")
        look = inspect(self._connection)
        for table in look.get_table_names():
            keys = look.get_pk_constraint(table)["constrained_columns"]
            self.run(
                f'CREATE TABLE bare AS SELECT * FROM "{table}"',
                f'DROP TABLE "{table}"',
                f'ALTER TABLE bare RENAME TO "{table}"',
                # What other tables name must have an index, or looking for what is gone takes for ever.
                *([f'CREATE INDEX "key_of_{table}" ON "{table}" ({keys[0]})'] if len(keys) == 1 else []),
            )

    def run(self, *statements: str) -> None:
        for statement in statements:
            self._connection.exec_driver_sql(statement)

    def change(self, table: str, set_: str, where: str = "1 = 1") -> None:
        """Change one row, which must be there."""
        one = f'SELECT {self._row} FROM "{table}" WHERE {where} LIMIT 1'
        done = self._connection.exec_driver_sql(f'UPDATE "{table}" SET {set_} WHERE {self._row} = ({one})')
        assert done.rowcount == 1, f"no {table} where {where}"

    def copy(self, table: str, where: str = "1 = 1", **changes: str) -> None:
        """Store a row once more, under the next number, with these columns as given in SQL."""
        columns = [column["name"] for column in inspect(self._connection).get_columns(table)]
        if "id" in columns:
            changes = {"id": f'(SELECT max(id) + 1 FROM "{table}")'} | changes
        wanted = ", ".join(changes.get(name, f'"{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        done = self._connection.exec_driver_sql(
            f'INSERT INTO "{table}" ({names}) SELECT {wanted} FROM "{table}" WHERE {where} LIMIT 1'
        )
        assert done.rowcount == 1, f"no {table} where {where}"

    def close(self) -> None:
        if self._is_file:
            self.run("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()
