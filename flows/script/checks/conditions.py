"""Conditions: that each names earlier steps and answers that exist, and is sound CEL."""

from __future__ import annotations

import json
import re
from typing import Any

from flows.script import conditions
from flows.script.conditions import Sort
from flows.script.places import Loc
from flows.script.schema import StepShape
from flows.script.sheet import Sheet, listed, near

LONGEST_CONDITION = 500
LARGEST_NUMBER = 1_000_000_000

_SORTS: dict[str, Sort] = {
    "choice": "string",
    "yes_no": "bool",
    "scale": "int",
    "number": "int",
    "text": "string",
}
_UNDECLARED = re.compile(r"undeclared reference to '([^']*)'")
_COMPARED = re.compile(
    r"""([a-z]\w*)\s*(?:==|!=)\s*(["'])(.*?)\2|([a-z]\w*)\s+in\s*\[([^\]]*)\]""", re.ASCII
)
_QUOTED = re.compile(r"""(["'])(.*?)\1""")


class Earlier:
    """The steps before the one in hand, and what may be said of their answers."""

    def __init__(self, sheet: Sheet) -> None:
        self._all = {step.id: step for step in sheet.flow.step or [] if step.id is not None}
        self.steps: dict[str, StepShape] = {}

    def add(self, step: StepShape, number: int) -> None:
        """Makes a step known to those that follow it."""
        if step.id is not None and step.kind != "message":
            self.steps.setdefault(step.id, step)

    def fault(self, name: str, own: str | None) -> tuple[str, str, str] | None:
        """Code, message and hint where ``name`` is no earlier step with an answer."""
        if name in self.steps:
            return None
        known = list(self.steps)
        others = f"Earlier steps: {listed(known)}." if known else "No earlier step asks anything."
        if name == own:
            return "F024", f"`{name}` is this very step; it has no answer yet.", others
        if name in self._all and self._all[name].kind == "message":
            return "F026", f"`{name}` is a message and has no answer.", others
        if name in self._all:
            hint = "Move it before this one, or name an earlier step."
            return "F024", f"The step `{name}` comes later.", hint
        return "F022", f"There is no step `{name[:60]}`.", near(name, self.steps, others)

    def may_be_missing(self, name: str) -> bool:
        """Whether a check-in can come past this step without an answer."""
        step = self.steps[name]
        return bool(step.optional or step.only_if is not None or step.when is not None)

    def sorts(self) -> dict[str, Sort]:
        """What each earlier answer is to a condition."""
        return {name: _sort(step) for name, step in self.steps.items() if step.kind in _SORTS}


def _sort(step: StepShape) -> Sort:
    if step.kind == "number" and step.whole is False:
        return "number"
    return _SORTS[step.kind or ""]


def check(sheet: Sheet) -> None:
    """Reports every condition that names nothing, means nothing or could never hold."""
    earlier = Earlier(sheet)
    for number, step in enumerate(sheet.flow.step or []):
        if step.only_if is not None and step.when is not None:
            message = "This step has both `only_if` and `when`."
            hint = "Keep one; `when` can say all that `only_if` says."
            sheet.at_key("F051", ("step", number, "when"), message, hint)
        if step.only_if is not None:
            _check_only_if(sheet, step, number, earlier)
        if step.when is not None:
            _check_when(sheet, step.when, step.id, ("step", number, "when"), earlier)
        earlier.add(step, number)


def _check_only_if(sheet: Sheet, step: StepShape, number: int, earlier: Earlier) -> None:
    where: Loc = ("step", number, "only_if")
    if not step.only_if:
        sheet.at_value("F050", where, "`only_if` names no step.", 'Write only_if.step = ["yes"].')
    for name, answers in (step.only_if or {}).items():
        fault = earlier.fault(name, step.id)
        if fault is not None:
            sheet.at_key(fault[0], (*where, name), *fault[1:])
        elif not answers:
            message = f"No answer of `{name}` is named."
            sheet.at_value("F050", (*where, name), message, 'Write such as ["yes"].')
        else:
            _check_answers(sheet, earlier.steps[name], answers, (*where, name))


def _check_answers(sheet: Sheet, step: StepShape, answers: list[Any], loc: Loc) -> None:
    for place, answer in enumerate(answers):
        complaint = _unfit(step, answer)
        if complaint:
            sheet.at_value("F023", (*loc, place), f"{_shown(answer)} {complaint[0]}", complaint[1])


