"""A flow as a Mermaid flowchart: steps as boxes, conditions as diamonds, jumps as arrows.

Used by ``interlude flows show --mermaid``. Whatever a text holds, the chart stays valid: texts are
quoted and their signs written as entities. It must never use an author's id as a Mermaid id.
"""

from __future__ import annotations

from collections.abc import Iterator

from flows.kinds.registry import asks
from flows.kinds.step import END, Jump, Step
from flows.languages import Language
from flows.script.condition_words import condition_in_words
from flows.script.flow import Flow
from flows.script.outline import block_in_words
from flows.script.structure import Block

LONGEST = 80
"""Characters of a text in a box; the outline has the rest."""

_PLAIN = frozenset(" _,.:;-–?’'()/“”„…·=+%äöüÄÖÜß")


def mermaid(flow: Flow, language: Language) -> str:
    """The chart's whole text, ending in a newline. KeyError: not written in ``language``."""
    lines = [
        "flowchart TD",
        f"  begin([{quoted(flow.schedule.trigger.in_words())}])",
        *_boxes(flow, language),
        '  finish(["The end"])',
        *_arrows(flow, language),
        *_blocks(flow, language),
    ]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """The text as a Mermaid string: cut, on one line, every unusual sign as an entity."""
    shown = " ".join(text.split())
    if len(shown) > LONGEST:
        shown = shown[: LONGEST - 1].rstrip() + "…"
    return '"' + "".join(map(_escaped, shown)) + '"'


def _escaped(char: str) -> str:
    return char if char.isalnum() or char in _PLAIN else f"#{ord(char)};"


def _boxes(flow: Flow, language: Language) -> Iterator[str]:
    for number, step in enumerate(flow.steps):
        if step.condition is not None:
            words = condition_in_words(flow, step.condition, language)
            yield f"  if{number}{{{quoted(f'{words}?')}}}"
        said = quoted(f"{step.id}: {step.ask.say(language)}")
        yield (f"  step{number}({said})" if not asks(step) else (f"  step{number}[{said}]"))


def _arrows(flow: Flow, language: Language) -> Iterator[str]:
    yield f"  begin --> {_entry(flow, 0)}"
    for number, step in enumerate(flow.steps):
        if step.condition is not None:
            yield f"  if{number} -->|yes| step{number}"
            yield f"  if{number} -->|no| {_entry(flow, number + 1)}"
        yield from _onward(flow, step, number, language)


def _onward(flow: Flow, step: Step, number: int, language: Language) -> Iterator[str]:
    always = False
    for jump in step.jumps:
        target = _target(flow, jump)
        if jump.condition is None:
            always = True
            yield f"  step{number} --> {target}"
            break
        words = condition_in_words(flow, jump.condition, language)
        yield f"  step{number} -->|{quoted(words)}| {target}"
    if not always:
        yield f"  step{number} --> {_entry(flow, number + 1)}"


def _target(flow: Flow, jump: Jump) -> str:
    if jump.to == END:
        return "finish"
    ids = [step.id for step in flow.steps]
    return _entry(flow, ids.index(jump.to))


def _entry(flow: Flow, number: int) -> str:
    """Return where an arrow to that step ends: at its condition, if it has one."""
    if number >= len(flow.steps):
        return "finish"
    return f"{'if' if flow.steps[number].condition is not None else 'step'}{number}"


def _blocks(flow: Flow, language: Language) -> Iterator[str]:
    places = {step.id: number for number, step in enumerate(flow.steps)}
    for number, block in enumerate(flow.blocks):
        yield f"  subgraph block{number}[{quoted(block_in_words(flow, block, language))}]"
        yield from _members(block, places, flow)
        yield "  end"


def _members(block: Block, places: dict[str, int], flow: Flow) -> Iterator[str]:
    for step_id in block.steps:
        number = places[step_id]
        if flow.steps[number].condition is not None:
            yield f"    if{number}"
        yield f"    step{number}"
