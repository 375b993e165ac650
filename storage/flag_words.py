"""The effect of a client's word in a check-in on a flag, and the flag's state before it.

Used by assessing, so that a word which is taken back leaves the flag as if it had never been said,
and by the digest, which tells how a flag stood at its cut-off.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage.flags import Flag, State
from storage.statements import upsert
from storage.store import Tx
from storage.tables_signals import flag_words


@dataclass(frozen=True, slots=True)
class FlagWord:
    """The flag's state before the word, since when it had it, and when the word was given."""

    flag_id: int
    state_before: State
    changed_before_at: datetime
    given_at: datetime


_W = flag_words.c
_WORD = sa.select(_W.flag_id, _W.state_before, _W.changed_before_at, _W.given_at)
_FIRST_SINCE = (
    _WORD.where(_W.flag_id == sa.bindparam("flag_id"), _W.given_at >= sa.bindparam("since"))
    .order_by(_W.given_at, _W.check_in_id)
    .limit(1)
)
_IN_CHECK_IN = _W.check_in_id == sa.bindparam("in_check_in")
_TAKE = _WORD.where(_IN_CHECK_IN).order_by(_W.given_at.desc(), _W.flag_id.desc())
_CLEAR = sa.delete(flag_words).where(_IN_CHECK_IN)
_ADD = upsert(flag_words, ("check_in_id", "flag_id"), ("given_at",))


def add(tx: Tx, flag: Flag, *, check_in_id: int, given_at: datetime) -> None:
    """The check-in gave its word at ``given_at``; the flag stood as in ``flag`` before it, or as it
    stood before the first word that is kept of the check-in.
    """
    values = {
        "check_in_id": check_in_id,
        "flag_id": flag.id,
        "state_before": flag.state,
        "changed_before_at": flag.changed_at,
        "given_at": given_at,
    }
    tx.conn.execute(_ADD.on(tx.conn), values)


def take(tx: Tx, check_in_id: int) -> list[FlagWord]:
    """The words of a check-in, newest first; none of them is kept any more."""
    params = {"in_check_in": check_in_id}
    words = [FlagWord(*row) for row in tx.conn.execute(_TAKE, params)]
    if words:
        tx.conn.execute(_CLEAR, params)
    return words


def find_first_since(tx: Tx, flag_id: int, since: datetime) -> FlagWord | None:
    """The first word about the flag that was given then or later."""
    row = tx.conn.execute(_FIRST_SINCE, {"flag_id": flag_id, "since": since}).one_or_none()
    return None if row is None else FlagWord(*row)
