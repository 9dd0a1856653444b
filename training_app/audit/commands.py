from datetime import datetime
from typing import Any

from training_app.audit.models import AuditEntry
from training_app.extensions import db


def record(
    action: str, subject_type: str, subject_id: int | None, *, actor_id: int | None, now: datetime, **detail: Any
) -> None:
    """Note an act in the transaction that carries it out. `actor_id` None is the system itself."""
    db.session.add(
        AuditEntry(
            at=now, actor_id=actor_id, action=action, subject_type=subject_type, subject_id=subject_id, detail=detail
        )
    )
