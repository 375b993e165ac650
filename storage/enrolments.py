"""Enrolments: a care in a flow, with the zone and the seed of its schedule.

Used by onboarding and planning. An enrolment ends, it is never deleted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.errors import NotFound
from storage.statements import insert_new
from storage.store import Tx
from storage.tables import cares, enrolments


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A care in a flow."""

    id: int
    care_id: int
    flow_id: str
    zone: str
    seed: int
    """For random draws of the schedule; 64 bits, signed."""
    started_at: datetime
    ended_at: datetime | None
    planned_until: datetime | None
    """Occurrences are planned up to here; None: nothing is planned yet."""


_COLUMNS = (
    enrolments.c.id,
    enrolments.c.care_id,
    enrolments.c.flow_id,
    enrolments.c.zone,
    enrolments.c.seed,
    enrolments.c.started_at,
    enrolments.c.ended_at,
    enrolments.c.planned_until,
)
_ADD = insert_new(enrolments, enrolments.c.id)
_TO_PLAN = (
    sa.select(*_COLUMNS)
    .join(cares, cares.c.id == enrolments.c.care_id)
    .where(
        enrolments.c.ended_at.is_(None),
        cares.c.state == "active",
        sa.or_(
            enrolments.c.planned_until.is_(None),
            enrolments.c.planned_until < sa.bindparam("planned_before"),
        ),
    )
    .order_by(enrolments.c.id)
    .limit(sa.bindparam("most"))
)


def add(
    tx: Tx, *, care_id: int, flow_id: str, zone: str, seed: int, now: datetime
) -> Enrolment | None:
    """The care is in this flow; None if it was already."""
    values = {
        "care_id": care_id,
        "flow_id": flow_id,
        "zone": zone,
        "seed": seed,
        "started_at": now,
    }
    enrolment_id = tx.conn.execute(_ADD.on(tx.conn), values).scalar_one_or_none()
    if enrolment_id is None:
        return None
    return Enrolment(enrolment_id, care_id, flow_id, zone, seed, now, None, None)


def list_for_care(tx: Tx, care_id: int) -> list[Enrolment]:
    """Every enrolment of the care, ended ones too, oldest first."""
    query = sa.select(*_COLUMNS).where(enrolments.c.care_id == care_id).order_by(enrolments.c.id)
    return [Enrolment(*row) for row in tx.conn.execute(query)]


def list_to_plan(tx: Tx, *, planned_before: datetime, limit: int) -> list[Enrolment]:
    """Running enrolments of active cares that are planned less far than ``planned_before``."""
    params = {"planned_before": planned_before, "most": limit}
    return [Enrolment(*row) for row in tx.conn.execute(_TO_PLAN, params)]


def mark_planned(tx: Tx, enrolment_id: int, until: datetime) -> None:
    """Occurrences are planned up to ``until``. NotFound: no such enrolment."""
    change = sa.update(enrolments).where(enrolments.c.id == enrolment_id)
    if tx.conn.execute(change.values(planned_until=until)).rowcount != 1:
        raise NotFound(f"there is no enrolment {enrolment_id}")


def end_for_care(tx: Tx, care_id: int, now: datetime) -> None:
    """No enrolment of the care runs any more."""
    running = sa.update(enrolments).where(
        enrolments.c.care_id == care_id, enrolments.c.ended_at.is_(None)
    )
    tx.conn.execute(running.values(ended_at=now))
