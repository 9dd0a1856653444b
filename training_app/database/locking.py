"""A row lock that works the same on SQLite and on PostgreSQL."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import select, update

from training_app.database.base import Base

Row = TypeVar("Row", bound=Base)


def lock_rows(model: type[Row], ids: Iterable[int]) -> list[Row]:
    """Hold these rows until the transaction ends, and return them fresh, by ascending id.

    An UPDATE that changes nothing takes the lock first (SELECT … FOR UPDATE is a plain SELECT on SQLite, which
    lets two people read the same last place), then the rows are read again past any copy in memory.
    """
    from training_app.extensions import db

    wanted = sorted(set(ids))
    key = model.__table__.c.id
    db.session.execute(
        update(model.__table__).where(key.in_(wanted)).values(id=key)  # type: ignore[arg-type]
    )
    query = select(model).where(key.in_(wanted)).order_by(key).execution_options(populate_existing=True)
    return list(db.session.scalars(query))
