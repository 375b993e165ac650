"""Files that were sent to people and are to leave their chats again. Used by the keeper and the
eraser. The bytes are gone with the sending; what is known is which message it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.statements import is_word
from storage.store import Tx
from storage.tables_messages import outbox


@dataclass(frozen=True, slots=True)
class SentFile:
    """A message with a file that stands in somebody's chat."""

    id: int
    """The outbox row's."""
    person_id: int
    message_id: int


_T = outbox.c
_SENT = sa.select(_T.id, _T.person_id, _T.message_id).where(
    is_word(_T.kind, "document"),
    is_word(_T.state, "sent"),
    _T.message_id > 0,  # 0: it stood in a chat that was left, and was taken out then
    _T.dedupe_key.contains(sa.bindparam("key", type_=sa.Text)),
    _T.finished_at > sa.bindparam("since", type_=_T.finished_at.type),
    _T.finished_at <= sa.bindparam("until", type_=_T.finished_at.type),
)


def list_sent(
    tx: Tx, *, key: str, since: datetime, until: datetime, person_id: int | None = None
) -> list[SentFile]:
    """List the files whose key holds ``key`` and that were sent in ``since`` < t <= ``until``; of
    everybody, or of one person.
    """
    query = _SENT if person_id is None else _SENT.where(_T.person_id == person_id)
    rows = tx.conn.execute(query, {"key": key, "since": since, "until": until})
    return [SentFile(*row) for row in rows]
