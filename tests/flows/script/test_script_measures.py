"""One measure, one meaning: in one file, over all files, and against what was published before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows.script import Problem, parse
from flows.script.measured_together import Written, check_measures
from flows.script.measures import is_read_rightly

LIBRARY = Path(__file__).parents[3] / "flows" / "library"
TOP = """language = 1
id = "{id}"
title.en = "T"
[schedule]
trigger = "on_request"
[[step]]
id = "m"
ask.en = "How is it?"
measures = "{measures}"
"""
TEN = 'kind = "scale"\nmin = 0\nmax = 10\nlow.en = "bad"\nhigh.en = "good"\n'
FIVE = 'kind = "scale"\nmin = 1\nmax = 5\nlow.en = "bad"\nhigh.en = "good"\n'
TURNED = 'kind = "scale"\nmin = 0\nmax = 10\nlow.en = "Good"\nhigh.en = "bad"\n'
NUMBER = 'kind = "number"\nmin = 0\nmax = 100\n'
WORDS = 'kind = "text"\n'
CHOICE = 'kind = "choice"\noptions = [{ id = "yes", en = "Yes" }, { id = "no", en = "No" }]\n'
MORE = CHOICE.replace("}]", '}, { id = "so", en = "S" }]')
OTHERS = 'kind = "choice"\noptions = [{ id = "yes", en = "Yes" }, { id = "never", en = "No" }]\n'


def written(step: str, name: str = "a", measures: str = "mood", top: str = TOP) -> Written:
    parsed = parse(top.format(id=name, measures=measures) + step, f"{name}.toml")
    assert parsed.flow is not None and parsed.places is not None, parsed.problems
    return Written(parsed.flow, f"{name}.toml", parsed.places)


def found(*each: Written, others: tuple[Written, ...] = ()) -> list[Problem]:
    return list(check_measures(each, [one.flow for one in others]))


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (TEN, FIVE, "1 to 5 here (step m), but 0 to 10 in `a`"),
        (TEN, NUMBER, "0 to 100 here (step m), but 0 to 10 in `a`"),
        (TEN, WORDS, "a text here (step m), but a number in `a`"),
        (TEN, TURNED, "the lowest number is the best here (step m), but the highest number is"),
        (CHOICE, OTHERS, "answers never, yes here (step m), but no, yes in `a`"),
    ],
)
def test_two_files_that_mean_different_things_are_told(one: str, other: str, said: str) -> None:
    (problem,) = found(written(one), written(other, "b"))
    assert (problem.path, problem.line, problem.column, problem.code) == ("b.toml", 9, 12, "F085")
    assert said in problem.message
    assert "another" in problem.hint or "of its own" in problem.hint


@pytest.mark.parametrize(("one", "other"), [(TEN, TEN), (CHOICE, MORE), (MORE, CHOICE)])
def test_the_same_meaning_is_no_problem(one: str, other: str) -> None:
    assert found(written(one), written(other, "b")) == []


def test_answers_to_an_earlier_version_are_kept_under_the_name() -> None:
    before = written(FIVE)
    now = written(TEN)
    (problem,) = found(now, others=(before,))
    assert "but 1 to 5 in an earlier version of this flow" in problem.message
    assert found(now, others=(replace(now, path="published"),)) == []


AFTER = TOP.replace("on_request", 'therapy_session_end"\nafter = "2h')


@pytest.mark.parametrize(
    ("step", "measures", "top", "said"),
    [
        (FIVE, "alliance.bond", AFTER, "read as a number from 0 to 10, higher is better"),
        (NUMBER, "alliance.task", AFTER, "read as a number from 0 to 10"),
        (WORDS, "alliance.own", AFTER, "read as a number from 0 to 10"),
        (TEN, "alliance.bond", TOP, "compared from one therapy session to the next"),
        (FIVE, "week", TOP, "read as a number from 0 to 10"),
        (TEN, "strain_linger", TOP, "read as a number from 0 to 4"),
        (OTHERS, "strain", TOP, "answers of fixed ids"),
    ],
)
def test_what_the_program_reads_itself_has_one_form(
    step: str, measures: str, top: str, said: str
) -> None:
    each = written(step, measures=measures, top=top)
    (problem,) = found(each)
    assert (problem.code, problem.column) == ("F085", 12)
    assert said in problem.message
    assert not is_read_rightly(each.flow, measures)


def test_the_shipped_flows_agree_and_are_read_rightly() -> None:
    flows = []
    for path in sorted(LIBRARY.glob("*.toml")):
        parsed = parse(path.read_text("utf-8"), path.name)
        assert parsed.flow is not None and parsed.places is not None
        flows.append(Written(parsed.flow, path.name, parsed.places))
    assert found(*flows) == []
    after = next(one.flow for one in flows if one.flow.id == "after-session")
    assert is_read_rightly(after, "alliance.bond")
    assert is_read_rightly(written(TEN, measures="alliance.bond", top=AFTER).flow, "alliance.bond")


def test_an_earlier_answer_that_nothing_measures_is_told_with_a_near_name() -> None:
    asks = WORDS + 'when = "past.moood.last < 3"\n'
    each = written(asks, "b", measures="words")
    (problem,) = found(each, others=(written(TEN),))
    assert (problem.line, problem.column, problem.code) == (11, 9, "F086")
    assert problem.hint == "Did you mean `mood`?"
    far = written(WORDS + 'when = "past.sleep.mean3 < 3"\n', "b", measures="words")
    (problem,) = found(far, others=(written(TEN),))
    assert problem.hint == "Measured are `mood`, `words`."
    own = written(WORDS + 'when = "past.words.last.answered"\n', "b", measures="words")
    assert found(own) == []
