"""How the engine speaks to its database: for how long it waits, what a log may show, and SQLite's pragmas."""

from sqlalchemy import Connection, Engine, event, make_url

# A person waits for the page, and while they do nobody else can use what serves it.
SECONDS_TO_CONNECT = 3
SECONDS_FOR_A_LOCK = 3
SECONDS_FOR_SQLITE = 5  # where any writer makes every other wait
SECONDS_FOR_A_STATEMENT = 30
SECONDS_IDLE_IN_A_TRANSACTION = 300
SECONDS_FOR_THE_POOL = 3
# Marks a connection of SQLite that was told to wait for nobody, until it is back in the pool.
WAITS_FOR_NOBODY = "waits_for_nobody"


def engine_options(url: str) -> dict[str, object]:
    """What the engine of this database address is made with. What stands in the address itself goes first."""
    # What people typed must not reach a log by way of an error message.
    usual: dict[str, object] = {"hide_parameters": True, "pool_timeout": SECONDS_FOR_THE_POOL}
    if url.startswith("sqlite"):
        return usual | {"connect_args": {"timeout": SECONDS_FOR_SQLITE}}
    limits = {
        "lock_timeout": SECONDS_FOR_A_LOCK, "statement_timeout": SECONDS_FOR_A_STATEMENT,
        "idle_in_transaction_session_timeout": SECONDS_IDLE_IN_A_TRANSACTION,
    }
    given = {
        "connect_timeout": SECONDS_TO_CONNECT,
        "options": " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items()),
    }
    in_the_address = make_url(url).query
    return usual | {
        "pool_pre_ping": True,
        "connect_args": {name: value for name, value in given.items() if name not in in_the_address},
    }


def take_all_the_time(engine: Engine) -> None:
    """For a command or the worker, where nobody waits for a page: a statement may take as long as it needs."""
    if engine.dialect.name != "sqlite" and not event.contains(engine, "begin", _without_a_limit):
        event.listen(engine, "begin", _without_a_limit)


def _without_a_limit(connection: Connection) -> None:
    connection.exec_driver_sql("SET LOCAL statement_timeout = 0")


def set_pragmas_on(engine: Engine) -> None:
    """Have every connection to an SQLite file set its pragmas; another database needs none."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_pragmas(connection, record):  # type: ignore[no-untyped-def]
        cursor = connection.cursor()
        # First, so that what follows waits no longer either.
        cursor.execute(f"PRAGMA busy_timeout={SECONDS_FOR_SQLITE * 1000}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=NORMAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine, "checkin")
    def wait_again(connection, record):  # type: ignore[no-untyped-def]
        if connection is not None and record.info.pop(WAITS_FOR_NOBODY, False):
            connection.execute(f"PRAGMA busy_timeout={SECONDS_FOR_SQLITE * 1000}")


def wait_for_nobody(connection: Connection) -> None:
    """Until the transaction at hand ends: where another holds a row, say so at once."""
    if connection.dialect.name == "sqlite":
        connection.info[WAITS_FOR_NOBODY] = True
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    else:
        connection.exec_driver_sql("SET LOCAL lock_timeout = '1ms'")
