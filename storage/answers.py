"""Answers: one a step of a check-in, for the rules and the digest.

Used by the services. Values are sealed under the client's key. The engine's own state holds its
answers as well; these rows are what is read across check-ins.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from flows.engine.check_in import Answer
from flows.kinds.kind import Value
from storage.check_ins import StoredCheckIn
from storage.statements import upsert
from storage.store import Tx
from storage.tables_check_ins import answers, check_ins, held_back
from storage.tables_people import cares


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as kept; ``value`` None means that the client chose not to answer."""

    check_in_id: int
    step_id: str
    measures: str | None
    value: Value | None
    off_path: bool
    given_at: datetime
    version: str
    """The fingerprint of the flow in which it was asked."""

    def __repr__(self) -> str:
        return f"StoredAnswer({self.check_in_id}, {self.step_id!r}, …)"


_T = answers.c
_SELECT = sa.select(
    check_ins.c.client_id,
    _T.value_sealed,
    _T.check_in_id,
    _T.step_id,
    _T.measures,
    _T.off_path,
    _T.given_at,
    check_ins.c.fingerprint,
).join(check_ins, check_ins.c.id == _T.check_in_id)
_OF_CHECK_IN = _SELECT.where(_T.check_in_id == sa.bindparam("check_in_id")).order_by(
    _T.given_at, _T.step_id
)
_IS_HELD_BACK = sa.exists().where(
    held_back.c.check_in_id == _T.check_in_id, held_back.c.step_id == _T.step_id
)
_MEASURED = _SELECT.where(
    check_ins.c.care_id == sa.bindparam("care_id"),
    _T.measures.is_not(None),
    _T.off_path.is_(sa.false()),
    ~_IS_HELD_BACK.correlate(answers),
).order_by(_T.given_at, _T.check_in_id, _T.step_id)
_of = check_ins.alias("of_care")
_SAVE = upsert(
    answers, ("check_in_id", "step_id"), ("measures", "value_sealed", "off_path", "given_at")
)


def save(
    tx: Tx, *, stored_check_in: StoredCheckIn, answers: Sequence[tuple[Answer, str | None]]
) -> None:
    """Each answer, with what its step measures, is the one kept for its step."""
    if not answers:
        return
    rows = [_row(tx, stored_check_in, answer, measures) for answer, measures in answers]
    tx.conn.execute(_SAVE.on(tx.conn), rows if len(rows) > 1 else rows[0])


def remove(tx: Tx, check_in_id: int, step_id: str) -> None:
    """Delete what is kept under that id; nothing if it was so."""
    gone = sa.delete(answers).where(_T.check_in_id == check_in_id, _T.step_id == step_id)
    tx.conn.execute(gone)


def list_for_check_in(tx: Tx, check_in_id: int) -> list[StoredAnswer]:
    """The check-in's answers, off the path too, in the order in which they were given."""
    return _all(tx, _OF_CHECK_IN, check_in_id=check_in_id)


def list_measured(
    tx: Tx,
    care_id: int,
    *prefixes: str,
    measure: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    newest: int | None = None,
) -> list[StoredAnswer]:
    """The care's answers on the path whose ``measures`` begins with one of ``prefixes`` or is
    ``measure``, by time. What is held back is as if it had not been asked.

    ``since`` <= given < ``until``, where asked for. ``newest``: only those of so many check-ins
    that have such an answer, the last that were opened.
    """
    query = _measured(prefixes, measure, since is not None, until is not None, newest)
    asked = {"since": since, "until": until}
    return _all(tx, query, care_id=care_id, **{k: v for k, v in asked.items() if v is not None})


@lru_cache
def _measured(
    prefixes: tuple[str, ...], measure: str | None, since: bool, until: bool, newest: int | None
) -> sa.Select[Any]:
    """The statement for what is asked for: it is built once, as a digest asks it of each client."""
    wanted = _T.measures == measure if measure is not None else _begins_with(prefixes)
    query = _MEASURED.where(wanted)
    if since:
        from_at = sa.bindparam("since", type_=_T.given_at.type)
        lasted = check_ins.c.ended_at.is_(None) | (check_ins.c.ended_at >= from_at)
        query = query.where(_T.given_at >= from_at, lasted)
    if until:
        query = query.where(_T.given_at < sa.bindparam("until", type_=_T.given_at.type))
    if newest is not None:
        query = query.where(check_ins.c.id.in_(_newest_with(wanted, newest)))
    return query


def list_marks(
    tx: Tx, therapist_id: int, *, since: datetime, until: datetime
) -> frozenset[tuple[int, str, datetime, bytes]]:
    """The answers that the therapist's clients gave at ``since`` <= t < ``until``, unopened: they
    differ where one was changed meanwhile, for every saving seals anew.
    """
    rows = tx.conn.execute(
        sa.select(_T.check_in_id, _T.step_id, _T.given_at, _T.value_sealed)
        .join(check_ins, check_ins.c.id == _T.check_in_id)
        .join(cares, cares.c.id == check_ins.c.care_id)
        .where(cares.c.therapist_id == therapist_id, _T.given_at >= since, _T.given_at < until)
    )
    return frozenset((row[0], row[1], row[2], bytes(row[3])) for row in rows)


def _begins_with(prefixes: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.or_(
        *(_T.measures.startswith(prefix, autoescape=True) for prefix in prefixes or ("",))
    )


def _newest_with(wanted: sa.ColumnElement[bool], count: int) -> sa.Select[tuple[int]]:
    """The ids of the check-ins of the care that were opened last and have a wanted answer."""
    has_one = sa.exists().where(
        _T.check_in_id == _of.c.id,
        _T.measures.is_not(None),
        _T.off_path.is_(sa.false()),
        ~_IS_HELD_BACK.correlate(answers),
        wanted,
    )
    return (
        sa.select(_of.c.id)
        .where(_of.c.care_id == sa.bindparam("care_id"), has_one.correlate(_of))
        .order_by(_of.c.opened_at.desc(), _of.c.id.desc())
        .limit(count)
    )


def _row(tx: Tx, stored: StoredCheckIn, answer: Answer, measures: str | None) -> dict[str, Any]:
    text = json.dumps(answer.value, ensure_ascii=False)
    return {
        "check_in_id": stored.id,
        "step_id": answer.step_id,
        "measures": measures,
        "value_sealed": tx.seal(stored.client_id, text, _place(stored.id, answer.step_id)),
        "off_path": answer.off_path,
        "given_at": answer.given_at,
    }


def _all(tx: Tx, query: sa.Select[Any], **params: Any) -> list[StoredAnswer]:
    return [_answer(tx, row) for row in tx.conn.execute(query, params).all()]


def _answer(tx: Tx, row: Any) -> StoredAnswer:
    client_id, sealed, check_in_id, step_id, measures, off_path, given_at, version = row
    kept = json.loads(tx.unseal(client_id, sealed, _place(check_in_id, step_id)))
    value = tuple(kept) if isinstance(kept, list) else kept
    return StoredAnswer(check_in_id, step_id, measures, value, off_path, given_at, version)


def _place(check_in_id: int, step_id: str) -> str:
    return f"answers.value:{check_in_id}:{step_id}"
