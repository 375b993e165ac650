"""Instants come back aware and in UTC, and order as they do in time; naive ones are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from storage import audit, occurrences
from storage.column_types import LocalDate, UtcDateTime
from storage.store import Store, Tx
from storage.tables_people import audit as audit_table
from tests.storage.practice import NOW, add_care

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "pg"])
def test_a_naive_time_is_refused(dialect: sa.Dialect) -> None:
    with pytest.raises(ValueError, match="naive"):
        UtcDateTime().process_bind_param(NOW.replace(tzinfo=None), dialect)


async def test_a_naive_time_never_reaches_a_table(store: Store) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(sa.exc.StatementError, match="naive"):
        await store.write(lambda tx: audit.add(tx, now=naive, actor="a", action="b", subject="c"))
    assert await store.read(lambda tx: audit.list_(tx, 1)) == []


async def test_instants_of_any_zone_come_back_in_utc_and_in_order(store: Store) -> None:
    autumn = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    given = [
        autumn.replace(fold=1),
        autumn,
        datetime(2026, 10, 25, 0, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
        datetime(1999, 1, 1, tzinfo=UTC),
    ]

    def keep(tx: Tx) -> None:
        for moment in given:
            audit.add(tx, now=moment, actor="a", action="b", subject="c")

    def read(tx: Tx) -> list[datetime]:
        ordered = sa.select(audit_table.c.at).order_by(audit_table.c.at)
        return list(tx.conn.execute(ordered).scalars())

    await store.write(keep)
    kept = await store.read(read)
    assert kept == sorted(moment.astimezone(UTC) for moment in given)
    assert {moment.tzinfo for moment in kept} == {UTC}


async def test_a_local_date_comes_back_as_a_date(store: Store) -> None:
    def keep(tx: Tx) -> date:
        care = add_care(tx)
        day = date(2026, 3, 29)
        occurrences.add(
            tx,
            care_id=care.id,
            flow_id="mid-week",
            local_on=day,
            slot="0",
            due_at=NOW,
            until_at=NOW + timedelta(hours=1),
            now=NOW,
        )
        found = occurrences.find(tx, care.id, "mid-week", day, "0")
        assert found is not None
        return found.local_on

    kept = await store.write(keep)
    assert kept == date(2026, 3, 29)
    assert type(kept) is date


def test_an_instant_is_not_a_local_date() -> None:
    with pytest.raises(TypeError, match="not an instant"):
        LocalDate().process_bind_param(NOW, sqlite.dialect())
