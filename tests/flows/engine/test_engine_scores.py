"""Scores and computed values: what counts, what is missing, and where they can be used."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine_sample import asked, flow_of, lead, opened, path, when, words

from flows.engine.events import CheckInExpired, CheckInFinished, CheckInStopped, ScoreTaken
from flows.engine.inputs import Skipped, TimerFired, Typed, WentBack, Withdrawn, Withheld
from flows.engine.scores import score_of
from flows.kinds.number import NumberStep
from flows.kinds.scale import ScaleStep
from flows.kinds.text import TextStep
from flows.kinds.yes_no import YesNoStep
from flows.script.conditions import names_in
from flows.script.structure import Computed, Score


def item(number: int) -> ScaleStep:
    ends = {"low": words("low"), "high": words("high")}
    return ScaleStep(
        f"q{number}", words("?"), min=0, max=3, optional=True, rather_not_say=True, **ends
    )


ITEMS = tuple(item(n) for n in range(1, 5))
IDS = tuple(step.id for step in ITEMS)
SUM = Score("total", IDS, measures="total")
LENIENT = Score("total", IDS, missing="mean", most_missing=1)


def counted(score: Score, *values: object) -> float | int | None:
    return score_of(score, flow_of(*ITEMS), dict(zip(IDS, values, strict=False)))


@pytest.mark.parametrize(
    ("score", "values", "expected"),
    [
        (SUM, (1, 2, 3, 0), 6),
        (SUM, (1, 2, 3), None),
        (SUM, (1, 2, 3, None), None),
        (replace(SUM, reversed=("q1", "q4")), (1, 2, 3, 0), 2 + 2 + 3 + 3),
        (replace(SUM, method="mean"), (1, 2, 3, 0), 1.5),
        (replace(SUM, method="mean"), (2, 2, 2, 2), 2),
        (LENIENT, (1, 2, 3, None), 8),
        (LENIENT, (1, 2, 2), pytest.approx(20 / 3)),
        (LENIENT, (1, 2, None, None), None),
        (replace(LENIENT, method="mean"), (1, 2, None, 3), 2),
        (replace(LENIENT, most_missing=9), (), None),
        (SUM, (1, 2, 3, "rather_not_say"), None),
    ],
)
def test_scores(score: Score, values: tuple[object, ...], expected: object) -> None:
    result = counted(score, *values)
    assert result == expected
    assert not isinstance(result, float) or not result.is_integer()


def test_numbers_and_yes_or_no_count_and_words_do_not() -> None:
    steps = (
        YesNoStep("a", words("?")),
        NumberStep("b", words("?"), min=1, max=10, whole=False),
        TextStep("c", words("?")),
    )
    values = {"a": True, "b": 2.5, "c": "4"}
    score = Score("s", ("a", "b"), reversed=("a", "b"))
    assert score_of(score, flow_of(*steps), values) == 0 + 8.5
    assert score_of(Score("s", ("a", "b")), flow_of(*steps), values) == 3.5
    assert score_of(Score("s", ("a", "c")), flow_of(*steps), values) is None


def test_a_finished_check_in_gives_its_scores() -> None:
    mean = Score("mean", IDS[:2], method="mean")
    flow = flow_of(*ITEMS, scores=(SUM, mean))
    turn = lead(opened(flow).check_in, *map(Typed, "1230"), flow=flow)
    finished = turn.events[-1]
    assert isinstance(finished, CheckInFinished)
    assert finished.scores == (ScoreTaken("total", "total", 6), ScoreTaken("mean", None, 1.5))
    assert "6" not in repr(finished.scores)


@pytest.mark.parametrize("ends", ["expired", "stopped"])
def test_a_check_in_that_was_not_finished_gives_the_scores_that_are_complete(ends: str) -> None:
    flow = flow_of(*ITEMS, TextStep("t", words("?")), scores=(SUM, Score("two", IDS[:2])))
    for answers, ids in (("12", ["two"]), ("1230", ["total", "two"]), ("1", [])):
        check_in = lead(opened(flow).check_in, *map(Typed, answers), flow=flow).check_in
        end = Withdrawn() if ends == "stopped" else TimerFired("expire", check_in.turn_no)
        ended = lead(check_in, end, flow=flow)
        assert ended.check_in.status == ends
        event = ended.events[-1]
        assert isinstance(event, CheckInExpired | CheckInStopped)
        assert [score.id for score in event.scores] == ids


def test_skipped_and_withheld_items_are_missing() -> None:
    flow = flow_of(*ITEMS, scores=(LENIENT,))
    for left_out in (Skipped(3), Withheld(3)):
        received = (*map(Typed, "123"), left_out)
        finished = lead(opened(flow).check_in, *received, flow=flow).events[-1]
        assert finished.scores == (ScoreTaken("total", None, 8),)


def test_an_answer_off_the_path_does_not_count() -> None:
    gate = YesNoStep("gate", words("?"))
    last = replace(ITEMS[3], condition=when("gate"))
    flow = flow_of(gate, *ITEMS[:3], last, TextStep("t", words("?")), scores=(SUM,))
    there = lead(opened(flow).check_in, *map(Typed, ("yes", *"1233")), flow=flow).check_in
    back = lead(there, *(WentBack(turn) for turn in range(5, 10)), flow=flow).check_in
    assert back.at == "gate"
    ended = lead(back, Typed("no"), Typed("x"), flow=flow)
    assert ended.check_in.answer("q4").off_path
    assert ended.events[-1].scores == ()


TOTAL_HIGH = Computed("high", "total >= 6", names_in("total >= 6"))
TWICE = Computed("twice", "total * 2", names_in("total * 2"))
THRICE = Computed("thrice", "twice + total", names_in("twice + total"))
VALUES = (TOTAL_HIGH, TWICE, THRICE)


def test_conditions_see_scores_and_values() -> None:
    follow = TextStep("follow", words("?"), condition=when("high && thrice > 17"))
    flow = flow_of(*ITEMS, follow, scores=(SUM,), values=VALUES)
    assert path(flow, *"1230")[-1] == "follow"
    assert path(flow, *"1220")[-1] is None
    skipped = lead(opened(flow).check_in, Skipped(0), *map(Typed, "230"), flow=flow)
    assert skipped.check_in.status == "finished"


def test_texts_can_say_scores_and_values() -> None:
    mean = Score("average", IDS[:3], method="mean")
    last = TextStep("last", words("{total} {average} {high} {thrice} {none}"))
    flow = flow_of(*ITEMS, last, scores=(SUM, mean), values=VALUES)
    turn = lead(opened(flow).check_in, *map(Typed, "1130"), flow=flow)
    assert asked(turn).prompt.text == "5 1.67 No 15 …"


def test_a_value_never_leans_on_itself_or_on_those_below() -> None:
    loop = (
        Computed("a", "b + 1", frozenset({"b"})),
        Computed("b", "a + 1", frozenset({"a"})),
    )
    flow = flow_of(TextStep("t", words("{a} {b}")), values=loop)
    assert asked(opened(flow)).prompt.text == "… …"
