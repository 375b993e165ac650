"""Checks the shape of a document: unknown keys, wrong types, missing keys.

What cannot be read is taken out and remembered as faulty, so that the checks on the meaning still
see everything else, and an author learns of all mistakes at once.
"""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import time
from typing import Any, get_args

from pydantic import ValidationError

from flows.authoring.near_names import listed, near
from flows.authoring.report import Loc
from flows.authoring.toml_tables import Shape, WordsShape
from flows.languages import languages, typed_words
from flows.script.machine_words import tidy
from flows.script.schema import FlowShape
from flows.script.sheet import MOST_PROBLEMS, Sheet

LISTS_OF_TABLES = ("step", "block", "value", "score")
LONGEST_SHOWN = 60
"""A longer value is not written out in a hint."""

_EXAMPLES = {
    "language": "`language = 1`.",
    "id": '`id = "some-name"`.',
    "title": '`title.en = "…"` (and `title.de`).',
    "schedule": 'a table: `[schedule]` with `trigger = "weekly"`, for example.',
    "step": "at least one step: `[[step]]`.",
    "trigger": '`trigger = "weekly"` or `trigger = "therapy_session_end"`.',
    "kind": '`kind = "text"`, for example.',
    "ask": 'the words of the step: `ask.en = "…"`.',
    "to": 'where to go on: `to = "topic"` or `to = "end"`.',
    "value": "the number that this labels: `value = 0`.",
    "steps": 'the steps of the block: `steps = ["one", "two"]`.',
    "is": 'what it is: `is = "week <= 3"`.',
    "of": 'the steps that it counts: `of = ["one", "two"]`.',
    "from": "the lowest number of the band: `from = 10`.",
}
_EXPECTED = {
    "string_type": "a text in quotes",
    "int_type": "a whole number without quotes",
    "float_type": "a number without quotes",
    "finite_number": "a finite number",
    "bool_type": "true or false, without quotes",
    "list_type": "a list in square brackets",
    "dict_type": "a table",
}
_WRITE = {
    "string_type": 'Write it in quotes: "…".',
    "int_type": "Write such as 5.",
    "float_type": "Write such as 5.",
    "finite_number": "Write such as 5.",
    "bool_type": "Write true or false.",
    "list_type": 'Write such as ["a", "b"].',
    "dict_type": "Write such as { strain = [...] }.",
}


def check_shape(sheet: Sheet, document: dict[str, Any]) -> None:
    """Reports every fault of the shape and leaves in ``sheet.flow`` all that could be read."""
    remaining = deepcopy(document)
    tidy(sheet, remaining)
    try:
        sheet.flow = FlowShape.model_validate(remaining)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        for fault in faults[: MOST_PROBLEMS + 1]:
            _report(sheet, document, fault["loc"], fault["type"])
        for fault in faults:
            sheet.faulty.add(_take_out(remaining, fault["loc"]))
        sheet.flow = FlowShape.model_validate(remaining)
    _check_needed(sheet, sheet.flow, ())


def _report(sheet: Sheet, document: dict[str, Any], loc: Loc, sort: str) -> None:
    if sort == "extra_forbidden":
        _report_unknown(sheet, loc)
        return
    written = _written(document, loc)
    if sort == "model_type":
        message, hint = f"`{_key(loc)}` must be a table.", _table_hint(loc, written)
        if issubclass(_shape_at(loc), WordsShape):
            message = f"`{_key(loc)}` does not say in which language it is."
        elif _is_list_of_tables(loc):
            message = f"Each {_key(loc)} must be a table."
        sheet.at_value("F012", loc, message, hint)
        return
    if sort == "list_type" and _is_list_of_tables((*loc, 0)):
        message = f"`[{_key(loc)}]` has one bracket on each side, so there could be only one."
        hint = f"Write [[{_key(loc)}]], with two, before every {_key(loc)}."
        sheet.at_header("F012", _key(loc), message, hint)
        return
    expected = _EXPECTED.get(sort, "of another sort")
    sheet.at_value("F012", loc, f"`{_key(loc)}` must be {expected}.", _mend(loc, sort, written))


