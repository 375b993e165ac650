"""Whatever was written, a sheet of a copy gives it back, and no cell of it runs as a formula."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bot.services.own_data.sheets import as_written, defused, zipped
from tests.support.nasty_texts import NASTY

NEAR = st.text(st.sampled_from("=+-@'\" ;,\t\r\n\u00a0\uff1da1"), max_size=12)
RUNS = re.compile(r"[=+\-@\uff1d\uff0b\uff0d\uff20]")


def read_back(value: object) -> str:
    """The value's cell, as a reader of RFC 4180 finds it in the zip."""
    body = {
        "made_at": "2026-11-28T05:00:00+00:00",
        "codebook": {},
        "tables": {"check_ins": [], "notes": [{"id": 1, "words": value}]},
        "therapists": {},
        "flows": {},
        "audit": [{"at": "2026-11-28T05:00:00+00:00", "action": "a", "by": "b"}],
    }
    instants: dict[str, frozenset[str]] = {"check_ins": frozenset(), "notes": frozenset()}
    with zipfile.ZipFile(io.BytesIO(zipped(body, instants, ZoneInfo("Europe/Berlin")))) as found:
        raw = found.read("notes.csv")
    assert raw.startswith(b"\xef\xbb\xbf") and raw.endswith(b"\r\n")
    sheet = io.StringIO(raw.decode("utf-8-sig"), newline="")
    _, (number, cell) = csv.reader(sheet, strict=True)
    assert number == "1"
    return cell


@given(NEAR | st.text())
@example("'=1+1")
@example("one;\n=two")
def test_a_text_comes_back_as_it_was_written(text: str) -> None:
    assert as_written(defused(text)) == text
    assert as_written(read_back(text)) == text


@given(NEAR)
@example('a;"=1+1"')
@example("\uff1d1+1")
def test_no_part_of_a_text_begins_like_a_formula(text: str) -> None:
    """Also where a program takes semicolons or tabs for separators, and quotes as it likes."""
    for part in re.split("[;\t\r\n]", defused(text)):
        if RUNS.match(part.lstrip().lstrip("\"' \u00a0")):
            assert part.startswith("'")


def test_what_is_nasty_elsewhere_comes_back() -> None:
    for words in NASTY:
        assert as_written(read_back(words)) == words


def test_numbers_stay_numbers_and_lists_are_json() -> None:
    values = (-3, 2.5, True, None, ["=a", "b"])
    assert [read_back(each) for each in values] == ["-3", "2.5", "true", "", '["=a", "b"]']
    assert json.loads(as_written(read_back({"a": "x;=1"}))) == {"a": "x;=1"}


@given(st.text("abc ,.'\"äé\u4e2d", max_size=40))
def test_what_is_harmless_stays_as_it_was(text: str) -> None:
    assert defused(text) == text
