"""The one way to a transaction: ``await store.write(fn)`` and ``await store.read(fn)``.

Used by everything in ``bot`` that remembers. ``fn`` is a plain function of a ``Tx``: load, decide,
save, no await inside. It must never be given a way around the transaction.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage import data_keys, master_keys
from storage.data_keys import Keyring, Vault
from storage.engine import Engine, EngineTrouble, Timed, checked_url
from storage.errors import Shredded, StorageError
from storage.key_file import write_key_file
from storage.locks import instance_lock
from storage.master_keys import index_key_of, owner_of
from storage.meanings import is_damage
from storage.tables_people import person_keys

T = TypeVar("T")

_WRAPPED = sa.select(person_keys.c.person_id, person_keys.c.wrapped).where(
    person_keys.c.person_id.in_(sa.bindparam("people", expanding=True))
)


class Tx:
    """One open transaction: a connection and the sealing of cells. All that verbs get."""

    __slots__ = ("_ciphers", "_index_key", "_last", "_vault", "conn")

    def __init__(self, conn: sa.Connection, vault: Vault, index_key: bytes) -> None:
        self.conn = conn
        self._vault = vault
        self._index_key = index_key
        self._ciphers: dict[int, AESGCM | None] = {}
        self._last: dict[Callable[[Tx, list[Any]], None], list[Any]] = {}

    @property
    def audit_key(self) -> bytes:
        """The key of the audit trail's marks; the same for as long as there is the database."""
        return hmac.digest(self._index_key, b"audit trail", "sha256")

    def at_end(self, do: Callable[[Tx, list[Any]], None], what: Any) -> None:
        """Let ``do`` have all that was handed in for it, once, as the last thing before the
        commit.
        """
        self._last.setdefault(do, []).append(what)

    def settle(self) -> None:
        """Do what was kept for the end: the store does at the end, and who reads of it before."""
        kept, self._last = self._last, {}
        for do, handed_in in kept.items():
            do(self, handed_in)

    def seal(self, person_id: int, text: str, place: str) -> bytes:
        """``text`` under that person's key, to be opened at ``place`` only. Shredded: no key."""
        return data_keys.seal(self._cipher(person_id), text, place)

    def unseal(self, person_id: int, cell: bytes, place: str) -> str:
        """The text of a cell. Shredded: the key is gone, or the cell was altered or moved."""
        return data_keys.unseal(self._cipher(person_id), cell, place)

    def has_key(self, person_id: int) -> bool:
        """False once the person has been erased."""
        self.fetch_keys((person_id,))
        return self._ciphers[person_id] is not None

    def fetch_keys(self, person_ids: Iterable[int]) -> None:
        """Have the keys of many people at hand, looked up once a transaction, in one query."""
        missing = {person_id for person_id in person_ids if person_id not in self._ciphers}
        if not missing:
            return
        found = {p: bytes(w) for p, w in self.conn.execute(_WRAPPED, {"people": list(missing)})}
        for person_id in missing:
            wrapped = found.get(person_id)
            self._ciphers[person_id] = (
                self._vault.cipher(owner_of(person_id), wrapped) if wrapped else None
            )

    def add_key(self, person_id: int) -> None:
        """Give a new person a data key, under the master that wraps the index key: so a rotation,
        which begins with that one, finds none behind it that was wrapped as before.
        """
        number = master_keys.current(self.conn)
        wrapped = self._vault.new_key(owner_of(person_id), number)
        self.conn.execute(
            sa.insert(person_keys), {"person_id": person_id, "wrapped": wrapped, "generation": 1}
        )
        self._ciphers.pop(person_id, None)

    def drop_key(self, person_id: int) -> None:
        """Destroy a person's data key: nothing that is sealed under it can be read any more."""
        self.conn.execute(sa.delete(person_keys).where(person_keys.c.person_id == person_id))
        self._ciphers.pop(person_id, None)

    def has_keys(self, keyring: Keyring) -> bool:
        """True where all master keys of this process are among these."""
        return self._vault.keyring.masters.items() <= keyring.masters.items()

    def write_key_file(self, path: Path) -> None:
        """Write the master keys of this process to ``path``. KeyFileProblem: there is a file, or
        none can be.
        """
        write_key_file(path, self._vault.keyring)

    def chat_hash(self, chat_id: int) -> bytes:
        """HMAC-SHA256 of a chat id under the index key: finds a chat without naming it."""
        return hmac.digest(self._index_key, str(chat_id).encode(), "sha256")

    def tap_hash(self, query_id: str) -> str:
        """HMAC-SHA256 of a tap's id under the index key: tells a repeat without naming the tap."""
        return hmac.digest(self._index_key, f"tap:{query_id}".encode(), "sha256").hex()

    def log_mark(self, line: str) -> str:
        """HMAC-SHA256 of a line of the log outside, under the index key: this practice wrote it."""
        return hmac.digest(self._index_key, f"log:{line}".encode(), "sha256").hex()

    def address_mark(self, url: str) -> str:
        """HMAC-SHA256 of a webhook's address under the index key: it is known again, and not
        kept.
        """
        return hmac.digest(self._index_key, f"webhook:{url}".encode(), "sha256").hex()

    def event_mark(self, therapist_id: int, key: str) -> str:
        """HMAC-SHA256 of what names an appointment in a therapist's calendar, under the index key:
        it is found again, and nothing of the calendar is kept.
        """
        named = f"event:{therapist_id}:{key}"
        return hmac.digest(self._index_key, named.encode(), "sha256").hex()

    def _cipher(self, person_id: int) -> AESGCM:
        self.fetch_keys((person_id,))
        cipher = self._ciphers[person_id]
        if cipher is None:
            raise Shredded(f"person {person_id} has no data key: erased, or never there")
        return cipher


