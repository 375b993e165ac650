"""Tells an author why an expression cannot be read, and what to write instead.

Used by ``conditions`` alone. People write conditions as other programs and languages do (``and``,
``=``, ``${mood}``); those are recognised before CEL sees them, and the whole condition is offered
as it should be. What CEL itself says is for programmers and is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flows.script.characters import Odd, odd_in

CALLS = ("size", "contains", "startsWith", "endsWith", "exists", "all")
"""The functions that an expression may call. None of them runs a pattern or leaves the numbers."""
STRING = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'(?:\\.|[^'\\])*'")
EXAMPLE = 'A condition looks like: mood < 6 && strain in ["yes", "a_little"].'

_PLACE = re.compile(r"<input>:(\d+):(\d+): (.*)")
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_OVERLOAD = re.compile(r"found no matching overload for '([^']+)' applied to '\((.*)\)'")
_CALL = re.compile(r"([a-zA-Z_]\w*)\s*\(|[\w)\]]\s*(\[)|(%)", re.ASCII)
_SORT_NAMES = {
    "int": "a whole number",
    "double": "a decimal number",
    "string": "a text",
    "bool": "true or false",
    "list(string)": "a list of texts",
    "LIST<STRING>": "a list of texts",
}
_WORDS = {
    "and": "&&",
    "und": "&&",
    "or": "||",
    "oder": "||",
    "not": "!",
    "nicht": "!",
    "is": "==",
    "true": "true",
    "false": "false",
}
_SIGNS = {"===": "==", "=": "==", "=<": "<=", "=>": ">=", "<>": "!=", "&": "&&", "|": "||"}
_READ = re.compile(
    STRING.pattern
    + r"|[“”„‘’‚](?P<quoted>[^“”„‘’‚\"'\\]*)[“”‘’]"
    + r"|\$?\{\{?\s*(?P<braced>[a-z][\w.]*)\s*\}?\}|\$(?P<dollar>[a-z][\w.]*)"
    + r"|selected\(\s*\$?\{?(?P<of>[a-z]\w*)\}?\s*,\s*[\"'](?P<option>\w*)[\"']\s*\)"
    + r"|(?P<word>[^\W\d]\w*)"
    + r"|(?P<keycap>\d)\ufe0f?\u20e3"
    + r"|(?P<number>\d+,\d+)(?![\w,])"
    + r"|(?P<sign>===|==|!=|<=|>=|=<|=>|<>|=|&&|&|\|\||\|)"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of an expression; line and column count from 1 within its text."""

    line: int
    column: int
    message: str
    hint: str
    name: str = ""
    """The name that is not known there, where that is the fault."""


def misread(source: str, sorts: Mapping[str, str]) -> Fault | None:
    """The first slip of somebody who writes as elsewhere, with the whole expression mended."""
    slips: list[tuple[int, str]] = []
    parts: list[str] = []
    at = depth = 0
    while at < len(source):
        found = _READ.match(source, at)
        text = found[0] if found else source[at]
        depth += (text in "([") - (text in ")]") if len(text) == 1 else 0
        said, instead = _slip(found, sorts, depth) if found else _odd(source, at)
        if said:
            slips.append((at, said))
            if found and found["word"] and not text.isascii():
                return Fault(*_place(source, at), said, "Write the id as the step has it.", text)
        parts.append(instead)
        at += len(text)
    if not slips:
        return None
    mend = re.sub(r"! (?=[\w(])", "!", re.sub(r" {2,}", " ", "".join(parts))).strip()
    return Fault(*_place(source, slips[0][0]), slips[0][1], f"Write: {mend}")


def _slip(found: re.Match[str], sorts: Mapping[str, str], depth: int) -> tuple[str, str]:
    """Say what is wrong with this part of an expression, if anything, and how it should be."""
    text = found[0]
    if found["quoted"] is not None:
        return f"{text[0]} and {text[-1]} are typographic quotes", f"'{found['quoted']}'"
    if (name := found["braced"] or found["dollar"]) is not None:
        return "an answer is named without braces or other signs", name
    if found["of"] is not None:
        return "`selected(…)` is not known here", _selected(found, sorts)
    if found["word"] is not None:
        return _word(text, sorts)
    if found["keycap"] is not None:
        return f"{text} is an emoji", found["keycap"]
    if found["number"] is not None and not depth:
        return "decimals stand behind a point", text.replace(",", ".")
    if found["sign"] is not None and text in _SIGNS:
        right = _SIGNS[text]
        return f"{text} is written {right} here", right
    return "", text


