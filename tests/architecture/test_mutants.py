"""Faults that are planted by hand still have a place, and the list of survivors only shrinks."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path

import pytest

from tests.mutants.__main__ import planted
from tests.mutants.planting import defined, found_in, in_its_words, put_back, spots_in
from tests.mutants.survivors import FILE, allowed, survivors

ROOT = Path(__file__).parents[2]
TEXT = '''"""A module."""


def is_due(count, most):
    """True from the last on."""
    _log.info("%s of %s", count + 1, most)
    if count < 0:
        raise ValueError(f"{count + 1}")
    return count >= most and most > 0
'''
FAULTS = [
    "count < 0 -> not count < 0",
    "count < 0 -> count <= 0",
    "0 -> 1",
    "count >= most and most > 0 -> count >= most or most > 0",
    "count >= most and most > 0 -> count >= most and count >= most",
    "count >= most -> count > most",
    "most > 0 -> most >= 0",
    "0 -> 1",
]


def test_every_planted_fault_still_changes_one_function() -> None:
    names = [fault.name for fault in planted()]
    assert len(names) == len(set(names)) >= 30


def test_a_fault_whose_line_is_gone_is_named() -> None:
    with pytest.raises(ValueError, match=r"it is gone: stands 0 times in a\.py"):
        in_its_words("a.py", TEXT, "it is gone", "count > 7", "count > 8")


def test_survivors_are_in_the_program_and_not_more_than_allowed() -> None:
    text = FILE.read_text("utf-8")
    found = survivors(text)
    assert len(found) <= allowed(text)
    for each in found:
        names = [name for name, _ in defined((ROOT / each.file).read_text("utf-8"))]
        assert each.function in names, each


@pytest.mark.parametrize(
    "line", ["a.py | f | 0 -> 1", "a.py | f | 0 -> 1 | ", "a.py | f | 0 | why"]
)
def test_a_survivor_says_why_or_is_open(line: str) -> None:
    with pytest.raises(ValueError, match="open, or equivalent: why"):
        survivors(f"# at most 9\n{line}\n")


def test_what_decides_is_changed_and_logs_and_messages_are_not() -> None:
    assert [fault.name for fault in found_in("a.py", TEXT, spots_in(TEXT))] == FAULTS


def test_a_running_function_gets_the_fault_under_every_name(tmp_path: Path) -> None:
    file = tmp_path / "lived_in.py"
    file.write_text(TEXT, "utf-8")
    spec = importlib.util.spec_from_file_location("lived_in", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    module._log = logging.getLogger("nobody")  # type: ignore[attr-defined]
    spec.loader.exec_module(module)
    known_as = module.is_due
    assert known_as(3, 3)
    fault = next(
        each for each in found_in("lived_in.py", TEXT, spots_in(TEXT)) if each.name == FAULTS[5]
    )
    sound = fault.put_in_place()
    assert not known_as(3, 3) and known_as(4, 3)
    put_back(sound)
    assert known_as(3, 3)
