"""Checks the shape of a document: unknown keys, wrong types, missing keys.

What cannot be read is taken out and remembered as faulty, so that the checks on the meaning still
see everything else, and an author learns of all mistakes at once.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any, get_args

from pydantic import ValidationError

from flows.authoring.near_names import listed, near
from flows.authoring.report import Loc
from flows.script.schema import FlowShape, Shape, WordsShape
from flows.script.sheet import MOST_PROBLEMS, Sheet

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
    try:
        sheet.flow = FlowShape.model_validate(remaining)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        for fault in faults[: MOST_PROBLEMS + 1]:
            _report(sheet, fault["loc"], fault["type"], fault["msg"])
        for fault in faults:
            sheet.faulty.add(_take_out(remaining, fault["loc"]))
        sheet.flow = FlowShape.model_validate(remaining)
    _check_needed(sheet, sheet.flow, ())


def _report(sheet: Sheet, loc: Loc, sort: str, said: str) -> None:
    if sort == "extra_forbidden":
        known = _keys_at(loc)
        name = str(loc[-1])[:60]
        hint = near(name, known, f"Known here: {listed(known)}.")
        sheet.at_key("F010", loc, f"There is no key `{name}` here.", hint)
        return
    if sort == "model_type":
        sheet.at_value("F012", loc, f"`{_key(loc)}` must be a table.", _table_hint(loc))
        return
    expected = _EXPECTED.get(sort, said)
    hint = _WRITE.get(sort, "Write it as the author's guide shows.")
    sheet.at_value("F012", loc, f"`{_key(loc)}` must be {expected}.", hint)


def _key(loc: Loc) -> str:
    return next(part for part in reversed(loc) if isinstance(part, str))


def _table_hint(loc: Loc) -> str:
    if issubclass(_shape_at(loc), WordsShape):
        return 'Give each language its own text, such as `ask.en = "…"` and `ask.de = "…"`.'
    if isinstance(loc[-1], int):
        return f"Begin each {_key(loc)} with a line `[[{_key(loc)}]]`."
    return f"Put a line `[{_key(loc)}]` before its keys."


def _shape_at(loc: Loc) -> type[Shape]:
    """The shape of the table at ``loc``, or of the nearest table around it."""
    shape: type[Shape] = FlowShape
    for part in loc:
        name = shape.keys().get(part) if isinstance(part, str) else None
        if name is not None:
            shape = _shape_in(shape.model_fields[name].annotation) or shape
    return shape


def _shape_in(annotation: Any) -> type[Shape] | None:
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    inner = (_shape_in(one) for one in get_args(annotation))
    return next((one for one in inner if one is not None), None)


def _keys_at(loc: Loc) -> list[str]:
    return list(_shape_at(loc[:-1]).keys())


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
    for key, name in shape.keys().items():
        child = getattr(shape, name)
        if child is None and key in shape.needed:
            sheet.missing(loc, key, _EXAMPLES[key])
        if isinstance(child, Shape):
            _check_needed(sheet, child, (*loc, key))
        elif isinstance(child, list):
            for number, entry in enumerate(child):
                if isinstance(entry, Shape):
                    _check_needed(sheet, entry, (*loc, key, number))
