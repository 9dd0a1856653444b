"""Every table, for migrations: importing this is importing them all."""

from training_app.accounts import models as accounts
from training_app.agencies import models as agencies
from training_app.audit import models as audit
from training_app.bookings import models as bookings
from training_app.demo import models as demo
from training_app.evaluation import models as evaluation
from training_app.jobs import models as jobs
from training_app.outbox import models as outbox
from training_app.people import models as people
from training_app.programme import models as programme
from training_app.records import models as records
from training_app.registers import models as registers
from training_app.reports import models as reports

__all__ = [
    "accounts", "agencies", "audit", "bookings", "demo", "evaluation", "jobs", "outbox", "people", "programme",
    "records", "registers", "reports",
]
