"""Every storage test runs on SQLite and on a real PostgreSQL.

Without PostgreSQL binaries the second half is skipped, unless REQUIRE_POSTGRES is set. A test that
asks for ``store`` finds it empty; one that asks for ``url`` gets a database of its own to spoil.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from storage import migrate
from storage.data_keys import Keyring
from storage.store import Store, Tx
from storage.table_parts import metadata
from tests.support.made_once import made_once
from tests.support.postgres import postgres_or_skip, sqlalchemy_url

KEYRING = Keyring({1: bytes(range(32))})
TEMPLATE = "interlude_template"
SHARED = "interlude_shared"
KEPT = ("index_key",)
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Path]:
    """The socket folder of a running PostgreSQL that holds the migrated template."""
    with postgres_or_skip() as folder:
        asyncio.run(statement(folder, f"CREATE DATABASE {TEMPLATE}"))
        asyncio.run(migrate.upgrade(sqlalchemy_url(folder, TEMPLATE), may_create=True))
        asyncio.run(statement(folder, f"CREATE DATABASE {SHARED} TEMPLATE {TEMPLATE}"))
        yield folder


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file."""

    def make(folder: Path) -> None:
        url = f"sqlite+aiosqlite:///{folder / 'template.db'}"
        asyncio.run(migrate.upgrade(url, may_create=True))

    return made_once(tmp_path_factory, "sqlite", make) / "template.db"


@pytest.fixture
def sqlite_path(sqlite_template: Path, tmp_path: Path) -> Path:
    """A migrated SQLite file of this test's own."""
    path = tmp_path / "interlude.db"
    shutil.copyfile(sqlite_template, path)
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def engine_name(request: pytest.FixtureRequest) -> str:
    """The engine on which this test runs."""
    return str(request.param)


@pytest.fixture
def url(engine_name: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database of this test's own."""
    if engine_name == "sqlite":
        yield f"sqlite+aiosqlite:///{request.getfixturevalue('sqlite_path')}"
        return
    folder: Path = request.getfixturevalue("postgres")
    name = f"t{next(_numbers)}"
    asyncio.run(statement(folder, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}"))
    yield sqlalchemy_url(folder, name)
    asyncio.run(statement(folder, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def shared_url(engine_name: str, request: pytest.FixtureRequest) -> str:
    """A migrated database; on PostgreSQL the same one for every test, since a copy takes long."""
    if engine_name == "sqlite":
        return f"sqlite+aiosqlite:///{request.getfixturevalue('sqlite_path')}"
    return sqlalchemy_url(request.getfixturevalue("postgres"), SHARED)


@pytest.fixture
async def store(shared_url: str) -> AsyncIterator[Store]:
    """An open store over an empty database, on each engine."""
    opened = await Store.open(shared_url, KEYRING)
    if shared_url.startswith("postgresql"):
        await opened.write(_empty)
    yield opened
    await opened.close()


def _empty(tx: Tx) -> None:
    """Delete every row, past foreign keys and triggers: a few milliseconds for a few rows."""
    deletes = "; ".join(f"DELETE FROM {name}" for name in metadata.tables if name not in KEPT)
    tx.conn.exec_driver_sql(
        "DO $$ BEGIN PERFORM set_config('session_replication_role', 'replica', true); "
        f"{deletes}; END $$"
    )


async def statement(folder: Path, text: str) -> None:
    """Run one statement on the server, outside of transactions."""
    engine = create_async_engine(sqlalchemy_url(folder), isolation_level="AUTOCOMMIT")
    async with engine.connect() as conn:
        await conn.execute(sa.text(text))
    await engine.dispose()
