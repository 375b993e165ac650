"""Laws of the engine that hold for every flow and every conversation."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from engine_flows import (
    NOW,
    build,
    conversations,
    endings,
    flows,
    languages,
    made,
    opened,
    played,
    when,
    words,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.check_in import CheckIn
from flows.engine.cut import cut, length
from flows.engine.events import (
    AnswerAccepted,
    AnswerRefused,
    CheckInExpired,
    CheckInFinished,
    NothingDone,
    PromptAsked,
    PromptChanged,
    StepReopened,
    Turn,
)
from flows.engine.inputs import (
    Confirmed,
    Input,
    Reworded,
    Skipped,
    Tapped,
    TimerFired,
    Typed,
    WentBack,
    Withheld,
)
from flows.engine.scores import score_of
from flows.engine.state import from_json, to_json
from flows.engine.turn import prompt_of, resume
from flows.engine.walk import way_until, whole_way
from flows.engine.way import MAX_STEPS, step_at
from flows.kinds.kind import Fits
from flows.kinds.registry import asks, kind_of
from flows.kinds.text import TextStep
from flows.kinds.withheld import is_withheld
from flows.script.flow import Flow
from tests.support.kind_samples import SAMPLES

few = settings(max_examples=60, deadline=None)


@few
@given(flows(), conversations, languages)
def test_same_input_same_result_also_after_reloading(flow, conversation, language) -> None:
    assert opened(flow, language) == opened(flow, language)
    for before, received, now, turn in played(flow, conversation, language):
        reloaded = from_json(to_json(before))
        assert reloaded == before
        assert resume(flow, reloaded, received, now=now) == turn


@few
@given(flows(), conversations)
def test_turns_only_rise_and_only_with_an_answer_a_skip_or_a_step_back(flow, conversation) -> None:
    for before, _, _, turn in played(flow, conversation):
        moved = any(isinstance(e, AnswerAccepted | StepReopened) for e in turn.events)
        assert turn.check_in.turn_no == before.turn_no + moved


@few
@given(flows(), conversations)
def test_kept_answers_never_vanish_and_stand_in_flow_order(flow, conversation) -> None:
    order = [step.id for step in flow.steps]
    for before, _, _, turn in played(flow, conversation):
        kept = [answer.step_id for answer in turn.check_in.answers]
        assert {answer.step_id for answer in before.answers} <= set(kept)
        assert len(kept) == len(set(kept))
        places = [order.index(answer.of_step) for answer in turn.check_in.answers]
        assert places == sorted(places)


@few
@given(flows(), conversations)
def test_events_speak_of_the_flow_and_of_the_open_turn(flow, conversation) -> None:
    ids = {step.id for step in flow.steps if step.kind != "message"}
    for before, _, _, turn in played(flow, conversation):
        prompts = [e.prompt for e in turn.events if isinstance(e, PromptAsked | PromptChanged)]
        assert len(prompts) <= 1
        for prompt in prompts:
            assert prompt.step_id.partition("@")[0] in ids
            assert (prompt.step_id, prompt.turn_no) == (turn.check_in.at, turn.check_in.turn_no)
            shown = [*prompt.lead, prompt.text, prompt.help or ""]
            assert sum(map(length, shown)) <= 3500
        for event in turn.events:
            if isinstance(event, AnswerAccepted | AnswerRefused):
                assert event.step is step_at(flow, before.at)


@few
@given(flows(), conversations)
def test_with_each_answer_the_number_of_questions_is_better_known(flow, conversation) -> None:
    for before, _, _, turn in played(flow, conversation):
        if not any(isinstance(e, AnswerAccepted) for e in turn.events):
            continue
        was = prompt_of(flow, before).progress
        assert 1 <= was.number <= was.least <= was.most
        if turn.check_in.status == "open":
            now = prompt_of(flow, turn.check_in).progress
            assert was.least <= now.least <= now.most <= was.most
            assert was.number < now.number
        elif turn.check_in.status == "finished":
            asked = [visit for visit in whole_way(flow, turn.check_in).visits if asks(visit.step)]
            assert was.least <= len(asked) <= was.most


@few
@given(flows(), conversations)
def test_what_is_refused_or_stale_changes_nothing(flow, conversation) -> None:
    """But for the doubt whether the question arrived: a refusal shows it once more."""
    for before, _, _, turn in played(flow, conversation):
        if any(isinstance(e, AnswerRefused) for e in turn.events):
            assert turn.check_in == replace(before, uncertain_turn=None)
        elif any(isinstance(e, NothingDone) for e in turn.events):
            assert turn.check_in == before


@few
@given(flows(), conversations)
def test_an_open_check_in_is_at_a_question_and_an_ended_one_nowhere(flow, conversation) -> None:
    for _, _, _, turn in played(flow, conversation):
        check_in = turn.check_in
        assert (check_in.at is not None) == (check_in.status == "open")
        if any(isinstance(e, CheckInFinished) for e in turn.events):
            assert check_in.status == "finished"


@few
@given(flows(), conversations, endings, conversations)
def test_an_ended_check_in_answers_with_nothing_done(flow, conversation, ending, after) -> None:
    *_, last = [opened(flow), *(turn for *_, turn in played(flow, conversation))]
    ended = resume(flow, last.check_in, ending(last.check_in.turn_no), now=NOW).check_in
    assert ended.status != "open"
    for make, _, _ in after:
        turn = resume(flow, ended, made(make, flow, ended), now=NOW)
        assert turn == Turn(ended, (NothingDone("ended"),))


@few
@given(flows(), conversations)
def test_each_question_is_re_asked_at_most_twice(flow, conversation) -> None:
    events = [event for *_, turn in played(flow, conversation) for event in turn.events]
    asked = [event for event in events if isinstance(event, PromptAsked)]
    turns = Counter(event.prompt.turn_no for event in asked if event.occasion == "re_ask")
    assert max(turns.values(), default=0) <= 2


def same_again(flow: Flow, check_in: CheckIn) -> Input:
    """The input that gives the open step the answer which it has already."""
    step, value = step_at(flow, check_in.at), check_in.answer(check_in.at).value
    turn_no = check_in.turn_no
    if value is None:
        return Skipped(turn_no)
    if kind_of(step).is_ticked and isinstance(value, tuple):
        return Confirmed(turn_no)
    if is_withheld(step, value):
        return Withheld(turn_no)
    shown = kind_of(step).show(step, value, "en")
    choices = kind_of(step).ask(step, "en").choices
    return Tapped(turn_no, choices.index(shown)) if shown in choices else Typed(shown)


@few
@given(flows(), conversations, st.integers(1, 5))
def test_going_back_and_answering_the_same_gives_the_same_path(flow, conversation, steps) -> None:
    forward = [c for c in conversation if c[0] is not WentBack]
    *_, last = [opened(flow), *(turn for *_, turn in played(flow, forward))]
    was = check_in = last.check_in
    if was.status != "open":
        return
    for _ in range(steps):
        check_in = resume(flow, check_in, WentBack(check_in.turn_no), now=NOW).check_in
    if check_in.at != was.at:
        check_in = resume(flow, check_in, same_again(flow, check_in), now=NOW).check_in
    assert check_in.at == was.at
    assert [(a.step_id, a.value) for a in check_in.answers] == [
        (a.step_id, a.value) for a in was.answers
    ]


OWN = TextStep("own", words("Own words?"))
ONLY_IF = TextStep("then", words("And then?"), condition=when('own == "ab"'))
said = st.sampled_from(["ab", "other words", "two\nlines"])


def in_own_words(flow: Flow, check_in: CheckIn) -> list[str]:
    """List the steps that have an answer in the client's own words, on the way that it went."""
    return [
        answer.step_id
        for answer in check_in.answers
        if kind_of(step := step_at(flow, answer.step_id)).is_free
        and isinstance(answer.value, str)
        and not answer.off_path
        and not is_withheld(step, answer.value)
    ]


