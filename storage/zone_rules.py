"""The rules of the time zones that people live by, as they were when what is to come was planned.

Used by the service that follows an update of the time zones. With the rules of before, the wall
time of an instant that is stored can still be told. It must hold nothing about people: rules by
which nobody lives any more go with the last who did, for a rare zone may name its only client.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from storage.statements import upsert
from storage.store import Tx
from storage.tables_people import people
from storage.tables_planning import zone_rules


@dataclass(frozen=True, slots=True)
class ZoneRules:
    """The rules of a zone in the form of the tz database's files."""

    zone: str
    rules: bytes
    """Those by which everything to come is planned, but for what is moved already."""
    becomes: bytes | None
    """Those that are being followed; None: nothing is to be moved."""
    done_to: int
    """The last therapy session that was moved."""
    clients_to: int = 0
    """The last client whose put-off question and pauses were moved."""


_T = zone_rules.c
_UNUSED = sa.delete(zone_rules).where(_T.zone.not_in(sa.select(people.c.zone)))
_PUT = upsert(zone_rules, ("zone",), ("rules", "becomes", "done_to", "clients_to"))


def list_zones(tx: Tx) -> list[str]:
    """List the zones that anybody lives by."""
    query = sa.select(people.c.zone).distinct().order_by(people.c.zone)
    return list(tx.conn.execute(query).scalars())


def list_new_zones(tx: Tx) -> list[str]:
    """List those of them whose rules are not known yet."""
    known = set(list_known(tx))
    return [name for name in list_zones(tx) if name not in known]


def list_known(tx: Tx) -> dict[str, ZoneRules]:
    """Return the rules that are known, by zone."""
    rows = tx.conn.execute(sa.select(_T.zone, _T.rules, _T.becomes, _T.done_to, _T.clients_to))
    return {row.zone: ZoneRules(*row) for row in rows}


def drop_unused(tx: Tx) -> None:
    """No rules are kept of a zone that nobody lives by."""
    tx.conn.execute(_UNUSED)


def put(tx: Tx, known: ZoneRules) -> None:
    """These are the rules of the zone that are known now."""
    values = {
        "zone": known.zone,
        "rules": known.rules,
        "becomes": known.becomes,
        "done_to": known.done_to,
        "clients_to": known.clients_to,
    }
    tx.conn.execute(_PUT.on(tx.conn), values)
