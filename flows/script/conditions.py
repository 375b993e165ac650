"""Conditions of steps: CEL over earlier answers, checked when a flow is read, evaluated as it runs.

``check`` serves the parser, ``holds`` the engine. CEL is imported on first use only, so that a
command that needs no condition starts fast. Nothing here may raise on an author's text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, Literal

from flows.script.flow import Condition

Operand = str | int | float | bool | None
Sort = Literal["string", "bool", "int", "number"]
"""What an answer is to a condition; ``number`` may be whole or not, and compares with both."""

_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")
_NAME = re.compile(r"[a-zA-Z_]\w*", re.ASCII)
_OVERLOAD = re.compile(r"found no matching overload for '([^']+)' applied to '\((.*)\)'")
_SORT_NAMES = {
    "int": "a whole number",
    "double": "a decimal number",
    "string": "a text",
    "bool": "true or false",
}
_STRING = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'(?:\\.|[^'\\])*'")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a condition; line and column count from 1 within its text."""

    line: int
    column: int
    message: str


def check(source: str, sorts: Mapping[str, Sort]) -> tuple[Fault, ...]:
    """Every fault of a condition over steps of these sorts; empty where it is sound."""
    cel, kinds = _cel()
    declared = {name: kinds[sort] for name, sort in sorts.items()}
    try:
        program = cel.NewEnv(variables=_with_flags(declared)).compile(source)
    except (RuntimeError, ValueError, TypeError) as error:
        return _faults(str(error))
    if program.return_type() not in (cel.Type.BOOL, cel.Type.DYN):
        return (
            Fault(
                1,
                1,
                f"it gives {_sort_name(program.return_type().name().lower())}, not true or false",
            ),
        )
    return ()


def names_in(source: str) -> frozenset[str]:
    """The identifiers in a condition, outside of its quoted strings."""
    return frozenset(_NAME.findall(without_strings(source)))


def without_strings(source: str) -> str:
    """The condition with each quoted string replaced by as many spaces."""
    return _STRING.sub(lambda found: " " * len(found[0]), source)


def holds(condition: Condition, values: Mapping[str, Operand]) -> bool:
    """Whether the condition is true of these answers.

    ``values`` maps ids of steps that were asked on the present path to their answers; None means
    that the client chose not to answer, an absent id that the step was not asked. A condition
    that lacks an operand which it needs is false, as is one that cannot be evaluated.
    """
    data: dict[str, Operand] = {k: v for k, v in values.items() if v is not None}
    for name in condition.names:
        data[f"{name}.answered"] = name in data
        data[f"{name}.declined"] = name in values and values[name] is None
    cel, _ = _cel()
    try:
        outcome = _compiled(condition).eval(data=data)
    except RuntimeError:  # CEL's budget of iterations is used up: never an error for a client
        return False
    return bool(outcome.type() == cel.Type.BOOL and outcome.plain_value())


@lru_cache(maxsize=1024)
def _compiled(condition: Condition) -> Any:
    cel, _ = _cel()
    declared = dict.fromkeys(condition.names, cel.Type.DYN)
    return cel.NewEnv(variables=_with_flags(declared)).compile(condition.source)


@cache
def _cel() -> tuple[Any, dict[Sort, Any]]:
    from cel_expr_python import cel  # type: ignore[import-untyped]

    kinds = cel.Type
    return cel, {
        "string": kinds.STRING,
        "bool": kinds.BOOL,
        "int": kinds.INT,
        "number": kinds.DYN,
    }


def _with_flags(declared: Mapping[str, Any]) -> dict[str, Any]:
    boolean = _cel()[0].Type.BOOL
    flags = {f"{name}.{flag}": boolean for name in declared for flag in ("answered", "declined")}
    return {**declared, **flags}


def _faults(report: str) -> tuple[Fault, ...]:
    found = []
    for line, column, message in _PLACE.findall(report):
        found.append(Fault(int(line), int(column), _plain(message)))
    return tuple(found) or (Fault(1, 1, "it is nested too deeply"),)


def _plain(message: str) -> str:
    """CEL's message without its own jargon."""
    overload = _OVERLOAD.search(message)
    if overload:
        sign = overload[1].replace("_", "").lstrip("@")
        sorts = [_sort_name(sort) for sort in overload[2].split(", ")]
        return f"`{sign}` does not fit {' and '.join(sorts)}"
    cut = message.split(" [INVALID_ARGUMENT")[0].split(" (in container")[0]
    return cut.split(" expecting {")[0].replace("'<EOF>'", "its end")


def _sort_name(sort: str) -> str:
    return _SORT_NAMES.get(sort, f"`{sort}`")
