"""The better end of a measure: said by its author, told by the words at its ends, or asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows.languages import Language
from flows.script import Problem, parse
from flows.script.diff import diff
from flows.script.measured_together import Written, check_measures
from flows.script.measures import is_read_rightly
from flows.script.outline import outline

LIBRARY = Path(__file__).parents[3] / "flows" / "library"
TOP = """language = 1
id = "{id}"
title.{language} = "T"
[schedule]
trigger = "therapy_session_end"
after = "2h"
[[step]]
id = "m"
ask = {{ {language} = "How was it?", neutral = true }}
measures = "{measures}"
"""
NUMBER = 'kind = "number"\nmin = 0\nmax = 10\n'


def scale(low: str, high: str, language: str = "en") -> str:
    ends = f'low.{language} = "{low}"\nhigh.{language} = "{high}"\n'
    return f'kind = "scale"\nmin = 0\nmax = 10\n{ends}'


def written(step: str, name: str = "a", measures: str = "mood", better: str = "") -> Written:
    said = f'better = "{better}"\n' if better else ""
    language = "de" if "low.de" in step or "# de" in step else "en"
    top = TOP.format(id=name, measures=measures, language=language)
    parsed = parse(top + step + said, f"{name}.toml")
    assert parsed.flow is not None and parsed.places is not None, parsed.problems
    return Written(parsed.flow, f"{name}.toml", parsed.places)


def told(*each: Written, others: tuple[Written, ...] = ()) -> list[tuple[str, str]]:
    found = check_measures(each, [one.flow for one in others])
    return [(problem.path, problem.code) for problem in found]


def asking(question: str, name: str, better: str = "") -> Written:
    """A scale from "not at all" to "completely" with this question."""
    said = f'better = "{better}"\n' if better else ""
    top = TOP.format(id=name, measures="tension", language="en").replace("How was it?", question)
    parsed = parse(top + scale("not at all", "completely") + said, f"{name}.toml")
    assert parsed.flow is not None and parsed.places is not None, parsed.problems
    return Written(parsed.flow, f"{name}.toml", parsed.places)


def test_the_same_ends_of_two_questions_do_not_tell_which_is_better() -> None:
    tense, calm = asking("How tense were you?", "a"), asking("How calm were you?", "b")
    assert told(tense, calm) == [("a.toml", "F087"), ("b.toml", "F087")]
    assert "another question" in only(calm, others=(tense,)).message
    low, high = asking("How tense were you?", "a", "low"), asking("How calm were you?", "b", "high")
    assert told(low, high) == [("a.toml", "F085"), ("b.toml", "F085")][1:]
    again = asking("How tense were you", "c")
    assert told(tense, again) == [], "a full stop makes no other question"


def test_a_copy_answers_for_nobody_unless_it_says_what_is_better() -> None:
    tense, copy = asking("How tense were you?", "a"), asking("How tense were you?", "b")
    calm = asking("How calm were you?", "c")
    said = asking("How calm were you?", "c", "high")
    assert told(tense, copy, calm) == [(f"{name}.toml", "F087") for name in "abc"]
    assert told(tense, copy, said) == [("a.toml", "F087"), ("b.toml", "F087")]
    sure = asking("How tense were you?", "b", "low")
    assert told(tense, sure, said) == [("c.toml", "F085")], "a asks as b does, which says it"
    low, high = (written(scale("none", "a lot"), name, "alliance.bond") for name in "ab")
    assert told(low, high) == [("a.toml", "F087"), ("b.toml", "F087")]
    assert told(low, written(scale("none", "a lot"), "b", "alliance.bond", "high")) == []


def test_every_earlier_version_counts() -> None:
    tense, calm = asking("How tense were you?", "a"), asking("How calm were you?", "a")
    for others in ((tense, calm), (calm, tense)):
        assert "earlier version" in only(asking("How calm were you?", "a"), others=others).message


def test_questions_that_share_no_language_are_not_taken_for_one() -> None:
    english, german = written(NUMBER), written(f"# de\n{NUMBER}", "b")
    assert told(english, german) == [("a.toml", "F087"), ("b.toml", "F087")]


def only(*each: Written, others: tuple[Written, ...] = ()) -> Problem:
    (problem,) = check_measures(each, [one.flow for one in others])
    return problem


def shipped(name: str) -> Written:
    parsed = parse((LIBRARY / f"{name}.toml").read_text("utf-8"), f"{name}.toml")
    assert parsed.flow is not None and parsed.places is not None
    return Written(parsed.flow, f"{name}.toml", parsed.places)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("very good", "very bad"),
        ("completely at ease", "very guarded"),
        ("not at all distant", "very distant"),
    ],
)
def test_a_bond_whose_low_end_is_good_is_stopped(low: str, high: str) -> None:
    mine = written(scale(low, high), "mine", "alliance.bond")
    problem = only(mine, others=(shipped("after-session"),))
    assert problem.code == "F085"
    assert (problem.path, problem.line, problem.column) == ("mine.toml", 10, 12)
    assert problem.message == (
        "`alliance.bond` is read as higher is better, but lower is better here."
    )
    assert not is_read_rightly(mine.flow, "alliance.bond")


def test_what_is_said_to_be_better_low_is_never_read_as_a_bond() -> None:
    mine = written(scale("close", "far away"), measures="alliance.bond", better="low")
    assert only(mine).code == "F085"
    assert not is_read_rightly(mine.flow, "alliance.bond")
    high = written(scale("not at all", "completely"), measures="alliance.bond", better="high")
    assert told(high) == []
    assert is_read_rightly(high.flow, "alliance.bond")


def test_an_author_is_asked_where_the_words_do_not_tell() -> None:
    mine = written(scale("not at all", "completely"), measures="alliance.bond")
    assert only(written(scale("no better", "worse"), measures="alliance.bond")).code == "F087"
    problem = only(mine)
    assert (problem.code, problem.severity, problem.line) == ("F087", "error", 10)
    assert problem.hint.startswith('Write better = "high" if it is')
    assert is_read_rightly(mine.flow, "alliance.bond")  # what was published before is read on
    assert only(written(NUMBER, measures="alliance.bond")).code == "F087"
    assert told(written(NUMBER, measures="alliance.bond", better="high")) == []
    assert told(mine, others=(mine,)) == []  # the same words were published before


@pytest.mark.parametrize(
    ("low", "high", "language"),
    [
        ("very bad", "very good", "en"),
        ("not good", "well", "en"),
        ("not at all", "very well", "en"),
        ("sehr schlecht", "sehr gut", "de"),
        ("gar nicht wohl", "ganz wohl", "de"),
    ],
)
def test_good_words_at_the_high_end_are_enough(low: str, high: str, language: str) -> None:
    assert told(written(scale(low, high, language), measures="alliance.bond")) == []


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        (("none", "a lot"), ("none at all", "a whole lot"), []),
        (("none", "a lot"), ("a lot", "none"), [("b.toml", "F085")]),
        (("none", "a lot"), ("a whole lot", "none"), [("b.toml", "F085")]),
        (("bad", "good"), ("awful", "great"), []),
        (("bad", "good"), ("great", "awful"), [("b.toml", "F085")]),
        (("none", "a lot"), ("a little", "very much"), [("a.toml", "F087"), ("b.toml", "F087")]),
    ],
)
def test_two_files_agree_on_the_better_end(
    one: tuple[str, str], other: tuple[str, str], codes: list[tuple[str, str]]
) -> None:
    assert told(written(scale(*one)), written(scale(*other), "b")) == codes


def test_what_two_authors_say_decides() -> None:
    none = scale("none", "a lot")
    far = scale("a little", "very much")
    assert told(written(none, better="high"), written(far, "b", better="high")) == []
    assert told(written(none, better="high"), written(far, "b", better="low")) == [
        ("b.toml", "F085")
    ]
    assert told(written(none, better="high"), written(far, "b")) == [("b.toml", "F087")]
    assert told(written(far), written(none, "b", better="high")) == [("a.toml", "F087")]
    assert told(written(NUMBER), written(NUMBER, "b")) == []
    assert told(written(NUMBER, better="low"), written(NUMBER, "b")) == [("b.toml", "F087")]
    assert told(written(scale("good", "bad"), better="low"), written(scale("great", "awful"))) == []


def test_other_words_in_a_new_version_are_asked_about_once() -> None:
    before = written(scale("none", "a lot"))
    problem = only(written(scale("a little", "very much")), others=(before,))
    assert problem.code == "F087"
    assert "than in an earlier version of this flow" in problem.message
    assert told(written(scale("a little", "very much"), better="high"), others=(before,)) == []
    said = written(scale("a little", "very much"), better="high")
    assert told(written(scale("a little", "very much")), others=(before, said)) == []
    assert told(replace(before, path="again.toml"), others=(before,)) == []


@pytest.mark.parametrize(
    ("line", "code", "place"),
    [
        ('measures = "mood"\nbetter = "up"', "F012", (16, 10)),
        ('better = "high"', "F016", (15, 1)),
    ],
)
def test_a_better_end_is_high_or_low_of_what_is_measured(
    line: str, code: str, place: tuple[int, int]
) -> None:
    top = TOP.replace('measures = "{measures}"\n', "").format(id="a", language="en")
    (problem,) = parse(f"{top}{scale('bad', 'good')}{line}\n", "a.toml").problems
    assert (problem.code, (problem.line, problem.column)) == (code, place)


def test_the_better_end_is_shown_and_a_change_of_it_told() -> None:
    none = scale("none", "a lot")
    plain, high, low = (written(none, better=better).flow for better in ("", "high", "low"))
    assert "measures mood, higher is better" in "\n".join(outline(high, Language("en")))
    assert [(c.weight, c.sentence) for c in diff(plain, high)] == [
        ("plain", "m: higher is better now.")
    ]
    assert [(c.weight, c.sentence) for c in diff(high, low)] == [
        ("measured", "m: lower is better now, was higher. Earlier answers may not compare.")
    ]
