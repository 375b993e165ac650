"""Own webhooks: the addresses to which this practice ever let Telegram deliver.

Used by the workers, which remove such a webhook when the settings name it no more; one that
somebody else has set is an alarm. An address must never be kept in the clear: only its mark is.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from storage.statements import insert_new
from storage.store import Tx
from storage.tables_messages import own_webhooks

_T = own_webhooks.c
_ADD = insert_new(own_webhooks, _T.mark)
_FIND = sa.select(_T.mark).where(_T.mark == sa.bindparam("of"))


def add(tx: Tx, url: str, now: datetime) -> None:
    """The address is this practice's own, from before Telegram hears of it."""
    tx.conn.execute(_ADD.on(tx.conn), {"mark": tx.address_mark(url), "first_at": now})


def is_own(tx: Tx, url: str) -> bool:
    """True where this practice has set a webhook with this address."""
    return tx.conn.execute(_FIND, {"of": tx.address_mark(url)}).first() is not None
