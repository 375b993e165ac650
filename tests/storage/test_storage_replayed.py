"""Each table is logged outside of the database, or there is a reason why not."""

from __future__ import annotations

from pathlib import Path

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
