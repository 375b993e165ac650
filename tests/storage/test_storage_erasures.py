"""Erasing leaves no row of a client's in any table, on either engine; its log names nobody."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from storage import erasures, people, zone_rules
from storage.erasures import Erasure
from storage.errors import CodeTaken, Shredded
from storage.store import Store, Tx
from storage.table_parts import metadata
from storage.tables_people import cares
from storage.zone_rules import ZoneRules
from tests.storage.practice import NOW, add_care

THEIRS = {table.name for table, _ in erasures.ORDER} | {"person_keys", "people"}
NOBODYS = {
    "index_key": "one key for the whole database, of nobody's",
    "flow_versions": "what is asked, not what was answered",
    "current_flows": "likewise",
    "uptimes": "when the bot was up; people up to an id were told",
    "zone_rules": "the rules of time zones, of nobody in particular",
    "restores": "when the practice came back from a backup; times only",
    "own_webhooks": "marks of the practice's own addresses at Telegram",
    "runs": "which processes are at work; their numbers and times",
    "lead": "which of them goes first; a number and a time",
    "unlogged": "numbers of rows for a moment, until they stand in the log beside the backups",
    "alarms": "what ails the machine; figures and times",
    "alarm_tellings": "which admin was told; no client is admin",
    "swings": "three numbers learnt from the ratings of at least five clients together",
    "supervisions": "a therapist's and a supervisor's; the client's number there is a row apart",
    "calendar_imports": "a therapist's, for a day at most; times by care, under their own key",
    "leaves": "a therapist's leave from all clients; it names no client",
    "evenings": "a therapist's hour for a list; it names no client",
    "digests": "a therapist's; the part about the client is a row of its own",
    "audit": "append-only: codes and times, no name and no word; it proves who did what",
    "erasures": "the log of erasings, by code; the address goes with the receipt",
    "erasure_notices": "that a therapist is to read of one erasing",
}


def test_every_table_is_erased_or_has_a_reason_not_to_be() -> None:
    """A new table with rows of a client's goes into ``erasures.ORDER``; any other, up there."""
    assert THEIRS | NOBODYS.keys() == set(metadata.tables)
    assert not THEIRS & NOBODYS.keys()


PERSONS = {"inbox", "invites", "chats"}
"""Tables with rows of a client that hang on none of their cares."""


def test_every_table_with_rows_of_a_care_is_erased_with_it() -> None:
    of_a_care = {table.name for table, _ in erasures.OF_A_CARE}
    assert of_a_care == {table.name for table, _ in erasures.ORDER} - PERSONS
    for name in PERSONS:
        named = {key.column.table.name for key in metadata.tables[name].foreign_keys}
        assert not named & {"cares", "check_ins", "flags"}


@pytest.mark.parametrize("of", [erasures.ORDER, erasures.OF_A_CARE])
def test_whoever_refers_to_a_clients_row_is_erased_before_it(of: erasures.Order) -> None:
    order = [table.name for table, _ in of]
    for place, name in enumerate(order):
        for column in metadata.tables[name].columns:
            for key in column.foreign_keys:
                referred = key.column.table.name
                assert referred not in order[: place if referred != name else 0], (name, referred)


def _erased(tx: Tx) -> Erasure:
    care = add_care(tx)
    people.bind_chat(tx, care.client_id, 4711, NOW)
    client = people.load(tx, care.client_id)
    return erasures.erase(tx, client, by="client", receipt="AAAA-BBBB", now=NOW)


async def test_the_old_key_is_gone_and_the_address_is_kept_until_the_end(store: Store) -> None:
    def before(tx: Tx) -> tuple[int, bytes]:
        care = add_care(tx)
        people.bind_chat(tx, care.client_id, 4711, NOW)
        return care.client_id, tx.seal(care.client_id, "words", "here")

    client_id, cell = await store.write(before)

    def erase(tx: Tx) -> Erasure:
        client = people.load(tx, client_id)
        return erasures.erase(tx, client, by="client", receipt="AAAA-BBBB", now=NOW)

    log = await store.write(erase)
    with pytest.raises(Shredded):
        await store.read(lambda tx: tx.unseal(client_id, cell, "here"))
    assert await store.read(lambda tx: people.find_by_chat(tx, 4711)) is None
    assert await store.read(lambda tx: erasures.address_of(tx, client_id)) == 4711
    assert await store.read(lambda tx: tx.conn.execute(sa.select(cares.c.id)).all()) == []
    assert [each.id for each in await store.read(erasures.list_done_with)] == [log.id]
    await store.write(lambda tx: erasures.finish(tx, log, NOW))
    assert await store.read(lambda tx: erasures.address_of(tx, client_id)) is None
    assert await store.read(lambda tx: people.find(tx, client_id)) is None
    assert await store.read(erasures.list_done_with) == []


async def test_the_code_of_the_erased_never_names_anybody_else(store: Store) -> None:
    log = await store.write(_erased)
    await store.write(lambda tx: erasures.finish(tx, log, NOW))
    with pytest.raises(CodeTaken):
        await store.write(
            lambda tx: people.add(
                tx, role="client", code=log.code, language="en", zone="UTC", now=NOW
            )
        )


async def test_the_files_are_cleaned_once_the_rows_are_gone(store: Store) -> None:
    log = await store.write(_erased)
    assert await store.read(erasures.count_unscrubbed) == 1
    assert await store.scrub()
    await store.write(lambda tx: erasures.mark_scrubbed(tx, before=NOW, now=NOW))
    assert await store.read(erasures.count_unscrubbed) == 0
    await store.write(lambda tx: erasures.finish(tx, log, NOW))
    assert await store.read(erasures.count_unscrubbed) == 1, "the fresh key is gone from files, too"


@pytest.mark.parametrize("again", [False, True], ids=["erased", "after a restore"])
async def test_a_zone_goes_with_the_last_who_lived_by_it(store: Store, again: bool) -> None:
    """A rare one may name its only client."""

    def zones(tx: Tx) -> list[str]:
        return sorted(zone_rules.list_known(tx))

    def erase(tx: Tx) -> tuple[list[str], str]:
        care = add_care(tx)
        people.set_zone(tx, care.client_id, "Pacific/Chatham")
        therapist = people.load(tx, care.therapist_id)
        for name in ("Pacific/Chatham", therapist.zone):
            zone_rules.put(tx, ZoneRules(name, b"rules", None, 0))
        if again:
            erasures.forget(tx, care.client_id)
            return zones(tx), therapist.zone
        client = people.load(tx, care.client_id)
        done = erasures.erase(tx, client, by="client", receipt="AAAA-BBBB", now=NOW)
        erasures.finish(tx, done, NOW)
        return zones(tx), therapist.zone

    left, therapists = await store.write(erase)
    assert left == [therapists]
