"""Real trouble on demand: a database that refuses a change, and what was logged meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.services.work.unit_of_work import Work
from storage.store import Store, Tx
from tests.support.house import House


@asynccontextmanager
async def refusing(store: Store, change: str) -> AsyncIterator[None]:
    """The database refuses ``change``, such as ``INSERT ON inbox``, as a full disk would."""
    await store.write(
        lambda tx: tx.conn.exec_driver_sql(
            f"CREATE TRIGGER trouble BEFORE {change} BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    )
    try:
        yield
    finally:
        await store.write(lambda tx: tx.conn.exec_driver_sql("DROP TRIGGER trouble"))


async def tell(house: House, decide: object, origin: str = "test") -> None:
    """Do one piece of work in a transaction of its own."""
    assert callable(decide)

    def work(tx: Tx) -> None:
        decide(Work(tx, house.app.practice, house.clock.now(), origin))

    await house.app.store.write(work)
