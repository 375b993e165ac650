"""Conditions in plain English, for authors: "strain is one of A little, Yes".

Used by the outline, the flowchart and the diff of a flow. What has no plain form is shown as it is
written. It must never evaluate a condition.
"""

from __future__ import annotations

import json
import re

from flows.authoring.words import Condition
from flows.kinds.registry import kind_of
from flows.kinds.step import Step
from flows.languages import Language
from flows.script.flow import Flow

_NAME = r"(?P<name>[a-z][\w.]*)"
_LITERAL = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|-?\d+(?:\.\d+)?|true|false"
_IN = re.compile(rf"{_NAME}\s+in\s+\[(?P<answers>.*)\]", re.DOTALL)
_COMPARED = re.compile(rf"{_NAME}\s*(?P<sign>==|!=|>=|<=|<|>)\s*(?P<answer>{_LITERAL}|[a-z][\w.]*)")
_FLAG = re.compile(rf"(?P<not>!?)\s*{_NAME}\.(?P<flag>answered|declined|withheld)")
_BARE = re.compile(r"(?P<not>!?)\s*(?P<name>[a-z]\w*)")
_CONTAINED = re.compile(rf"(?P<answer>{_LITERAL})\s+in\s+{_NAME}")
_EXISTS = re.compile(rf"{_NAME}\.exists\((?P<each>\w+), (?P=each) in \[(?P<answers>[^\]]*)\]\)")
"""The plain form over a step where several may be picked."""
_ONE = re.compile(_LITERAL)
_SIGNS = {
    "==": "is",
    "!=": "is not",
    ">=": "is at least",
    "<=": "is at most",
    "<": "is below",
    ">": "is above",
}
_STRING = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")


def condition_in_words(flow: Flow, condition: Condition, language: Language) -> str:
    """The condition as a part of a sentence, answers by their labels; else CEL in backquotes."""
    return _sentence(flow, condition.source.strip(), language)


def _sentence(flow: Flow, source: str, language: Language) -> str:
    for sign, word in (("||", "or"), ("&&", "and")):
        parts = _split(source, sign)
        if len(parts) > 1:
            return f" {word} ".join(_sentence(flow, part, language) for part in parts)
    inner = _inside_brackets(source)
    if inner is not None:
        return f"({_sentence(flow, inner, language)})"
    return _atom(flow, source, language) or f"`{source}`"


def _split(source: str, sign: str) -> list[str]:
    """The parts between the signs that stand outside of strings and brackets."""
    bare = _STRING.sub(lambda found: "_" * len(found[0]), source)
    parts, depth, begin = [], 0, 0
    for at, char in enumerate(bare):
        depth += (char in "([") - (char in ")]")
        if depth == 0 and bare.startswith(sign, at):
            parts.append(source[begin:at].strip())
            begin = at + len(sign)
    return [*parts, source[begin:].strip()]


def _inside_brackets(source: str) -> str | None:
    """Return what stands between an outer pair of round brackets; None where there is none."""
    if not (source.startswith("(") and source.endswith(")")):
        return None
    bare = _STRING.sub(lambda found: "_" * len(found[0]), source)
    depth = 0
    for at, char in enumerate(bare):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return source[1:-1].strip() if at == len(bare) - 1 else None
    return None


def _atom(flow: Flow, source: str, language: Language) -> str | None:
    if found := _FLAG.fullmatch(source):
        return f"{found['name']} is {'not ' if found['not'] else ''}{found['flag']}"
    if found := _EXISTS.fullmatch(source):
        listed = [
            _label(flow, found["name"], one, language) for one in _ONE.findall(found["answers"])
        ]
        any_of = "" if len(listed) == 1 else "one of "
        return f"{found['name']} includes {any_of}{', '.join(listed)}"
    if found := _IN.fullmatch(source):
        listed = [
            _label(flow, found["name"], one, language) for one in _ONE.findall(found["answers"])
        ]
        verb = "is" if len(listed) == 1 else "is one of"
        return f"{found['name']} {verb} {', '.join(listed)}"
    if found := _COMPARED.fullmatch(source):
        answer = _label(flow, found["name"], found["answer"], language)
        return f"{found['name']} {_SIGNS[found['sign']]} {answer}"
    if found := _CONTAINED.fullmatch(source):
        return f"{found['name']} includes {_label(flow, found['name'], found['answer'], language)}"
    if found := _BARE.fullmatch(source):
        return f"{found['name']} is {'no' if found['not'] else 'yes'}"
    return None


def _label(flow: Flow, name: str, literal: str, language: Language) -> str:
    """An answer as a client sees it: an option's label in quotes, a number as it is."""
    if literal in ("true", "false"):
        return "yes" if literal == "true" else "no"
    if literal[0] not in "\"'":
        return literal
    answer = json.loads(literal) if literal[0] == '"' else literal[1:-1]
    step = next((one for one in flow.steps if one.id == name), None)
    return f"“{_option(step, answer, language)}”"


def _option(step: Step | None, answer: str, language: Language) -> str:
    options = kind_of(step).options(step) if step is not None else ()
    found = (option.label.say(language) for option in options if option.id == answer)
    return next(found, answer)
