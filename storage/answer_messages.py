"""The messages that an answer in own words was made of, so that a changed message changes its part.

Used by the services. Nothing of the words is kept here, only how many characters of the answer each
message gave; a line break stands between two of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from storage.store import Tx
from storage.tables_check_ins import answer_messages, check_ins


@dataclass(frozen=True, slots=True)
class AnswerMessage:
    """A message of a client, and how many characters of the answer are its own."""

    message_id: int
    length: int


@dataclass(frozen=True, slots=True)
class MadeOf:
    """An answer, and the messages that it was made of, in order."""

    check_in_id: int
    step_id: str
    messages: tuple[AnswerMessage, ...]


_T = answer_messages.c
_ADD = sa.insert(answer_messages)
_OF_ANSWER = sa.and_(
    _T.check_in_id == sa.bindparam("of_check_in"), _T.step_id == sa.bindparam("of_step")
)
_REMOVE = sa.delete(answer_messages).where(_OF_ANSWER)
_LIST = sa.select(_T.message_id, _T.length).where(_OF_ANSWER).order_by(_T.place)
_FIND = (
    sa.select(_T.check_in_id, _T.step_id)
    .join(check_ins, check_ins.c.id == _T.check_in_id)
    .where(check_ins.c.care_id == sa.bindparam("care_id"), _T.message_id == sa.bindparam("number"))
    .order_by(_T.check_in_id.desc())
    .limit(1)
)


def save(tx: Tx, check_in_id: int, step_id: str, messages: Sequence[AnswerMessage]) -> None:
    """The answer was made of these messages and no other."""
    tx.conn.execute(_REMOVE, {"of_check_in": check_in_id, "of_step": step_id})
    rows = [
        {
            "check_in_id": check_in_id,
            "step_id": step_id,
            "place": place,
            "message_id": message.message_id,
            "length": message.length,
        }
        for place, message in enumerate(messages)
    ]
    if rows:
        tx.conn.execute(_ADD, rows)


def list_(tx: Tx, check_in_id: int, step_id: str) -> tuple[AnswerMessage, ...]:
    """The messages of the answer, in order; none where that is not known."""
    found = tx.conn.execute(_LIST, {"of_check_in": check_in_id, "of_step": step_id}).all()
    return tuple(AnswerMessage(*row) for row in found)


def find(tx: Tx, care_id: int, message_id: int) -> MadeOf | None:
    """The care's answer of which the message is a part; None where it is none of any."""
    row = tx.conn.execute(_FIND, {"care_id": care_id, "number": message_id}).first()
    if row is None:
        return None
    return MadeOf(row.check_in_id, row.step_id, list_(tx, row.check_in_id, row.step_id))