@few
@given(flows(), said, conversations, said)
def test_other_words_lead_where_going_back_and_answering_leads(flow, first, after, text) -> None:
    flow = replace(flow, steps=(OWN, ONLY_IF, *flow.steps))
    begun = resume(flow, opened(flow).check_in, Typed(first), now=NOW).check_in
    if begun.status == "open" and begun.at == "then":
        begun = resume(flow, begun, Typed("more"), now=NOW).check_in
    forward = [each for each in after if each[0] is not WentBack]
    *_, was = [begun, *(turn.check_in for *_, turn in played(flow, forward, begun=begun))]
    for visit_id in in_own_words(flow, was) if was.status == "open" else ():
        turn = resume(flow, was, Reworded(visit_id, text), now=NOW)
        back = was
        while back.at != visit_id:
            back = resume(flow, back, WentBack(back.turn_no), now=NOW).check_in
        again = resume(flow, back, Typed(text), now=NOW).check_in
        assert [(a.step_id, a.value, a.off_path) for a in turn.check_in.answers] == [
            (a.step_id, a.value, a.off_path) for a in again.answers
        ]
        assert (turn.check_in.at, turn.check_in.status) == (again.at, again.status)
        is_asked = any(isinstance(event, PromptAsked) for event in turn.events)
        assert is_asked is (turn.check_in.at not in (was.at, None))
        assert turn.check_in.turn_no == was.turn_no + (turn.check_in.at != was.at)


