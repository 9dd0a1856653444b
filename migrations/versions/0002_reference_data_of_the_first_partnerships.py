"""reference data of the first partnerships: agencies, business plans, the standard instrument

The files in migrations/reference are part of this migration and are never edited: what changes later is entered in
the service, or comes in a migration of its own.

Revision: 0002, after 0001
"""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFERENCE = Path(__file__).parents[1] / "reference"
MADE_AT = datetime(2026, 11, 22, tzinfo=UTC)

TABLES = sa.MetaData()
agency = sa.Table(
    "agency", TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String),
    sa.Column("sector", sa.String), sa.Column("area", sa.String), sa.Column("statutory_partner", sa.Boolean),
    sa.Column("valid_from", sa.Date), sa.Column("valid_to", sa.Date),
)
agency_alias = sa.Table(
    "agency_alias", TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Column("agency_id", sa.Integer),
    sa.Column("name", sa.String), sa.Column("comparable", sa.String),
)
business_plan = sa.Table(
    "business_plan", TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String),
    sa.Column("starts_on", sa.Date), sa.Column("ends_on", sa.Date),
)
priority = sa.Table(
    "priority", TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Column("plan_id", sa.Integer),
    sa.Column("position", sa.Integer), sa.Column("name", sa.String),
)
priority_alias = sa.Table(
    "priority_alias", TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Column("priority_id", sa.Integer),
    sa.Column("name", sa.String),
)
instrument_version = sa.Table(
    "instrument_version", TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Column("instrument", sa.String),
    sa.Column("number", sa.Integer), sa.Column("created_at", sa.DateTime(timezone=True)),
)
question = sa.Table(
    "question", TABLES, sa.Column("id", sa.Integer, primary_key=True), sa.Column("version_id", sa.Integer),
    sa.Column("position", sa.Integer), sa.Column("key", sa.String), sa.Column("kind", sa.String),
    sa.Column("text", sa.String), sa.Column("hint", sa.String), sa.Column("low_label", sa.String),
    sa.Column("high_label", sa.String), sa.Column("scale_min", sa.Integer), sa.Column("scale_max", sa.Integer),
)


def _read(name: str) -> Any:
    return json.loads((REFERENCE / name).read_text(encoding="utf-8"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _add(table: sa.Table, **values: Any) -> int:
    result = op.get_bind().execute(table.insert().values(**values))
    return int(result.inserted_primary_key[0])


def upgrade() -> None:
    for one in _read("agencies.json"):
        agency_id = _add(
            agency, name=one["name"], sector=one["sector"], area=one["area"],
            statutory_partner=one["statutory_partner"],
            valid_from=_day(one.get("valid_from")), valid_to=_day(one.get("valid_to")),
        )
        for alias in one["aliases"]:
            _add(agency_alias, agency_id=agency_id, name=alias["name"], comparable=alias["comparable"])
    for plan in _read("business_plans.json"):
        plan_id = _add(
            business_plan, name=plan["name"], starts_on=_day(plan["starts_on"]), ends_on=_day(plan["ends_on"])
        )
        for position, one in enumerate(plan["priorities"], start=1):
            priority_id = _add(priority, plan_id=plan_id, position=position, name=one["name"])
            for name in one["aliases"]:
                _add(priority_alias, priority_id=priority_id, name=name)
    instrument = _read("standard_instrument.json")
    version_id = _add(
        instrument_version, instrument=instrument["instrument"], number=instrument["number"], created_at=MADE_AT
    )
    for position, one in enumerate(instrument["questions"], start=1):
        _add(question, version_id=version_id, position=position, **one)


def downgrade() -> None:
    for table in (question, instrument_version, priority_alias, priority, business_plan, agency_alias, agency):
        op.get_bind().execute(table.delete())