def _selected(found: re.Match[str], sorts: Mapping[str, str]) -> str:
    name, option = found["of"], found["option"]
    if sorts.get(name) == "strings":
        return f"'{option}' in {name}"
    return f"{name} == {option}" if sorts.get(name) == "int" else f"{name} == '{option}'"


def _word(text: str, sorts: Mapping[str, str]) -> tuple[str, str]:
    right = _WORDS.get(text.lower())
    if right is not None and text not in sorts and text != right:
        return f"`{text}` is written {right} here", right
    if not text.isascii():
        return f"`{text[:60]}` has letters that no id has", text
    return "", text


def _odd(source: str, at: int) -> tuple[str, str]:
    odd: Odd | None = next(odd_in(source[at]), None)
    return ("", source[at]) if odd is None else (f"here stands {odd.name}", odd.instead)


def refused(source: str) -> Iterator[Fault]:
    """Calls outside of ``CALLS``, places in a list, and remainders."""
    bare = STRING.sub(lambda found: " " * len(found[0]), source)
    for found in _CALL.finditer(bare):
        if found[1] == "in" or found[1] in CALLS:
            continue
        if found[2] and re.search(r"\bin\s*\[$", bare[: found.end()]):
            continue
        place = _place(bare, found.start(found.lastindex or 0))
        if found[1]:
            known = f"Known are {', '.join(CALLS)}."
            yield Fault(*place, f"`{found[1][:60]}(…)` is not known here", known)
        else:
            advice = 'Of a list ask: "calm" in feelings, or size(feelings) > 1.'
            yield Fault(*place, f"`{found[0][-1]}` has no use here", advice)


def reported(report: str, source: str) -> tuple[Fault, ...]:
    """The faults that CEL found, each in plain words; of syntax only the first."""
    found = [(int(line), int(column), said) for line, column, said in _PLACE.findall(report)]
    unread = [(line, column) for line, column, said in found if said.startswith("Syntax error")]
    if unread:
        return (_unread(source, *unread[0]),)
    if not found:
        return (Fault(1, 1, "it is nested too deeply", EXAMPLE),)
    return tuple(Fault(line, column, *_plain(said)) for line, column, said in found)


def _unread(source: str, line: int, column: int) -> Fault:
    bare = STRING.sub(lambda found: " " * len(found[0]), source)
    if not source.strip():
        return Fault(1, 1, "it is empty", EXAMPLE)
    for quote in "\"'":
        if quote in bare:
            place = _place(bare, bare.index(quote))
            return Fault(
                *place, "the text that begins here is not closed", f"Put {quote} at its end."
            )
    for opening, closing in ("()", "[]"):
        more = bare.count(opening) - bare.count(closing)
        if more:
            said = f"one {opening if more > 0 else closing} too many, or one too few to match it"
            hint = f"Each {opening} needs one {closing}."
            return Fault(line, column, said, hint)
    return Fault(line, column, "it cannot be read from this place on", EXAMPLE)


def _plain(said: str) -> tuple[str, str, str]:
    """Message, hint and unknown name of what CEL says about names and sorts."""
    if unknown := _UNDECLARED.search(said):
        return "a name is not known", EXAMPLE, unknown[1]
    if overload := _OVERLOAD.search(said):
        sign = overload[1].replace("_", "").lstrip("@")
        sorts = [_SORT_NAMES.get(sort, "something else") for sort in overload[2].split(", ")]
        hint = 'Compare like with like: strain == "yes", mood < 6, "calm" in feelings.'
        if {"a whole number", "a decimal number"} == set(sorts):
            hint = "This answer is a whole number; compare it with one, such as 6."
        elif sign in ("&&", "||", "!") or (sign == "?:" and sorts[0] != "true or false"):
            hint = "On each side of && and || stands a comparison, such as mood < 6."
        return f"`{sign}` does not fit {' and '.join(sorts)}", hint, ""
    if "select operation" in said:
        hint = "Behind a dot stand answered, declined or withheld: mood.answered."
        return "nothing is known behind this dot", hint, ""
    return "this part has no meaning here", EXAMPLE, ""


def _place(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
