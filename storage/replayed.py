"""The tables whose changes are logged outside of the database, and how SQLite notes them.

Used by ``sqlite`` (it notes), ``replay_log`` (it writes them down) and ``log_replay`` (it makes
them good). People's standing is replayed: who is who, what was agreed to, withdrawn, ended, sent.
What they said is not: it goes with the backup, and its loss is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from storage.tables_backup import unlogged
from storage.tables_check_ins import answers, held_back, notes
from storage.tables_messages import outbox
from storage.tables_people import (
    audit,
    cares,
    chats,
    consent_questions,
    consents,
    erasure_notices,
    erasures,
    handovers,
    index_key,
    invites,
    memos,
    moves,
    people,
    person_keys,
    supervised_clients,
    supervisions,
)
from storage.tables_planning import (
    current_flows,
    days_off,
    enrolments,
    evenings,
    flow_versions,
    leaves,
    regular_times,
    therapy_sessions,
)
from storage.tables_signals import (
    acknowledgements,
    digest_sections,
    digests,
    flags,
    holds,
    risk_cases,
    risk_steps,
)

WHOLE: Final = (
    *(people, chats, invites, cares, consents, consent_questions, moves, handovers, memos),
    *(supervisions, supervised_clients, erasures, erasure_notices, audit),
    *(flow_versions, current_flows, enrolments, regular_times, days_off, leaves),
    *(therapy_sessions, evenings, held_back, acknowledgements),
    *(risk_cases, risk_steps, holds, digests),
)
"""Rows that are as they were at last; what was deleted is deleted."""
STANDING: Final = (flags, notes, digest_sections)
"""The same for rows that the backup has; others went with what was said."""
ADDED: Final = (audit,)
"""Rows that never change: a trigger refuses it."""
GONE: Final = (answers,)
"""Only that they were deleted."""
SAID: Final = "said"
"""In place of a table: something was said in this care, and is lost with the database."""
KEYS: Final = (person_keys, index_key)
"""Their backup is written anew; the log never has a key."""
TABLES: Final = {each.name: each for each in (*WHOLE, *STANDING, *GONE)}


def key_of(table: sa.Table) -> list[str]:
    """The names of the columns of its primary key."""
    return [column.name for column in table.primary_key]


def triggers() -> Iterator[str]:
    """The statements by which one connection notes each change in the transaction that makes it.

    They are temporary: they belong to the connection, and no migration needs to know of them.
    """
    for table in (*WHOLE, *STANDING, *KEYS):
        for verb in ("INSERT", "UPDATE", "DELETE"):
            if (table, verb) != (digests, "INSERT"):  # it counts once it was sent, see below
                yield _trigger(table, verb, _noted(table, "OLD" if verb == "DELETE" else "NEW"))
    for table in GONE:
        yield _trigger(table, "DELETE", _noted(table, "OLD"))
    sent = "NEW.state = 'sent' AND NEW.digest_id IS NOT NULL"
    digest = f"VALUES ('{digests.name}', json_array(NEW.digest_id))"
    yield _trigger(outbox, "UPDATE OF state", digest, when=sent)
    care = f"SELECT '{SAID}', json_array(care_id) FROM check_ins WHERE id = NEW.check_in_id"
    yield _trigger(answers, "INSERT", care)
    yield _trigger(answers, "UPDATE", care)
    yield _trigger(notes, "INSERT", f"VALUES ('{SAID}', json_array(NEW.care_id))", name="said")


def _noted(table: sa.Table, row: str) -> str:
    key = ", ".join(f"{row}.{name}" for name in key_of(table))
    return f"VALUES ('{table.name}', json_array({key}))"


def _trigger(table: sa.Table, verb: str, values: str, *, when: str = "", name: str = "row") -> str:
    condition = f"WHEN {when} " if when else ""
    called = f"noted_{table.name}_{verb.split()[0].lower()}_{name}"
    insert = f"INSERT INTO {unlogged.name} (place, key) {values};"
    head = f"CREATE TEMP TRIGGER {called} AFTER {verb} ON main.{table.name}"
    return f"{head} {condition}BEGIN {insert} END"
