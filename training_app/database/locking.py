"""A row lock that works the same on SQLite and on PostgreSQL."""

from collections.abc import Iterable
from typing import TypeVar

from sqlalchemy import select, update
from sqlalchemy.sql.base import ExecutableOption

from training_app.database.base import Base

Row = TypeVar("Row", bound=Base)


def lock_rows(model: type[Row], ids: Iterable[int], *options: ExecutableOption) -> list[Row]:
    """Hold these rows until the transaction ends, and return them fresh, by ascending id.

    `options` say what to read along with them: that is not locked, and read once the rows are.

    On SQLite, where SELECT … FOR UPDATE is a plain SELECT that lets two people read the same last place, an UPDATE
    that changes nothing takes the lock first; then the rows are read again past any copy in memory. PostgreSQL reads
    what it locks anew after it has waited for it, but not what is joined to that.
    """
    from training_app.extensions import db

    wanted = sorted(set(ids))
    key = model.__table__.c.id
    query = select(model).where(key.in_(wanted)).order_by(key).options(*options)
    query = query.execution_options(populate_existing=True)
    if db.session.connection().dialect.name == "sqlite":
        db.session.execute(
            update(model.__table__).where(key.in_(wanted)).values(id=key)  # type: ignore[arg-type]
        )
        return list(db.session.scalars(query).unique())
    # Row by row in this order, so that two acts that lock the same rows never wait for each other in a ring.
    if not options:
        return list(db.session.scalars(query.with_for_update(of=model)))
    db.session.execute(select(key).where(key.in_(wanted)).order_by(key).with_for_update())
    return list(db.session.scalars(query).unique())
