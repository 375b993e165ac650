"""Repeats, loops, orders, draws and jumps: which steps are met, and under which names."""

from __future__ import annotations

from dataclasses import replace

import pytest
from engine_sample import PICKS, asked, flow_of, lead, opened, path, when, words

from flows.engine.check_in import Names
from flows.engine.draw import drawn_for
from flows.engine.inputs import Skipped, TimerFired, Typed, WentBack, Withheld
from flows.engine.state import from_json, to_json
from flows.kinds.message import MessageStep
from flows.kinds.number import NumberStep
from flows.kinds.scale import ScaleStep
from flows.kinds.several import SeveralStep
from flows.kinds.step import Jump, Option, Reflection, Step
from flows.kinds.text import TextStep
from flows.kinds.yes_no import YesNoStep
from flows.script.structure import Block, Draw, Loop, Repeat, Shuffle

GO = YesNoStep("go", words("Go?"))
LEVEL = ScaleStep("level", words("How {each}?"), low=words("l"), high=words("h"))
WHY = TextStep("why", words("Why {level} for {each}?"), condition=when("level >= 5"))
NEXT = TextStep("next", words("Next, {level}?"))
FEW = SeveralStep("few", words("Which?"), max=3, options=PICKS.options)


def each_pick(*more: Step) -> tuple[Step, ...]:
    return FEW, LEVEL, WHY, *more


EACH_PICK = Block("each", ("level", "why"), Repeat("few"))


def test_a_block_runs_once_for_each_option_picked_in_the_authors_order() -> None:
    flow = flow_of(*each_pick(NEXT), blocks=(EACH_PICK,))
    assert path(flow, "sad, calm", "7", "so", "2", "x") == [
        *("few", "level@calm", "why@calm", "level@sad", "next", None)
    ]


def test_inside_a_round_plain_names_mean_this_round_and_after_it_the_last_one() -> None:
    flow = flow_of(*each_pick(NEXT), blocks=(EACH_PICK,))
    first = opened(flow).check_in
    in_first = lead(first, Typed("1, 3"), Typed("7"), flow=flow)
    assert asked(in_first).prompt.text == "Why 7 for Calm?"
    in_second = lead(in_first.check_in, Typed("so"), flow=flow)
    assert asked(in_second).prompt.text == "How Sad?"
    assert asked(lead(in_second.check_in, Typed("9"), flow=flow)).prompt.text == "Why 9 for Sad?"
    after = lead(in_second.check_in, Typed("2"), flow=flow)
    assert asked(after).prompt.text == "Next, 2?"


def test_going_back_into_an_earlier_round_shows_that_round() -> None:
    flow = flow_of(*each_pick(NEXT), blocks=(EACH_PICK,))
    at_sad = lead(opened(flow).check_in, *map(Typed, ("1, 3", "7", "so")), flow=flow).check_in
    turn = lead(at_sad, WentBack(3), flow=flow)
    prompt = asked(turn).prompt
    assert (prompt.step_id, prompt.text, prompt.given) == ("why@calm", "Why 7 for Calm?", "so")


def test_nothing_picked_skipped_or_withheld_means_no_round() -> None:
    few = replace(FEW, optional=True, rather_not_say=True)
    flow = flow_of(few, LEVEL, WHY, NEXT, blocks=(EACH_PICK,))
    first = opened(flow).check_in
    for received in (Typed("none"), Skipped(0), Withheld(0)):
        assert lead(first, received, flow=flow).check_in.at == "next"


def test_rather_not_say_among_the_options_has_no_round() -> None:
    away = Option("rather_not_say", words("Rather not"))
    few = replace(FEW, options=(*PICKS.options, away))
    flow = flow_of(few, LEVEL, WHY, NEXT, blocks=(EACH_PICK,))
    assert path(flow, "4, 3", "1") == ["few", "level@sad", "next"]


