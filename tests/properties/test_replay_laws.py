"""Laws of an author's rehearsal: what was done comes back as far as the flow still leads there."""

from __future__ import annotations

from dataclasses import replace

from engine_flows import NAMES, NOW, flows, languages, texts
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.authoring.rehearsal import Rehearsal, waited
from bot.cli.authoring.replaying import Run, Setting, replay
from flows.engine.state import to_json
from flows.engine.story_text import Action
from flows.kinds.step import Step
from flows.languages import Language
from flows.script.flow import Flow
from flows.script.structure import TimeBetween

few = settings(max_examples=60, deadline=None)

WAYS = ("skip", "back", "recall", "add", "change", "confirm", "withhold", "stop")
deeds = st.lists(
    st.one_of(
        *[st.integers(0, 11)] * 4,
        st.builds(lambda text: Action("say", text), texts),
        st.sampled_from([Action(way) for way in WAYS]),
        st.sampled_from([waited("7h"), waited("2 d")]),
    ),
    max_size=12,
)
"""Taps by the place of their button, and everything else that an author can do."""


@st.composite
def edits(draw: st.DrawFn, flow: Flow) -> Flow:
    """The flow after somebody changed the file: a little, or all of it."""
    steps = list(flow.steps)
    place = draw(st.integers(0, len(steps) - 1))
    match draw(st.sampled_from(["drop", "free", "new", "kind", "same"])):
        case "drop" if len(steps) > 1:
            del steps[place]
        case "free":
            steps[place] = replace(steps[place], condition=None, jumps=())
        case "kind":
            other = draw(flows()).steps[0]
            steps[place] = replace(other, id=steps[place].id, condition=steps[place].condition)
        case "new":
            return replace(draw(flows()), fingerprint="cd" * 32)
        case _:
            return replace(flow, fingerprint="cd" * 32)
    return with_steps(flow, tuple(steps))


def with_steps(flow: Flow, steps: tuple[Step, ...]) -> Flow:
    """The flow with these steps, and without what names one that has gone."""
    left = {step.id for step in steps}
    lists = left | {"goals", "topics"}
    return replace(
        flow,
        steps=steps,
        blocks=tuple(
            block
            for block in flow.blocks
            if left.issuperset(block.steps) and getattr(block.manner, "over", "goals") in lists
        ),
        scores=tuple(score for score in flow.scores if left.issuperset(score.of)),
        values=tuple(
            one
            for one in flow.values
            if not isinstance(one, TimeBetween) or {one.begins, one.ends} <= left
        ),
        fingerprint="cd" * 32,
    )


def rehearsed(flow: Flow, language: Language, done: list[int | Action]) -> Rehearsal:
    """A rehearsal in which all of that was done, where it can be."""
    rehearsal = Rehearsal(Setting(flow, language, "Asia/Tokyo", NOW, lambda *_: NAMES))
    for deed in done:
        prompt = rehearsal.prompt()
        if isinstance(deed, Action):
            rehearsal.perform(deed)
        elif prompt is not None and prompt.choices:
            choice = deed % len(prompt.choices)
            rehearsal.perform(Action("tap", prompt.choices[choice]), choice, by_tap=True)
    return rehearsal


def state(run: Run) -> tuple[str, list[str]]:
    """Everything that an author sees of where a conversation stands, but for the version."""
    check_in = replace(run.stage.check_in, fingerprint="")
    return to_json(check_in), run.stage.lines


@few
@given(flows(), languages, deeds)
def test_an_unchanged_file_leads_to_the_same_state(
    flow: Flow, language: Language, done: list[int | Action]
) -> None:
    rehearsal = rehearsed(flow, language, done)
    before = state(rehearsal.run)
    rehearsal.change(flow=replace(flow, fingerprint="cd" * 32))
    assert rehearsal.misfit is None
    assert state(rehearsal.run) == before


@few
@given(st.data(), flows(), languages, deeds)
def test_any_edit_keeps_the_longest_part_that_fits_and_loses_nothing(
    data: st.DataObject, flow: Flow, language: Language, done: list[int | Action]
) -> None:
    rehearsal = rehearsed(flow, language, done)
    made, before = rehearsal.moves, state(rehearsal.run)
    edited = data.draw(edits(flow))
    rehearsal.change(flow=edited)
    kept = len(rehearsal.moves)
    assert rehearsal.moves + rehearsal.waiting == made
    assert (rehearsal.misfit is None) == (kept == len(made))
    setting = rehearsal.setting
    assert replay(setting, made[:kept]).misfit is None
    assert state(replay(setting, made[:kept])) == state(rehearsal.run)
    if kept < len(made):
        assert replay(setting, made[: kept + 1]).misfit is not None
    rehearsal.change(flow=flow)
    assert rehearsal.waiting == ()
    assert state(rehearsal.run) == before


@few
@given(flows(), deeds)
def test_another_language_and_back_is_the_same_conversation(
    flow: Flow, done: list[int | Action]
) -> None:
    rehearsal = rehearsed(flow, Language("en"), done)
    made, before = rehearsal.moves, state(rehearsal.run)
    rehearsal.change(language=Language("de"))
    assert rehearsal.moves + rehearsal.waiting == made
    rehearsal.change(language=Language("en"))
    assert state(rehearsal.run) == before


@few
@given(st.data(), flows(), languages, deeds)
def test_a_new_move_takes_the_place_of_those_that_wait(
    data: st.DataObject, flow: Flow, language: Language, done: list[int | Action]
) -> None:
    rehearsal = rehearsed(flow, language, done)
    rehearsal.change(flow=data.draw(edits(flow)))
    fitting = rehearsal.moves
    assert rehearsal.perform(Action("recall")) is not None
    assert rehearsal.moves[:-1] == fitting
    assert rehearsal.waiting == () and rehearsal.misfit is None
