"""Occurrences: planned slots of a flow in a care.

Used by planning, the ticker and ``interlude why``.
An occurrence is never deleted: it keeps its state and the reason why nothing came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

import sqlalchemy as sa

from flows.schedule.occurrences import Slot
from storage.errors import NotFound
from storage.statements import exactly_one, insert_new, is_word, upsert, words
from storage.store import Tx
from storage.tables_planning import occurrences

State = Literal["planned", "opened", "missed", "paused", "thinned", "cancelled"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One slot: due at ``due_at``, worth opening before ``until_at``."""

    id: int
    care_id: int
    flow_id: str
    local_on: date
    slot: str
    due_at: datetime
    until_at: datetime
    state: State
    reason: str | None


_T = occurrences.c
_COLUMNS = (
    _T.id,
    _T.care_id,
    _T.flow_id,
    _T.local_on,
    _T.slot,
    _T.due_at,
    _T.until_at,
    _T.state,
    _T.reason,
)
_KEY = ("care_id", "flow_id", "local_on", "slot")
_ADD = insert_new(occurrences, _T.id)
_PLANNED = is_word(_T.state, "planned")
_PUT = upsert(
    occurrences,
    _KEY,
    ("due_at", "until_at", "state", "reason", "changed_at"),
    only_if=is_word(_T.state, "planned", "cancelled"),
)
_FROM = sa.bindparam("from_at", type_=_T.due_at.type)
DUE = (
    sa.select(*_COLUMNS)
    .where(
        _PLANNED,
        _T.due_at <= sa.bindparam("now"),
        _T.due_at >= _FROM,
        sa.or_(_T.due_at > _FROM, _T.id > sa.bindparam("after_id")),
    )
    .order_by(_T.due_at, _T.id)
    .limit(sa.bindparam("most"))
)
FROM_THE_FIRST = {"from_at": datetime(1970, 1, 1, tzinfo=UTC), "after_id": 0}
_AFTER = sa.bindparam("after", type_=_T.due_at.type)
NEXT = sa.select(sa.func.min(_T.due_at)).where(_PLANNED, _T.due_at > _AFTER)
NEXT_END = sa.select(sa.func.min(_T.until_at)).where(
    _PLANNED, _T.due_at <= _AFTER, _T.until_at > _AFTER
)
_COUNT_DUE = sa.select(sa.func.count()).where(
    _PLANNED,
    _T.due_at >= sa.bindparam("since", type_=_T.due_at.type),
    _T.due_at <= sa.bindparam("until", type_=_T.due_at.type),
)
_PLANNED_OF = (
    sa.select(*_COLUMNS)
    .where(_T.care_id.in_(sa.bindparam("cares", expanding=True)), _PLANNED)
    .order_by(_T.due_at, _T.id)
)
_LOAD = sa.select(*_COLUMNS).where(_T.id == sa.bindparam("row_id"))
_FIND = sa.select(*_COLUMNS).where(*(_T[name] == sa.bindparam(name) for name in _KEY))
_IN_SPAN = (
    sa.select(*_COLUMNS)
    .where(
        _T.care_id == sa.bindparam("care_id"),
        _T.due_at >= sa.bindparam("since"),
        _T.due_at < sa.bindparam("until"),
    )
    .order_by(_T.due_at, _T.id)
)


def add(
    tx: Tx,
    *,
    care_id: int,
    flow_id: str,
    local_on: date,
    slot: str,
    due_at: datetime,
    until_at: datetime,
    now: datetime,
) -> int | None:
    """The id of the new occurrence; None if this care, flow, date and slot has one."""
    values = {
        "care_id": care_id,
        "flow_id": flow_id,
        "local_on": local_on,
        "slot": slot,
        "due_at": due_at,
        "until_at": until_at,
        "state": "planned",
        "created_at": now,
        "changed_at": now,
    }
    added: int | None = tx.conn.execute(_ADD.on(tx.conn), values).scalar_one_or_none()
    return added


def put_many(tx: Tx, planned: Sequence[tuple[int, str, Slot]], now: datetime) -> None:
    """Each (care, flow, slot) is planned at its times, whether it is new, was planned for another
    time or had been cancelled. What was opened, missed or left out stays as it is: a slot comes
    once.
    """
    if planned:
        tx.conn.execute(_PUT.on(tx.conn), [_values(*one, now) for one in planned])


def _values(care_id: int, flow_id: str, slot: Slot, now: datetime) -> dict[str, Any]:
    return {
        "care_id": care_id,
        "flow_id": flow_id,
        "local_on": slot.local_on,
        "slot": slot.slot,
        "due_at": slot.due_at,
        "until_at": slot.until_at,
        "state": "planned",
        "reason": None,
        "created_at": now,
        "changed_at": now,
    }


def list_planned(
    tx: Tx, care_id: int, *, flow_id: str | None = None, slot: str | None = None
) -> list[Occurrence]:
    """List the care's planned occurrences by time, late ones too; of one flow or slot, if named."""
    found = (Occurrence(*row) for row in tx.conn.execute(_PLANNED_OF, {"cares": [care_id]}))
    return [each for each in found if flow_id in (None, each.flow_id) and slot in (None, each.slot)]