def test_changing_what_was_picked_keeps_the_other_rounds_off_the_path() -> None:
    flow = flow_of(*each_pick(), blocks=(EACH_PICK,))
    there = lead(opened(flow).check_in, *map(Typed, ("1, 3", "7", "so", "3")), flow=flow)
    assert there.check_in.status == "finished"
    at_sad = lead(opened(flow).check_in, *map(Typed, ("1, 3", "7", "so")), flow=flow).check_in
    back = lead(at_sad, WentBack(3), WentBack(4), WentBack(5), flow=flow).check_in
    assert back.at == "few"
    turn = lead(back, Typed("3"), Typed("4"), flow=flow)
    kept = {a.step_id: (a.value, a.off_path) for a in turn.check_in.answers}
    assert turn.check_in.status == "finished"
    assert kept == {
        "few": (("sad",), False),
        "level@calm": (7, True),
        "why@calm": ("so", True),
        "level@sad": (4, False),
    }


def test_a_new_round_knows_nothing_of_the_one_before() -> None:
    why = replace(WHY, rather_not_say=True)
    said = TextStep("said", words("S?"), condition=when("why.answered"))
    kept_back = TextStep("kept_back", words("K?"), condition=when("why.withheld"))
    block = Block("each", ("level", "why", "said", "kept_back"), Repeat("few"))
    flow = flow_of(FEW, LEVEL, why, said, kept_back, NEXT, blocks=(block,))
    first = opened(flow).check_in
    spoken = lead(first, *map(Typed, ("1, 3", "7", "so", "yes", "1")), flow=flow)
    assert spoken.check_in.at == "next"
    withheld = lead(first, Typed("1, 3"), Typed("7"), Withheld(2), flow=flow).check_in
    assert withheld.at == "kept_back@calm"
    assert lead(withheld, Typed("x"), Typed("1"), flow=flow).check_in.at == "next"


def test_a_reflection_in_a_round_speaks_of_its_own_round() -> None:
    level = replace(LEVEL, reflections=(Reflection(words("{level} for {each}.")),))
    flow = flow_of(level, blocks=(Block("b", ("level",), Repeat("goals")),))
    turn = lead(opened(flow, names=Names(goals=("A", "B"))).check_in, Typed("3"), flow=flow)
    assert (asked(turn).prompt.lead, asked(turn).prompt.text) == (("3 for A.",), "How B?")


@pytest.mark.parametrize(("over", "keys"), [("goals", ["g1", "g2"]), ("topics", ["t1", "t2"])])
def test_a_block_runs_once_for_each_own_goal_or_topic(over: str, keys: list[str]) -> None:
    own = ("Sleep {more}", "Mum")
    names = Names(goals=own, topics=own)
    flow = flow_of(LEVEL, blocks=(Block("b", ("level",), Repeat(over)),))
    assert path(flow, "1", "2", names=names) == [*(f"level@{key}" for key in keys), None]
    assert asked(opened(flow, names=names)).prompt.text == "How Sleep {more}?"
    assert path(flow) == [None]


def test_a_message_in_a_round_speaks_of_its_own_round() -> None:
    hint = MessageStep("hint", words("Now {each}."))
    flow = flow_of(LEVEL, hint, blocks=(Block("b", ("level", "hint"), Repeat("goals")),))
    turn = opened(flow, names=Names(goals=("A", "B")))
    turn = lead(turn.check_in, Typed("1"), flow=flow)
    assert (asked(turn).prompt.lead, asked(turn).prompt.text) == (("Now A.",), "How B?")
    assert lead(turn.check_in, Typed("2"), flow=flow).events[-1].closing == ("Now B.",)


def test_the_key_at_hand_can_be_asked_for_in_a_condition() -> None:
    only_sad = replace(WHY, condition=when('each == "sad"'))
    flow = flow_of(FEW, LEVEL, only_sad, blocks=(EACH_PICK,))
    assert path(flow, "1, 3", "1", "1") == ["few", "level@calm", "level@sad", "why@sad"]


MORE = YesNoStep("more", words("More?"))
ITEM = TextStep("item", words("What?"))
LOOP = Block("again", ("item", "more"), Loop(when("more"), 3))


