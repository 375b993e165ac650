"""After an erasing no file of the database holds a trace: no words, no name, no address, no key,
and not even a sealed cell.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox import Person
from storage.data_keys import Vault, unseal
from storage.errors import Shredded
from storage.key_file import load_key_file
from storage.table_parts import metadata
from tests.bot.conversations.test_conversation_digest import AFTER, STRAIN, SUNDAY
from tests.bot.conversations.test_conversation_erasing import erase
from tests.support.house import House

ALIAS, FIRST, WORDS = "Zyxwv", "Ottokar", "a purple xylophone at dawn"


async def live(house: House, weber: Person) -> Person:
    """A whole life: a strain in own words, a note, a card, digests that were read, an export."""
    client = await house.client(weber, ALIAS)
    await house.say(weber, f"/session {ALIAS}")
    await house.travel(by=timedelta(hours=2))
    for label in STRAIN:
        await house.tap(client, label)
    await house.say(client, WORDS)
    for label in AFTER:
        await house.tap(client, label)
    await house.say(client, f"{WORDS}. I want to kill myself")
    await house.say(client, f"note: {WORDS}")
    await house.travel(to=SUNDAY + timedelta(hours=1))
    await house.say(client, "/mydata")
    await house.say(weber, "/digest")
    return client


async def cells_of(house: House, person_id: int) -> list[bytes]:
    """Every sealed cell of the database that is not the therapist's own, and the client's key."""
    found: list[bytes] = []
    for table in metadata.tables.values():
        owner = next((n for n in ("person_id", "client_id") if n in table.c), None)
        for column in table.columns:
            if not column.name.endswith("_sealed") and column.name != "wrapped":
                continue
            where = f" WHERE {owner} = {person_id}" if owner else ""
            if table.name == "people":
                where = f" WHERE id = {person_id}"
            if table.name == "index_key":
                continue
            rows = await house.rows(f"SELECT {column.name} FROM {table.name}{where}")
            found += [bytes(cell) for (cell,) in rows if cell]
    return found


def files(folder: Path) -> dict[str, bytes]:
    """The raw files of the database."""
    return {path.name: path.read_bytes() for path in folder.glob("interlude.db*")}


async def test_no_file_holds_a_trace(house: House) -> None:
    weber = await house.therapist()
    client = await live(house, weber)
    person = await house.stored(client)
    cells = await cells_of(house, person.id)
    ((wrapped,),) = await house.rows(
        f"SELECT wrapped FROM person_keys WHERE person_id = {person.id}"
    )
    ((sealed,),) = await house.rows("SELECT alias_sealed FROM cares")
    assert len(cells) > 15
    before = b"".join(files(house.folder).values())
    assert all(cell in before for cell in cells), "the search finds what is there"
    await erase(house, client)
    await house.settle()
    left = files(house.folder)
    assert {"interlude.db", "interlude.db-wal"} <= left.keys()
    for name, raw in left.items():
        for cell in cells:
            assert cell not in raw, name
        for word in (ALIAS, FIRST, WORDS, str(client.chat_id)):
            assert word.encode() not in raw, name
    vault = Vault(load_key_file(house.folder / "interlude.key"))
    for (other,) in await house.rows("SELECT wrapped FROM person_keys"):
        assert bytes(other) != bytes(wrapped)
        with pytest.raises(Shredded):
            unseal(vault.cipher("person:1", bytes(other)), bytes(sealed), "cares.alias:1")
    assert await house.rows("SELECT count(*) FROM erasures WHERE scrubbed_at IS NULL") == [(0,)]
