"""Conditions and computed values: CEL over answers, checked when a flow is read, evaluated as it
runs.

``examine`` serves the parser, ``holds`` and ``evaluate`` the engine. CEL is imported on first use
only, so that a command that needs no condition starts fast. Nothing here may raise on an author's
text.

To an author a number is a number: all of them are evaluated as decimals, so that a scale may be
taken from a mean and half of 3 is 1.5, neither of which CEL itself allows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from flows.authoring.words import Condition
from flows.kinds.kind import Sort, Value
from flows.script.condition_faults import STRING, Fault, misread, refused, reported
from flows.script.structure import Past

Operand = Value
"""The sort of an answer, a past answer, a score or a computed value in an expression."""

PAST = "past"
EACH = "each"
"""Words of the language: earlier check-ins, and the key at hand inside a repeated block."""
FLAGS = ("answered", "declined", "withheld")

_CHAIN = re.compile(r"(?<![\w.])[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*", re.ASCII)
_PAST = re.compile(
    r"past\.([a-z]\w*(?:\.[a-z]\w*)*)\.(?:(last|first)|mean([2-9]|1[0-2]))", re.ASCII
)
_ARITHMETIC = re.compile(r"[+*/]|[\w)\]]\s*-")
_TOKEN = re.compile(STRING.pattern + r"|[a-zA-Z_]\w*|(\d+)(\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_SIZE = re.compile(r"\bsize\(\s*([a-z]\w*)\s*\)|\b([a-z]\w*)\.size\(\s*\)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Examined:
    """The sort that an expression gives, or every fault in it."""

    faults: tuple[Fault, ...]
    gives: Sort = "any"


def check(source: str, sorts: Mapping[str, Sort]) -> tuple[Fault, ...]:
    """Every fault of a condition over names of these sorts; empty where it is sound."""
    found = examine(source, sorts)
    if found.faults or found.gives in ("bool", "any"):
        return found.faults
    named = {"string": "a text", "strings": "a list of texts"}.get(found.gives, "a number")
    advice = "Compare it with something, such as mood < 6."
    return (Fault(1, 1, f"it gives {named}, not true or false", advice),)


def examine(source: str, sorts: Mapping[str, Sort]) -> Examined:
    """Return what an expression over names of these sorts gives, or every fault in it.

    Names that ``sorts`` does not know are faults, except those of earlier check-ins.
    """
    slip = misread(source, sorts)
    faults = tuple(refused(source)) if slip is None else (slip,)
    if faults:
        return Examined(faults)
    named = names_in(source)
    used = {name: sort for name, sort in sorts.items() if name in named}
    used |= {name: _sort_of_past(name, sorts) for name in named if past_of(name) is not None}
    kinds = _cel()[1]
    whole = {name: kinds["int" if sort == "number" else sort] for name, sort in used.items()}
    try:
        program = _program(_in_whole_numbers(source), whole)
        if _compares_decimals(source):
            _program(source, {name: kinds[sort] for name, sort in used.items()})
        _compiled(source, frozenset(used))
    except (RuntimeError, ValueError, TypeError) as error:
        return Examined(reported(str(error), source))
    return Examined((), _gives(program.return_type().name()))


def _compares_decimals(source: str) -> bool:
    """True if a whole number may be compared with a decimal one, which it never equals."""
    decimals = any(token[2] for token in _TOKEN.finditer(source))
    return decimals and not _ARITHMETIC.search(without_strings(source))


def names_in(source: str) -> frozenset[str]:
    """The names in an expression outside of its quoted strings, without what follows their dot;
    names of earlier check-ins are whole: ``past.week.last``.
    """
    return frozenset(_name(found[0]) for found in _CHAIN.finditer(without_strings(source)))


def past_of(name: str) -> Past | None:
    """The earlier answer that ``past.week.last`` and its like mean; None: it is no such name."""
    found = _PAST.fullmatch(name)
    if found is None:
        return None
    if found[2] == "last":
        return Past(found[1], "last")
    return Past(found[1], "first") if found[2] else Past(found[1], "mean", int(found[3]))


def without_strings(source: str) -> str:
    """The expression with each quoted string replaced by as many spaces."""
    return STRING.sub(lambda found: " " * len(found[0]), source)


def holds(
    condition: Condition,
    values: Mapping[str, Operand | None],
    withheld: Set[str] = frozenset(),
) -> bool:
    """True if the condition is true of these answers.

    ``values`` maps ids of steps that were asked on the present path to their answers; None means
    that the client chose not to answer, an absent id that the step was not asked. It also holds
    scores and computed values by their ids, ``past.week.last`` and ``each``. ``withheld`` names
    the steps where the client would rather not say: their value is None as well, unless the
    author gave that answer an option of its own. A condition that lacks an operand which it needs
    is false, as is one that cannot be evaluated.
    """
    return evaluate(condition.source, condition.names, values, withheld) is True


def evaluate(
    source: str,
    names: frozenset[str],
    values: Mapping[str, Operand | None],
    withheld: Set[str] = frozenset(),
) -> Operand | None:
    """Return what an expression gives for these answers; None where a needed operand is lacking.

    ``names`` are those of the ``Computed`` or ``Condition``; the rest as for ``holds``. A number
    is an int where it is whole; it is not rounded. A list comes back as a tuple.
    """
    data: dict[str, Any] = {n: _decimal(v) for n, v in values.items() if v is not None}
    for name in names:
        data[f"{name}.answered"] = name in data
        data[f"{name}.withheld"] = name in withheld
        data[f"{name}.declined"] = name in withheld or (name in values and values[name] is None)
    cel, _ = _cel()
    try:
        outcome = _compiled(source, names).eval(data=data)
    except RuntimeError:  # CEL's budget of iterations is used up: never an error for a client
        return None
    return None if outcome.type() == cel.Type.ERROR else _operand(outcome.plain_value())


def _decimal(value: Operand) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _operand(value: Any) -> Operand | None:
    if isinstance(value, list):
        return tuple(value) if all(isinstance(one, str) for one in value) else None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    return value if isinstance(value, str | bool | int) else None


@lru_cache(maxsize=2048)
def _compiled(source: str, names: frozenset[str]) -> Any:
    return _program(_in_decimals(source), dict.fromkeys(names, _cel()[0].Type.DYN))


def _program(source: str, declared: Mapping[str, Any]) -> Any:
    return _cel()[0].NewEnv(variables=_with_flags(declared)).compile(source)


def _in_decimals(source: str) -> str:
    """Each number as a decimal, and each size, which CEL gives as a whole number."""
    sized = _SIZE.sub(lambda found: f"double(size({found[1] or found[2]}))", source)
    return _TOKEN.sub(lambda t: f"dyn({t[0]}.0)" if t[0].isdecimal() else t[0], sized)


def _in_whole_numbers(source: str) -> str:
    """Each number as a whole one in as many characters: only sorts and places are looked at."""
    return _TOKEN.sub(lambda t: t[1].ljust(len(t[0])) if t[1] else t[0], source)


@cache
def _cel() -> tuple[Any, dict[Sort, Any]]:
    from cel_expr_python import cel  # type: ignore[import-untyped]

    kinds = cel.Type
    return cel, {
        "string": kinds.STRING,
        "strings": kinds.List(kinds.STRING),
        "bool": kinds.BOOL,
        "int": kinds.INT,
        "number": kinds.DYN,
        "any": kinds.DYN,
    }


def _with_flags(declared: Mapping[str, Any]) -> dict[str, Any]:
    boolean = _cel()[0].Type.BOOL
    flags = {f"{n}.{flag}": boolean for n in declared if _has_flags(n) for flag in FLAGS}
    return {**declared, **flags}


def _has_flags(name: str) -> bool:
    return name != EACH


def _sort_of_past(name: str, sorts: Mapping[str, Sort]) -> Sort:
    found = past_of(name)
    mean = found is not None and found.how == "mean"
    return "number" if mean else sorts.get(name, "any")


def _name(chain: str) -> str:
    earlier = re.sub(r"\.(?:answered|declined|withheld)$", "", chain)
    return earlier if past_of(earlier) is not None else chain.partition(".")[0]


def _gives(sort: str) -> Sort:
    known: dict[str, Sort] = {"BOOL": "bool", "STRING": "string", "LIST<STRING>": "strings"}
    return "number" if sort in ("INT", "DOUBLE") else known.get(sort, "any")