def test_a_loop_runs_again_while_its_condition_holds_and_not_more_often_than_its_most() -> None:
    flow = flow_of(ITEM, MORE, NEXT, blocks=(LOOP,))
    assert path(flow, "a", "no") == ["item@1", "more@1", "next"]
    assert path(flow, "a", "yes", "b", "no") == ["item@1", "more@1", "item@2", "more@2", "next"]
    assert path(flow, "a", "yes", "b", "yes", "c", "yes")[-1] == "next"


def test_a_loop_that_is_cut_short_keeps_its_later_rounds_off_the_path() -> None:
    flow = flow_of(ITEM, MORE, NEXT, blocks=(LOOP,))
    there = lead(opened(flow).check_in, *map(Typed, ("a", "yes", "b", "no")), flow=flow).check_in
    back = lead(there, WentBack(4), WentBack(5), WentBack(6), flow=flow).check_in
    assert back.at == "more@1"
    turn = lead(back, Typed("no"), Typed("x"), flow=flow)
    assert turn.check_in.status == "finished"
    assert {a.step_id for a in turn.check_in.answers if a.off_path} == {"item@2", "more@2"}


def test_no_block_has_more_than_20_rounds() -> None:
    block = Block("again", ("item", "more"), Loop(when("more"), 500))
    flow = flow_of(ITEM, MORE, NEXT, blocks=(block,))
    assert path(flow, *["yes"] * 40)[-2:] == ["more@20", "next"]
    goals = Names(goals=tuple(map(str, range(50))))
    flow = flow_of(LEVEL, NEXT, blocks=(Block("b", ("level",), Repeat("goals")),))
    assert path(flow, *["1"] * 20, names=goals)[-2:] == ["level@g20", "next"]


def test_no_round_begins_that_would_make_the_way_longer_than_200_steps() -> None:
    long = tuple(MessageStep(f"m{i}", words("Hi.")) for i in range(193))
    block = Block("b", ("level", "why"), Repeat("goals"))
    flow = flow_of(*long, LEVEL, WHY, NEXT, blocks=(block,))
    goals = Names(goals=tuple(map(str, range(20))))
    assert path(flow, "1", "1", "1", names=goals) == [*("level@g1", "level@g2", "level@g3", "next")]


def questions(count: int) -> tuple[Step, ...]:
    return tuple(TextStep(f"q{i}", words(f"{i}?")) for i in range(count))


IDS = tuple(f"q{i}" for i in range(6))


def test_a_shuffled_block_has_an_order_of_its_own_for_each_seed() -> None:
    flow = flow_of(*questions(6), NEXT, blocks=(Block("s", IDS, Shuffle()),))
    orders = {tuple(path(flow, *"abcdefg", seed=seed)) for seed in range(30)}
    assert len(orders) > 20
    for passed in orders:
        assert sorted(passed[:6]) == sorted(IDS)
        assert passed[6:] == ("next", None)


def test_so_many_steps_of_a_block_are_drawn_in_their_order() -> None:
    flow = flow_of(*questions(6), NEXT, blocks=(Block("d", IDS, Draw(2)),))
    ways = {tuple(path(flow, *"abc", seed=seed)) for seed in range(60)}
    assert len(ways) > 10
    for passed in ways:
        assert list(passed[:2]) == sorted(passed[:2])
        assert passed[2:] == ("next", None)
    assert {passed[0] for passed in ways} | {passed[1] for passed in ways} == set(IDS)


def test_what_was_drawn_is_kept_in_the_state_and_decides() -> None:
    flow = flow_of(*questions(6), blocks=(Block("s", IDS, Shuffle()),))
    other = tuple(reversed(range(6)))
    kept = replace(opened(flow).check_in, at="q5", drawn=(("block:s", other),))
    assert lead(kept, Typed("x"), flow=flow).check_in.at == "q4"


def test_the_same_seed_draws_the_same_steps() -> None:
    flow = flow_of(*questions(6), blocks=(Block("d", IDS, Draw(2)),))
    assert drawn_for(flow, 7) == drawn_for(flow, 7)
    assert len({drawn_for(flow, seed) for seed in range(60)}) > 10


