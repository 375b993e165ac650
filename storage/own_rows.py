"""Reads every row of a client, opened, for a copy of their own data.

Used where a client or the practice asks for one. What the person is found by (hashes), keys and
claim tokens are left out; other people stand there by their role, never by an id.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from storage.column_types import UtcDateTime
from storage.erasures import ORDER
from storage.store import Tx
from storage.tables_people import people

LEFT_OUT = frozenset({"calendar_mark", "chat_hash", "token_hash", "token", "lease_until"})
"""Columns of the machine: claims, and fingerprints by which a chat, a link or an appointment is
found.
"""
Row = dict[str, Any]
_PLACES: dict[str, Callable[[Any], str]] = {
    "people.name_sealed": lambda row: f"people.name:{row.id}",
    "chats.chat_sealed": lambda row: f"chats.chat:{row.person_id}",
    "moves.former_chat_sealed": lambda row: f"moves.former_chat:{row.id}",
    "cares.alias_sealed": lambda row: f"cares.alias:{row.id}",
    "check_ins.state_sealed": lambda row: f"check_ins.state:{row.id}",
    "answers.value_sealed": lambda row: f"answers.value:{row.check_in_id}:{row.step_id}",
    "notes.words_sealed": lambda row: f"notes.words:{row.id}",
    "memos.memo_sealed": lambda row: f"memos.memo:{row.id}",
    "reasons.evidence_sealed": lambda row: (
        f"reasons.evidence:{row.care_id}:{row.rule}:{row.check_in_id}"
    ),
    "digest_sections.body_sealed": lambda row: (
        f"digest_sections.body:{row.digest_id}:{row.care_id}"
    ),
    "outbox.body_sealed": lambda row: f"outbox.body:{row.dedupe_key}",
    "inbox.body_sealed": lambda row: f"inbox.body:{row.update_id}:{row.fingerprint}",
}
_PERSON = "people.id"
_PLAIN = frozenset(
    {
        "people.name_sealed",
        "chats.chat_sealed",
        "cares.alias_sealed",
        "moves.former_chat_sealed",
        "memos.memo_sealed",
    }
)
"""Cells that hold a text; all others hold JSON."""


def list_all(tx: Tx, client_id: int) -> dict[str, list[Row]]:
    """Every row of the client by table, the person's own first; each cell opened."""
    roles = {row.id: row.role for row in tx.conn.execute(sa.select(people.c.id, people.c.role))}
    me = (people, people.c.id == sa.bindparam("who"))
    found: dict[str, list[Row]] = {}
    for table, where in (me, *reversed(ORDER)):
        query = sa.select(table).where(where).order_by(*table.primary_key.columns)
        rows = tx.conn.execute(query, {"who": client_id})
        kinds = [_kind(column) for column in table.columns]
        found[table.name] = [
            {
                name: _value(tx, row, where, value, client_id, roles)
                for (name, where), value in zip(kinds, row, strict=True)
                if name not in LEFT_OUT
            }
            for row in rows
        ]
    return found


def list_instants() -> dict[str, frozenset[str]]:
    """The fields of each table that hold an instant, written as ISO 8601 in UTC."""
    return {
        table.name: frozenset(
            column.name for column in table.columns if isinstance(column.type, UtcDateTime)
        )
        for table in (people, *(table for table, _ in ORDER))
    }


def _kind(column: sa.Column[Any]) -> tuple[str, str]:
    """Return a column's name in the copy, and how it is read: as a cell, as a person, or plainly.

    Found once a table: a client may have thousands of rows, and others wait meanwhile.
    """
    if column.name.endswith("_sealed"):
        return column.name.removesuffix("_sealed"), f"{column.table.name}.{column.name}"
    is_person = any(key.column.table is people for key in column.foreign_keys)
    return column.name, _PERSON if is_person else ""


def _value(tx: Tx, row: Any, where: str, value: Any, client_id: int, roles: dict[int, str]) -> Any:
    if where == "":
        return value.isoformat() if isinstance(value, datetime | date) else value
    if where == _PERSON:
        return _who(value, client_id, roles)
    return _cell(tx, row, where, value, client_id)


def _cell(tx: Tx, row: Any, where: str, value: Any, client_id: int) -> Any:
    if value is None:
        return None
    owner = getattr(row, "sealed_for", None) or client_id
    text = tx.unseal(owner, bytes(value), _PLACES[where](row))
    return text if where in _PLAIN else json.loads(text)


def _who(value: int | None, client_id: int, roles: dict[int, str]) -> str | None:
    if value is None:
        return None
    return "you" if value == client_id else roles[value]
