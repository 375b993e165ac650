"""Labelled examples of how people write, in a crisis and out of one: what the screen learns from.

Read from ``examples/*.toml``, one file a language, and from the files of a practice in the same
form. An example is a text of a crisis with its kind and, mostly, a harmless twin that looks like
it; what is harmless may stand alone. All were written for this project, none by a client.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CRISIS = (
    *("burden", "not_belonging", "hopeless", "passive_wish", "active_wish", "plan", "preparing"),
    *("farewell", "self_harm", "attempt", "danger_from_others", "harm_to_others", "other"),
)
"""The kinds of crisis wording, by the items of the C-SSRS and the interpersonal theory."""
HARMLESS = (
    *("idiom", "hyperbole", "bereavement", "others_suicide", "fiction", "denied", "past", "tired"),
    *("sad", "angry", "medicine", "sleep", "work", "body", "critique", "good_news", "ordinary"),
    "other",
)
"""The kinds of ordinary talk that may look like it."""

TWIN = "~"
"""Stands at the end of the id of a harmless twin."""


@dataclass(frozen=True, slots=True)
class Example:
    """One text, and what it is an example of."""

    id: str
    language: str
    kind: str
    is_crisis: bool
    text: str

    @property
    def group(self) -> str:
        """The id that an example shares with its twin: they are learnt and held out together."""
        return self.id.partition(TWIN)[0]

    @property
    def hand(self) -> str:
        """Whose way of writing it is: the first part of its id."""
        return self.id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class ExampleProblem:
    """A fault in a file of examples, and its place."""

    where: str
    what: str

    def __str__(self) -> str:
        """The place and the fault, in one line."""
        return f"{self.where}: {self.what}"


def read_examples(
    text: str, language: str, where: str, taken: Iterable[str] = ()
) -> tuple[Example, ...] | list[ExampleProblem]:
    """The examples of one file; or everything that is wrong in it.

    ``taken`` are ids that stand elsewhere already.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return [ExampleProblem(where, f"this is not TOML: {error}")]
    problems = [
        ExampleProblem(where, f"there is no table called {name}; use crisis and harmless")
        for name in document
        if name not in ("crisis", "harmless")
    ]
    found: list[Example] = []
    for table, kinds in (("crisis", CRISIS), ("harmless", HARMLESS)):
        for number, row in enumerate(_rows(document, table), 1):
            place = f"{where}, {table} {number}"
            faults = _faults(row, table, kinds)
            problems += [ExampleProblem(place, fault) for fault in faults]
            if not faults:
                found += _of_row(row, language, is_crisis=table == "crisis")
    seen = set(taken)
    for example in found:
        if example.id in seen:
            problems.append(ExampleProblem(where, f"the id {example.id} stands there twice"))
        seen.add(example.id)
    return problems or tuple(found)


def shipped_examples() -> tuple[Example, ...]:
    """The examples that come with Interlude, language by language."""
    found: list[Example] = []
    folder = importlib.resources.files("flows.safety").joinpath("examples")
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        language, _, ending = file.name.partition(".")
        if ending == "toml":
            read = read_examples(file.read_text("utf-8"), language, file.name)
            if isinstance(read, list):
                raise ValueError("\n".join(str(problem) for problem in read))
            found += read
    return tuple(found)


def _rows(document: Mapping[str, Any], table: str) -> list[Any]:
    rows = document.get(table, [])
    return rows if isinstance(rows, list) else [rows]


def _faults(row: Any, table: str, kinds: tuple[str, ...]) -> list[str]:
    if not isinstance(row, dict):
        return [f"write it as [[{table}]]"]
    fields = ("id", "kind", "text", *(("twin", "twin_kind") if table == "crisis" else ()))
    faults = [f"there is no field {name} here" for name in row if name not in fields]
    faults += [
        f"it needs {name}, as words in quotes"
        for name in ("id", "kind", "text")
        if not isinstance(row.get(name), str) or not row[name].strip()
    ]
    if not isinstance(row.get("twin", ""), str):
        faults.append("twin is words in quotes")
    if isinstance(row.get("kind"), str) and row["kind"] not in kinds:
        faults.append(f"there is no kind {row['kind']}; there are {', '.join(kinds)}")
    twin_kind = row.get("twin_kind", "ordinary")
    if twin_kind not in HARMLESS:
        faults.append(f"there is no harmless kind {twin_kind}; there are {', '.join(HARMLESS)}")
    if TWIN in str(row.get("id", "")):
        faults.append(f"an id holds no {TWIN}")
    return faults


def _of_row(row: Mapping[str, str], language: str, *, is_crisis: bool) -> Iterator[Example]:
    yield Example(row["id"], language, row["kind"], is_crisis, row["text"])
    if row.get("twin"):
        kind = row.get("twin_kind", "ordinary")
        yield Example(row["id"] + TWIN, language, kind, False, row["twin"])
