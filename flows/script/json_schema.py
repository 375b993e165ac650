"""The shape of flow files as a JSON Schema (draft 2020-12), for editors that complete and mark.

Made from the shapes by which the parser itself reads a file, so that the two cannot part. Used by
``interlude flows schema``; ``flows/library/flow.schema.json`` is its result. It knows the shape
only: what a condition, a reference or a text means, ``flows check`` says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

from flows.authoring import toml_tables
from flows.authoring.spans import SPAN_FORM
from flows.authoring.toml_tables import Shape, WordsShape
from flows.kinds.bounds import BETTER
from flows.kinds.kind import Kind
from flows.kinds.registry import BY_NAME
from flows.languages import in_english, languages
from flows.schedule.trigger import Trigger
from flows.script import schema as shapes
from flows.script.key_words import KEY_WORDS
from flows.script.schema import KEY_OF_KINDS, KEYS_OF_KIND
from flows.triggers.registry import KEYS, TRIGGERS

Json = dict[str, Any]

STRUCTURAL = frozenset(
    {"F002", "F010", "F011", "F012", "F013", "F014", "F015", "F016", "F021"}
    | {"F051", "F060", "F061", "F062"}
)
"""The problems that the schema finds as well, as far as they are about form: it knows that
``2 hours`` is no length of time, not that ``3000d`` is too long. All others are about meaning."""

SENTENCES = {**KEY_WORDS, **{key: sentence for key, (_, sentence) in KEY_OF_KINDS.items()}}
"""The meaning of each key, those of the kinds included."""

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_ID = {"type": "string", "pattern": r"^[a-z][a-z0-9_]*$", "maxLength": 40}
_FLOW_ID = {"type": "string", "pattern": r"^[a-z][a-z0-9-]*$", "maxLength": 40}
_MEASURE = {
    "type": "string",
    "pattern": r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$",
    "maxLength": 40,
}
_BY_KEY: Mapping[str, Json] = {
    "FlowShape.language": {"const": 1},
    "FlowShape.id": _FLOW_ID,
    "FlowShape.priority": {"type": "integer", "minimum": 1, "maximum": 9},
    "ScheduleShape.trigger": {"enum": [trigger.name for trigger in TRIGGERS]},
    "ScheduleShape.remind": {"type": "array", "items": SPAN_FORM},
    **{f"ScheduleShape.{key}": SPAN_FORM for key in ("starts", "ends", "window")},
    **{f"ScheduleShape.{key.name}": dict(key.form) for key in KEYS.values()},
    **{f"ExpiresShape.{key}": SPAN_FORM for key in ("unstarted", "started", "idle")},
    "StepShape.id": _ID,
    "StepShape.kind": {"enum": list(KEYS_OF_KIND)},
    "StepShape.measures": _MEASURE,
    "StepShape.order": {"const": "random"},
    "StepShape.better": {"enum": list(BETTER)},
    "OptionShape.id": _ID,
    "BlockShape.id": _ID,
    "ComputedShape.id": _ID,
    "ScoreShape.id": _ID,
    "ScoreShape.measures": _MEASURE,
}
"""The part that the sort of a key leaves open: its values, or their form."""

_IS_OR_BETWEEN = [
    {"required": ["is"], "properties": {"from": False, "to": False}},
    {"required": ["from", "to"], "properties": {"is": False}},
]
"""A value says what it is, or from when to when it lasts."""


def schema() -> Json:
    """The whole schema as a plain document."""
    kinds = {
        name: _table(name, shape)
        for name, shape in sorted((vars(toml_tables) | vars(shapes)).items())
        if isinstance(shape, type) and issubclass(shape, Shape) and name == shape.__name__
    }
    for base in (Shape, shapes.AnySchedule):
        kinds.pop(base.__name__)
    kinds["StepShape"] = _table("StepShape", shapes.StepOfAnyKind)
    kinds["StepShape"]["allOf"] = [_step_of_kind(*one) for one in BY_NAME.items()]
    kinds["StepShape"]["required"] = [key for key in shapes.StepShape.needed if key != "ask"]
    kinds["WholeStep"] = _whole_step()
    kinds["ComputedShape"]["oneOf"] = _IS_OR_BETWEEN
    kinds["ScheduleShape"]["allOf"] = [_schedule_of(trigger) for trigger in TRIGGERS]
    top = kinds.pop("FlowShape") | _with_or_without_pack()
    head = {"$schema": _DRAFT, "title": "A flow of Interlude"}
    return head | top | {"$defs": kinds}


def schema_text() -> str:
    """The schema as it lies in the repository, ending in a newline."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _table(name: str, shape: type[Shape]) -> Json:
    by_language = languages() if issubclass(shape, WordsShape) else ()
    properties: Json = {
        one: {"description": f"The text in {in_english(one)}.", "type": "string"}
        for one in by_language
    }
    properties |= {
        key: {"description": SENTENCES[key]}
        | _BY_KEY.get(f"{name}.{key}", _sort(shape.model_fields[field].annotation))
        for key, field in shape.named().items()
    }
    table: Json = {
        "description": " ".join((shape.__doc__ or "").split()),
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    if shape.needed:
        table["required"] = list(shape.needed)
    if {"only_if", "when"} <= properties.keys():
        table["not"] = {"required": ["only_if", "when"]}
    return table


_SORTS: Mapping[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


def _sort(annotation: Any) -> Json:
    """The schema of a Python type; None in a union means that the key may be absent."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (UnionType, Union):
        sorts = [_sort(one) for one in arguments if one is not type(None)]
        return sorts[0] if len(sorts) == 1 else {"anyOf": sorts}
    if origin is list:
        return {"type": "array", "items": _sort(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": _sort(arguments[1])}
    if annotation in _SORTS:
        return {"type": _SORTS[annotation]}
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return {"$ref": f"#/$defs/{annotation.__name__}"}
    if annotation is Any:
        return {}
    raise TypeError(f"no JSON type for {annotation!r}")


def _step_of_kind(name: str, kind: Kind[Any, Any]) -> Json:
    """Return the keys a step of this kind may have; of groups of which one is needed, no two."""
    every = KEYS_OF_KIND[name]
    then: Json = {"properties": {key: False for key in _step_keys() if key not in every}}
    first, *others = kind.either or ((),)
    if others:
        nowhere: Json = {"properties": dict.fromkeys(first, False)}
        then["dependentSchemas"] = {key: nowhere for group in others for key in group}
    return _where("kind", name, then)


def _step_keys() -> list[str]:
    return shapes.StepOfAnyKind.key_names()


def _whole_step() -> Json:
    """Return what a step needs where no pack brings its words."""
    rules = []
    for name, kind in BY_NAME.items():
        if kind.needed:
            rules.append(_where("kind", name, {"required": list(kind.needed)}))
        if kind.either:
            groups = [{"required": list(group)} for group in kind.either]
            rules.append(_where("kind", name, {"anyOf": groups}))
    return {"required": ["ask"], "allOf": rules}


def _with_or_without_pack() -> Json:
    """A flow that names a pack says whose words they are; any other has all its words itself."""
    whole = {"properties": {"step": {"items": {"$ref": "#/$defs/WholeStep"}}}}
    return {"if": {"required": ["pack"]}, "then": {"required": ["licence"]}, "else": whole}


def _schedule_of(trigger: type[Trigger]) -> Json:
    """Return which keys belong to a trigger, and to other triggers only."""
    own = {key.name for key in trigger.keys}
    then: Json = {
        "properties": dict.fromkeys(sorted(KEYS.keys() - own), False),
        "required": [key.name for key in trigger.keys if key.needed],
    }
    return _where("trigger", trigger.name, then)


def _where(key: str, value: str, then: Json) -> Json:
    """``then`` applies to tables whose ``key`` has this value."""
    condition = {"properties": {key: {"const": value}}, "required": [key]}
    return {"if": condition, "then": {part: rule for part, rule in then.items() if rule}}
