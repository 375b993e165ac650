"""Which tests come by which line, and how long each takes.

Used by ``python -m tests.mutants``: ``--record`` runs tests once under coverage and keeps the map
in a file that is no part of the repository. It must never be trusted past a change of a file: it
knows each file's text by its hash and has nothing to say of another one.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol
from coverage import Coverage

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("bot", "flows", "storage")
ALONE = ("-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "tmp_path_retention_policy=none")
"""No files are left: thousands of tests would fill a disk."""


def digest_of(file: str) -> str:
    """What tells one text of a file from another."""
    return hashlib.sha256((ROOT / file).read_bytes()).hexdigest()[:16]


def run(tests: Iterable[str], plugin: object) -> int:
    """Pytest's exit code with the plugin in charge, in a folder that no other run tidies up."""
    with tempfile.TemporaryDirectory(prefix="interlude-mutants-") as folder:
        place = f"--basetemp={folder}/tests"
        return int(pytest.main([*ALONE, place, *tests], plugins=[plugin]))


def make_place(session: pytest.Session) -> None:
    """The folder is there before the processes part: each would begin by emptying it."""
    session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]


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
        file or see most of it, the other from each test file in turn. ValueError: it has changed.
        """
        if self.digests.get(file) != digest_of(file):
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
        return list(dict.fromkeys(ranked))[:most]

    def save(self, path: Path) -> None:
        """Write the map where ``load`` finds it."""
        numbers = {test: number for number, test in enumerate(self.seconds)}
        lines = {
            file: {line: sorted(numbers[each] for each in tests) for line, tests in found.items()}
            for file, found in self.lines.items()
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        stored = {"seconds": self.seconds, "lines": lines, "digests": self.digests}
        path.write_text(json.dumps(stored), "utf-8")


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
    """A plugin of pytest: runs the collected tests in so many processes and keeps what they saw."""

    def __init__(self, path: Path, jobs: int) -> None:
        self.path, self.jobs = path, jobs

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Every process takes each n-th test, and the file has all at the end."""
        make_place(session)
        parts = [self.path.with_suffix(f".{number}") for number in range(self.jobs)]
        children = []
        for number, part in enumerate(parts):
            child = os.fork()
            if child == 0:
                _record(session, session.items[number :: self.jobs], part)
                os._exit(0)
            children.append(child)
        assert all(os.waitpid(child, 0)[1] == 0 for child in children), "a process broke off"
        found = load(self.path)
        for part in parts:
            found.add(load(part))
            part.unlink()
        found.save(self.path)
        return True


def _record(session: pytest.Session, items: list[pytest.Item], path: Path) -> None:
    covering = Coverage(data_file=None, source=[str(ROOT / name) for name in PACKAGES])
    covering.start()
    found = Map()
    for item in items:
        covering.switch_context(item.nodeid)
        began = time.perf_counter()
        if all(each.passed for each in runtestprotocol(item, log=False, nextitem=session)):
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
