"""Locks of PostgreSQL by which several writers decide as if they were one: all of the practice, or
some people in it.

Used by the ``postgres`` engine and the outbox. They end with their transaction, whatever becomes of
it. On SQLite there is one writer, and nothing here does anything. A transaction must never wait for
a person's lock after its first statement: two could wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from storage.errors import GivenUp
from storage.store import Tx

_PRACTICE, _PERSON = 0x1D7F, 0x1D80
"""Any two constants: PostgreSQL keeps these locks apart for each database."""
_LIVES = "(SELECT until_at > clock_timestamp() FROM runs WHERE id = CAST(:run AS bigint)) AS lives"
"""Asked along with the first lock: a statement of its own would cost each write a way there."""
_ALL = sa.text(f"SELECT pg_advisory_xact_lock({_PRACTICE}, 0), {_LIVES}")
_BESIDE = sa.text(f"SELECT pg_advisory_xact_lock_shared({_PRACTICE}, 0), {_LIVES}")
_SOME = sa.text(
    f"SELECT pg_advisory_xact_lock({_PERSON}, id) FROM unnest(CAST(:people AS int[])) AS id"
)
_FREE = sa.text(
    "SELECT id FROM unnest(CAST(:people AS int[])) AS id"
    f" WHERE pg_try_advisory_xact_lock({_PERSON}, id)"
)


def take(conn: sa.Connection, about: Collection[int] | None, run_id: int | None) -> None:
    """Wait until nobody else decides about these people; None: about anybody at all.

    Who decides about somebody holds off who decides about anybody, and the other way round.
    GivenUp: it is this run that decides (None: no run does), and its lease is over by the server's
    clock.
    """
    lives = conn.execute(_ALL if about is None else _BESIDE, {"run": run_id}).one().lives
    if run_id is not None and not lives:
        raise GivenUp(f"run {run_id} was given up; it begins anew")
    if about:
        # in one order for everybody, so that no two wait for each other
        conn.execute(_SOME, {"people": sorted(set(about))})


def free_people(tx: Tx, person_ids: Collection[int]) -> set[int]:
    """Those of these people about whom nobody else decides now; nobody will until this transaction
    ends. It waits for nobody.
    """
    if tx.conn.dialect.name == "sqlite" or not person_ids:
        return set(person_ids)
    return set(tx.conn.execute(_FREE, {"people": sorted(set(person_ids))}).scalars())
