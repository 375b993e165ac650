"""The masters by what they wrap, and the rewrapping under a new one.

Used by ``store`` only. The index key goes first, since a new person's key is wrapped by the master
that wraps it: whatever is added after that is under the new master already.
"""

from __future__ import annotations

import sqlalchemy as sa

from storage.column_types import Bytes
from storage.data_keys import Vault, master_of
from storage.statements import exactly_one, insert_new
from storage.tables_people import index_key, person_keys

_INDEX_OWNER = "index"
_INDEX = sa.select(index_key.c.wrapped)
_ADD_INDEX = insert_new(index_key, index_key.c.id)
_NUMBER = sa.func.substr(person_keys.c.wrapped, 2, 1, type_=Bytes)
_COUNTED = sa.select(_NUMBER, sa.func.count()).group_by(_NUMBER)
_BEFORE = (
    sa.select(person_keys.c.person_id, person_keys.c.wrapped)
    .where(sa.bindparam("number", type_=Bytes) != _NUMBER)
    .order_by(person_keys.c.person_id)
    .limit(sa.bindparam("most"))
    .with_for_update()
)


def owner_of(person_id: int) -> str:
    """The owner to whom a person's wrapped key is bound."""
    return f"person:{person_id}"


def index_key_of(conn: sa.Connection, vault: Vault) -> bytes:
    """The index key; the first opening makes it."""
    fresh = vault.new_key(_INDEX_OWNER, max(vault.keyring.masters))
    conn.execute(_ADD_INDEX.on(conn), {"id": 1, "wrapped": fresh})
    return unwrapped_index_key(conn, vault)


def unwrapped_index_key(conn: sa.Connection, vault: Vault) -> bytes:
    """The index key. Shredded: these masters do not open it."""
    return vault.unwrap(_INDEX_OWNER, bytes(conn.execute(_INDEX).scalar_one()))


def current(conn: sa.Connection) -> int:
    """The number of the master under which a new key belongs, until the transaction's end."""
    return master_of(bytes(conn.execute(_INDEX.with_for_update(read=True)).scalar_one()))


def count_by_master(conn: sa.Connection) -> dict[int, int]:
    """Count the keys that each master wraps, by its number; the index key is one of them."""
    found = {bytes(number)[0]: int(count) for number, count in conn.execute(_COUNTED)}
    index = master_of(bytes(conn.execute(_INDEX).scalar_one()))
    found[index] = found.get(index, 0) + 1
    return found


def rewrap(conn: sa.Connection, vault: Vault, most: int) -> int:
    """Wrap the index key, or else at most so many keys, by the newest master instead of an older
    one; how many that were. 0: none is left. Shredded: one does not open.
    """
    newest = max(vault.keyring.masters)
    wrapped = bytes(conn.execute(_INDEX.with_for_update()).scalar_one())
    if master_of(wrapped) != newest:
        again = vault.wrap(_INDEX_OWNER, vault.unwrap(_INDEX_OWNER, wrapped), newest)
        change = sa.update(index_key).values(wrapped=again)
        exactly_one(conn.execute(change), "the index key")
        return 1
    rows = conn.execute(_BEFORE, {"number": bytes([newest]), "most": most}).all()
    for person_id, before in rows:
        owner = owner_of(person_id)
        again = vault.wrap(owner, vault.unwrap(owner, bytes(before)), newest)
        change = sa.update(person_keys).where(person_keys.c.person_id == person_id)
        exactly_one(conn.execute(change.values(wrapped=again)), f"the key of person {person_id}")
    return len(rows)
