"""Keys: the master keys in a file outside the database, and the data key of each person.

Used by ``store`` (sealing) and by the command line (the key file). It must never write a key to a
log, an error or a repr, and never overwrite a key file.

    master keys  {id: 32 bytes}, the newest wraps
    wrapped key  01 id(1) nonce(12) AES-256-GCM(master, key, aad="person:<id>")
    cell         01 nonce(12) AES-256-GCM(data key, text, aad="<table>.<column>:<row key>")
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.errors import KeyFileProblem, Shredded

FORMAT = b"\x01"
KEY_BYTES = 32
NONCE_BYTES = 12
CACHED_KEYS = 1024
HEADER = "# Interlude master keys. Keep a copy apart from the database: nothing opens without it.\n"


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


def create_key_file(path: Path) -> Keyring:
    """Write a new master key to ``path``, for its owner only. KeyFileProblem: it exists already."""
    keyring = Keyring({1: AESGCM.generate_key(256)})
    write_key_file(path, keyring)
    return keyring


def write_key_file(path: Path, keyring: Keyring) -> None:
    """``path`` holds these keys, for its owner only. KeyFileProblem: it exists already."""
    lines = (f"{n} {base64.urlsafe_b64encode(k).decode()}\n" for n, k in keyring.masters.items())
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise KeyFileProblem(
            f"{path} exists already; a key file is never overwritten, since data may need it"
        ) from error
    except OSError as error:
        raise KeyFileProblem(f"{path} cannot be written: {error.strerror}") from error
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(HEADER + "".join(lines))
        file.flush()
        os.fsync(file.fileno())


def load_key_file(path: Path) -> Keyring:
    """The keys of ``path``. KeyFileProblem: it is missing, open to others, or malformed."""
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except FileNotFoundError as error:
        raise KeyFileProblem(
            f"{path} is missing; put it back from your copy of the key (a new practice makes one "
            "with `interlude init`)"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileProblem(f"{path} cannot be read as a key file") from error
    if stat.S_IMODE(mode) & 0o077:
        raise KeyFileProblem(f"{path} can be read by others; run: chmod 600 {path}")
    return _parse(path, text)


def _parse(path: Path, text: str) -> Keyring:
    masters: dict[int, bytes] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            name, encoded = line.split()
            master_id, key = int(name), base64.urlsafe_b64decode(encoded)
        except (ValueError, binascii.Error) as error:
            raise KeyFileProblem(
                f"{path}, line {number}: expected a key's number and the key"
            ) from error
        if master_id in masters:
            raise KeyFileProblem(f"{path}, line {number}: key {master_id} is there twice")
        masters[master_id] = key
    try:
        return Keyring(masters)
    except ValueError as error:
        raise KeyFileProblem(f"{path}: {error}") from error


class Vault:
    """Wraps and unwraps keys under the masters; keeps the ciphers of the last 1,024 at hand.

    The cache is looked up by the wrapped key itself, so a key that was destroyed in the database is
    out of reach at once, in every process. Used from several threads.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._masters = {number: AESGCM(key) for number, key in keyring.masters.items()}
        self._newest = max(keyring.masters)
        self._ciphers: OrderedDict[tuple[str, bytes], AESGCM] = OrderedDict()
        self._lock = Lock()

    def masters_are(self, keyring: Keyring) -> bool:
        """True where it holds the same master keys."""
        return keyring == self._keyring

    def wrap(self, owner: str, key: bytes) -> bytes:
        """``key`` under the newest master, bound to its ``owner``."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = self._masters[self._newest].encrypt(nonce, key, owner.encode())
        return FORMAT + bytes([self._newest]) + nonce + sealed

    def unwrap(self, owner: str, wrapped: bytes) -> bytes:
        """The key again. Shredded: no master opens it, or it belongs to another owner."""
        master = self._masters.get(wrapped[1]) if wrapped[:1] == FORMAT else None
        if master is None:
            raise Shredded("this key was wrapped by a master key that the key file lacks")
        try:
            return master.decrypt(wrapped[2 : 2 + NONCE_BYTES], wrapped[14:], owner.encode())
        except InvalidTag as error:
            raise Shredded(
                "a wrapped key does not open with the master key of its number"
            ) from error

    def new_key(self, owner: str) -> bytes:
        """A fresh data key, wrapped."""
        return self.wrap(owner, AESGCM.generate_key(256))

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
