"""Stored things: the base class, one way to commit, one way to lock."""

from training_app.database.base import Base, Generated, Identified, UtcDateTime
from training_app.database.locking import lock_rows
from training_app.database.transaction import in_transaction, transaction

__all__ = ["Base", "Generated", "Identified", "UtcDateTime", "in_transaction", "lock_rows", "transaction"]