def jumping(*jumps: Jump) -> tuple[Step, ...]:
    return replace(GO, jumps=jumps), *questions(3)


def test_the_first_jump_that_holds_leads_on() -> None:
    flow = flow_of(*jumping(Jump("q2", when("go")), Jump("q1")))
    assert path(flow, "yes", "x") == ["go", "q2", None]
    assert path(flow, "no", "x", "y") == ["go", "q1", "q2", None]


def test_a_jump_to_the_end_finishes() -> None:
    flow = flow_of(*jumping(Jump("end", when("go"))))
    assert path(flow, "yes") == ["go", None]
    assert path(flow, "no") == ["go", "q0"]


def test_what_a_jump_leaves_out_is_off_the_path() -> None:
    flow = flow_of(*jumping(Jump("q2", when("go"))))
    at_q1 = lead(opened(flow).check_in, Typed("no"), Typed("a"), flow=flow).check_in
    back = lead(at_q1, WentBack(2), WentBack(3), Typed("yes"), Typed("c"), flow=flow).check_in
    assert back.status == "finished"
    assert [a.step_id for a in back.answers if a.off_path] == ["q0"]


def test_a_step_that_is_not_asked_does_not_jump_and_a_declined_one_does() -> None:
    step = replace(GO, optional=True, jumps=(Jump("q2"),))
    hidden = flow_of(replace(step, condition=when("false")), *questions(3))
    assert path(hidden) == ["q0"]
    flow = flow_of(step, *questions(3))
    assert lead(opened(flow).check_in, Skipped(0), flow=flow).check_in.at == "q2"


def test_a_jump_to_the_end_out_of_a_round_ends_the_check_in() -> None:
    level = replace(LEVEL, jumps=(Jump("end", when("level == 0")), Jump("why")))
    skipped = NumberStep("skipped", words("?"))
    block = Block("each", ("level", "skipped", "why"), Repeat("few"))
    flow = flow_of(FEW, level, skipped, replace(WHY, condition=None), NEXT, blocks=(block,))
    assert path(flow, "1, 3", "7", "so", "0") == [
        *("few", "level@calm", "why@calm", "level@sad", None)
    ]


def test_a_jump_out_of_a_block_leaves_all_its_rounds() -> None:
    level = replace(LEVEL, jumps=(Jump("next", when("level == 0")),))
    flow = flow_of(FEW, level, WHY, NEXT, blocks=(EACH_PICK,))
    assert path(flow, "1, 3", "0", "x") == ["few", "level@calm", "next", None]


def test_an_expired_check_in_marks_what_lies_behind_the_open_question_too() -> None:
    flow = flow_of(*each_pick(NEXT), blocks=(EACH_PICK,))
    at_next = lead(opened(flow).check_in, *map(Typed, ("1, 3", "3", "3")), flow=flow).check_in
    back = lead(at_next, WentBack(3), WentBack(4), WentBack(5), Typed("3"), flow=flow).check_in
    assert back.at == "next"
    again = lead(back, WentBack(6), flow=flow).check_in
    turn = lead(again, TimerFired("expire", again.turn_no), flow=flow)
    off = {a.step_id for a in turn.check_in.answers if a.off_path}
    assert off == {"level@calm"}
    assert from_json(to_json(turn.check_in)) == turn.check_in


def test_answers_behind_a_question_that_is_new_on_the_way_count_when_it_expires() -> None:
    extra = TextStep("extra", words("E?"), condition=when("go"))
    flow = flow_of(GO, extra, *questions(2))
    at_q1 = lead(opened(flow).check_in, Typed("no"), Typed("a"), flow=flow).check_in
    at_extra = lead(at_q1, WentBack(2), WentBack(3), Typed("yes"), flow=flow).check_in
    assert at_extra.at == "extra"
    turn = lead(at_extra, TimerFired("expire", at_extra.turn_no), flow=flow)
    assert [(a.step_id, a.off_path) for a in turn.check_in.answers] == [
        *(("go", False), ("q0", False))
    ]