def shown_texts(turn: Turn) -> list[tuple[str, ...]]:
    """All that a turn shows to a client."""
    texts = [
        (*e.prompt.lead, e.prompt.text, e.prompt.help or "", *e.prompt.choices)
        for e in turn.events
        if isinstance(e, PromptAsked | PromptChanged)
    ]
    return texts + [e.closing for e in turn.events if isinstance(e, CheckInFinished)]


@few
@given(flows(), conversations, st.integers())
def test_a_replay_with_the_same_seed_shows_the_same_texts(flow, conversation, seed) -> None:
    first, again = opened(flow, seed=seed), opened(flow, seed=seed)
    for make, drift, _ in conversation:
        assert shown_texts(first) == shown_texts(again)
        assert to_json(first.check_in) == to_json(again.check_in)
        received = made(make, flow, first.check_in, drift)
        first = resume(flow, first.check_in, received, now=NOW)
        again = resume(flow, from_json(to_json(again.check_in)), received, now=NOW)


@few
@given(flows(), conversations)
def test_the_same_answers_lead_along_the_same_way(flow, conversation) -> None:
    for _, _, _, turn in played(flow, conversation):
        check_in = turn.check_in
        whole = whole_way(flow, check_in)
        shuffled = replace(check_in, answers=tuple(reversed(check_in.answers)))
        assert [v.id for v in whole_way(flow, shuffled).visits] == [v.id for v in whole.visits]
        assert len(whole.visits) <= MAX_STEPS
        assert len({v.id for v in whole.visits}) == len(whole.visits)
        if check_in.status == "open":
            until = way_until(flow, check_in, check_in.at).visits
            assert [v.id for v in until] == [v.id for v in whole.visits[: len(until)]]


@few
@given(flows(), conversations, endings)
def test_scores_ignore_what_is_off_the_path(flow, conversation, ending) -> None:
    *_, last = [opened(flow), *(turn for *_, turn in played(flow, conversation))]
    if last.check_in.status == "open":
        last = resume(flow, last.check_in, TimerFired("expire", last.check_in.turn_no), now=NOW)
    ended = last.events[-1] if last.events else None
    if not isinstance(ended, CheckInFinished | CheckInExpired):
        return
    on_path = tuple(answer for answer in ended.answers if not answer.off_path)
    scope = whole_way(flow, replace(last.check_in, answers=on_path)).scope
    expected = [(score.id, score_of(score, flow, scope.values)) for score in flow.scores]
    assert [(taken.id, taken.value) for taken in ended.scores] == [
        (score_id, value) for score_id, value in expected if value is not None
    ]


@few
@given(st.sampled_from(SAMPLES), st.text(), languages)
def test_reading_any_text_gives_an_answer_that_can_be_kept(of, text, language) -> None:
    kind, step = of[0], build(of, 1, None, False)
    read = kind.accept(step, text, language, NOW.date())
    if isinstance(read, Fits):
        shown = kind.show(step, read.value, language)
        shown.encode()
        assert kind.accept(step, shown, language, NOW.date()) == read


@few
@given(st.text(max_size=40), st.integers(0, 45))
def test_a_cut_text_fits_and_is_a_beginning(text, limit) -> None:
    shortened = cut(text, limit)
    assert length(shortened) <= limit
    assert shortened == text or text.startswith(shortened.removesuffix("…"))
