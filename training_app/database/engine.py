"""How the engine speaks to its database: time-outs, what a log may show, and SQLite's pragmas."""

from sqlalchemy import Engine, event


def engine_options(url: str) -> dict[str, object]:
    """What the engine of this database address is made with."""
    # What people typed must not reach a log by way of an error message.
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 60}, "hide_parameters": True}
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
        cursor.execute("PRAGMA busy_timeout=60000")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
