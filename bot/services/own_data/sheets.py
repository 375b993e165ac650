"""Writes a copy as tables for a spreadsheet: a CSV file a table, in one zip with the codebook.

Used by ``copying``. The lossless copy is JSON; here a text is told from a number, and nothing from
an empty text, by the codebook only. Nothing that somebody wrote may run as a formula, in whatever
program and under whatever separator the file is opened.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]

MARK = "'"
_BEGINS = r"(?:\A|(?<=[;\t\r\n]))"
_FORMULA = r"(?:[^\S\t\r\n]|[\"'])*[=+\-@\uff1d\uff0b\uff0d\uff20]"
_TO_MARK = re.compile(f"{_BEGINS}(?={_FORMULA})")
_MARKED = re.compile(f"{_BEGINS}{MARK}(?={_FORMULA})")

_LEFT_OUT = {"check_ins": frozenset({"state"})}
"""Longer than a cell may be, and said row by row in ``answers``: they stand in the JSON only."""
_OF_THE_ROUND = ("care_id", "flow_id", "fingerprint", "opened_at")
"""Fields of its round of questions that stand beside each answer, so that it can be read alone."""

_READ_ME = """\
A copy of everything that is kept of you, as tables for a spreadsheet. Made at {made_at}.

Each file whose name ends in .csv is one table; codebook.csv, and codebook.txt to read, say what
each table and each field means. flows/ has the questions by their version. Tables without rows are
left out, and so is check_ins.state: the JSON has both.

The form: UTF-8 with a byte order mark, fields apart by commas, lines ended by CR LF, a field in
double quotes where it needs them (RFC 4180), decimal points. Numbers of rows (id, check_in_id) are
the same in each copy. Times are ISO 8601 in UTC; beside each stands the same time with _local
behind its name, by the clock of {zone}. A list is written as JSON. An empty field is nothing, or an
empty text.

One thing is added to what was written, so that no spreadsheet runs it as a formula: where a text, a
line of it, or a part behind a semicolon or a tab begins with = + - or @, also behind blanks and
quotation marks, one {mark} stands before it. Take that one away, and it is what was written. Texts
without it are as they were, and so is every number.
"""


def zipped(body: Row, instants: Mapping[str, frozenset[str]], local: ZoneInfo) -> bytes:
    """The zip of the copy whose JSON is ``body``; ``instants`` names the fields of each table that
    hold a time, as ISO 8601 in UTC; ``local`` is the client's zone.
    """
    made_at = datetime.fromisoformat(body["made_at"])
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as into:
        for name, content in _files(body, instants, local):
            entry = zipfile.ZipInfo(name, made_at.astimezone(local).timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            into.writestr(entry, content)
    return found.getvalue()


def defused(text: str) -> str:
    """The text with a mark before whatever a spreadsheet could take for a formula."""
    return _TO_MARK.sub(MARK, text)


def as_written(cell: str) -> str:
    """Return the text that was written, of a cell that ``defused`` made of it."""
    return _MARKED.sub("", cell)


def _files(
    body: Row, instants: Mapping[str, frozenset[str]], local: ZoneInfo
) -> Iterator[tuple[str, bytes]]:
    told = _READ_ME.format(made_at=body["made_at"], zone=local.key, mark=MARK)
    yield "README.txt", told.encode()
    explained = list(_explained(body["codebook"]))
    yield "codebook.csv", _sheet(("part", "name", "meaning"), explained)
    lines = (f"{part}: {name}\n    {meaning}\n" for part, name, meaning in explained)
    yield "codebook.txt", "".join(lines).encode()
    tables: dict[str, list[Row]] = body["tables"]
    rounds = {row["id"]: row for row in tables["check_ins"]}
    for name, rows in tables.items():
        times = instants[name]
        if name == "answers":
            rows = [_beside_its_round(row, rounds[row["check_in_id"]]) for row in rows]
            times = times | {"opened_at"}
        if rows:
            yield f"{name}.csv", _table(rows, _LEFT_OUT.get(name, frozenset()), times, local)
    yield "audit.csv", _table(body["audit"], frozenset(), frozenset({"at"}), local)
    yield "therapists.csv", _sheet(("care_id", "name"), body["therapists"].items())
    for fingerprint, text in body["flows"].items():
        yield f"flows/{fingerprint}.toml", text.encode()


def _explained(codebook: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str, str]]:
    for part, meanings in codebook.items():
        for name, meaning in meanings.items():
            yield part, name, meaning


def _beside_its_round(answer: Row, of_round: Row) -> Row:
    return {**answer, **{name: of_round[name] for name in _OF_THE_ROUND}}


def _table(
    rows: Sequence[Row], left_out: frozenset[str], times: frozenset[str], local: ZoneInfo
) -> bytes:
    names = [name for name in rows[0] if name not in left_out]
    head = [each for name in names for each in ((name, f"{name}_local")[: 1 + (name in times)])]
    return _sheet(head, (_cells(row, names, times, local) for row in rows))


def _cells(row: Row, names: Iterable[str], times: frozenset[str], local: ZoneInfo) -> Iterator[Any]:
    for name in names:
        value = row[name]
        yield value
        if name in times:
            at = None if value is None else datetime.fromisoformat(value)
            yield None if at is None else at.astimezone(local).isoformat()


def _sheet(head: Sequence[str], rows: Iterable[Iterable[Any]]) -> bytes:
    into = io.StringIO(newline="")
    writer = csv.writer(into, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return into.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return defused(value)
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case _:
            return defused(json.dumps(value, ensure_ascii=False))
