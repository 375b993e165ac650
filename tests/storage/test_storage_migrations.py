"""Migrations run from the package and agree with the tables, on both engines."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory

from flows.languages import Language
from storage import audit, cares, consents, migrate, outbox, people, risk_cases
from storage.engine import checked_url
from storage.errors import StorageError
from storage.outbox_rows import NewMessage
from storage.store import Store, Tx
from storage.table_parts import metadata
from tests.storage.conftest import KEYRING
from tests.storage.practice import NOW, add_care, add_check_in, add_person


async def test_the_tables_are_what_the_migrations_make(url: str) -> None:
    assert await migrate.drift(url) is None


def test_the_schemas_are_known_as_alembic_knows_them() -> None:
    scripts = ScriptDirectory(str(migrate.FOLDER)).walk_revisions()
    assert migrate.revisions() == {each.revision: each.down_revision for each in scripts}


def test_a_migration_that_does_not_say_what_it_follows_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "versions").mkdir()
    text = 'revision = "0001"  # the first\ndown_revision = None\n'
    (tmp_path / "versions" / "0001_begin.py").write_text(text)
    monkeypatch.setattr(migrate, "FOLDER", tmp_path)
    with pytest.raises(StorageError, match=r"0001_begin\.py does not say"):
        migrate.revisions.__wrapped__()


async def test_an_index_over_few_rows_is_one_on_both_engines(url: str) -> None:
    """The tables name its rows for SQLite alone, so that drift would not see it on the other."""
    over_few = {
        index.name
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }
    of_engine = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    if not url.startswith("sqlite"):
        of_engine = "SELECT indexname FROM pg_indexes WHERE indexdef LIKE '% WHERE %'"
    store = await Store.open(url, KEYRING)
    found = await store.read(lambda tx: set(tx.conn.exec_driver_sql(of_engine).scalars()))
    await store.close()
    assert found == over_few
    assert len(found) > 30


async def test_drift_would_be_noticed(url: str) -> None:
    store = await Store.open(url, KEYRING)
    await store.write(lambda tx: tx.conn.execute(sa.text("DROP INDEX ix_timers_due_at")))
    await store.close()
    assert await migrate.drift(url) is not None


async def test_an_empty_database_is_brought_to_head_and_a_second_time_changes_nothing(
    tmp_path: Path,
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/odd %20 name.db"
    assert (await migrate.revision(url))[0] is None
    await migrate.upgrade(url, may_create=True)
    current, head = await migrate.revision(url)
    assert current == head
    store = await Store.open(url, KEYRING)
    care = await store.write(add_care)
    await store.close()
    await migrate.upgrade(url, may_create=True)
    again = await Store.open(url, KEYRING)
    assert await again.read(lambda tx: cares.load(tx, care.id)) == care
    assert await migrate.revision(url) == (head, head)
    await again.close()


async def test_every_migration_can_be_taken_back_and_done_again(url: str) -> None:
    await migrate._alembic(url, lambda config: command.downgrade(config, "base"))
    assert (await migrate.revision(url))[0] is None
    await migrate.upgrade(url, may_create=True)
    assert await migrate.drift(url) is None


async def test_replies_that_were_waiting_when_they_had_no_class_of_their_own_have_it(
    url: str,
) -> None:
    def before(tx: Tx) -> int:
        stored = add_check_in(tx, add_care(tx))
        reply = NewMessage(stored.client_id, "once", "reply", "message", "words", "waiting")
        prompt = replace(reply, dedupe_key="question", check_in_id=stored.id, turn_no=0)
        others = [replace(reply, dedupe_key="help", message_class="must"), prompt]
        for message in (reply, *others, replace(reply, dedupe_key="said")):
            outbox.add(tx, message, NOW)
        tx.conn.exec_driver_sql("UPDATE outbox SET state = 'sent' WHERE dedupe_key = 'said'")
        forgotten = outbox.add(tx, replace(reply, dedupe_key="forgotten"), NOW)
        tx.conn.exec_driver_sql("DELETE FROM outbox WHERE dedupe_key = 'forgotten'")
        assert forgotten is not None
        return forgotten

    def after(tx: Tx) -> dict[str, tuple[str, str]]:
        found = tx.conn.exec_driver_sql("SELECT dedupe_key, message_class, state FROM outbox")
        return {key: (message_class, state) for key, message_class, state in found}

    store = await Store.open(url, KEYRING)
    last = await store.write(before)
    await store.close()
    await migrate._alembic(url, lambda config: command.downgrade(config, "0003"))
    await migrate.upgrade(url, may_create=True)
    assert await migrate.drift(url) is None
    store = await Store.open(url, KEYRING)
    assert await store.read(after) == {
        "waiting": ("reply", "queued"),
        "help": ("must", "queued"),
        "question": ("once", "queued"),
        "said": ("once", "sent"),
    }
    person = await store.write(lambda tx: add_person(tx, "ZZZZ"))
    new = NewMessage(person.id, "reply", "reply", "message", "words", "new")
    added = await store.write(lambda tx: outbox.add(tx, new, NOW))
    assert added is not None
    assert added > last, "ids are the order of a conversation"
    await store.close()


async def test_foreign_keys_are_off_while_a_migration_rebuilds_a_table(sqlite_path: Path) -> None:
    """SQLite copies the table and drops the old one: with foreign keys on, its children suffer."""
    url = f"sqlite+aiosqlite:///{sqlite_path}"
    store = await Store.open(url, KEYRING)
    care = await store.write(add_care)
    await store.close()

    def rebuild(conn: sa.Connection) -> None:
        context = MigrationContext.configure(conn)
        rebuilt = Operations(context).batch_alter_table("people", recreate="always")
        with context.begin_transaction(), rebuilt as people:
            people.add_column(sa.Column("extra", sa.Text))

    await migrate._connected(checked_url(url), rebuild)
    store = await Store.open(url, KEYRING)
    assert await store.read(lambda tx: cares.load(tx, care.id)) == care
    await store.close()


def test_the_store_refuses_a_missing_database_and_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="interlude init"):
        asyncio.run(Store.open(f"sqlite+aiosqlite:///{tmp_path}/none.db", KEYRING))
    assert not any(tmp_path.iterdir()), "asking made a file"


async def test_the_store_refuses_the_schema_of_another_version(url: str) -> None:
    store = await Store.open(url, KEYRING)
    newer = sa.text("UPDATE alembic_version SET version_num = '9999'")
    await store.write(lambda tx: tx.conn.execute(newer))
    await store.close()
    with pytest.raises(StorageError, match="has schema 9999"):
        await Store.open(url, KEYRING)
    with pytest.raises(StorageError, match="a newer version of Interlude wrote"):
        await migrate.upgrade(url, may_create=True)


async def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, only some notes\n" * 50)
    with pytest.raises(StorageError, match="is not a database: check"):
        await migrate.upgrade(f"sqlite+aiosqlite:///{tmp_path / 'notes.txt'}")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ("sqlite+aiosqlite://", "needs a file"),
        ("sqlite+aiosqlite:///:memory:", "needs a file"),
        ("sqlite:///x.db", "must begin with"),
        ("mysql://host/db", "must begin with"),
        ("interlude.db", "not a url"),
    ],
)
async def test_a_url_that_cannot_be_served_is_refused(bad: str, why: str) -> None:
    with pytest.raises(StorageError, match=why):
        await migrate.upgrade(bad)


async def test_a_database_that_cannot_be_reached_is_a_kind_error(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="its folder is missing"):
        await migrate.upgrade(f"sqlite+aiosqlite:///{tmp_path}/nowhere/x.db", may_create=True)
    with pytest.raises(StorageError, match="is it running"):
        await Store.open(f"postgresql+asyncpg://postgres@/none?host={tmp_path}", KEYRING)


async def test_postgresql_without_its_extra_is_a_kind_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "asyncpg", None)
    with pytest.raises(StorageError, match=r"pip install 'interlude\[postgres\]'"):
        await migrate.upgrade("postgresql+asyncpg://localhost/interlude")


async def test_the_audit_trail_only_grows(store: Store) -> None:
    await store.write(
        lambda tx: audit.add(tx, now=NOW, actor="admin", action="publish", subject="mid-week")
    )
    for statement in ("UPDATE audit SET actor = 'nobody'", "DELETE FROM audit"):
        with pytest.raises(sa.exc.DBAPIError, match="append-only"):
            await store.write(lambda tx, s=statement: tx.conn.execute(sa.text(s)))
    (row,) = await store.read(lambda tx: audit.list_(tx, 10))
    assert (row.actor, row.action, row.subject, row.detail) == ("admin", "publish", "mid-week", "")


async def test_every_table_is_strict_on_sqlite(sqlite_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{sqlite_path}", KEYRING)

    def ask(tx: Tx) -> dict[str, int]:
        found = tx.conn.exec_driver_sql("SELECT name, strict FROM pragma_table_list")
        return {name: strict for name, strict in found if name in metadata.tables}

    assert await store.read(ask) == dict.fromkeys(metadata.tables, 1)
    await store.close()


def test_sealed_columns_are_the_only_bytes_besides_keys_hashes_and_zones() -> None:
    kept = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary) and not column.name.endswith("_sealed")
    }
    assert kept == {
        "person_keys.wrapped",
        "index_key.wrapped",
        "chats.chat_hash",
        "invites.token_hash",
        "audit.mark",
        "zone_rules.rules",
        "zone_rules.becomes",
    }


async def test_a_person_of_before_keeps_their_row_and_anybody_may_speak_any_language(
    url: str,
) -> None:
    """The check on the language goes; an id that was given once is never given again."""
    store = await Store.open(url, KEYRING)
    before = await store.write(lambda tx: _new(tx, "K7Q2", "de_du"))
    gone = await store.write(lambda tx: _new(tx, "GONE", "en"))
    await store.write(lambda tx: _forget(tx, gone.id))
    await store.close()
    await migrate._alembic(url, lambda config: command.downgrade(config, "0004"))
    with pytest.raises(sa.exc.IntegrityError, match="ck_people_language"):
        await migrate._connected(checked_url(url), _speak_french)
    await migrate.upgrade(url, may_create=True)
    store = await Store.open(url, KEYRING)
    after = await store.write(lambda tx: _new(tx, "FR01", "fr"))
    assert await store.read(lambda tx: people.find(tx, before.id)) == before
    assert after.language == "fr"
    assert after.id > gone.id
    await store.close()
    assert await migrate.drift(url) is None


def _new(tx: Tx, code: str, language: str) -> people.Person:
    spoken = Language(language)
    return people.add(tx, role="client", code=code, language=spoken, zone="Europe/Berlin", now=NOW)


def _speak_french(conn: sa.Connection) -> None:
    conn.execute(sa.text("UPDATE people SET language = 'fr'"))


def _forget(tx: Tx, person_id: int) -> None:
    for table, column in (("person_keys", "person_id"), ("people", "id")):
        tx.conn.execute(sa.text(f"DELETE FROM {table} WHERE {column} = {person_id}"))


async def test_a_case_of_before_keeps_its_steps_and_may_say_what_was_not_delivered(
    url: str,
) -> None:
    store = await Store.open(url, KEYRING)
    case, step_id = await store.write(_alerted)
    await store.close()
    await migrate._alembic(url, lambda config: command.downgrade(config, "0012"))
    with pytest.raises(sa.exc.IntegrityError, match="ck_risk_steps_what"):
        await migrate._connected(checked_url(url), _call_undelivered)
    await migrate.upgrade(url, may_create=True)
    store = await Store.open(url, KEYRING)
    lost = risk_cases.NewStep(case.care_id, case.id, "undelivered", NOW)
    await store.write(lambda tx: risk_cases.add_step(tx, lost))
    steps = await store.read(lambda tx: risk_cases.list_steps(tx, case.id))
    assert [(step.id == step_id, step.what) for step in steps] == [
        (True, "alerted"),
        (False, "undelivered"),
    ]
    await store.close()
    assert await migrate.drift(url) is None


async def test_who_agreed_to_alerts_in_words_that_named_deputies_agreed_to_deputies(
    url: str,
) -> None:
    def agree(tx: Tx) -> list[int]:
        found = []
        for code, version in (("C1C1", "2026-12"), ("C2C2", "2026-11"), ("C3C3", "2026-12")):
            care = add_care(tx, code, code)
            consents.add(
                tx,
                care_id=care.id,
                item="alerts",
                version=version,
                text_hash="h",
                language=care.language,
                update_id=1,
                now=NOW,
            )
            found.append(care.id)
        consents.revoke(tx, found[-1], NOW)
        return found

    store = await Store.open(url, KEYRING)
    ids = await store.write(agree)
    await store.close()
    await migrate._alembic(url, lambda config: command.downgrade(config, "0025"))
    await migrate.upgrade(url, may_create=True)
    store = await Store.open(url, KEYRING)
    told = await store.read(lambda tx: [consents.is_in_force(tx, i, "deputy") for i in ids])
    assert told == [True, False, False]
    await store.close()


def _alerted(tx: Tx) -> tuple[risk_cases.RiskCase, int | None]:
    care = add_care(tx)
    case = risk_cases.open_(tx, care_id=care.id, client_id=care.client_id, now=NOW)
    step = risk_cases.NewStep(care.id, case.id, "alerted", NOW, person_id=care.therapist_id)
    return case, risk_cases.add_step(tx, step)


def _call_undelivered(conn: sa.Connection) -> None:
    conn.execute(sa.text("UPDATE risk_steps SET what = 'undelivered'"))
