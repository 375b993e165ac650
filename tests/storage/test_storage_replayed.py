"""Each table is logged outside of the database, or there is a reason why not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import replayed
from storage.log_replay import ROOM, replay
from storage.replay_log import Line
from storage.store import Store, Tx
from storage.table_parts import metadata
from tests.storage.conftest import KEYRING
from tests.storage.practice import NOW

# Tables that stay as they are in the backup, and why.
WITH_THE_BACKUP = {
    "alarm_tellings": "of a machine that is gone",
    "alarms": "of a machine that is gone",
    "answer_messages": "parts of answers",
    "calendar_imports": "looked at within hours",
    "check_ins": "what was said",
    "flag_words": "what was said",
    "inbox": "what came in: Telegram keeps what was not confirmed",
    "index_key": "one for ever",
    "lead": "of processes that are gone",
    "lost_words": "written by the replay",
    "occurrences": "planned anew",
    "outbox": "what waited has left, as far as the log knows the bot to have run",
    "own_webhooks": "each start writes the present one down before Telegram hears of it",
    "person_keys": "in the backup of keys only",
    "quiet_lines": "said once more at worst",
    "reasons": "worked out of what was said",
    "restores": "written by the replay",
    "runs": "of processes that are gone",
    "swings": "learnt anew",
    "timers": "of check-ins",
    "unlogged": "what is to be logged",
    "uptimes": "drawn out by the replay",
    "zone_rules": "those by which the rows of the backup were planned",
}


def test_no_table_is_forgotten() -> None:
    logged = {table.name for table in (*replayed.WHOLE, *replayed.STANDING)}
    partly = {table.name for table in replayed.GONE}
    assert logged | partly | set(WITH_THE_BACKUP) == set(metadata.tables)
    assert not logged & set(WITH_THE_BACKUP)


CARE, CHECK_IN, DIGEST = 5, 7, 9


@pytest.fixture
def raw(sqlite_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that notes changes, over tables that take any row."""
    with closing(sqlite3.connect(sqlite_path, isolation_level=None)) as connection:
        refusing = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for (name,) in connection.execute(refusing).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for each in replayed.triggers():
            connection.execute(each)
        yield connection


def insert(raw: sqlite3.Connection, table: str, **given: object) -> None:
    """A row with these values, and others of no meaning where the table asks for one."""
    columns = raw.execute(f"SELECT name, type FROM pragma_table_info('{table}')").fetchall()
    other = {"INTEGER": 3, "TEXT": "x", "BLOB": b"x", "REAL": 0.5}
    values = {name: given.get(name, other[kind.upper()]) for name, kind in columns}
    marks = ", ".join("?" * len(values))
    raw.execute(f"INSERT INTO {table} VALUES ({marks})", list(values.values()))


def noted(raw: sqlite3.Connection) -> list[tuple[str, str]]:
    """Place and key of what was noted since the last time."""
    found = raw.execute("SELECT place, key FROM unlogged ORDER BY id").fetchall()
    raw.execute("DELETE FROM unlogged")
    return found


def test_each_change_of_standing_is_noted_under_its_key_and_nothing_else_is(
    raw: sqlite3.Connection,
) -> None:
    standing = {table.name for table in (*replayed.WHOLE, *replayed.STANDING, *replayed.KEYS)}
    for name, table in metadata.tables.items():
        if name in {"answers", "notes", "digests", "unlogged"}:
            continue  # each has a rule of its own
        insert(raw, name)
        integer = {key.name: isinstance(key.type, sa.Integer) for key in table.primary_key}
        column = next(iter(integer))
        found = [noted(raw)]
        for change in (f"UPDATE {name} SET {column} = {column}", f"DELETE FROM {name}"):
            raw.execute(change)
            found.append(noted(raw))
        key = ",".join("3" if is_number else '"x"' for is_number in integer.values())
        expected = [[(name, f"[{key}]")]] * 3 if name in standing else [[]] * 3
        assert found == expected, name


def test_of_what_was_said_it_is_noted_in_which_care(raw: sqlite3.Connection) -> None:
    insert(raw, "check_ins", id=CHECK_IN, care_id=CARE)
    said = (replayed.SAID, f"[{CARE}]")
    insert(raw, "answers", check_in_id=CHECK_IN)
    assert noted(raw) == [said]
    raw.execute("UPDATE answers SET check_in_id = check_in_id")
    assert noted(raw) == [said]
    raw.execute("DELETE FROM answers")
    assert noted(raw) == [("answers", f'[{CHECK_IN},"x"]')], "it does not come back"
    insert(raw, "notes", id=2, care_id=CARE)
    assert sorted(noted(raw)) == [("notes", "[2]"), said]
    raw.execute("UPDATE notes SET care_id = care_id")
    assert noted(raw) == [("notes", "[2]")], "it was said before"


def test_a_digest_counts_once_one_of_its_messages_was_sent(raw: sqlite3.Connection) -> None:
    insert(raw, "digests", id=DIGEST)
    assert noted(raw) == []
    insert(raw, "outbox", id=1, state="queued", digest_id=DIGEST)
    insert(raw, "outbox", id=2, state="queued", digest_id=None, dedupe_key="y")
    raw.execute("UPDATE outbox SET state = 'claimed'")
    assert noted(raw) == []
    raw.execute("UPDATE outbox SET state = 'sent'")
    assert noted(raw) == [("digests", f"[{DIGEST}]")]
    raw.execute("UPDATE digests SET id = id")
    raw.execute("DELETE FROM digests")
    assert noted(raw) == [("digests", f"[{DIGEST}]")] * 2


async def test_ids_go_on_above_the_highest_that_the_log_has_seen(sqlite_path: Path) -> None:
    """A later line may name a lower one, where a table was empty for a time."""
    lines = [Line(NOW, {"people": 7000, "notes": 3}, []), Line(NOW, {"people": 6000}, [])]

    def work(tx: Tx) -> dict[str, int]:
        replay(tx, lines, {}, backup_at=NOW, now=NOW)
        rows = tx.conn.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {row.name: row.seq for row in rows}

    store = await Store.open(f"sqlite+aiosqlite:///{sqlite_path}", KEYRING)
    try:
        found = await store.write(work)
    finally:
        await store.close()
    assert (found["people"], found["notes"]) == (7000 + ROOM, 3 + ROOM)
    assert found["check_ins"] == ROOM, "the log need not have said anything of them"