def _report_unknown(sheet: Sheet, loc: Loc) -> None:
    known = _keys_at(loc)
    name = str(loc[-1])[:60]
    if issubclass(_shape_at(loc[:-1]), WordsShape) and re.fullmatch(r"[a-z]{2}(_\w+)?", name):
        hint = f"Texts can be written in {listed(languages())}."
        sheet.at_key("F010", loc, f"`{name}` is no language that is spoken here.", hint)
        return
    meant = next((key for key in known if key == name.lower()), None)
    if meant is None:
        hint = near(name, known, f"Known here: {listed(known)}.")
        meant = next((key for key in known if hint == f"Did you mean `{key}`?"), None)
    else:
        hint = f"Keys have small letters: `{meant}`."
    if meant is not None:
        sheet.faulty.add((*loc[:-1], meant))
    sheet.at_key("F010", loc, f"There is no key `{name}` here.", hint)


def _written(document: Any, loc: Loc) -> Any:
    """The value at ``loc`` as the author gave it."""
    for part in loc:
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return None
    return document


def _mend(loc: Loc, sort: str, written: Any) -> str:
    """Say what to write instead: the author's own value in the right form where it is clear."""
    key = _key(loc) if isinstance(loc[-1], str) else None
    right = _right(sort, written)
    if key is None or right is None:
        return _WRITE.get(sort, "Write it as the author's guide shows.")
    return f"Write {key} = {right}."


def _right(sort: str, written: Any) -> str | None:
    match sort, written:
        case "string_type", time():
            return f'"{written:%H:%M}"'
        case "string_type", int() | float() if not isinstance(written, bool):
            return f'"{written}"' if len(str(written)[:40]) < 40 else None
        case "bool_type", str() if written.lower() in ("true", "on", *typed_words("yes")):
            return "true"
        case "bool_type", str() if written.lower() in ("false", "off", *typed_words("no")):
            return "false"
        case "bool_type", 0 | 1:
            return "true" if written else "false"
        case (("int_type" | "float_type"), str()) if re.fullmatch(r"-?\d{1,9}", written.strip()):
            return written.strip()
        case "list_type", str() if len(written) <= LONGEST_SHOWN and '"' not in written:
            return f'["{written}"]'
        case "list_type", int() | float() if len(str(written)[:40]) < 40:
            return f"[{written}]"
    return None


def _key(loc: Loc) -> str:
    return next(part for part in reversed(loc) if isinstance(part, str))


def _table_hint(loc: Loc, written: Any) -> str:
    key = _key(loc)
    if issubclass(_shape_at(loc), WordsShape):
        shown = isinstance(written, str) and len(written) <= LONGEST_SHOWN and '"' not in written
        text = written if shown else "…"
        return f'Give each language its own text: {key}.en = "{text}", {key}.de = "…".'
    if isinstance(loc[-1], int):
        return f"Begin each {key} with a line `[[{key}]]`."
    return f"Put a line `[{key}]` before its keys."


def _is_list_of_tables(loc: Loc) -> bool:
    """True if ``loc`` is an entry of a list that is written as ``[[step]]``."""
    return len(loc) == 2 and loc[0] in LISTS_OF_TABLES and isinstance(loc[1], int)


def _shape_at(loc: Loc) -> type[Shape]:
    """The shape of the table at ``loc``, or of the nearest table around it."""
    shape: type[Shape] = FlowShape
    for part in loc:
        name = shape.named().get(part) if isinstance(part, str) else None
        if name is not None:
            shape = _shape_in(shape.model_fields[name].annotation) or shape
    return shape


def _shape_in(annotation: Any) -> type[Shape] | None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    inner = (_shape_in(one) for one in get_args(annotation))
    return next((one for one in inner if one is not None), None)


def _keys_at(loc: Loc) -> list[str]:
    return _shape_at(loc[:-1]).key_names()


def _take_out(document: Any, loc: Loc) -> Loc:
    """Removes the faulty value; of one inside a list, the whole list. Returns what was removed."""
    while loc and not isinstance(loc[-1], str):
        loc = loc[:-1]
    here = document
    for part in loc[:-1]:
        if isinstance(here, dict) and part not in here:
            return loc  # a list that held two faults is already gone
        here = here[part]
    here.pop(loc[-1], None)
    return loc


def _check_needed(sheet: Sheet, shape: Shape, loc: Loc) -> None:
    for key, name in shape.named().items():
        child = getattr(shape, name)
        if child is None and key in shape.needed:
            sheet.missing(loc, key, _EXAMPLES[key])
        if isinstance(child, Shape):
            _check_needed(sheet, child, (*loc, key))
        elif isinstance(child, list):
            for number, entry in enumerate(child):
                if isinstance(entry, Shape):
                    _check_needed(sheet, entry, (*loc, key, number))
