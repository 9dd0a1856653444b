"""How the engine speaks to its database: time-outs, what a log may show, and SQLite's pragmas."""

from sqlalchemy import Connection, Engine, event

SQLITE_WAITS = 60
# Marks a connection of SQLite that was told to wait for nobody, until it is back in the pool.
WAITS_FOR_NOBODY = "waits_for_nobody"


def engine_options(url: str) -> dict[str, object]:
    """What the engine of this database address is made with."""
    # What people typed must not reach a log by way of an error message.
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": SQLITE_WAITS}, "hide_parameters": True}
    return {"pool_pre_ping": True, "hide_parameters": True}


def set_pragmas_on(engine: Engine) -> None:
    """Have every connection to an SQLite file set its pragmas; another database needs none."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection, record):  # type: ignore[no-untyped-def]
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_WAITS * 1000}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "checkin")
    def wait_again(connection, record):  # type: ignore[no-untyped-def]
        if connection is not None and record.info.pop(WAITS_FOR_NOBODY, False):
            connection.execute(f"PRAGMA busy_timeout={SQLITE_WAITS * 1000}")


def wait_for_nobody(connection: Connection) -> None:
    """Until the transaction at hand ends: where another holds a row, say so at once."""
    if connection.dialect.name == "sqlite":
        connection.info[WAITS_FOR_NOBODY] = True
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    else:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '1ms'")
