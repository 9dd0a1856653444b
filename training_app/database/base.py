"""The base of every table: named constraints, aware instants, enums stored by value."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import DateTime, Dialect, Enum, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry

# Named constraints let a migration drop them on SQLite and let an error say which rule was broken.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC. A naive one is refused; SQLite, which drops the zone, gets it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant must be aware: use training_app.clock.now().")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


def _values(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


def enum_column(members: type[StrEnum], name: str) -> Enum:
    """The type of an enum column. Named by hand only where one table holds the same enum twice."""
    return Enum(
        members, name=name, native_enum=False, values_callable=_values, create_constraint=True, length=40,
        validate_strings=True,
    )


class Base(DeclarativeBase):
    # A registry of its own (not a type map on the class): Flask-SQLAlchemy copies the class body.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UtcDateTime,
            # Stored as text with a check, so that a new member is a small migration on every database.
            StrEnum: Enum(
                StrEnum, native_enum=False, values_callable=_values, create_constraint=True, length=40,
                validate_strings=True,
            ),
        },
    )


class Identified:
    """A row with a number of its own."""

    id: Mapped[int] = mapped_column(primary_key=True)


class Generated:
    """A row that a demonstration may have made up, and that says so wherever it shows."""

    generated: Mapped[bool] = mapped_column(default=False)
