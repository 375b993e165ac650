"""Plants small faults in the program, one at a time, and says which of them no test notices.

Run by hand: ``make.py mutants --record [TESTS]`` once, then ``make.py mutants`` for the faults of
``planted.toml``, which stand for promises, and ``--sample N [MODULE …]`` for some that are found. A
fault counts as noticed when a test fails or hangs; at most ``--most`` tests are asked, so that the
rate is rather too low than too high. It must never count a test that fails without a fault.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from tests.mutants import survivors
from tests.mutants.forking import PACKAGES, ROOT, run
from tests.mutants.planting import Fault, found_in, in_its_words, spots_in
from tests.mutants.recording import Map, Recording, load
from tests.mutants.trying import NOTICED, Trial, Trying

PLANTED = Path(__file__).parent / "planted.toml"
MAP = Path(tempfile.gettempdir()) / "interlude-mutants.json"
RECORDED = ("tests/bot", "tests/flows", "tests/properties", "tests/stories", "tests/storage")
TESTS_ASKED = 60


def planted() -> list[Fault]:
    """The faults that were thought of. ValueError: one of them has nothing to stand in."""
    return [
        in_its_words(
            each["file"],
            (ROOT / each["file"]).read_text("utf-8"),
            each["name"],
            each["was"],
            each["is"],
        )
        for each in tomllib.loads(PLANTED.read_text("utf-8"))["fault"]
    ]


def sampled(count: int, modules: list[str], seed: int) -> Iterator[Fault]:
    """So many faults of each module with one of these in its path, the same for the same seed."""
    files = [file for name in PACKAGES for file in sorted((ROOT / name).rglob("*.py"))]
    for path in files:
        file = path.relative_to(ROOT).as_posix()
        if any(each in file for each in modules):
            text = path.read_text("utf-8")
            spots = spots_in(text)
            random.Random(f"{seed} {file}").shuffle(spots)
            yield from islice(found_in(file, text, spots), count)


def unnoticed() -> Iterator[Fault]:
    """The open survivors, to see whether they are noticed by now."""
    kept = survivors.survivors(survivors.FILE.read_text("utf-8"))
    still_open = {(each.file, each.function, each.name) for each in kept if each.is_open}
    yield from (each for each in planted() if (each.file, each.function, each.name) in still_open)
    for file in sorted({file for file, _, _ in still_open}):
        text = (ROOT / file).read_text("utf-8")
        functions = {each[1] for each in still_open if each[0] == file}
        spots = [spot for spot in spots_in(text) if spot.function in functions]
        for fault in found_in(file, text, spots):
            if (file, fault.function, fault.name) in still_open:
                yield fault


def trials(faults: list[Fault], seen: Map, most: int) -> list[Trial]:
    """Each fault with the tests that come by its line."""
    made = []
    for fault in faults:
        tests = seen.tests_of(fault.file, fault.line, most)
        made.append(Trial(fault, tuple(tests), sum(seen.seconds[each] for each in tests)))
    return made


class Tally:
    """Counts the verdicts, and knows which survivors are on the list."""

    def __init__(self) -> None:
        kept = survivors.survivors(survivors.FILE.read_text("utf-8"))
        self.known = {(each.file, each.function, each.name): each.state for each in kept}
        self.counts: Counter[str] = Counter()
        self.new = 0

    def __call__(self, trial: Trial, verdict: str) -> None:
        fault = trial.fault
        state = self.known.get((fault.file, fault.function, fault.name), "")
        if verdict == NOTICED or not state:
            self.new += verdict != NOTICED
            self.counts[verdict] += 1
        else:
            self.counts[state.split(":")[0]] += 1
        line = f"{fault.file} | {fault.function} | {fault.name} | {state or survivors.OPEN}"
        print(f"{verdict:8} {len(trial.tests):3} :{fault.line:<4} {line}", flush=True)  # noqa: T201


def main() -> int:
    """Exit 1 where a fault was not noticed that is not in the list of survivors."""
    asked = argparse.ArgumentParser(prog="make.py mutants")
    asked.add_argument("--record", nargs="*", metavar="TESTS", help="see who comes by")
    asked.add_argument("--sample", type=int, default=0, help="so many found faults a module")
    asked.add_argument("--seed", type=int, default=1, help="another seed finds others")
    asked.add_argument("--planted", default="", help="only planted faults with this in the name")
    asked.add_argument("--open", action="store_true", help="those that no test noticed before")
    asked.add_argument("--most", type=int, default=TESTS_ASKED, help="so many tests a fault")
    asked.add_argument("--jobs", type=int, default=os.cpu_count(), help="so many at once")
    asked.add_argument("--map", type=Path, default=MAP, help="the file with what was recorded")
    asked.add_argument("modules", nargs="*", help="sample those with this in their path")
    asked.add_argument(
        "--ask",
        nargs=argparse.REMAINDER,
        default=[],
        metavar="TESTS",
        help="last: these tests, and what else pytest is to be told, in place of the recorded ones",
    )
    chosen = asked.parse_args()
    if chosen.record is not None:
        return run(chosen.record or RECORDED, Recording(chosen.map, chosen.jobs))
    if chosen.sample:
        faults = list(sampled(chosen.sample, chosen.modules or list(PACKAGES), chosen.seed))
    elif chosen.open:
        faults = list(unnoticed())
    else:
        faults = [each for each in planted() if chosen.planted in each.name]
    seen = Map() if chosen.ask else load(chosen.map)
    tally, waiting = Tally(), trials(faults, seen, chosen.most)
    tests = chosen.ask or sorted({test for trial in waiting for test in trial.tests})
    code = run(tests, Trying(waiting, chosen.jobs, tally, asks_all=bool(chosen.ask)))
    print(", ".join(f"{count} {verdict}" for verdict, count in tally.counts.items()))  # noqa: T201
    return code or int(tally.new > 0)


if __name__ == "__main__":
    sys.exit(main())
