"""A flow as a readable outline: what comes when, step by step, without TOML.

Used by ``interlude flows show``. It shows what an author wrote, in one language; the frame around
it is English, as everything on the command line. It must never leave a step out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from flows.kinds import bounds
from flows.kinds.registry import kind_of
from flows.kinds.step import END, Step
from flows.languages import Language, in_english
from flows.script.condition_words import condition_in_words
from flows.script.flow import Flow
from flows.script.schedule_words import schedule_in_words
from flows.script.structure import (
    OWN_GOALS,
    OWN_TOPICS,
    Block,
    Computed,
    Draw,
    Loop,
    Repeat,
    Score,
    Shuffle,
    TimeBetween,
    Worked,
)


def outline(flow: Flow, language: Language) -> tuple[str, ...]:
    """The outline, line by line. KeyError: the flow is not written in ``language``."""
    return (
        *_head(flow, language),
        "",
        "When",
        *(f"  {sentence}" for sentence in schedule_in_words(flow.schedule)),
        "",
        "Steps",
        *(
            line
            for number, step in enumerate(flow.steps, 1)
            for line in step_in_words(flow, step, number, language)
        ),
        *_section("Blocks", [block_in_words(flow, block, language) for block in flow.blocks]),
        *_section("Computed values", list(map(value_in_words, flow.values))),
        *_section("Scores", [_with_danger(score) for score in flow.scores]),
    )


def _head(flow: Flow, language: Language) -> Iterator[str]:
    yield f"{flow.id}: {flow.title.say(language)}"
    spoken = ", ".join(in_english(one) for one in flow.languages)
    yield f"  Version {flow.fingerprint[:12]}. Written in {spoken}."
    if flow.default:
        yield "  New clients begin with it."
    else:
        yield "  Clients get it when somebody enrols them in it."
    yield f"  Priority {flow.priority} (1 comes first, 9 gives way first in a full week)."


def _section(title: str, sentences: list[str]) -> Iterator[str]:
    if sentences:
        yield ""
        yield title
        yield from (f"  {sentence}" for sentence in sentences)


def step_in_words(flow: Flow, step: Step, number: int, language: Language) -> Iterator[str]:
    """The lines of a step: its number, id and kind, then all that belongs to it, further in."""
    notes = [kind_of(step).called]
    if step.optional:
        notes.append("may be skipped")
    if step.rather_not_say:
        notes.append("“rather not say” offered")
    if step.measures is not None:
        better = kind_of(step).better(step)
        notes.append(f"measures {step.measures}" + (f", {better}er is better" if better else ""))
    yield f"  {number:>2}. {step.id} ({', '.join(notes)})"
    for line in _details(flow, step, language):
        yield f"      {line}"


def _details(flow: Flow, step: Step, language: Language) -> Iterator[str]:
    if step.condition is not None:
        yield f"only if {condition_in_words(flow, step.condition, language)}"
    yield from step.ask.say(language).splitlines()
    yield from (f"or: {other.say(language)}" for other in step.wordings)
    if step.help is not None:
        yield f"help: {step.help.say(language)}"
    answers = answers_in_words(step, language)
    if answers:
        yield f"answers: {answers}"
    for reflection in step.reflections:
        when = "always"
        if reflection.condition is not None:
            when = f"if {condition_in_words(flow, reflection.condition, language)}"
        yield f"reply, {when}: {reflection.say.say(language)}"
    for jump in step.jumps:
        when = ""
        if jump.condition is not None:
            when = f"if {condition_in_words(flow, jump.condition, language)}, "
        yield f"then: {when}go on at {'the end' if jump.to == END else jump.to}"


def answers_in_words(step: Step, language: Language) -> str:
    """Say what may be answered to a step: labels, bounds; empty where that goes without saying."""
    return kind_of(step).describe(step, language)


def block_in_words(flow: Flow, block: Block, language: Language) -> str:
    """Say what is special about the way through a block's steps."""
    steps = ", ".join(block.steps)
    match block.manner:
        case Repeat():
            own = {OWN_GOALS: "goal of the client's own", OWN_TOPICS: "topic of the client's own"}
            over = own.get(block.manner.over, f"option picked in {block.manner.over}")
            return f"{block.id}: {steps}, once for each {over}"
        case Loop():
            again = condition_in_words(flow, block.manner.again_while, language)
            return f"{block.id}: {steps}, again while {again}, {block.manner.most} times at most"
        case Shuffle():
            return f"{block.id}: {steps}, in an order that is drawn"
        case Draw():
            return f"{block.id}: {block.manner.count} of {steps}, drawn for each check-in"
        case _:
            assert_never(block.manner)


def value_in_words(value: Worked) -> str:
    """Say what a value is."""
    match value:
        case Computed():
            return f"{value.id} = {value.source}"
        case TimeBetween():
            return f"{value.id} = the hours from {value.begins} to {value.ends}"
        case _:
            assert_never(value)


def _with_danger(score: Score) -> str:
    return score_in_words(score) + bounds.danger_in_words(score.risk_at_least, score.risk_at_most)


def score_in_words(score: Score) -> str:
    """Say how a score is made."""
    said = f"{score.id}: the {score.method} of {', '.join(score.of)}"
    if score.reversed:
        said += f", with {', '.join(score.reversed)} reversed"
    if score.missing == "none":
        said += "; none where an item is missing"
    else:
        counts = "count as the mean of the others" if score.missing == "mean" else "are left out"
        said += f"; up to {score.most_missing} missing items {counts}"
    return said + (f"; measures {score.measures}" if score.measures else "")
