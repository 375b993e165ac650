"""Which tests come by which line, and how long each takes.

Used by ``python -m tests.mutants``: ``--record`` runs tests once under coverage and keeps the map
in a file that is no part of the repository. It must never be trusted past a change of a file: it
knows each file's text by its hash and has nothing to say of another one.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import accumulate, chain, zip_longest
from pathlib import Path

import pytest
from coverage import Coverage

from tests.mutants.forking import OF_EACH, PACKAGES, ROOT, begin, end_all, end_one, passes, warm

QUICK = 10.0
"""Seconds in which all tests of a line are asked, however many they are."""
SAVED_EVERY = 60.0
"""Seconds between two times at which a recording that goes on is kept."""


def digest_of(file: str) -> str:
    """What tells one text of a file from another."""
    return hashlib.sha256((ROOT / file).read_bytes()).hexdigest()[:16]


@dataclass
class Map:
    """The seconds of each test that passed, and by file and line the tests that come by it."""

    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)

    def add(self, other: Map) -> None:
        """Take over what another recording found; of a file that has changed since, only that."""
        self.seconds |= other.seconds
        for file, lines in other.lines.items():
            if self.digests.get(file) != other.digests[file]:
                self.lines[file], self.digests[file] = {}, other.digests[file]
            for line, tests in lines.items():
                self.lines[file].setdefault(line, set()).update(tests)

    def tests_of(self, file: str, line: int, most: int) -> list[str]:
        """The tests to ask about a line, at most so many: one half those that are named after the
        file or see most of it, the other from each test file in turn; further ones as long as all
        of them are quick; last those that start a database server. ValueError: it has changed.
        """
        if file not in self.digests:
            return []
        if self.digests[file] != digest_of(file):
            raise ValueError(f"{file} is not the recorded one: record its tests again")
        here, stem = self.lines[file], Path(file).stem
        seen = Counter(chain.from_iterable(here.values()))
        of_line = sorted(
            here.get(line, ()),
            key=lambda test: (stem not in test, -seen[test], self.seconds[test], test),
        )
        by_file: dict[str, list[str]] = {}
        for test in of_line:
            by_file.setdefault(test.split("::")[0], []).append(test)
        turns = chain.from_iterable(zip_longest(*by_file.values()))
        ranked = [*of_line[: most // 2], *(test for test in turns if test is not None)]
        asked = list(dict.fromkeys(ranked))
        seconds = accumulate(self.seconds[test] for test in asked)
        quick = sum(1 for total in seconds if total <= QUICK)
        return sorted(asked[: max(most, quick)], key=lambda test: OF_EACH in test)

    def save(self, path: Path) -> None:
        """Write the map where ``load`` finds it."""
        numbers = {test: number for number, test in enumerate(self.seconds)}
        lines = {
            file: {line: sorted(numbers[each] for each in tests) for line, tests in found.items()}
            for file, found in self.lines.items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        stored = {"seconds": self.seconds, "lines": lines, "digests": self.digests}
        beside = path.with_name(f"{path.name}.new")
        beside.write_text(json.dumps(stored), "utf-8")
        beside.replace(path)


def load(path: Path) -> Map:
    """The map in a file; an empty one where there is none."""
    if not path.exists():
        return Map()
    stored = json.loads(path.read_text("utf-8"))
    names = list(stored["seconds"])
    lines = {
        file: {int(line): {names[number] for number in tests} for line, tests in found.items()}
        for file, found in stored["lines"].items()
    }
    return Map(stored["seconds"], lines, stored["digests"])


class Recording:
    """A plugin of pytest: runs the collected tests, one file a process, and keeps what they saw."""

    def __init__(self, path: Path, jobs: int) -> None:
        self.path, self.jobs = path, jobs
        self.found = load(path)
        self.running: dict[int, tuple[str, Path]] = {}
        self.saved_at = time.perf_counter()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """The file has all at the end, and before that what was found by then."""
        warm(session)
        files: dict[str, list[pytest.Item]] = {}
        for item in session.items:
            files.setdefault(item.nodeid.split("::")[0], []).append(item)
        try:
            self._record_all(session, files)
        finally:
            end_all(self.running)
            self.found.save(self.path)
        return True

    def _record_all(self, session: pytest.Session, files: dict[str, list[pytest.Item]]) -> None:
        for number, (file, items) in enumerate(files.items()):
            if len(self.running) == self.jobs:
                self._end_one()
            part = self.path.with_suffix(f".{number}")
            child = begin(session, partial(_record, session, items, part), broken=1)
            self.running[child] = file, part
        while self.running:
            self._end_one()

    def _end_one(self) -> None:
        child, status = end_one()
        file, part = self.running.pop(child)
        if status == 0:
            self.found.add(load(part))
            part.unlink()
        print(file if status == 0 else f"{file} broke off: nothing is kept of it", flush=True)  # noqa: T201
        if time.perf_counter() > self.saved_at + SAVED_EVERY:
            self.found.save(self.path)
            self.saved_at = time.perf_counter()


def _record(session: pytest.Session, items: list[pytest.Item], path: Path) -> int:
    covering = Coverage(data_file=None, source=[str(ROOT / name) for name in PACKAGES])
    covering.start()
    found = Map()
    for item in items:
        covering.switch_context(item.nodeid)
        began = time.perf_counter()
        if passes(session, item):
            found.seconds[item.nodeid] = time.perf_counter() - began
        else:
            os.write(2, f"left out, since it does not pass here: {item.nodeid}\n".encode())
    covering.stop()
    data = covering.get_data()
    for measured in data.measured_files():
        file = Path(measured).relative_to(ROOT).as_posix()
        found.digests[file] = digest_of(file)
        by_line = data.contexts_by_lineno(measured)
        kept = {line: found.seconds.keys() & tests for line, tests in by_line.items()}
        found.lines[file] = {line: set(tests) for line, tests in kept.items() if tests}
    found.save(path)
    return 0