class Store:
    """An open database with its keys."""

    instance_lock: Callable[[Path], AbstractContextManager[None]] = staticmethod(instance_lock)
    """Held by ``run``: a second one on the same path is refused with AlreadyRunning."""

    def __init__(self, engine: Engine, vault: Vault, index_key: bytes) -> None:
        self._engine = engine
        self._vault = vault
        self._index_key = index_key
        self.has_met_damage = False
        """True once a transaction has found the database itself broken."""

    @classmethod
    async def open(
        cls,
        url: str,
        keyring: Keyring,
        again: Callable[[], Keyring] | None = None,
        *,
        notes_changes: bool = False,
        timed: Timed = nullcontext,
    ) -> Store:
        """An open store. StorageError: the url, the schema or the key file does not fit.

        ``again`` reads the key file once more, where a rotation may add a master meanwhile. With
        ``notes_changes`` it notes what is to go into the log outside (see ``replayed``). ``timed``
        is entered around each transaction that writes.
        """
        await _demand_head(url)
        engine = await _engine(checked_url(url), notes_changes=notes_changes, timed=timed)
        vault = Vault(keyring, again)
        try:
            key = await engine.write(lambda conn: index_key_of(conn, vault))
        except BaseException as error:
            await engine.close()
            if isinstance(error, Shredded):
                raise StorageError(
                    "this key file does not open this database; use the one that belongs to it"
                ) from error
            raise
        return cls(engine, vault, key)

    async def write(self, decide: Callable[[Tx], T], about: Collection[int] | None = None) -> T:
        """Return what ``decide`` returns once its work is on disk; nothing is kept if it raises.

        It finishes whole even if the calling task is cancelled. Decisions are taken one after the
        other, in all processes together; those that are ``about`` different people, whose ids are
        given, may be taken at once. ``decide`` may be begun again, on a clean transaction.
        """
        return await self._engine.write(self._in_a_tx(decide), about)

    async def write_beside(self, decide: Callable[[Tx], T]) -> T:
        """As ``write``, for rows about which nothing is decided: it waits for no decision."""
        return await self._engine.write_beside(self._in_a_tx(decide))

    async def read(self, ask: Callable[[Tx], T]) -> T:
        """Return what ``ask`` reads from one snapshot, on a connection that cannot write."""
        return await self._engine.read(self._in_a_tx(ask))

    def _in_a_tx(self, do: Callable[[Tx], T]) -> Callable[[sa.Connection], T]:
        def run(conn: sa.Connection) -> T:
            tx = Tx(conn, self._vault, self._index_key)
            try:
                done = do(tx)
                tx.settle()
            except EngineTrouble as error:
                self.has_met_damage = self.has_met_damage or is_damage(error)
                raise
            return done

        return run

    @property
    def is_shared(self) -> bool:
        """True where several processes may run on this database at once."""
        return self._engine.is_shared

    def write_as(self, run_id: int) -> None:
        """From now on this process writes as that run: once its lease is over, and another may have
        its work, ``write`` refuses with GivenUp, until it writes as another run.
        """
        self._engine.write_as(run_id)

    async def listen(self, heard: Callable[[str], None]) -> None:
        """Call ``heard`` with each hint that another process gives, until cancelled. A hint may be
        lost: whoever waits for one looks now and then. OSError, EngineTrouble: begin anew.
        """
        await self._engine.listen(heard)

    async def hint(self, what: str) -> None:
        """Tell all processes on this database that there is something to do."""
        await self._engine.hint(what)

    async def check(self) -> str | None:
        """None if the engine finds the database sound, else what it found."""
        return await self._engine.check()

    async def checkpoint(self) -> bool:
        """Bring all that is committed into the database's own file, so that a plain copy of it is
        whole. False: somebody reads; try again soon.
        """
        return await self._engine.checkpoint()

    async def scrub(self) -> bool:
        """Leave no deleted key in a file of the engine's. False: somebody reads; try again soon."""
        return await self._engine.scrub()

    async def go_on_with(self, keyring: Keyring) -> bool:
        """True where these masters open all that is stored: they are used from now on, also where
        a rotation has added or retired some. False: it is another key file, or lacks a key.
        """

        def opens(conn: sa.Connection) -> bool:
            used, ours = set(master_keys.count_by_master(conn)), self._vault.keyring.masters
            if not used <= set(keyring.masters):
                return False
            if any(ours.get(number, key) != key for number, key in keyring.masters.items()):
                return False
            try:
                found = master_keys.unwrapped_index_key(conn, Vault(keyring))
            except Shredded:
                return False
            return found == self._index_key

        is_good = await self._engine.read(opens)
        if is_good:
            self._vault.take(keyring)
        return is_good

    async def count_by_master(self) -> dict[int, int]:
        """Count the keys that each master wraps, by its number."""
        return await self._engine.read(master_keys.count_by_master)

    async def rewrap(self, most: int) -> int:
        """At most so many keys, in one transaction, are wrapped by the newest master instead of an
        older one; how many. 0: none is left. Killed in between, the next call goes on.
        """
        return await self._engine.write(lambda conn: master_keys.rewrap(conn, self._vault, most))

    def is_in_place(self) -> bool:
        """False once the database file was replaced or removed under us: writing is refused then,
        with Displaced.
        """
        return self._engine.is_in_place()

    async def copy_to(self, path: Path) -> None:
        """Write all that is committed into a new database file. OSError: there is no room."""
        await self._engine.copy_to(path)

    async def close(self) -> None:
        """Finish what is under way and let go of every connection."""
        await self._engine.close()


async def _engine(url: sa.URL, *, notes_changes: bool, timed: Timed) -> Engine:
    if url.get_backend_name() == "sqlite":
        from storage.sqlite import SqliteEngine

        path = Path(str(url.database))
        return await SqliteEngine.open(path, notes_changes=notes_changes, timed=timed)
    from storage.postgres import PostgresEngine

    return await PostgresEngine.open(url, timed=timed)


async def _demand_head(url: str) -> None:
    from storage.migrate import none_at, revision

    current, head = await revision(url)
    if current == head:
        return
    if current is None:
        raise none_at(url)
    raise StorageError(
        f"the database has schema {current}, this version of Interlude needs {head}; "
        "migrate it, or start the version that wrote it"
    )
