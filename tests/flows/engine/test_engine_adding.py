"""More words join the last answer in the client's own words, and nothing else is disturbed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from engine_sample import NOTE, NOW, asked, flow_of, lead, opened, when, words
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.adding import last_words
from flows.engine.check_in import CheckIn
from flows.engine.events import (
    AdditionAwaited,
    AnswerAccepted,
    AnswerRefused,
    CheckInFinished,
    NothingDone,
    PromptAsked,
)
from flows.engine.inputs import (
    Added,
    AddingBegun,
    Input,
    Recalled,
    SentOther,
    Tapped,
    Typed,
    WentBack,
    Withdrawn,
    Withheld,
)
from flows.kinds.message import MessageStep
from flows.kinds.step import Step
from flows.kinds.text import TextStep
from flows.kinds.yes_no import YesNoStep

WELL = TextStep("well", words("What went well?"), max_length=20)
MORE = YesNoStep("more", words("You wrote {well}. More?"))
LAST = TextStep("last", words("Anything else?"))
BYE = MessageStep("bye", words("You wrote {last}. Bye."))
STEPS: tuple[Step, ...] = (WELL, MORE, LAST, BYE)
FLOW = flow_of(*STEPS)
LATER = NOW + timedelta(seconds=3)
STALE = (NothingDone("stale"),)


def at_more() -> CheckIn:
    return lead(opened(FLOW).check_in, Typed("a walk"), flow=FLOW).check_in


def finished() -> CheckIn:
    return lead(at_more(), Typed("yes"), Typed("my mother"), flow=FLOW).check_in


def value(check_in: CheckIn, step: Step) -> object:
    kept = check_in.answer(step.id)
    assert kept is not None
    return kept.value


def test_more_joins_the_answer_and_the_question_is_asked_as_it_was_with_the_whole_answer() -> None:
    before = at_more()
    turn = lead(before, Added(" in the\u202e snow "), flow=FLOW, now=LATER)
    accepted, prompt = turn.events
    assert isinstance(accepted, AnswerAccepted)
    assert not accepted.by_tap
    assert accepted.shown == "a walk\nin the snow"
    assert isinstance(prompt, PromptAsked)
    assert prompt.prompt.text == "You wrote a walk\nin the snow. More?"
    assert (turn.check_in.turn_no, turn.check_in.at) == (before.turn_no, "more")
    assert value(turn.check_in, WELL) == "a walk\nin the snow"
    assert turn.check_in.last_answered_at == LATER


@given(st.lists(st.sampled_from(["a", "bc", "def"]), min_size=1, max_size=4))
def test_a_burst_is_what_one_message_would_have_been(parts: list[str]) -> None:
    first, *rest = parts
    once = lead(opened(FLOW).check_in, Typed("\n".join(parts)), flow=FLOW)
    burst = lead(opened(FLOW).check_in, Typed(first), *map(Added, rest), flow=FLOW)
    assert burst.check_in == once.check_in
    assert asked(burst).prompt == asked(once).prompt


def test_after_the_end_more_joins_the_last_answer_and_the_end_is_said_anew() -> None:
    turn = lead(finished(), Added("and the move"), flow=FLOW)
    assert turn.check_in.status == "finished"
    (ending,) = [e for e in turn.events if isinstance(e, CheckInFinished)]
    assert ending.closing == ("You wrote my mother\nand the move. Bye.",)
    once = lead(at_more(), Typed("yes"), Typed("my mother\nand the move"), flow=FLOW)
    assert turn.check_in == once.check_in


@pytest.mark.parametrize(
    "before",
    [
        opened(FLOW).check_in,
        lead(at_more(), Typed("yes"), flow=FLOW).check_in,
        lead(at_more(), WentBack(1), flow=FLOW).check_in,
    ],
    ids=["nothing answered", "after a button", "gone back"],
)
def test_where_no_words_came_before_nothing_is_joined(before: CheckIn) -> None:
    assert last_words(FLOW, before) is None
    for received in (Added("more"), AddingBegun(before.turn_no)):
        turn = lead(before, received, flow=FLOW)
        assert (turn.check_in, turn.events) == (before, STALE)


def test_what_ended_otherwise_takes_no_more() -> None:
    stopped = lead(at_more(), Withdrawn(), flow=FLOW).check_in
    assert lead(stopped, Added("more"), flow=FLOW).events == (NothingDone("ended"),)


@pytest.mark.parametrize("moves", [(Added("x" * 20),), (AddingBegun(1), Typed("x" * 20))])
def test_what_does_not_fit_any_more_changes_no_answer(moves: tuple[Input, ...]) -> None:
    before = at_more()
    turn = lead(before, *moves, flow=FLOW)
    assert turn.check_in == before
    refused, again = turn.events
    assert isinstance(refused, AnswerRefused)
    assert (refused.step, refused.refusal) == (WELL, "too_long")
    assert isinstance(again, PromptAsked)
    assert again.occasion == "again"


def test_the_button_takes_the_next_words_only() -> None:
    begun = lead(at_more(), AddingBegun(1), flow=FLOW)
    assert begun.events == (AdditionAwaited("What went well?"),)
    added = lead(begun.check_in, Typed("yes"), flow=FLOW)
    assert value(added.check_in, WELL) == "a walk\nyes"
    assert asked(added).prompt.step_id == "more"
    answered = lead(added.check_in, Typed("yes"), flow=FLOW)
    assert value(answered.check_in, MORE) is True


def test_words_under_a_picture_are_added_too() -> None:
    added = lead(at_more(), AddingBegun(1), SentOther("see here"), flow=FLOW)
    assert value(added.check_in, WELL) == "a walk\nsee here"


def test_a_picture_without_words_leaves_the_addition_awaited() -> None:
    sent = lead(at_more(), AddingBegun(1), SentOther(), flow=FLOW)
    assert sent.events == (
        AnswerRefused(WELL, "wrong_kind"),
        AdditionAwaited("What went well?"),
    )
    added = lead(sent.check_in, Typed("yes"), flow=FLOW)
    assert value(added.check_in, WELL) == "a walk\nyes"


@pytest.mark.parametrize("shown_since", [Recalled(), Tapped(1, 9)], ids=["recalled", "tapped"])
def test_once_the_question_is_shown_again_words_are_meant_for_it(shown_since: Input) -> None:
    turn = lead(at_more(), AddingBegun(1), shown_since, Typed("no"), flow=FLOW)
    assert value(turn.check_in, WELL) == "a walk"
    assert value(turn.check_in, MORE) is False


def test_the_button_is_offered_behind_own_words_only() -> None:
    assert not asked(opened(FLOW)).prompt.can_add
    turn = lead(opened(FLOW).check_in, Typed("a walk"), flow=FLOW)
    assert asked(turn).prompt.can_add
    assert not asked(lead(turn.check_in, Typed("yes"), flow=FLOW)).prompt.can_add
    old = lead(turn.check_in, AddingBegun(0), flow=FLOW)
    assert old.events == STALE


def test_a_longer_answer_may_lead_another_way() -> None:
    aside = YesNoStep("aside", words("Really?"), condition=when('well == "a walk"'))
    flow = flow_of(WELL, aside, replace(NOTE, ask=words("What else?")))
    before = lead(opened(flow).check_in, Typed("a walk"), flow=flow)
    assert asked(before).prompt.step_id == "aside"
    turn = lead(before.check_in, Added("home"), flow=flow)
    assert asked(turn).prompt.step_id == "note"
    assert turn.check_in.turn_no == before.check_in.turn_no + 1


@pytest.mark.parametrize("typed", ["skip", "Zurück", "?"])
def test_the_word_of_a_button_joins_no_answer(typed: str) -> None:
    check_in = at_more()
    assert lead(check_in, Added(typed), flow=FLOW).events == STALE
    adding = lead(check_in, AddingBegun(check_in.turn_no), flow=FLOW).check_in
    turn = lead(adding, Typed(typed), flow=FLOW)
    assert (value(turn.check_in, WELL), turn.check_in.adding) == ("a walk", False)


def test_nothing_joins_an_answer_that_was_withheld() -> None:
    flow = flow_of(replace(WELL, rather_not_say=True), MORE)
    withheld = lead(opened(flow).check_in, Withheld(0), flow=flow)
    assert not asked(withheld).prompt.can_add
    assert lead(withheld.check_in, Added("more"), flow=flow).events == STALE
