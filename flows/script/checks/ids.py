"""Ids: of the flow, its steps, options, blocks, values, scores and measures. Well formed, and each
used once.
"""

from __future__ import annotations

import re
import unicodedata

from flows.authoring.report import Loc
from flows.script.conditions import EACH, PAST
from flows.script.flow import END
from flows.script.placeholders import NAMES, OWN
from flows.script.schema import StepShape
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
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
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
    for number, step in enumerate(flow.step or []):
        _options(sheet, step, number)


def _well_formed(sheet: Sheet, form: re.Pattern[str], name: str, loc: Loc, advice: str) -> None:
    if not form.fullmatch(name):
        sheet.at_value("F021", loc, f"`{name[:60]}` cannot be an id.", _advice(form, name, advice))
    elif len(name) > MOST_CHARACTERS:
        message = f"This id has {len(name)} characters; {MOST_CHARACTERS} is the most."
        sheet.at_value("F021", loc, message, "Choose a shorter one.")
    elif form is _STEP and name in _TAKEN:
        message = f"`{name}` is a word of the language itself."
        sheet.at_value("F021", loc, message, f"Choose another, such as `{name}_1`.")


def _advice(form: re.Pattern[str], name: str, advice: str) -> str:
    """The advice, with the id in the letters that an id has, where that makes one."""
    spelt = unicodedata.normalize("NFKD", name.strip().lower().translate(_SPELT))
    gap = "-" if form is _FLOW else "_"
    kept = re.sub(r"[\s_-]+", gap, spelt.encode("ascii", "ignore").decode())
    return f"{advice} For example: `{kept}`." if form.fullmatch(kept) and kept != name else advice


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


def _options(sheet: Sheet, step: StepShape, number: int) -> None:
    seen: set[str] = set()
    for place, option in enumerate(step.options or []):
        if option.id is None:
            continue
        loc = ("step", number, "options", place, "id")
        if not _STEP.fullmatch(option.id) or len(option.id) > MOST_CHARACTERS:
            message = f"`{option.id[:60]}` cannot be an id."
            advice = _advice(_STEP, option.id, f"{_ADVICE[:-1]}; at most {MOST_CHARACTERS}.")
            sheet.at_value("F021", loc, message, advice)
        if option.id in seen:
            message = f"The option id `{option.id[:60]}` is used twice in this step."
            sheet.at_value("F020", loc, message, "Give this option an id of its own.")
        seen.add(option.id)
