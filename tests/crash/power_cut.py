"""``python -m tests.crash.power_cut``: what a disk may hold when the power goes, at every moment.

One run of a practice's first check-in is recorded from outside: each write, each sync, each thing
said to Telegram. From that record the disk is rebuilt as it may have been after any of them: only
what was synced; all that was written; or what was synced with some of the later writes, torn and
out of order. Each such image must open whole, hold every update that Telegram was told to forget,
and hold each message that had left as one that had left. ``docs/reliability.md`` has the figures.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.crash import tracing
from tests.crash.answering import is_all_quiet
from tests.crash.forked import Forked
from tests.crash.kill_sweep import FLOWS, LONGEST, Story, template
from tests.crash.tracing import Seen
from tests.crash.world import Bot, FarEnd, await_until, far_end, write_config

DATABASE = "interlude.db"
LASTING = (DATABASE, f"{DATABASE}-wal", f"{DATABASE}-journal")
"""The files that count; SQLite makes its shared memory anew."""
SECTOR = 512
OFFSET = re.compile(rb"GET \S*/getUpdates\?\S*offset=(\d+)")
SENDING = re.compile(rb"POST \S*/sendMessage ")
TORN = 3
"""Images of torn and reordered writes at each moment, beside the two that are certain."""


@dataclass(slots=True)
class Record:
    """A run: the disk before it, all that it did, and the updates that it was given."""

    before: dict[str, bytes]
    calls: list[Seen]
    updates: frozenset[int]


@dataclass(slots=True)
class Found:
    """The figures of a replay; all but the first are to stay 0."""

    images: int = 0
    damaged: int = 0
    without_an_update: int = 0
    without_a_sending: int = 0


@dataclass(slots=True)
class _File:
    """One file: what is synced, and what was written since, oldest first."""

    synced: bytearray = field(default_factory=bytearray)
    later: list[tuple[int, bytes | None]] = field(default_factory=list)
    """A place and its bytes; None: cut off at that place."""
    removed: bool = False
    """Its name was taken away, and the folder not synced since."""

    def image(self, later: list[tuple[int, bytes | None]]) -> bytes:
        """The synced content with these of the later writes."""
        held = bytearray(self.synced)
        for at, content in later:
            if content is None:
                del held[at:]
                held.extend(bytes(at - len(held)))
                continue
            held.extend(bytes(max(at - len(held), 0)))
            held[at : at + len(content)] = content
        return bytes(held)


@dataclass(slots=True)
class Disk:
    """A folder as it may be found after a power cut."""

    folder: str
    files: dict[str, _File]
    forgotten: int = 0
    """Telegram was told to forget the updates before this one."""
    left: int = 0
    """The number of messages that were handed to the network."""
    _open: dict[int, str] = field(default_factory=dict)

    def happen(self, call: Seen) -> bool:
        """One call has been made; True where the images may be others now."""
        if call.result < 0:
            return False
        match call.name:
            case "openat":
                return self._opened(call)
            case "close":
                self._open.pop(call.what, None)
                return False
            case "unlink":
                return self._unlinked(call)
            case "sendto":
                return self._said(call)
        name = self._open.get(call.what)
        if name == "":
            return self._folder_synced(call)
        if name not in self.files:
            return False
        file = self.files[name]
        if call.name == "pwrite64":
            file.later.append((call.at, call.content[: call.result]))
        elif call.name == "ftruncate":
            file.later.append((call.at, None))
        else:
            file.synced, file.later = bytearray(file.image(file.later)), []
        return True

    def images(self, draw: random.Random) -> Iterator[dict[str, bytes]]:
        """What is certain, what was written, and some of what lies between."""
        yield {name: bytes(file.synced) for name, file in self.files.items()}
        yield {
            name: file.image(file.later) for name, file in self.files.items() if not file.removed
        }
        for _ in range(TORN):
            yield {
                name: file.image(_torn(file.later, draw))
                for name, file in self.files.items()
                if not (file.removed and draw.random() < 0.5)
            }

    def _opened(self, call: Seen) -> bool:
        path = call.content.decode()
        name = path.removeprefix(self.folder).removeprefix("/")
        if path == self.folder:
            name = ""
        elif not path.startswith(self.folder) or name not in LASTING:
            self._open.pop(call.result, None)
            return False
        self._open[call.result] = name
        if name and (name not in self.files or self.files[name].removed):
            self.files[name] = _File()
        return False

    def _unlinked(self, call: Seen) -> bool:
        file = self.files.get(call.content.decode().removeprefix(self.folder + "/"))
        if file is None:
            return False
        file.removed = True
        return True

    def _folder_synced(self, call: Seen) -> bool:
        if call.name not in ("fsync", "fdatasync"):
            return False
        self.files = {name: file for name, file in self.files.items() if not file.removed}
        return True

    def _said(self, call: Seen) -> bool:
        offset = OFFSET.match(call.content)
        if offset:
            self.forgotten = int(offset[1])
        elif SENDING.match(call.content):
            self.left += 1
        else:
            return False
        return True


def _torn(
    later: list[tuple[int, bytes | None]], draw: random.Random
) -> list[tuple[int, bytes | None]]:
    """Some of the writes, and of some of these only their first sectors."""
    kept: list[tuple[int, bytes | None]] = []
    for at, content in later:
        if draw.random() < 0.5:
            continue
        if content is not None and draw.random() < 0.3:
            content = content[: SECTOR * draw.randrange(len(content) // SECTOR + 1)]
        kept.append((at, content))
    return kept


def record_story(side: FarEnd, folder: Path) -> Record:
    """One first check-in from the link to the digest, and an orderly stop."""
    made, trace = folder / "practice", folder / "trace"
    made.mkdir()
    template(made)
    write_config(made, side.url)
    before = {name: (made / name).read_bytes() for name in LASTING if (made / name).exists()}
    begin = partial(Forked, record_in=trace)
    with closing(Bot(made, side, begin=begin, settings=FLOWS)) as bot:
        bot.launch()
        Story(bot).tell()
        await_until(lambda: is_all_quiet(side), "quiet", LONGEST)
        assert bot.stop(LONGEST) == 0, bot.log
    with closing(sqlite3.connect(made / DATABASE)) as conn:
        updates = frozenset(number for (number,) in conn.execute("SELECT update_id FROM inbox"))
    assert updates
    return Record(before, list(tracing.recorded(trace)), updates)


def replay(record: Record, folder: Path, *, seed: int = 1, many: int = 1_000_000) -> Found:
    """Look at the images of a run, ``many`` at most, spread over all of it; each only once."""
    draw, found, seen = random.Random(seed), Found(), set[int]()
    share = many / ((TORN + 2) * sum(_happens(record)))
    disk = _disk(record)
    for call in record.calls:
        if not disk.happen(call) or draw.random() > share:
            continue
        for image in disk.images(draw):
            mark = hash((disk.forgotten, disk.left, *image.items()))
            if mark not in seen:
                seen.add(mark)
                _look(image, disk, record.updates, folder / "image", found)
    return found


def _happens(record: Record) -> Iterator[bool]:
    disk = _disk(record)
    return (disk.happen(call) for call in record.calls)


def _disk(record: Record) -> Disk:
    opened = (call.content.decode() for call in record.calls if call.name == "openat")
    database = next(path for path in opened if Path(path).name == DATABASE)
    files = {name: _File(bytearray(content)) for name, content in record.before.items()}
    return Disk(str(Path(database).parent), files)


def _look(
    image: dict[str, bytes], disk: Disk, updates: frozenset[int], folder: Path, found: Found
) -> None:
    """Open one image as the next start would, and count what is wrong with it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, content in image.items():
        (folder / name).write_bytes(content)
    found.images += 1
    try:
        with closing(sqlite3.connect(folder / DATABASE)) as conn:
            (sound,) = conn.execute("PRAGMA integrity_check(1)").fetchone()
            held = {number for (number,) in conn.execute("SELECT update_id FROM inbox")}
            (left,) = conn.execute("SELECT count(*) FROM outbox WHERE state <> 'queued'").fetchone()
    except sqlite3.DatabaseError:
        found.damaged += 1
        return
    found.damaged += sound != "ok"
    found.without_an_update += any(
        number < disk.forgotten and number not in held for number in updates
    )
    found.without_a_sending += left < disk.left


def main() -> None:
    """Record one run, replay it, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.power_cut", description=__doc__)
    parser.add_argument("--many", type=int, default=1_000_000, help="images; all by default")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    reason = tracing.reason_against(reading=True)
    if reason is not None:
        sys.exit(reason)
    with tempfile.TemporaryDirectory() as name, far_end() as side:
        record = record_story(side, Path(name))
        found = replay(record, Path(name), seed=options.seed, many=options.many)
    sys.stdout.write(
        f"{found.images} images, {found.damaged} damaged, {found.without_an_update} without an "
        f"acknowledged update, {found.without_a_sending} without a message that had left\n"
    )


if __name__ == "__main__":
    main()
