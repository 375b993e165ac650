"""Cells open only with the right key, in the right place; files hold no client text."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
import sqlalchemy as sa

from flows.engine.check_in import Answer
from storage import answers, cares, digests, flags, inbox, outbox, people
from storage.data_keys import Keyring
from storage.errors import Shredded, StorageError
from storage.inbox import NewUpdate
from storage.outbox_rows import NewMessage
from storage.store import Store, Tx
from storage.tables_check_ins import answers as answers_table
from storage.tables_messages import inbox as inbox_table
from storage.tables_people import person_keys
from tests.storage.conftest import KEYRING
from tests.storage.practice import HOUR, NOW, add_care, add_check_in, add_person

CANARY = "Xylophon-Quittenmus"
CHAT = 918273645546372


def erase_key(tx: Tx, person_id: int) -> None:
    tx.conn.execute(sa.delete(person_keys).where(person_keys.c.person_id == person_id))


@pytest.mark.promise("P6b")
async def test_a_cell_opens_for_its_person_at_its_place_only(store: Store) -> None:
    def seal(tx: Tx) -> tuple[int, int, bytes]:
        first, second = add_person(tx, "AAAA"), add_person(tx, "BBBB")
        return first.id, second.id, tx.seal(first.id, CANARY, "table.column:1")

    first, second, cell = await store.write(seal)
    assert CANARY.encode() not in cell
    assert await store.read(lambda tx: tx.unseal(first, cell, "table.column:1")) == CANARY
    for person, place, altered in (
        (second, "table.column:1", cell),
        (first, "table.column:2", cell),
        (first, "table.column:1", cell[:-1] + bytes([cell[-1] ^ 1])),
        (first, "table.column:1", b"\x02" + cell[1:]),
        (first + 99, "table.column:1", cell),
    ):
        with pytest.raises(Shredded):
            await store.read(lambda tx, a=(person, altered, place): tx.unseal(*a))


async def test_answers_swapped_between_rows_do_not_open(store: Store) -> None:
    def answer(tx: Tx) -> int:
        stored = add_check_in(tx, add_care(tx))
        given = [(Answer("ease", 3, NOW), None), (Answer("strain", 9, NOW), None)]
        answers.save(tx, stored_check_in=stored, answers=given)
        return stored.id

    def swap(tx: Tx) -> None:
        t = answers_table.c
        cells = dict(tx.conn.execute(sa.select(t.step_id, t.value_sealed)).all())
        for step, cell in (("ease", cells["strain"]), ("strain", cells["ease"])):
            change = sa.update(answers_table).where(t.step_id == step)
            tx.conn.execute(change.values(value_sealed=cell))

    check_in_id = await store.write(answer)
    await store.write(swap)
    with pytest.raises(Shredded, match="moved"):
        await store.read(lambda tx: answers.list_for_check_in(tx, check_in_id))


async def test_another_key_file_does_not_open_the_database(url: str) -> None:
    await (await Store.open(url, KEYRING)).close()
    with pytest.raises(StorageError, match="does not open this database"):
        await Store.open(url, Keyring({1: bytes(32)}))
    with pytest.raises(StorageError, match="does not open this database"):
        await Store.open(url, Keyring({2: KEYRING.masters[1]}))


async def test_beside_a_newer_master_all_goes_on_until_the_rotation(url: str) -> None:
    old = await Store.open(url, KEYRING)
    first = await old.write(lambda tx: add_person(tx, "AAAA"))
    await old.write(lambda tx: people.rename(tx, first.id, people.Name("Anna")))
    chat_hash = await old.read(lambda tx: tx.chat_hash(CHAT))
    await old.close()

    rotated = await Store.open(url, Keyring({**KEYRING.masters, 2: bytes(32)}))
    second = await rotated.write(lambda tx: add_person(tx, "BBBB"))
    assert (await rotated.read(lambda tx: people.name_of(tx, first.id))).name == "Anna"
    assert await rotated.read(lambda tx: tx.chat_hash(CHAT)) == chat_hash
    wrapped = sa.select(person_keys.c.person_id, person_keys.c.wrapped)
    kept = await rotated.read(lambda tx: dict(tx.conn.execute(wrapped).all()))
    # whoever is new follows the index key, which the rotation wraps first
    assert {person: bytes(cell)[1] for person, cell in kept.items()} == {first.id: 1, second.id: 1}
    await rotated.close()


async def test_a_destroyed_key_is_out_of_reach_at_once_in_every_store(url: str) -> None:
    one, other = await Store.open(url, KEYRING), await Store.open(url, KEYRING)
    care = await one.write(add_care)
    for store in (one, other):
        assert (await store.read(lambda tx: cares.load(tx, care.id))).alias == "A. B."
    await one.write(lambda tx: erase_key(tx, care.client_id))
    for store in (one, other):
        assert not await store.read(lambda tx: tx.has_key(care.client_id))
        assert (await store.read(lambda tx: cares.load(tx, care.id))).alias == care.client_code
        with pytest.raises(Shredded):
            await store.write(lambda tx: tx.seal(care.client_id, CANARY, "a.b:1"))
        await store.close()


def files(database: Path) -> list[bytes]:
    """The database and what lies beside it: the write-ahead log, the shared memory, the lock."""
    return [path.read_bytes() for path in sorted(database.parent.glob(database.name + "*"))]


def fill_with_canaries(tx: Tx) -> list[object]:
    """Fill the tables: whatever a client wrote, and every name and address, is the canary."""
    care = add_care(tx, alias=CANARY)
    people.rename(tx, care.client_id, people.Name(CANARY, CANARY))
    people.bind_chat(tx, care.client_id, CHAT, NOW)
    stored = add_check_in(tx, care)
    given = [(Answer("words", CANARY, NOW), "strain.words")]
    answers.save(tx, stored_check_in=stored, answers=given)
    update = NewUpdate(1, "f", care.client_id, f'{{"text": "{CANARY}", "chat": {CHAT}}}')
    aside = NewUpdate(2, "g", care.client_id, CANARY)
    inbox.add_many(tx, [update, aside], NOW)
    (_, row) = inbox.list_new(tx, now=NOW, limit=2)
    inbox.quarantine(tx, row.id, error="KeyError", now=NOW)
    message = NewMessage(care.client_id, "once", "reply", "message", CANARY, "d")
    outbox.add(tx, message, NOW)
    flag = flags.open_(tx, care.id, NOW)
    flags.add_reason(
        tx,
        flag=flag,
        client_id=care.client_id,
        rule="strain",
        rule_version=1,
        check_in_id=stored.id,
        evidence=CANARY,
        now=NOW,
    )
    digest = digests.add(
        tx, therapist_id=care.therapist_id, week="2026-W47", from_at=NOW - HOUR, cut_off_at=NOW
    )
    assert digest is not None
    digests.add_section(
        tx, digest_id=digest.id, care_id=care.id, client_id=care.client_id, body=CANARY
    )
    return [
        care,
        cares.load(tx, care.id),
        people.name_of(tx, care.client_id),
        stored,
        update,
        *answers.list_for_check_in(tx, stored.id),
        *inbox.list_new(tx, now=NOW, limit=9),
        *flags.list_reasons(tx, flag.id),
        *digests.list_sections(tx, digest.id),
        *outbox.claim(
            tx, now=NOW, limit=9, token="t", lease_until=NOW, allowed=lambda person, kind: True
        ),
    ]


@pytest.mark.promise("P6a")
async def test_no_client_text_in_the_files_the_logs_or_a_repr(
    sqlite_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store = await Store.open(f"sqlite+aiosqlite:///{sqlite_path}", KEYRING)
    values = await store.write(fill_with_canaries)
    kept = files(sqlite_path)
    await store.close()
    kept += files(sqlite_path)

    assert any(b"mid-week" in content for content in kept), "what is not sealed can be found"
    assert len(values) == 10
    for canary in (CANARY, str(CHAT)):
        assert not any(canary.encode() in content for content in kept)
        assert canary not in caplog.text
        assert canary not in repr(values)


@pytest.mark.promise("P6c")
async def test_an_erased_body_leaves_no_trace(sqlite_path: Path) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{sqlite_path}", KEYRING)
    person = await store.write(lambda tx: add_person(tx, "AAAA"))
    update = NewUpdate(1, "f", person.id, CANARY)
    await store.write(lambda tx: inbox.add_many(tx, [update], NOW))
    cell = await store.read(
        lambda tx: tx.conn.execute(sa.select(inbox_table.c.body_sealed)).scalar_one()
    )
    (row,) = await store.read(lambda tx: inbox.list_new(tx, now=NOW, limit=1))
    assert row.body == CANARY
    await store.close()
    assert any(cell in content for content in files(sqlite_path))

    store = await Store.open(f"sqlite+aiosqlite:///{sqlite_path}", KEYRING)
    await store.write(lambda tx: inbox.mark_done(tx, row.id))
    await store.close()
    assert not any(cell in content for content in files(sqlite_path))
