"""Ids: of the flow, its steps, blocks, values, scores and measures. Well formed, and each
used once.
"""

from __future__ import annotations

import re

from flows.authoring.near_names import id_advice
from flows.authoring.report import Loc
from flows.kinds.step import END
from flows.script.conditions import EACH, PAST
from flows.script.placeholders import NAMES, OWN
from flows.script.sheet import Sheet

MOST_CHARACTERS = 40

_STEP = re.compile(r"[a-z][a-z0-9_]*")
_FLOW = re.compile(r"[a-z][a-z0-9-]*")
_MEASURE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
_TAKEN = frozenset(
    {"in", "true", "false", "null", "as", "break", "const", "continue", "else", "for", "function"}
    | {"if", "import", "let", "loop", "package", "namespace", "return", "var", "void", "while"}
    | {"int", "uint", "double", "bool", "string", "bytes", "list", "map", "type", "dyn", "size"}
    | {"has", "duration", "timestamp", "matches", "all", "exists", "exists_one", "filter"}
    | {PAST, EACH, END, *NAMES, *OWN}
)
"""Words that conditions or placeholders use for something else."""
_ADVICE = "Begin with a small letter; then small letters, digits and _."


def check(sheet: Sheet) -> None:
    """Reports every id that is badly formed, taken, or used twice."""
    flow = sheet.flow
    if flow.language is not None and flow.language != 1:
        message = "This program reads version 1 of the language only."
        sheet.at_value("F015", ("language",), message, "Write `language = 1`.")
    if flow.id is not None:
        advice = "Use small letters, digits and hyphens: after-session."
        _well_formed(sheet, _FLOW, flow.id, ("id",), advice)
    _unique_names(sheet)
    _unique_measures(sheet)


def _well_formed(sheet: Sheet, form: re.Pattern[str], name: str, loc: Loc, advice: str) -> None:
    if not form.fullmatch(name):
        sheet.at_value(
            "F021",
            loc,
            f"`{name[:60]}` cannot be an id.",
            id_advice(form, name, advice, gap="-" if form is _FLOW else "_"),
        )
    elif len(name) > MOST_CHARACTERS:
        message = f"This id has {len(name)} characters; {MOST_CHARACTERS} is the most."
        sheet.at_value("F021", loc, message, "Choose a shorter one.")
    elif form is _STEP and name in _TAKEN:
        message = f"`{name}` is a word of the language itself."
        sheet.at_value("F021", loc, message, f"Choose another, such as `{name}_1`.")


def _unique_names(sheet: Sheet) -> None:
    """Steps, scores, values and blocks share one room: any of them may stand in a condition."""
    first: dict[str, tuple[str, Loc]] = {}
    for table in ("step", "score", "value", "block"):
        for number, entry in enumerate(getattr(sheet.flow, table) or []):
            if entry.id is None:
                continue
            loc: Loc = (table, number, "id")
            _well_formed(sheet, _STEP, entry.id, loc, _ADVICE)
            if entry.id in first:
                owner, place = first[entry.id]
                line, _ = sheet.places.of_value(place)
                message = f"The {owner} id `{entry.id[:60]}` is already used in line {line}."
                sheet.at_value("F020", loc, message, f"Give this {table} an id of its own.")
            first.setdefault(entry.id, (table, loc))


def _unique_measures(sheet: Sheet) -> None:
    seen: set[str] = set()
    for table in ("step", "score"):
        for number, entry in enumerate(getattr(sheet.flow, table) or []):
            if entry.measures is None:
                continue
            loc: Loc = (table, number, "measures")
            advice = "Use small letters, digits, _ and dots: alliance.bond."
            _well_formed(sheet, _MEASURE, entry.measures, loc, advice)
            if entry.measures in seen:
                message = f"`{entry.measures[:60]}` is already measured by an earlier step."
                sheet.at_value("F025", loc, message, "Measure each thing in one place only.")
            seen.add(entry.measures)
