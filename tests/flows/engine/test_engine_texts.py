"""Names and answers put into texts, and texts that are too long."""

from __future__ import annotations

import pytest
from engine_sample import asked, flow_of, lead, opened, words

from flows.engine.check_in import Names
from flows.engine.cut import cut, length
from flows.engine.inputs import Skipped, Typed, WentBack
from flows.kinds.message import MessageStep
from flows.kinds.text import TextStep
from flows.script.flow import Flow

FREE = TextStep("free", words("Say."), optional=True, max_length=4000)


def piped(text: str, *answers: str, names: Names | None = None) -> str:
    flow = flow_of(FREE, TextStep("next", words(text)))
    received = [Typed(answer) for answer in answers] or [Skipped(0)]
    start = opened(flow, names=names or Names((("day", "Friday"),)))
    return asked(lead(start.check_in, *received, flow=flow)).prompt.text


def test_an_answer_is_put_in_as_it_is_shown() -> None:
    turn = lead(opened().check_in, Typed("7"), Typed("6,5"), Skipped(2), Typed("y"), Typed("2"))
    assert asked(turn).prompt.text == "2: what was it?"


@pytest.mark.parametrize("odd", ["{day}", "{free}", "{{", "}", "{", "%s \\1 {0}", "<b>&amp;"])
def test_what_is_put_in_is_never_read_again(odd: str) -> None:
    assert piped("A {free} b {day}", odd) == f"A {odd} b Friday"


@pytest.mark.parametrize("odd", ["{free}", "{day}", "{{x}}"])
def test_a_name_may_hold_braces(odd: str) -> None:
    assert piped("{therapist}!", "yes", names=Names((("therapist", odd),))) == f"{odd}!"


def test_what_is_not_known_becomes_an_ellipsis() -> None:
    assert piped("A {free}, {therapist}") == "A …, …"


def test_doubled_braces_are_plain_braces() -> None:
    assert piped("{{free}} {free}", "x") == "{free} x"


def test_a_long_answer_is_cut_at_200() -> None:
    text = piped("{free}", "x" * 900)
    assert text == "x" * 199 + "…"


def test_a_long_name_is_cut_at_200() -> None:
    long = Names((("therapist", "x" * 900),))
    assert piped("{therapist}", "yes", names=long) == "x" * 199 + "…"


def test_an_answer_off_the_path_is_not_put_in() -> None:
    turn = lead(
        opened().check_in,
        *(Typed("7"), Typed("6"), Skipped(2), Typed("y"), Typed("work")),
        *(WentBack(5), WentBack(6), Typed("no")),
    )
    assert turn.check_in.at == "note"
    assert asked(turn).prompt.text == "…: what was it?"


def long_flow(*, lead_text: str, ask: str, help_text: str) -> Flow:
    return flow_of(
        MessageStep("m", words(lead_text)), TextStep("t", words(ask), help=words(help_text))
    )


@pytest.mark.parametrize("char", ["x", "🙂"])
def test_a_prompt_never_exceeds_3500_units(char: str) -> None:
    prompt = asked(
        opened(long_flow(lead_text=char * 3000, ask=char * 1500, help_text=char * 300))
    ).prompt
    shown = [*prompt.lead, prompt.text, prompt.help or ""]
    assert sum(map(length, shown)) <= 3500
    assert prompt.text == cut(char * 1500, 3500)
    assert prompt.help is not None


def test_the_question_goes_before_its_help_and_lead() -> None:
    prompt = asked(opened(long_flow(lead_text="l", ask="x" * 3600, help_text="h"))).prompt
    assert prompt.text == "x" * 3499 + "…"
    assert (prompt.help, prompt.lead) == (None, ())


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("ab cd", 4, "ab…"),
        ("🙂🙂", 4, "🙂🙂"),
        ("🙂🙂🙂", 4, "🙂…"),
        ("a👩🏽‍🚀b", 6, "a…"),
        ("e\u0301e\u0301", 3, "e\u0301…"),
        ("abc", 0, ""),
        ("abc", 1, "…"),
        ("", 0, ""),
    ],
)
def test_cut(text: str, limit: int, expected: str) -> None:
    assert cut(text, limit) == expected
