"""Runs: the processes of ``interlude run`` that live on one database, and which of them leads.

Used by the worker ``place``. Leases go by the database's own clock, which all runs share, whatever
the clocks of their machines say. A run that has missed its lease must never be taken for the same
one again: it begins anew under another id, and what it had claimed is sorted by class.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from storage.statements import insert_new, new_id
from storage.store import Tx
from storage.tables_messages import lead, runs

_R, _L = runs.c, lead.c
_AT = _R.until_at.type


@dataclass(frozen=True, slots=True)
class Share:
    """A part of all people: every ``count``-th, from the one at ``place`` on."""

    place: int
    count: int


WHOLE = Share(0, 1)
LATE = timedelta(seconds=5)
"""The wait after which a row is anybody's, whosever share it is in."""


def is_in_share(person_id: sa.ColumnElement[int], due_at: sa.ColumnElement[datetime]) -> Any:
    """A row about this person that came due then is for the run that asks; see ``bound``."""
    place = sa.bindparam("share_place", type_=sa.Integer)
    remainder = sa.func.coalesce(person_id, 0) % sa.bindparam("share_count", type_=sa.Integer)
    return sa.or_(remainder == place, due_at < sa.bindparam("share_late", type_=_AT))


def bound(share: Share, now: datetime) -> dict[str, Any]:
    """The values for ``is_in_share``."""
    return {"share_place": share.place, "share_count": share.count, "share_late": now - LATE}


@dataclass(frozen=True, slots=True)
class Beat:
    """The runs as one of them sees them."""

    run_id: int
    living: tuple[int, ...]
    """The ids of all that live, this one's among them, oldest first."""
    is_known: bool
    """True once every other run has seen this one, and shares with it."""
    leads: bool
    term: int
    """The number of times that the lead has changed."""
    is_caught_up: bool
    """True where the one that leads has taken in all that waited at Telegram."""


_ADD = sa.insert(runs)
_DRAW_OUT = (
    sa.update(runs)
    .where(_R.id == sa.bindparam("run"), _R.until_at > sa.bindparam("now", type_=_AT))
    .values(until_at=sa.bindparam("until", type_=_AT), saw=sa.bindparam("newest"))
)
_SCHEMA = sa.text("SELECT version_num FROM alembic_version")
_LIVING = (
    sa.select(_R.id, _R.saw).where(_R.until_at > sa.bindparam("now", type_=_AT)).order_by(_R.id)
)
_BURY = sa.delete(runs).where(_R.until_at <= sa.bindparam("now", type_=_AT))
_BURY_OTHERS = sa.delete(runs).where(_R.id != sa.bindparam("run"))
_END = sa.delete(runs).where(_R.id == sa.bindparam("run"))
_GO_ON_LEADING = (
    sa.update(lead)
    .where(sa.or_(_L.run_id == sa.bindparam("run"), _L.until_at <= sa.bindparam("now", type_=_AT)))
    .values(
        run_id=sa.bindparam("run"),
        term=_L.term + sa.case((_L.run_id == sa.bindparam("run"), 0), else_=1),
        until_at=sa.bindparam("until", type_=_AT),
        is_caught_up=sa.bindparam("caught_up"),
    )
)
_LEAD_FIRST = insert_new(lead, _L.id)
_LEAD = sa.select(_L.run_id, _L.term, _L.is_caught_up)
_STAND_BACK = (
    sa.update(lead)
    .where(_L.run_id == sa.bindparam("run"))
    .values(until_at=sa.bindparam("now", type_=_AT), is_caught_up=False)
)


def database_now(tx: Tx) -> datetime:
    """The moment by the database's own clock; SQLite's is this machine's."""
    if tx.conn.dialect.name == "sqlite":
        text = sa.text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z' AS now")
    else:
        text = sa.text("SELECT clock_timestamp() AS now")
    found: datetime = tx.conn.execute(text.columns(now=_AT)).scalar_one()
    return found


def begin(tx: Tx, *, lasts: timedelta, alone: bool) -> int:
    """The id of a new run, never given before. ``alone``: any other is dead, whatever it says."""
    until = database_now(tx) + lasts
    run_id = new_id(tx.conn, _ADD, {"until_at": until, "saw": 0})
    if alone:
        tx.conn.execute(_BURY_OTHERS, {"run": run_id})
    return run_id


def beat(
    tx: Tx, run_id: int, *, lasts: timedelta, leads_for: timedelta, caught_up: bool
) -> Beat | None:
    """The run lives so long from now on; it leads where nobody else does, or goes on leading, and
    then says whether it has ``caught_up``, and the dead are forgotten. None: it was given up, and
    must begin anew.
    """
    now = database_now(tx)
    living = tx.conn.execute(_LIVING, {"now": now}).all()
    newest = max((row.id for row in living), default=0)
    drawn = {"run": run_id, "now": now, "until": now + lasts, "newest": newest}
    if not tx.conn.execute(_DRAW_OUT, drawn).rowcount:
        return None
    _try_to_lead(tx, run_id, now, now + leads_for, caught_up)
    found = tx.conn.execute(_LEAD).one()
    if found.run_id == run_id:
        tx.conn.execute(_BURY, {"now": now})
    return Beat(
        run_id,
        tuple(row.id for row in living),
        all(row.saw >= run_id for row in living if row.id != run_id),
        found.run_id == run_id,
        found.term,
        found.is_caught_up,
    )


def _try_to_lead(tx: Tx, run_id: int, now: datetime, until: datetime, caught_up: bool) -> None:
    bound = {"run": run_id, "now": now, "until": until, "caught_up": caught_up}
    if tx.conn.execute(_GO_ON_LEADING, bound).rowcount:
        return
    first = {"id": 1, "run_id": run_id, "term": 1, "until_at": until, "is_caught_up": caught_up}
    tx.conn.execute(_LEAD_FIRST.on(tx.conn), first)


def schema(tx: Tx) -> str:
    """The schema that the database has now, whichever version of Interlude gave it that."""
    return str(tx.conn.execute(_SCHEMA).scalar_one())


def list_living(tx: Tx) -> list[int]:
    """List the ids of the runs that live now."""
    rows = tx.conn.execute(_LIVING, {"now": database_now(tx)})
    return [row.id for row in rows]


def end(tx: Tx, run_id: int) -> None:
    """The run is over, and another may lead at once."""
    tx.conn.execute(_STAND_BACK, {"run": run_id, "now": database_now(tx)})
    tx.conn.execute(_END, {"run": run_id})
