"""Keys: the master keys in a file outside the database, and the data key of each person.

Used by ``store`` (sealing); the file itself is read and written in ``key_file``. It must never
write a key to a log, an error or a repr.

    master keys  {id: 32 bytes}, the newest wraps
    wrapped key  01 id(1) nonce(12) AES-256-GCM(master, key, aad="person:<id>")
    cell         01 nonce(12) AES-256-GCM(data key, text, aad="<table>.<column>:<row key>")
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import KeyFileProblem, Shredded

FORMAT = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
CACHED_KEYS = 1024


@dataclass(frozen=True, slots=True)
class Keyring:
    """The master keys by number; the highest wraps new keys.

    ValueError: a number is not 1 to 255, or a key has not 32 bytes.
    """

    masters: dict[int, bytes]

    def __post_init__(self) -> None:
        fits = all(1 <= n <= 255 and len(k) == KEY_BYTES for n, k in self.masters.items())
        if not self.masters or not fits:
            raise ValueError("master keys are numbered 1 to 255 and have 32 bytes each")

    def __repr__(self) -> str:
        return f"Keyring(masters {sorted(self.masters)})"


class Vault:
    """Wraps and unwraps keys under the masters; keeps the ciphers of the last 1,024 at hand.

    The cache is looked up by the wrapped key itself, so a key that was destroyed in the database is
    out of reach at once, in every process. Used from several threads.
    """

    def __init__(self, keyring: Keyring, again: Callable[[], Keyring] | None = None) -> None:
        """``again`` reads the key file once more: a master that came since is known by its use."""
        self._again = again
        self._ciphers: OrderedDict[tuple[str, bytes], AESGCM] = OrderedDict()
        self._lock = Lock()
        self.take(keyring)

    def take(self, keyring: Keyring) -> None:
        """Go on with these masters. Whoever calls knows that they open what is stored."""
        self.keyring = keyring
        self._masters = {number: AESGCM(key) for number, key in keyring.masters.items()}

    def wrap(self, owner: str, key: bytes, number: int) -> bytes:
        """``key`` under the master of this number, bound to its ``owner``. Shredded: it lacks."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._master(number).encrypt(nonce, key, owner.encode())
        return FORMAT + bytes([number]) + nonce + sealed

    def unwrap(self, owner: str, wrapped: bytes) -> bytes:
        """The key again. Shredded: no master opens it, or it belongs to another owner."""
        master = self._master(master_of(wrapped))
        try:
            return master.decrypt(wrapped[2 : 2 + NONCE_BYTES], wrapped[14:], owner.encode())
        except InvalidTag as error:
            raise Shredded(
                "a wrapped key does not open with the master key of its number"
            ) from error

    def new_key(self, owner: str, number: int) -> bytes:
        """A fresh data key, wrapped under the master of this number."""
        return self.wrap(owner, AESGCM.generate_key(256), number)

    def _master(self, number: int) -> AESGCM:
        """The master of this number, from the file where a rotation has added it meanwhile."""
        if number not in self._masters and self._again is not None:
            self._look_again()
        if number not in self._masters:
            raise Shredded("this key was wrapped by a master key that the key file lacks")
        return self._masters[number]

    def _look_again(self) -> None:
        """Take on a file that has all masters of before: another file is another practice's."""
        try:
            found = self._again() if self._again is not None else self.keyring
        except KeyFileProblem:
            return  # the keeper says so, and what is wrong with it
        if self.keyring.masters.items() <= found.masters.items():
            self.take(found)

    def cipher(self, owner: str, wrapped: bytes) -> AESGCM:
        """The cipher of a wrapped key. Shredded: as ``unwrap``."""
        place = (owner, wrapped)
        with self._lock:
            cipher = self._ciphers.get(place)
            if cipher is None:
                cipher = self._ciphers[place] = AESGCM(self.unwrap(owner, wrapped))
            self._ciphers.move_to_end(place)
            if len(self._ciphers) > CACHED_KEYS:
                self._ciphers.popitem(last=False)
        return cipher


def master_of(wrapped: bytes) -> int:
    """The number of the master that wraps this key. Shredded: its format is unknown."""
    if wrapped[:1] != FORMAT:
        raise Shredded("a wrapped key has an unknown format")
    return wrapped[1]


def seal(cipher: AESGCM, text: str, place: str) -> bytes:
    """``text`` as a cell that opens only at ``place``."""
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + cipher.encrypt(nonce, text.encode(), place.encode())


def unseal(cipher: AESGCM, cell: bytes, place: str) -> str:
    """The text of a cell. Shredded: it was altered, moved, or written under another key."""
    if cell[:1] != FORMAT:
        raise Shredded("a cell has an unknown format")
    try:
        return cipher.decrypt(cell[1:13], cell[13:], place.encode()).decode()
    except InvalidTag as error:
        raise Shredded(
            "a cell does not open: it was altered, moved, or its key is another"
        ) from error
