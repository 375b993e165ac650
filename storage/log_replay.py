"""Makes good what an older backup does not know: the rows of the log, put into a database that
comes back.

Used by ``restoring`` only, on a database that nobody is served from. A row that refers to what went
with the backup is left out; whoever has no key any more is left out, too.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage import erasures, replayed
from storage.replay_log import Line
from storage.statements import new_id
from storage.store import Tx
from storage.table_parts import metadata
from storage.tables_backup import lost_words, restores, unlogged
from storage.tables_messages import outbox, uptimes
from storage.tables_people import cares
from storage.tables_planning import enrolments

ROOM = 1000
"""Ids that may have been given out after the log's last word; they are not given out again."""
NO_ROW: dict[str, Any] = {}


@dataclass(slots=True)
class Replayed:
    """The outcome of a replay."""

    lines: int = 0
    refused: int = 0
    """Lines that this practice did not write, or that are damaged."""
    left_out: int = 0
    """Rows that belong to what was said since the backup."""
    last_at: datetime | None = None
    """Until when the log knows that the bot ran."""


def replay(
    tx: Tx, lines: Iterable[Line], keys: dict[int, bytes], *, backup_at: datetime, now: datetime
) -> Replayed:
    """The database says of everybody what the last line of the log said; no id is given out twice;
    nothing that was sent is sent again; whoever lost words is noted, to be told.
    """
    done, said, sequences = Replayed(), set[int](), dict[str, int]()
    again: list[dict[str, Any]] = []
    for line in lines:
        done.lines += 1
        done.last_at = line.at if done.last_at is None else max(done.last_at, line.at)
        for name, seq in line.sequences.items():
            sequences[name] = max(seq, sequences.get(name, 0))
        for row in line.rows:
            if row["t"] == replayed.SAID:
                said.add(row["k"][0])
            elif not _put(tx, row, keys):
                again.append(row)
    # the last word on a row counts: what could not be put was overtaken, or stands on a later one
    last = {(row["t"], *row["k"]): row for row in again}
    done.left_out = sum(not _put(tx, row, keys) for row in last.values())
    tx.conn.execute(sa.delete(unlogged))
    _lift(tx, sequences)
    lost_at = done.last_at or backup_at
    _plan_anew(tx)
    _keep_unsaid(tx, lost_at, now)
    _note(tx, said, backup_at=backup_at, lost_at=lost_at, now=now)
    return done


def _put(tx: Tx, row: dict[str, Any], keys: dict[int, bytes]) -> bool:
    """Put the row as the log has it; False: it cannot be now."""
    table = replayed.TABLES.get(row["t"])
    if table is None:
        return True  # of a later version
    values = {name: _value(value) for name, value in row.get("row", NO_ROW).items()}
    if table.name == "people" and values and values["id"] not in keys:
        return False
    if table.name == "erasures" and values:
        _erase(tx, values)
    try:
        with tx.conn.begin_nested():
            if not values:
                _delete(tx, table, row["k"])
            elif table not in replayed.GONE:
                _save(tx, table, values)
                if table.name == "people":
                    _give_key(tx, values["id"], keys[values["id"]])
    except sa.exc.IntegrityError:
        return False
    return True


def _save(tx: Tx, table: sa.Table, values: dict[str, Any]) -> None:
    key = replayed.key_of(table)
    known = {column.name for column in table.columns}
    names = [name for name in values if name in known]
    where = " AND ".join(f"{name} = ?" for name in key)
    change = ", ".join(f"{name} = ?" for name in names if name not in key)
    bound = [values[name] for name in names if name not in key]
    if table not in replayed.ADDED and change:
        sql = f"UPDATE {table.name} SET {change} WHERE {where}"
        params = (*bound, *(values[name] for name in key))
        if tx.conn.exec_driver_sql(sql, params).rowcount:
            return
    if table in replayed.STANDING:
        return
    marks = ", ".join("?" for _ in names)
    conflict = f"ON CONFLICT ({', '.join(key)}) DO NOTHING"
    sql = f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks}) {conflict}"
    tx.conn.exec_driver_sql(sql, tuple(values[name] for name in names))


def _delete(tx: Tx, table: sa.Table, key: list[Any]) -> None:
    if table in replayed.ADDED:
        return
    where = " AND ".join(f"{name} = ?" for name in replayed.key_of(table))
    tx.conn.exec_driver_sql(f"DELETE FROM {table.name} WHERE {where}", tuple(key))


def _erase(tx: Tx, values: dict[str, Any]) -> None:
    """Erase once more; the receipt went out at the time, or its address went with the key."""
    if values.get("care_id") is None:
        erasures.forget(tx, values["person_id"])
    else:
        erasures.forget_care(tx, values["care_id"])
    values.update(chat_sealed=None, scrubbed_at=None)
    values["left_at"] = values["left_at"] or values["erased_at"]


def _give_key(tx: Tx, person_id: int, wrapped: bytes) -> None:
    sql = "INSERT OR IGNORE INTO person_keys (person_id, wrapped, generation) VALUES (?, ?, 1)"
    tx.conn.exec_driver_sql(sql, (person_id, wrapped))


def _value(value: Any) -> Any:
    return base64.b64decode(value["b"]) if isinstance(value, dict) else value


def _lift(tx: Tx, sequences: dict[str, int]) -> None:
    """No id is given out again: none of the last moments, and none of a table of which the log says
    nothing, since nothing was logged or it was empty then.
    """
    found = tx.conn.exec_driver_sql("SELECT name, seq FROM sqlite_sequence").all()
    before = {row.name: row.seq for row in found}
    counted = [
        table.name
        for table in metadata.tables.values()
        if table.dialect_options["sqlite"]["autoincrement"]
    ]
    for name in {*counted, *sequences}:
        params = (max(sequences.get(name, 0), before.get(name, 0)) + ROOM, name)
        if not tx.conn.exec_driver_sql(
            "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?", params
        ).rowcount:
            tx.conn.exec_driver_sql("INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)", params)


def _plan_anew(tx: Tx) -> None:
    """The plans made since went with the backup; a slot that is there already is not added."""
    running = sa.update(enrolments).where(enrolments.c.ended_at.is_(None))
    tx.conn.execute(running.values(planned_until=None))


def _keep_unsaid(tx: Tx, lost_at: datetime, now: datetime) -> None:
    """The messages that were to leave while the bot still ran have left; safety texts go twice
    rather than not at all. The bot was up until then, so nobody is told of an outage before.
    """
    waiting = sa.update(outbox).where(
        outbox.c.state.in_(("queued", "claimed")),
        outbox.c.not_before <= lost_at,
        outbox.c.message_class != "must",
    )
    over = {"state": "dropped", "reason": "restored", "body_sealed": None, "lease_until": None}
    tx.conn.execute(waiting.values(**over, finished_at=now))
    newest = sa.select(sa.func.max(uptimes.c.id)).scalar_subquery()
    late = sa.update(uptimes).where(uptimes.c.id == newest, uptimes.c.until_at < lost_at)
    tx.conn.execute(late.values(until_at=lost_at))


def _note(tx: Tx, said: set[int], *, backup_at: datetime, lost_at: datetime, now: datetime) -> None:
    values = {"backup_at": backup_at, "lost_at": lost_at, "restored_at": now, "asked_after": 0}
    restore_id = new_id(tx.conn, sa.insert(restores), values)
    known = set(tx.conn.execute(sa.select(cares.c.id).where(cares.c.id.in_(said))).scalars())
    rows = [{"restore_id": restore_id, "care_id": care_id} for care_id in sorted(known)]
    if rows:
        tx.conn.execute(sa.insert(lost_words), rows)
