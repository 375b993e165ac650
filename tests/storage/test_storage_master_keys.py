"""A new master key, while the database is in use: nothing is ever under a key that nobody has."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage import people
from storage.data_keys import Keyring
from storage.errors import KeyFileProblem, Shredded, StorageError
from storage.key_file import add_master, alone_with, create_key_file, keep_newest, load_key_file
from storage.people import Name
from storage.store import Store, Tx
from tests.storage.practice import add_person


def named(tx: Tx, code: str) -> int:
    person = add_person(tx, code)
    people.rename(tx, person.id, Name(f"name of {code}"))
    return person.id


def names(tx: Tx) -> set[str]:
    found = (people.find_by_code(tx, code) for code in ("AAAA", "BBBB", "CCCC", "DDDD"))
    return {people.name_of(tx, person.id).name for person in found if person is not None}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "interlude.key"
    create_key_file(made)
    return made


def write(path: Path, text: str | None) -> None:
    """The file has another content; None: it is gone."""
    if text is None:
        path.unlink()
    else:
        path.write_text(text)


async def opened(url: str, path: Path) -> Store:
    return await Store.open(url, load_key_file(path), lambda: load_key_file(path))


async def test_a_running_process_goes_on_through_a_rotation(url: str, path: Path) -> None:
    bot = await opened(url, path)
    for code in ("AAAA", "BBBB", "CCCC"):
        await bot.write(lambda tx, code=code: named(tx, code))
    old = load_key_file(path)
    add_master(path, old)
    command = await opened(url, path)
    assert await command.count_by_master() == {1: 4}
    assert await command.rewrap(2) == 1, "the index key goes first"
    await bot.write(lambda tx: named(tx, "DDDD"))
    assert await command.count_by_master() == {1: 3, 2: 2}, "a new person is under the new key"
    assert [await command.rewrap(2) for _ in range(3)] == [2, 1, 0]
    assert await command.count_by_master() == {2: 5}
    assert len(await bot.read(names)) == 4, "it has looked into the file for the new key"
    keep_newest(path, load_key_file(path))
    assert await bot.go_on_with(load_key_file(path))
    assert len(await bot.read(names)) == 4
    await bot.write(lambda tx: people.mark_reachable(tx, named(tx, "EEEE")))
    assert await command.count_by_master() == {2: 6}
    await bot.close()
    await command.close()
    with pytest.raises(StorageError):
        await Store.open(url, old)
    later = await opened(url, path)
    assert len(await later.read(names)) == 4
    await later.close()


async def test_what_is_new_is_under_the_newest_master(url: str, path: Path) -> None:
    add_master(path, load_key_file(path))
    store = await opened(url, path)
    await store.write(lambda tx: named(tx, "AAAA"))
    assert await store.count_by_master() == {2: 2}
    await store.close()


async def test_a_chat_is_found_after_a_rotation(url: str, path: Path) -> None:
    store = await opened(url, path)
    before = await store.read(lambda tx: (tx.chat_hash(7), tx.audit_key))
    await store.close()
    add_master(path, load_key_file(path))
    store = await opened(url, path)
    while await store.rewrap(10):
        pass
    assert await store.read(lambda tx: (tx.chat_hash(7), tx.audit_key)) == before
    await store.close()


async def test_a_process_takes_on_only_a_file_that_opens_everything(url: str, path: Path) -> None:
    store = await opened(url, path)
    person = await store.write(lambda tx: named(tx, "AAAA"))
    ours = load_key_file(path)
    more = add_master(path, ours)
    command = await opened(url, path)
    await command.rewrap(1)
    await command.close()
    assert not await store.go_on_with(Keyring({2: more.masters[2]})), "the person's key is under 1"
    assert not await store.go_on_with(ours), "the index key is under 2"
    assert not await store.go_on_with(Keyring({**ours.masters, 2: bytes(32)}))
    assert not await store.go_on_with(Keyring({1: bytes(32), 2: more.masters[2]}))
    assert await store.go_on_with(more)
    assert await store.read(lambda tx: people.name_of(tx, person).name) == "name of AAAA"
    await store.close()


async def test_another_file_in_its_place_is_not_taken_on_by_need(url: str, path: Path) -> None:
    store = await opened(url, path)
    await store.write(lambda tx: named(tx, "AAAA"))
    full = add_master(path, load_key_file(path))
    command = await opened(url, path)
    while await command.rewrap(10):
        pass
    await command.close()
    write(path, "1 " + "A" * 43 + "=\n2 " + "B" * 43 + "=\n")
    with pytest.raises(Shredded):
        await store.read(names)
    write(path, None)
    try:
        with pytest.raises(Shredded):
            await store.read(names)
    finally:
        await store.close()
    again = await Store.open(url, full)
    assert len(await again.read(names)) == 1
    await again.close()


def test_the_file_is_whole_private_and_changed_by_one_at_a_time(path: Path) -> None:
    first = load_key_file(path)
    both = add_master(path, first)
    assert load_key_file(path) == both and both.masters[1] == first.masters[1]
    assert path.stat().st_mode & 0o777 == 0o600
    assert keep_newest(path, both) == load_key_file(path) == Keyring({2: both.masters[2]})
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    with (
        alone_with(path),
        pytest.raises(KeyFileProblem, match="another command"),
        alone_with(path),
    ):
        raise AssertionError("two at once")
    with pytest.raises(KeyFileProblem, match="no number"):
        add_master(path, Keyring({255: bytes(32)}))
