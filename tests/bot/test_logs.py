"""A failure in the log: its kind and the innermost place of ours, never its words; and a log that
takes no lines for a while costs nothing but lines.
"""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Callable

import pytest

from bot.logs import log, set_up, trouble
from flows.schedule.zones import zone

WORDS = "a purple xylophone"


def failed(do: Callable[[], object]) -> BaseException:
    with pytest.raises((ValueError, sqlite3.Error)) as caught:
        do()
    return caught.value


def test_the_place_is_the_innermost_of_ours_and_no_words_are_told() -> None:
    told = trouble(failed(lambda: zone(WORDS)))
    assert told["error"] == "UnknownZoneError"
    assert told["at"].startswith("flows/schedule/zones.py:")
    assert WORDS not in str(told)
    assert trouble(ValueError(WORDS)) == {"error": "ValueError", "at": "outside"}


def test_a_meaning_comes_along_where_one_is_known() -> None:
    def full() -> None:
        with sqlite3.connect(":memory:") as conn:
            conn.execute("PRAGMA max_page_count = 1")
            conn.execute("CREATE TABLE t (words)")
            conn.execute("CREATE TABLE u (words)")

    assert trouble(failed(full))["means"].startswith("the disk is full")


class Narrow:
    """A stream that has room for nothing, until there is."""

    def __init__(self) -> None:
        self.has_room = False
        self.lines: list[str] = []

    def write(self, text: str) -> None:
        if not self.has_room:
            raise OSError(errno.ENOSPC, "no room")
        self.lines.append(text)

    def flush(self) -> None:
        return


def test_lines_without_room_are_counted_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = Narrow()
    monkeypatch.setattr(sys, "stderr", narrow)
    set_up("info", "text")
    for _ in range(3):
        log.info("alarm_over")
    narrow.has_room = True
    for _ in range(2):
        log.info("alarm_over")
    assert [("lines=3" in line) for line in narrow.lines] == [False, True, False]
    log.debug("alarm_over")
    assert len(narrow.lines) == 3, "below the level that was asked for"
