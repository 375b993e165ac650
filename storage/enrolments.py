"""Enrolments: a care in a flow, with the zone, the seed and the client's own times of its schedule.

Used by onboarding and planning. An enrolment ends, it is never deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import sqlalchemy as sa

from flows.schedule.local_time import wall_at
from flows.schedule.wishes import Wish
from flows.schedule.zones import zone as zone_of
from storage.errors import NotFound
from storage.statements import exactly_one, insert_new
from storage.store import Tx
from storage.tables_people import cares
from storage.tables_planning import enrolments


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
    """Occurrences are planned up to here; None: nothing is planned yet, or it is to be planned
    anew.
    """
    started_on: date | None
    """The local date of ``started_at``; None: from before it was kept."""
    wish: Wish | None
    """The client's own times."""


_COLUMNS = (
    enrolments.c.id,
    enrolments.c.care_id,
    enrolments.c.flow_id,
    enrolments.c.zone,
    enrolments.c.seed,
    enrolments.c.started_at,
    enrolments.c.ended_at,
    enrolments.c.planned_until,
    enrolments.c.started_on,
    enrolments.c.wish_at,
    enrolments.c.wish_days,
)
_RUNNING = enrolments.c.ended_at.is_(None)
_LOAD = sa.select(*_COLUMNS).where(enrolments.c.id == sa.bindparam("enrolment_id"))
_OF_CARE = (
    sa.select(*_COLUMNS)
    .where(enrolments.c.care_id == sa.bindparam("care_id"))
    .order_by(enrolments.c.id)
)
_ADD = insert_new(enrolments, enrolments.c.id)
_TO_PLAN = (
    sa.select(*_COLUMNS)
    .join(cares, cares.c.id == enrolments.c.care_id)
    .where(_RUNNING, cares.c.state == "active")
    .order_by(enrolments.c.planned_until, enrolments.c.id)
    .limit(sa.bindparam("most"))
)
# two questions, since one with OR makes SQLite read every enrolment, each second
NEVER_PLANNED = _TO_PLAN.where(enrolments.c.planned_until.is_(None))
PLANNED_SHORT = _TO_PLAN.where(enrolments.c.planned_until < sa.bindparam("planned_before"))


def add(
    tx: Tx, *, care_id: int, flow_id: str, zone: str, seed: int, now: datetime
) -> Enrolment | None:
    """The care is in this flow; None if it was already."""
    started_on = wall_at(now, zone_of(zone)).date()
    values = {
        "care_id": care_id,
        "flow_id": flow_id,
        "zone": zone,
        "seed": seed,
        "started_at": now,
        "started_on": started_on,
    }
    enrolment_id = tx.conn.execute(_ADD.on(tx.conn), values).scalar_one_or_none()
    if enrolment_id is None:
        return None
    return Enrolment(enrolment_id, care_id, flow_id, zone, seed, now, None, None, started_on, None)


def find(tx: Tx, enrolment_id: int) -> Enrolment | None:
    """The enrolment with this id."""
    row = tx.conn.execute(_LOAD, {"enrolment_id": enrolment_id}).one_or_none()
    return None if row is None else _enrolment(row)


def list_for_care(tx: Tx, care_id: int) -> list[Enrolment]:
    """Every enrolment of the care, ended ones too, oldest first."""
    return [_enrolment(row) for row in tx.conn.execute(_OF_CARE, {"care_id": care_id})]


def list_running(tx: Tx, care_id: int) -> list[Enrolment]:
    """The care's enrolments that have not ended, oldest first."""
    return [each for each in list_for_care(tx, care_id) if each.ended_at is None]


def count_running(tx: Tx) -> dict[str, int]:
    """Count the active cares in each flow, by the flow's id."""
    query = (
        sa.select(enrolments.c.flow_id, sa.func.count())
        .join(cares, cares.c.id == enrolments.c.care_id)
        .where(_RUNNING, cares.c.state == "active")
        .group_by(enrolments.c.flow_id)
    )
    return {str(flow_id): int(count) for flow_id, count in tx.conn.execute(query)}


