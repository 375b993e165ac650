"""Laws of the engine that hold for every flow and every conversation."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.engine.check_in import CheckIn, Names
from flows.engine.cut import cut, length
from flows.engine.events import (
    AnswerAccepted,
    AnswerRefused,
    CheckInFinished,
    NothingDone,
    PromptAsked,
    StepReopened,
    Turn,
)
from flows.engine.inputs import (
    Delivered,
    Input,
    Recalled,
    SentOther,
    Skipped,
    Tapped,
    TimerFired,
    Typed,
    Unconfirmed,
    WentBack,
    Withdrawn,
)
from flows.engine.state import from_json, to_json
from flows.engine.steps.kind import Fits
from flows.engine.steps.registry import KINDS, kind_of
from flows.engine.turn import resume, start
from flows.script.flow import (
    ChoiceStep,
    Condition,
    Flow,
    Language,
    MessageStep,
    NumberStep,
    Option,
    ScaleStep,
    Schedule,
    Step,
    TextStep,
    Weekly,
    Words,
    YesNoStep,
)

few = settings(max_examples=60, deadline=None)
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
SCHEDULE = Schedule(Weekly((2,), time(18)), remind=(timedelta(hours=6), timedelta(hours=24)))
KIND_NAMES = ("message", "scale", "choice", "yes_no", "number", "text")


def words(text: str) -> Words:
    return Words((("en", text), ("de", text)), neutral=True)


def build(kind: str, number: int, condition: Condition | None, optional: bool) -> Step:
    step_id, ask = f"{kind}{number}", words(f"{number}? {{therapist}} {{{kind}{number - 1}}}")
    shared = {"condition": condition, "optional": optional}
    match kind:
        case "message":
            return MessageStep(step_id, ask, condition=condition)
        case "scale":
            return ScaleStep(step_id, ask, low=words("low"), high=words("high"), **shared)
        case "choice":
            options = (Option("a", words("A")), Option("b", words("B")), Option("c", words("C")))
            return ChoiceStep(step_id, ask, options=options, **shared)
        case "yes_no":
            return YesNoStep(step_id, ask, **shared)
        case "number":
            return NumberStep(step_id, ask, min=-10, max=10, whole=False, **shared)
        case _:
            return TextStep(step_id, ask, max_length=40, **shared)


def conditions_on(step: Step) -> list[Condition]:
    compared = {
        "scale": f"{step.id} >= 5",
        "choice": f'{step.id} in ["a", "b"]',
        "yes_no": f"!{step.id}",
        "number": f"{step.id} < 0",
        "text": f'{step.id} != "x"',
    }[step.kind]
    sources = (compared, f"{step.id}.answered", f"{step.id}.declined")
    return [Condition(source, frozenset({step.id})) for source in sources]


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    steps: list[Step] = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(KIND_NAMES), max_size=7))):
        earlier = [c for s in steps if s.kind != "message" for c in conditions_on(s)]
        conditional = bool(earlier) and draw(st.booleans())
        condition = draw(st.sampled_from(earlier)) if conditional else None
        steps.append(build(kind, number, condition, draw(st.booleans())))
    return Flow("any", "ab" * 32, words("Any"), SCHEDULE, tuple(steps), ("en", "de"))


texts = st.one_of(
    st.sampled_from(["7", "0", "yes", "nein", "A", "b", "-2,5", "11", "x", "{therapist}", "{{"]),
    st.text(max_size=60),
)
makers = st.one_of(
    st.builds(lambda n: lambda turn: Tapped(turn, n), st.integers(-1, 11)),
    st.builds(lambda t: lambda turn: Typed(t), texts),
    st.sampled_from(
        [
            *(Skipped, Skipped, WentBack, WentBack, Delivered, Unconfirmed),
            *(lambda turn: SentOther(), lambda turn: Recalled()),
            *(lambda turn, kind=k: TimerFired(kind, turn) for k in ("remind", "re_ask")),
        ]
    ),
)
endings = st.sampled_from([lambda turn: Withdrawn(), lambda turn: TimerFired("expire", turn)])
drifts = st.sampled_from([0, 0, 0, 0, 0, -1, -2, 1])
conversations = st.lists(st.tuples(makers, drifts, st.integers(0, 90)), max_size=25)
languages: st.SearchStrategy[Language] = st.sampled_from(["en", "de", "de_du"])


def opened(flow: Flow, language: Language = "en") -> Turn:
    names = Names((("therapist", "{day} }{"),))
    return start(flow, language=language, names=names, now=NOW, seed=1)


def played(flow: Flow, conversation, language: Language = "en"):
    """Each input with the state before it and the turn it made."""
    turn, now = opened(flow, language), NOW
    for make, drift, minutes in conversation:
        before = turn.check_in
        now += timedelta(minutes=minutes)
        received: Input = make(before.turn_no + drift)
        turn = resume(flow, before, received, now=now)
        yield before, received, now, turn


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
        assert kept == sorted(set(kept), key=order.index)


@few
@given(flows(), conversations)
def test_events_speak_of_the_flow_and_of_the_open_turn(flow, conversation) -> None:
    ids = {step.id for step in flow.steps if step.kind != "message"}
    for before, _, _, turn in played(flow, conversation):
        prompts = [e.prompt for e in turn.events if isinstance(e, PromptAsked)]
        assert len(prompts) <= 1
        for prompt in prompts:
            assert prompt.step_id in ids
            assert (prompt.step_id, prompt.turn_no) == (turn.check_in.at, turn.check_in.turn_no)
            shown = [*prompt.lead, prompt.text, prompt.help or ""]
            assert sum(map(length, shown)) <= 3500
        for event in turn.events:
            if isinstance(event, AnswerAccepted | AnswerRefused):
                assert event.step is flow.step(before.at)


@few
@given(flows(), conversations)
def test_what_is_refused_or_stale_changes_nothing(flow, conversation) -> None:
    for before, _, _, turn in played(flow, conversation):
        if any(isinstance(e, AnswerRefused | NothingDone) for e in turn.events):
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
        turn = resume(flow, ended, make(ended.turn_no), now=NOW)
        assert turn == Turn(ended, (NothingDone("ended"),))


@few
@given(flows(), conversations)
def test_it_is_re_asked_at_most_once(flow, conversation) -> None:
    events = [event for *_, turn in played(flow, conversation) for event in turn.events]
    occasions = [event.occasion for event in events if isinstance(event, PromptAsked)]
    assert occasions.count("re_ask") <= 1


def same_again(flow: Flow, check_in: CheckIn) -> Input:
    """The input that gives the open step the answer which it has already."""
    step = flow.step(check_in.at)
    value = check_in.answer(step.id).value
    if value is None:
        return Skipped(check_in.turn_no)
    choices = kind_of(step).ask(step, "en").choices
    shown = kind_of(step).show(step, value, "en")
    return Tapped(check_in.turn_no, choices.index(shown)) if choices else Typed(shown)


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


@few
@given(st.sampled_from([k for k in KINDS if k.step is not MessageStep]), st.text(), languages)
def test_reading_any_text_gives_an_answer_that_can_be_kept(kind, text, language) -> None:
    name = next(n for n in KIND_NAMES if build(n, 1, None, False).kind == kind.step("", None).kind)
    step = build(name, 1, None, False)
    read = kind.accept(step, text, language)
    if isinstance(read, Fits):
        shown = kind.show(step, read.value, language)
        shown.encode()
        assert kind.accept(step, shown, language) == read


@few
@given(st.text(max_size=40), st.integers(0, 45))
def test_a_cut_text_fits_and_is_a_beginning(text, limit) -> None:
    shortened = cut(text, limit)
    assert length(shortened) <= limit
    assert shortened == text or text.startswith(shortened.removesuffix("…"))