def _unfit(step: StepShape, answer: Any) -> tuple[str, str] | None:
    if step.kind == "choice":
        known = [option.id for option in step.options or [] if option.id is not None]
        if not known or answer in known:
            return None
        hint = near(str(answer), known, f"The options are {listed(known)}.")
        return f"is no option of `{step.id}`.", hint
    if step.kind == "yes_no" and not isinstance(answer, bool):
        return f"is no answer to `{step.id}`.", "Write true or false, without quotes."
    if step.kind in ("scale", "number"):
        return _unfit_number(step, answer)
    if step.kind == "text":
        return "cannot be compared with a text.", f'Use when = "{step.id}.answered" instead.'
    return None


def _unfit_number(step: StepShape, answer: Any) -> tuple[str, str] | None:
    whole = step.kind == "scale" or step.whole is not False
    if isinstance(answer, bool) or not isinstance(answer, int if whole else int | float):
        sort = "whole numbers" if whole else "numbers"
        return f"is no answer to `{step.id}`.", f"Write {sort} without quotes."
    low = -LARGEST_NUMBER if step.min is None else step.min
    high = LARGEST_NUMBER if step.max is None else step.max
    if not low <= answer <= high:
        return f"is outside of `{step.id}`.", "Write numbers between its `min` and `max`."
    return None


def _shown(answer: Any) -> str:
    """The answer as written; Python refuses to print numbers of thousands of digits."""
    if isinstance(answer, str):
        return f"`{answer[:60]}`"
    printable = isinstance(answer, bool | float) or (isinstance(answer, int) and answer < 10**12)
    return f"`{json.dumps(answer)}`" if printable and answer > -(10**12) else "This"


def _check_when(sheet: Sheet, source: str, own: str | None, loc: Loc, earlier: Earlier) -> None:
    if len(source) > LONGEST_CONDITION:
        message = f"This condition has {len(source)} characters; {LONGEST_CONDITION} is the most."
        sheet.at_value("F080", loc, message, "Split it over several steps.")
        return
    faults = conditions.check(source, earlier.sorts())
    for fault in faults:
        _report(sheet, source, fault, own, loc, earlier)
    if not faults:
        _check_literals(sheet, source, loc, earlier)
        _warn_of_negation(sheet, source, loc, earlier)


def _report(
    sheet: Sheet,
    source: str,
    fault: conditions.Fault,
    own: str | None,
    loc: Loc,
    earlier: Earlier,
) -> None:
    rows = source.split("\n")[: fault.line - 1]
    offset = sum(len(row) + 1 for row in rows) + fault.column - 1
    unknown = _UNDECLARED.search(fault.message)
    name = unknown[1].partition(".")[0] if unknown else ""
    if name and source[offset - len(name) : offset] == name:
        offset -= len(name)  # CEL points at the dot of `mood.answered`
    found = earlier.fault(name, own) if name else None
    if found is None:
        hint = _advice(fault.message)
        found = "F050", f"This condition does not work: {fault.message}.", hint
    sheet.inside(found[0], loc, offset, found[1], found[2])


def _advice(message: str) -> str:
    if "a whole number and a decimal number" in message:
        return "This answer is a whole number; compare it with one, such as 6."
    if "does not fit" in message:
        return 'Compare like with like: strain == "yes", mood < 6, slept == true.'
    if "not true or false" in message:
        return "Compare it with something, such as mood < 6."
    return 'A condition looks like: mood < 6 && strain in ["yes", "a_little"].'


def _check_literals(sheet: Sheet, source: str, loc: Loc, earlier: Earlier) -> None:
    """A choice compared with an option that it does not have can never hold."""
    for found in _COMPARED.finditer(source):
        step = earlier.steps.get(found[1] or found[4])
        if step is None or step.kind != "choice":
            continue
        inside = [(found.start(3), found[3])] if found[1] else []
        if found[4]:
            inside = [(found.start(5) + q.start(2), q[2]) for q in _QUOTED.finditer(found[5])]
        for offset, answer in inside:
            complaint = _unfit(step, answer)
            if complaint:
                message = f"{_shown(answer)} {complaint[0]}"
                sheet.inside("F023", loc, offset, message, complaint[1])


def _warn_of_negation(sheet: Sheet, source: str, loc: Loc, earlier: Earlier) -> None:
    bare = conditions.without_strings(source)
    flagged = re.sub(r"\w+\.(?:answered|declined)\b", "", bare)
    mark = bare.find("!")
    if mark < 0:
        return
    for name in sorted(conditions.names_in(flagged) & set(earlier.steps)):
        if earlier.may_be_missing(name):
            message = f"`{name}` may be unanswered; then this part is false, also when negated."
            hint = f"To count a missing answer as well, add: || !{name}.answered."
            sheet.inside("F052", loc, mark, message, hint)


def cel_of(only_if: dict[str, list[Any]]) -> str:
    """``only_if`` as the CEL expression that says the same."""
    return " && ".join(
        f"{name} in {json.dumps(answers, ensure_ascii=False)}" for name, answers in only_if.items()
    )
