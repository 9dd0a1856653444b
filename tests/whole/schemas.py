"""What a database holds, as it describes itself: its tables with their rules, and its rows."""

from collections.abc import Mapping

from sqlalchemy import Connection, Inspector, inspect, text

Schema = dict[str, dict[str, object]]


def description(connection: Connection) -> Schema:
    """Every table as the database itself describes it, with what it holds."""
    inspector = inspect(connection)
    return {
        name: _table(inspector, name) | {"checks": _checks(inspector, name), "rows": _rows(connection, name)}
        for name in inspector.get_table_names()
        if name != "alembic_version"
    }


def _rows(connection: Connection, table: str) -> list[str]:
    return sorted(str(tuple(row)) for row in connection.execute(text(f'SELECT * FROM "{table}"')))


def _table(inspector: Inspector, name: str) -> dict[str, object]:
    uniques = [(one["name"], one["column_names"]) for one in inspector.get_unique_constraints(name)]
    indexes = [
        (one["name"], one["column_names"], bool(one["unique"]), _where(one.get("dialect_options", {})))
        for one in inspector.get_indexes(name)
    ]
    foreign = [
        (one["name"], one["constrained_columns"], one["referred_table"], one["referred_columns"], one["options"])
        for one in inspector.get_foreign_keys(name)
    ]
    return {
        "columns": sorted(
            (one["name"], str(one["type"]), one["nullable"], one["default"])
            for one in inspector.get_columns(name)
        ),
        "key": inspector.get_pk_constraint(name)["constrained_columns"],
        "uniques": sorted(uniques, key=str),
        "indexes": sorted(indexes, key=str),
        "foreign keys": sorted(foreign, key=str),
    }


def _where(options: Mapping[str, object]) -> str:
    """Which rows a partial index is about."""
    return "".join(str(value) for name, value in options.items() if name.endswith("_where"))


def _checks(inspector: Inspector, table: str) -> list[str]:
    if inspector.dialect.name != "sqlite":
        return sorted(f"{one['name']} {one['sqltext']}" for one in inspector.get_check_constraints(table))
    # SQLAlchemy reads only some of SQLite's checks back, so they are read off the statement, one to a line.
    query = text("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :table")
    statement = inspector.bind.execute(query, {"table": table}).scalar_one()
    return sorted(line.strip(" \t,)") for line in statement.splitlines() if " CHECK (" in line)


def differences(one: Schema, other: Schema) -> list[str]:
    return [
        f"{table}, {aspect}: {one.get(table, {}).get(aspect)} against {other.get(table, {}).get(aspect)}"
        for table in sorted(one.keys() | other.keys())
        for aspect in (one.get(table) or other[table])
        if one.get(table, {}).get(aspect) != other.get(table, {}).get(aspect)
    ]