def list_planned_of(tx: Tx, care_ids: Sequence[int]) -> list[Occurrence]:
    """List the planned occurrences of these cares, late ones too."""
    if not care_ids:
        return []
    return [
        Occurrence(*row) for row in tx.conn.execute(_PLANNED_OF, {"cares": list(set(care_ids))})
    ]


def list_on(tx: Tx, care_id: int, local_on: date) -> list[Occurrence]:
    """The care's occurrences of a local date, in whatever state, by time."""
    query = sa.select(*_COLUMNS).where(_T.care_id == care_id, _T.local_on == local_on)
    return [Occurrence(*row) for row in tx.conn.execute(query.order_by(_T.due_at, _T.id))]


def find(tx: Tx, care_id: int, flow_id: str, local_on: date, slot: str) -> Occurrence | None:
    """The occurrence of this key."""
    key = {"care_id": care_id, "flow_id": flow_id, "local_on": local_on, "slot": slot}
    row = tx.conn.execute(_FIND, key).one_or_none()
    return None if row is None else Occurrence(*row)


def load(tx: Tx, occurrence_id: int) -> Occurrence:
    """The occurrence with this id. NotFound: there is none."""
    row = tx.conn.execute(_LOAD, {"row_id": occurrence_id}).one_or_none()
    if row is None:
        raise NotFound(f"there is no occurrence {occurrence_id}")
    return Occurrence(*row)


def list_due(
    tx: Tx, now: datetime, *, limit: int, after: Occurrence | None = None
) -> list[Occurrence]:
    """Planned occurrences that are due, in the order in which they came due, those behind
    ``after``; late ones too.
    """
    behind = FROM_THE_FIRST
    if after is not None:
        behind = {"from_at": after.due_at, "after_id": after.id}
    params = {"now": now, "most": limit} | behind
    return [Occurrence(*row) for row in tx.conn.execute(DUE, params)]


def count_due(tx: Tx, *, since: datetime, until: datetime) -> int:
    """Count what is planned still and came due from ``since`` to ``until``."""
    return int(tx.conn.execute(_COUNT_DUE, {"since": since, "until": until}).scalar_one())


def list_for_care(tx: Tx, care_id: int, *, since: datetime, until: datetime) -> list[Occurrence]:
    """The care's occurrences due from ``since`` to before ``until``, in whatever state, by time."""
    params = {"care_id": care_id, "since": since, "until": until}
    return [Occurrence(*row) for row in tx.conn.execute(_IN_SPAN, params)]


def mark(
    tx: Tx,
    occurrence_id: int,
    *,
    was: State | Sequence[State],
    state: State,
    reason: str | None,
    now: datetime,
) -> None:
    """The occurrence is in ``state`` and keeps why. StaleState: it was not in ``was``."""
    guarded = sa.update(occurrences).where(_T.id == occurrence_id, _T.state.in_(words(was)))
    changed = guarded.values(state=state, reason=reason, changed_at=now)
    exactly_one(tx.conn.execute(changed), f"occurrence {occurrence_id}")


def cancel_planned(
    tx: Tx, care_id: int, reason: str, now: datetime, flow_id: str | None = None
) -> int:
    """Nothing planned in the care (in one flow, if named) will come; how many that were."""
    planned = sa.update(occurrences).where(_T.care_id == care_id, _PLANNED)
    if flow_id is not None:
        planned = planned.where(_T.flow_id == flow_id)
    done: sa.CursorResult[Any] = tx.conn.execute(
        planned.values(state="cancelled", reason=reason, changed_at=now)
    )
    return done.rowcount


def cancel_flow(tx: Tx, flow_id: str, reason: str, now: datetime) -> int:
    """Nothing planned in the flow will come to anybody; how many that were."""
    planned = sa.update(occurrences).where(_T.flow_id == flow_id, _PLANNED)
    done: sa.CursorResult[Any] = tx.conn.execute(
        planned.values(state="cancelled", reason=reason, changed_at=now)
    )
    return done.rowcount


def cancel_many(tx: Tx, occurrence_ids: Sequence[int], reason: str, now: datetime) -> None:
    """Those of them that are planned will not come."""
    if not occurrence_ids:
        return
    planned = sa.update(occurrences).where(_T.id.in_(occurrence_ids), _PLANNED)
    tx.conn.execute(planned.values(state="cancelled", reason=reason, changed_at=now))


def cancel_slot(tx: Tx, care_id: int, slot: str, reason: str, now: datetime) -> int:
    """Cancel the planned occurrences of this slot in the care; return how many there were."""
    planned = sa.update(occurrences).where(_T.care_id == care_id, _T.slot == slot, _PLANNED)
    done: sa.CursorResult[Any] = tx.conn.execute(
        planned.values(state="cancelled", reason=reason, changed_at=now)
    )
    return done.rowcount
