"""Plants small faults in the program, one at a time, and says which of them no test notices.

Run by hand: ``python3 .ci/make.py mutants [--sample N] [MODULE …]``. No file is changed: a fault
lives in a forked process whose import of one module finds another text. The faults of
``planted.toml`` come first, which stand for promises; then so many of those that are found. The
tests pass without a fault, or nothing that they say counts.
It must never run more than one at a time: a test that waits would fail for the wrong reason.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import signal
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

from tests.mutants.planting import Fault, find_places, plant

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PLANTED, SURVIVORS = HERE / "planted.toml", HERE / "survivors.txt"
PRELOADED = ("telegram", "sqlalchemy.ext.asyncio", "pydantic", "babel.dates")
"""What every test needs and nobody mutates; loaded once, before the forks."""
SECONDS = 900
NOTICED, SURVIVED = "noticed", "SURVIVED"


def planted() -> list[Fault]:
    """The faults that were thought of. AssertionError: one of them has nothing to stand in."""
    found = []
    for each in tomllib.loads(PLANTED.read_text("utf-8"))["fault"]:
        text = (ROOT / each["file"]).read_text("utf-8")
        assert text.count(each["was"]) == 1, f"{each['name']}: stands not once in {each['file']}"
        changed = text.replace(each["was"], each["is"])
        found.append(Fault(each["file"], each["name"], changed, tuple(each["tests"])))
    return found


def sampled(count: int, only: list[str]) -> Iterator[Fault]:
    """So many faults of each package that is listed, always the same ones."""
    for package in tomllib.loads(PLANTED.read_text("utf-8"))["package"]:
        files = sorted(path for each in package["files"] for path in ROOT.glob(each))
        named = [path for path in files if not only or any(each in str(path) for each in only)]
        texts = {path: path.read_text("utf-8") for path in named}
        every = [(path, place) for path in named for place in find_places(texts[path])]
        for path, place in random.Random(7).sample(every, min(count, len(every))):
            name, text = plant(texts[path], place)
            yield Fault(str(path.relative_to(ROOT)), name, text, tuple(package["tests"]))


def run(tests: tuple[str, ...], fault: Fault | None) -> int | None:
    """The exit code of pytest with the fault in place, at the first that fails; None: it hung."""
    child = os.fork()
    if child == 0:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        signal.alarm(SECONDS)
        if fault is not None:
            fault.lie_in_wait()
        alone = ("-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider")
        os._exit(int(pytest.main([*alone, *tests])))
    _, status = os.waitpid(child, 0)
    return None if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


@cache
def pass_without(tests: tuple[str, ...]) -> bool:
    """True where these tests pass as things are."""
    return run(tests, None) == 0


def try_out(fault: Fault) -> str:
    """Plant one fault and say whether its tests notice. AssertionError: they fail without it."""
    assert pass_without(fault.tests), f"they fail without any fault: {fault.tests}"
    return SURVIVED if run(fault.tests, fault) == 0 else NOTICED


def main() -> int:
    """Exit 1 where a fault survived that is not in the list of survivors."""
    asked = argparse.ArgumentParser(prog="make.py mutants")
    asked.add_argument("--sample", type=int, default=0, help="so many found faults a package, too")
    asked.add_argument(
        "--planted", default="", help="only the planted faults with this in the name"
    )
    asked.add_argument("modules", nargs="*", help="only those with this in their path")
    chosen = asked.parse_args()
    for name in PRELOADED:
        importlib.import_module(name)
    known = {line.split("  #")[0] for line in SURVIVORS.read_text("utf-8").splitlines()}
    faults = [each for each in planted() if chosen.planted in each.name and not chosen.modules]
    tried = {NOTICED: 0, SURVIVED: 0}
    new = []
    for fault in chain(faults, sampled(chosen.sample, chosen.modules)):
        found = try_out(fault)
        tried[found] += 1
        line = f"{fault.file}: {fault.name}"
        if found == SURVIVED and line not in known:
            new.append(line)
        print(f"{found:10} {line}", flush=True)  # noqa: T201
    print(f"{tried[NOTICED]} of {sum(tried.values())} noticed", *new, sep="\n")  # noqa: T201
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
