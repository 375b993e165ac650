"""Conditions and computed values: that each names what is known there, and is sound CEL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from flows.authoring.report import Loc
from flows.kinds.registry import is_only_said
from flows.script import conditions
from flows.script.checks import comparisons, times, whereabouts
from flows.script.checks.answers import shown, unfit
from flows.script.checks.scope import Scope
from flows.script.checks.whereabouts import Asked
from flows.script.condition_faults import Fault
from flows.script.conditions import names_in
from flows.script.schema import BlockShape, StepShape
from flows.script.sheet import Sheet

LONGEST_CONDITION = 500
MOST_CONDITIONS = 300
MOST_CHARACTERS = 20_000
"""In all conditions and values together: checking them takes half a second at the very most."""

_ASKED = re.compile(r"(?<![\w.])([a-z][\w.]*)\.(?:answered|declined|withheld)\b", re.ASCII)
_OF_A_NAME = "abcdefghijklmnopqrstuvwxyz0123456789_."


def check(sheet: Sheet) -> None:
    """Reports every condition and value that names nothing, means nothing or could never hold."""
    if _too_many(sheet):
        return
    scope = Scope(sheet)
    ends = _ends_of_loops(sheet)
    for number, step in enumerate(sheet.flow.step or []):
        scope.enter(step)
        places = list(whereabouts.conditions_of(step, number))
        for asked in places:
            if not asked.sees_own:
                _check_place(sheet, asked, step, scope)
        scope.add(step, number)
        for asked in places:
            if asked.sees_own:
                _check_place(sheet, asked, step, scope)
        for place, block in ends.get(step.id or "", []):
            _check_source(
                sheet, block.again_while or "", None, ("block", place, "again_while"), scope
            )
    scope.each = False
    _check_values(sheet, scope)


def _too_many(sheet: Sheet) -> bool:
    length = 0
    for count, (source, loc) in enumerate(_sources(sheet), start=1):
        length += len(source)
        if count > MOST_CONDITIONS or length > MOST_CHARACTERS:
            message = (
                f"There are more than {MOST_CONDITIONS} conditions, "
                f"or more than {MOST_CHARACTERS:,} characters in them."
            )
            sheet.at_value("F082", loc, message, "Split the flow into several flows.")
            return True
    return False


def _sources(sheet: Sheet) -> Iterator[tuple[str, Loc]]:
    for number, step in enumerate(sheet.flow.step or []):
        for asked in whereabouts.conditions_of(step, number):
            if asked.when is not None:
                yield asked.when, (*asked.loc, "when")
    for number, value in enumerate(sheet.flow.value or []):
        yield value.is_ or "", ("value", number, "is")
    for number, block in enumerate(sheet.flow.block or []):
        yield block.again_while or "", ("block", number, "again_while")


def _ends_of_loops(sheet: Sheet) -> dict[str, list[tuple[int, BlockShape]]]:
    """The blocks with a condition, by the id of their last step, after which it is asked."""
    numbers = whereabouts.numbers_by_id(sheet.flow)
    found: dict[str, list[tuple[int, BlockShape]]] = {}
    for place, block in enumerate(sheet.flow.block or []):
        steps = [step for step in block.steps or [] if step in numbers]
        if block.again_while is not None and steps:
            found.setdefault(max(steps, key=numbers.__getitem__), []).append((place, block))
    return found


def _check_place(sheet: Sheet, asked: Asked, step: StepShape, scope: Scope) -> None:
    if asked.only_if is not None and asked.when is not None:
        message = "There is both `only_if` and `when` here."
        hint = "Keep one; `when` can say all that `only_if` says."
        sheet.at_key("F051", (*asked.loc, "when"), message, hint)
    if isinstance(asked.only_if, list):
        _check_own(sheet, asked.only_if, step, (*asked.loc, "only_if"))
    elif asked.only_if is not None:
        _check_only_if(sheet, asked.only_if, step.id, (*asked.loc, "only_if"), scope)
    if asked.when is not None:
        own = None if asked.sees_own else step.id
        _check_source(sheet, asked.when, own, (*asked.loc, "when"), scope)


def _check_own(sheet: Sheet, answers: list[Any], step: StepShape, where: Loc) -> None:
    if is_only_said(step.kind):
        message = "A message has no answer."
        sheet.at_key("F026", where, message, "Write `when` with an earlier step instead.")
    elif not answers:
        sheet.at_value("F050", where, "`only_if` names no answer.", 'Write such as ["yes"].')
    else:
        _check_answers(sheet, step, answers, where)


def _check_only_if(
    sheet: Sheet, only_if: dict[str, list[Any]], own: str | None, where: Loc, scope: Scope
) -> None:
    if not only_if:
        sheet.at_value("F050", where, "`only_if` names no step.", 'Write only_if.step = ["yes"].')
    for name, answers in only_if.items():
        fault = scope.fault(name, own)
        if fault is not None:
            sheet.at_key(fault[0], (*where, name), *fault[1:])
        elif name not in scope.steps:
            message = f"`{name}` is no step; `only_if` names steps only."
            hint = f'Write `when`, such as when = "{name} >= 10".'
            sheet.at_key("F050", (*where, name), message, hint)
        elif not answers:
            message = f"No answer of `{name}` is named."
            sheet.at_value("F050", (*where, name), message, 'Write such as ["yes"].')
        else:
            _check_answers(sheet, scope.steps[name], answers, (*where, name))


def _check_answers(sheet: Sheet, step: StepShape, answers: list[Any], loc: Loc) -> None:
    for place, answer in enumerate(answers):
        complaint = unfit(step, answer)
        if complaint:
            message = f"{shown(answer)} {complaint[0]}"
            sheet.at_value("F023", (*loc, place), message, complaint[1])


def _check_values(sheet: Sheet, scope: Scope) -> None:
    """A value sees every step and score, and the values above it."""
    sorts = scope.sorts()
    values = sheet.flow.value or []
    below = [value.id for value in values if value.id is not None]
    for number, value in enumerate(values):
        known = {name: sort for name, sort in sorts.items() if name not in below[number:]}
        if value.is_time_between:
            times.check(sheet, value, ("value", number))
            continue
        loc: Loc = ("value", number, "is")
        if value.is_ is None:
            sheet.missing(("value", number), "is", 'what it is: `is = "week <= 3"`.')
        if value.is_ is None or _too_long(sheet, value.is_, loc):
            continue
        later = sorted(names_in(value.is_) & set(below[number:]))
        if later:
            message = f"`{later[0]}` is this value itself, or stands below it."
            sheet.at_value("F024", loc, message, "Put the values in the order of their use.")
            continue
        faults = conditions.examine(value.is_, known).faults
        for fault in faults:
            _report(sheet, value.is_, fault, value.id, loc, scope)
        if not faults:
            comparisons.check(sheet, value.is_, loc, scope)


def _too_long(sheet: Sheet, source: str, loc: Loc) -> bool:
    if len(source) <= LONGEST_CONDITION:
        return False
    message = f"This condition has {len(source)} characters; {LONGEST_CONDITION} is the most."
    sheet.at_value("F080", loc, message, "Split it over several steps or values.")
    return True


def _check_source(sheet: Sheet, source: str, own: str | None, loc: Loc, scope: Scope) -> None:
    if _too_long(sheet, source, loc):
        return
    faults = conditions.check(source, scope.sorts())
    for fault in faults:
        _report(sheet, source, fault, own, loc, scope)
    if not faults:
        comparisons.check(sheet, source, loc, scope)
        _warn_of_negation(sheet, source, loc, scope)


def _report(
    sheet: Sheet, source: str, fault: Fault, own: str | None, loc: Loc, scope: Scope
) -> None:
    rows = source.split("\n")[: fault.line - 1]
    offset = sum(len(row) + 1 for row in rows) + fault.column - 1
    name = fault.name
    if not name.isascii() and name in scope.steps:
        return  # its letters are told where the step has its id
    if name.partition(".")[0] != conditions.PAST:
        name = name.partition(".")[0]
    head = name.partition(".")[0]
    if name and source[offset - len(head) : offset] == head:
        offset -= len(head)  # CEL points at the dot of `mood.answered`
    found = scope.fault(name, own) if name and name.isascii() else None
    if found is None:
        found = "F050", f"This condition does not work: {fault.message}.", fault.hint
    sheet.inside(found[0], loc, offset, found[1], found[2])


def _warn_of_negation(sheet: Sheet, source: str, loc: Loc, scope: Scope) -> None:
    """Warn of a negation, unless the author asks whether there is an answer."""
    bare = conditions.without_strings(source)
    asked = {found[1] for found in _ASKED.finditer(bare)}
    seen: set[str] = set()
    for found in re.finditer("!", bare):
        for name in sorted(names_in(_negated(bare, found.start())) - asked - seen):
            if scope.may_be_missing(name):
                seen.add(name)
                message = f"`{name}` may be unanswered; then this part is false, also when negated."
                hint = f"To count a missing answer as well, add: || !{name}.answered."
                sheet.inside("F052", loc, found.start(), message, hint)


def _negated(bare: str, mark: int) -> str:
    """Return what the ``!`` at ``mark`` denies: a name, a bracket, or both sides of a ``!=``."""
    if bare.startswith("!=", mark):
        sides = re.search(r"([\w.]*)\s*$", bare[:mark]), re.match(r"\s*([\w.]*)", bare[mark + 2 :])
        return " ".join(side[1] for side in sides if side is not None)
    rest = bare[mark + 1 :].lstrip()
    if not rest.startswith("("):
        return rest[: len(rest) - len(rest.lstrip(_OF_A_NAME))]
    depth = 0
    for place, letter in enumerate(rest):
        depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return rest[: place + 1]
    return rest
