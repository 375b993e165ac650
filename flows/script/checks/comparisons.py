"""Comparisons that can never hold: with an option that does not exist, or beyond a scale."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.authoring.report import Loc
from flows.kinds.registry import kind_named
from flows.script.checks import whereabouts
from flows.script.checks.answers import bounds_of, bounds_of_score, shown, unfit
from flows.script.checks.scope import Scope
from flows.script.conditions import EACH, without_strings
from flows.script.schema import StepShape
from flows.script.sheet import Sheet
from flows.script.structure import HOURS_OF_A_DAY

_TEXT = r"""(["'])(.*?)"""
_EQUALS = re.compile(
    r"(?<![\w.])([a-z]\w*)\s*(?:==|!=)\s*" + _TEXT + r"\2"
    r"|(?<![\w.])([a-z]\w*)\s+in\s*\[([^\]]*)\]",
    re.ASCII,
)
_CONTAINS = re.compile(_TEXT + r"\1\s+in\s+([a-z]\w*)(?![\w.(])", re.ASCII)
_QUOTED = re.compile(r"""(["'])(.*?)\1""")
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_LEFT = re.compile(r"(?<![\w.])([a-z]\w*)\s*(<=|>=|==|<|>)\s*" + _NUMBER + r"(?![\w.])", re.ASCII)
_RIGHT = re.compile(r"(?<![\w.])" + _NUMBER + r"\s*(<=|>=|==|<|>)\s*([a-z]\w*)(?![\w.])", re.ASCII)
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "==": "=="}
_SIGNS = frozenset("+-*/")


def check(sheet: Sheet, source: str, loc: Loc, scope: Scope) -> None:
    """Reports every comparison of ``source`` that no answer can fulfil."""
    for name, offset, answer in _texts(source):
        step = scope.over if name == EACH else scope.steps.get(name)
        kind = kind_named(step.kind) if step is not None else None
        if step is not None and kind is not None and kind.is_listed:
            complaint = unfit(step, answer)
            if complaint:
                message = f"{shown(answer)} {complaint[0]}"
                sheet.inside("F023", loc, offset, message, complaint[1])
    for name, sign, number, offset in _numbers(without_strings(source)):
        ends = _bounds(name, scope)
        if ends is not None and not _possible(sign, number, *ends):
            message = f"`{name}` goes from {ends[0]:g} to {ends[1]:g}, so this can never be true."
            hint = f"Compare it with a number from {ends[0]:g} to {ends[1]:g}."
            sheet.inside("F053", loc, offset, message, hint)


def _texts(source: str) -> Iterator[tuple[str, int, str]]:
    """Name, place and text of each comparison with a text."""
    for found in _EQUALS.finditer(source):
        if found[1]:
            yield found[1], found.start(3), found[3]
            continue
        for quoted in _QUOTED.finditer(found[5]):
            yield found[4], found.start(5) + quoted.start(2), quoted[2]
    for found in _CONTAINS.finditer(source):
        yield found[3], found.start(2), found[2]


def _numbers(bare: str) -> Iterator[tuple[str, str, float, int]]:
    """Name, sign, number and place of each comparison with a number."""
    for found in _LEFT.finditer(bare):
        if _stands_alone(bare, found.start(), found.end()):
            yield found[1], found[2], float(found[3]), found.start()
    for found in _RIGHT.finditer(bare):
        if _stands_alone(bare, found.start(), found.end()):
            yield found[3], _TURNED[found[2]], float(found[1]), found.start()


def _stands_alone(bare: str, start: int, end: int) -> bool:
    """True if neither side goes on: ``a + mood < 3`` says nothing about ``mood`` alone."""
    before, after = bare[:start].rstrip()[-1:], bare[end:].lstrip()[:1]
    return not {before, after} & _SIGNS


def _bounds(name: str, scope: Scope) -> tuple[float, float] | None:
    if name in scope.steps:
        return bounds_of(scope.steps[name])
    steps: dict[str, StepShape] = scope.steps
    times = whereabouts.times_between(scope.flow)
    for score in scope.flow.score or []:
        if score.id == name:
            return bounds_of_score(score, steps, times)
    return (0, HOURS_OF_A_DAY) if name in times else None


def _possible(sign: str, number: float, low: float, high: float) -> bool:
    match sign:
        case "<":
            return low < number
        case "<=":
            return low <= number
        case ">":
            return high > number
        case ">=":
            return high >= number
        case _:
            return low <= number <= high