def list_to_plan(tx: Tx, *, planned_before: datetime, limit: int) -> list[Enrolment]:
    """Running enrolments of active cares that are planned less far than ``planned_before``, by id;
    those that are not planned at all come before the others where ``limit`` leaves some out.
    """
    found = [_enrolment(row) for row in tx.conn.execute(NEVER_PLANNED, {"most": limit})]
    if len(found) < limit:
        params = {"planned_before": planned_before, "most": limit - len(found)}
        found += (_enrolment(row) for row in tx.conn.execute(PLANNED_SHORT, params))
    return sorted(found, key=lambda each: each.id)


def mark_planned(tx: Tx, enrolment_ids: int | Sequence[int], until: datetime) -> None:
    """Occurrences are planned up to ``until``. NotFound: one of them does not exist."""
    ids = [enrolment_ids] if isinstance(enrolment_ids, int) else list(enrolment_ids)
    change = sa.update(enrolments).where(enrolments.c.id.in_(ids)).values(planned_until=until)
    if tx.conn.execute(change).rowcount != len(ids):
        raise NotFound(f"there is no enrolment among {ids} for each of them")


def mark_unplanned(tx: Tx, flow_id: str) -> int:
    """Running enrolments in the flow are to be planned anew; how many they are."""
    running = sa.update(enrolments).where(enrolments.c.flow_id == flow_id, _RUNNING)
    done: sa.CursorResult[Any] = tx.conn.execute(running.values(planned_until=None))
    return done.rowcount


def plan_anew(tx: Tx, zone: str) -> None:
    """Running enrolments that follow the clock of this zone are to be planned anew."""
    running = sa.update(enrolments).where(enrolments.c.zone == zone, _RUNNING)
    tx.conn.execute(running.values(planned_until=None))


def set_wish(tx: Tx, enrolment_id: int, wish: Wish | None) -> None:
    """The client's own times are these; None: those of the flow. StaleState: it has ended."""
    at, days = (wish.at_wall, wish.days) if wish is not None else (None, None)
    change = sa.update(enrolments).where(enrolments.c.id == enrolment_id, _RUNNING)
    values = {
        "wish_at": None if at is None else at.isoformat("minutes"),
        "wish_days": None if days is None else ",".join(map(str, days)),
    }
    exactly_one(tx.conn.execute(change.values(values)), f"enrolment {enrolment_id}")


def set_zone_for_care(tx: Tx, care_id: int, zone: str) -> None:
    """The care's running enrolments follow the clock of this zone."""
    running = sa.update(enrolments).where(enrolments.c.care_id == care_id, _RUNNING)
    tx.conn.execute(running.values(zone=zone))


def end(tx: Tx, enrolment_id: int, now: datetime) -> None:
    """The enrolment does not run any more. StaleState: it had ended before."""
    running = sa.update(enrolments).where(enrolments.c.id == enrolment_id, _RUNNING)
    exactly_one(tx.conn.execute(running.values(ended_at=now)), f"enrolment {enrolment_id}")


def end_for_care(tx: Tx, care_id: int, now: datetime) -> None:
    """No enrolment of the care runs any more."""
    running = sa.update(enrolments).where(enrolments.c.care_id == care_id, _RUNNING)
    tx.conn.execute(running.values(ended_at=now))


def begin(tx: Tx, care_id: int, *, zone: str, now: datetime) -> None:
    """The care's running enrolments, which were prepared, begin now and are to be planned."""
    started_on = wall_at(now, zone_of(zone)).date()
    running = sa.update(enrolments).where(enrolments.c.care_id == care_id, _RUNNING)
    values = {"started_at": now, "started_on": started_on, "zone": zone, "planned_until": None}
    tx.conn.execute(running.values(**values))


def begin_again(tx: Tx, care_id: int, *, ended_at: datetime | None) -> None:
    """The enrolments of the care that ended at that very moment run again, and are planned anew."""
    ended = sa.update(enrolments).where(
        enrolments.c.care_id == care_id, enrolments.c.ended_at == ended_at
    )
    tx.conn.execute(ended.values(ended_at=None, planned_until=None))


def _enrolment(row: Any) -> Enrolment:
    *known, wish_at, wish_days = row
    values: Any = (*known, _wish(wish_at, wish_days))
    return Enrolment(*values)


def _wish(at: str | None, days: str | None) -> Wish | None:
    if at is None and days is None:
        return None
    return Wish(
        time.fromisoformat(at) if at is not None else None,
        tuple(map(int, days.split(","))) if days is not None else None,
    )
