"""The private names of aiosqlite that ``storage.sqlite`` needs; a new version may drop them."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import aiosqlite

import storage
from storage import sqlite


async def test_aiosqlite_still_has_the_names_that_one_hop_needs(tmp_path: Path) -> None:
    connecting = aiosqlite.connect(tmp_path / "any.db")
    assert isinstance(connecting._thread, threading.Thread)
    raw = await connecting
    try:
        here = threading.get_ident()
        assert await raw._execute(threading.get_ident) != here
        assert await raw._execute(lambda: raw._conn.execute("SELECT 7").fetchone()) == (7,)
    finally:
        await raw.close()


def test_only_one_module_uses_them() -> None:
    private = re.compile(r"\braw\._(conn|execute)\b|\._thread\.daemon\b|\baiosqlite\.connect\b")
    modules = Path(str(storage.__file__)).parent.rglob("*.py")
    users = {path.name for path in modules if private.search(path.read_text())}
    assert users == {Path(sqlite.__file__).name}
