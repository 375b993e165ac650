"""Conditions: what holds of which answers, and what is refused when a flow is read."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.kinds.kind import Sort
from flows.script import Condition, Flow, holds, parse
from flows.script.conditions import Operand, check, evaluate, examine, names_in

TOP = """language = 1
id = "sample"
title.en = "Sample"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
[[step]]
id = "mood"
kind = "scale"
min = 0
max = 10
low.en = "low"
high.en = "high"
ask.en = "?"
[[step]]
id = "hours"
kind = "number"
whole = false
ask.en = "?"
[[step]]
id = "count"
kind = "number"
ask.en = "?"
[[step]]
id = "slept"
kind = "yes_no"
ask.en = "?"
[[step]]
id = "strain"
kind = "choice"
options = [{ id = "yes", en = "Yes" }, { id = "no", en = "No" }, { id = "a_little", en = "Bit" }]
ask.en = "?"
[[step]]
id = "words"
kind = "text"
optional = true
ask.en = "?"
[[step]]
id = "last"
kind = "text"
ask.en = "?"
"""


def condition(line: str) -> Condition:
    parsed = parse(f"{TOP}{line}\n", "x")
    assert [p for p in parsed.problems if p.severity == "error"] == []
    assert isinstance(parsed.flow, Flow)
    found = parsed.flow.step("last").condition
    assert found is not None
    return found


HOLDS: list[tuple[str, dict[str, Operand | None], bool]] = [
    ("when = 'mood < 6'", {"mood": 5}, True),
    ("when = 'mood < 6'", {"mood": 6}, False),
    ("when = 'mood < 6'", {"mood": None}, False),
    ("when = 'mood < 6'", {}, False),
    ("when = '!(mood < 6)'", {}, False),
    ("when = 'mood < 6 || slept'", {"slept": True}, True),
    ("when = 'mood < 6 && slept'", {"slept": True}, False),
    ("when = 'hours < 6'", {"hours": 5.5}, True),
    ("when = 'hours < 6'", {"hours": 5}, True),
    ("when = 'hours < 6.5'", {"hours": 6.4}, True),
    ("when = 'hours < 6.5'", {"hours": 7.0}, False),
    ("when = 'count >= 3'", {"count": 3}, True),
    ("when = 'slept'", {"slept": True}, True),
    ("when = '!slept'", {"slept": False}, True),
    ("when = '!slept'", {}, False),
    ("when = 'strain == \"yes\"'", {"strain": "yes"}, True),
    ("when = 'strain != \"yes\"'", {"strain": None}, False),
    ("when = 'words.answered'", {"words": "x"}, True),
    ("when = 'words.answered'", {"words": None}, False),
    ("when = 'words.declined'", {"words": None}, True),
    ("when = 'words.declined'", {}, False),
    ("when = '!words.answered'", {}, True),
    ("when = 'words.contains(\"ja\")'", {"words": "ach ja"}, True),
    ("when = 'words.contains(\"ja\")'", {"words": None}, False),
    ("only_if.strain = ['yes', 'a_little']", {"strain": "a_little"}, True),
    ("only_if.strain = ['yes', 'a_little']", {"strain": "no"}, False),
    ("only_if.strain = ['yes', 'a_little']", {"strain": None}, False),
    ("only_if.slept = [true]", {"slept": True}, True),
    ("only_if.slept = [true]", {"slept": False}, False),
    ("only_if.mood = [0, 1]", {"mood": 1}, True),
    ("only_if.hours = [6, 7.5]", {"hours": 6.0}, True),
    ("only_if = { mood = [0], slept = [true] }", {"mood": 0, "slept": True}, True),
    ("only_if = { mood = [0], slept = [true] }", {"mood": 0, "slept": False}, False),
]


@pytest.mark.parametrize(("line", "values", "expected"), HOLDS)
def test_a_condition_holds(line: str, values: dict[str, Operand | None], expected: bool) -> None:
    assert holds(condition(line), values) is expected


def test_only_if_is_kept_as_cel() -> None:
    found = condition("only_if.strain = ['yes', 'a_little']")
    assert found == Condition('strain in ["yes", "a_little"]', frozenset({"strain"}))


def test_the_names_of_a_condition_are_the_steps_in_it() -> None:
    found = condition("when = 'mood < 3 && words.answered && words == \"hours\"'")
    assert found.names == {"mood", "words"}


def test_a_type_error_is_put_in_plain_words() -> None:
    problem = parse(f"{TOP}when = 'mood < \"six\"'\n", "x").problems[0]
    assert "`<` does not fit a whole number and a text" in problem.message


REFUSED = [
    ("when = 'mood <'", "F050", 15),
    ("when = 'mood < 6.5'", "F050", 14),
    ("when = 'mood'", "F050", 9),
    ("when = ''", "F050", 9),
    ("when = 'strain == 3'", "F050", 16),
    ("when = 'ä < 3'", "F050", 9),
    ("when = 'moood < 3'", "F022", 9),
    ("when = 'last == \"x\"'", "F024", 9),
    ("when = 'strain == \"jes\"'", "F023", 20),
    ("when = \"strain in ['yes', 'nö']\"", "F023", 28),
    ("when = 'moood.answered'", "F022", 9),
    ("only_if.strain = ['yes', 'jes']", "F023", 26),
    ("only_if.slept = ['yes']", "F023", 18),
    ("only_if.mood = [11]", "F023", 17),
    ("only_if.mood = [1.5]", "F023", 17),
    ("only_if.mood = [true]", "F023", 17),
    ("only_if.words = ['x']", "F023", 18),
    ("only_if.hours = [nan]", "F023", 18),
    ("only_if.nobody = ['x']", "F022", 9),
    ("only_if.mood = []", "F050", 16),
]


@pytest.mark.parametrize(("line", "code", "column"), REFUSED)
def test_a_faulty_condition_is_located(line: str, code: str, column: int) -> None:
    parsed = parse(f"{TOP}{line}\n", "x")
    assert parsed.flow is None
    assert (parsed.problems[0].code, parsed.problems[0].column) == (code, column)
    assert parsed.problems[0].line == len(TOP.split("\n"))


def test_a_fault_inside_a_long_string_is_located_exactly() -> None:
    parsed = parse(f'{TOP}when = """\nmood < 6 &&\n  "\\u00e9" == moood"""\n', "x")
    problem = parsed.problems[0]
    assert problem.code == "F022"
    assert problem.line == len(TOP.split("\n")) + 2
    assert problem.column == len('  "\\u00e9" == ') + 1


def test_near_names_are_suggested() -> None:
    assert "`mood`" in parse(f"{TOP}when = 'moood < 3'\n", "x").problems[0].hint


def test_endless_work_is_false_not_an_error() -> None:
    digits = "[0,1,2,3,4,5,6,7,8,9]"
    source = "true"
    for name in "abcdefg":
        source = f"{digits}.all({name}, {source})"
    assert holds(Condition(source, frozenset()), {}) is False


@given(st.text(max_size=80))
def test_any_text_is_checked_without_an_exception(source: str) -> None:
    rows = source.split("\n")
    for fault in check(source, {"mood": "int"}):
        assert 1 <= fault.line <= len(rows) + 1


def test_cel_and_the_toml_reader_are_loaded_only_when_needed() -> None:
    heavy = "{'toml_rs', 'pydantic', 'cel_expr_python'}"
    code = f"import sys, flows.script; print({heavy} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "set()"


NUMBERS = ["mood", "hours", "past.week.mean3", "3", "2.5", "-1", "size(feelings)", "(mood + 1) / 2"]
FACTS = ["true", "mood.answered", "feelings.withheld", "('calm' in feelings)"]
OTHERS = ["strain", "'yes'", "feelings", "feelings.exists(f, f == 'calm')", "feelings.size()"]
PIECES = st.sampled_from([*NUMBERS, *FACTS, *OTHERS])
SIGNS = st.sampled_from(["<", ">=", "==", "!=", "&&", "||", "+", "-", "*", "/", "in"])
SORTS: dict[str, Sort] = {
    "mood": "int",
    "hours": "number",
    "strain": "string",
    "feelings": "strings",
}
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "mood": st.none() | st.integers(0, 10),
        "hours": st.floats(0, 24),
        "strain": st.none() | st.sampled_from(["yes", "no"]),
        "feelings": st.lists(st.sampled_from(["calm", "sad"]), max_size=2).map(tuple),
        "past.week.mean3": st.floats(0, 10),
    },
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(PIECES, SIGNS), min_size=1, max_size=4), PIECES, VALUES)
def test_what_is_sound_can_be_evaluated(
    parts: list[tuple[str, str]], last: str, values: dict[str, Operand | None]
) -> None:
    source = " ".join([*(word for part in parts for word in part), last])
    found = examine(source, SORTS)
    if found.faults:
        return
    whole = {"mood": 4, "hours": 7.5, "strain": "no", "feelings": ("calm",)}
    outcome = evaluate(source, names_in(source), {**whole, "past.week.mean3": 5.5})
    assert outcome is not None
    assert SORT_OF[type(outcome)] == found.gives
    some = evaluate(source, names_in(source), values)
    assert some is None or type(some) in SORT_OF


SORT_OF = {str: "string", bool: "bool", int: "number", float: "number", tuple: "strings"}
