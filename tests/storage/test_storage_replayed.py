"""Each table is logged outside of the database, or there is a reason why not."""

from __future__ import annotations

from storage import replayed
from storage.table_parts import metadata

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
    "lost_words": "written by the replay",
    "occurrences": "planned anew",
    "outbox": "what waited has left, as far as the log knows the bot to have run",
    "person_keys": "in the backup of keys only",
    "quiet_lines": "said once more at worst",
    "reasons": "worked out of what was said",
    "restores": "written by the replay",
    "swings": "learnt anew",
    "timers": "of check-ins",
    "unlogged": "what is to be logged",
    "uptimes": "drawn out by the replay",
}


def test_no_table_is_forgotten() -> None:
    logged = {table.name for table in (*replayed.WHOLE, *replayed.STANDING)}
    partly = {table.name for table in replayed.GONE}
    assert logged | partly | set(WITH_THE_BACKUP) == set(metadata.tables)
    assert not logged & set(WITH_THE_BACKUP)
