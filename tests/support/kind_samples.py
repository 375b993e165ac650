"""The samples of the kinds of steps as steps and as flow files."""

from __future__ import annotations

import tomllib
from typing import Any

from flows.authoring.words import Condition, Words
from flows.kinds.kind import Kind, Sample
from flows.kinds.registry import KINDS
from flows.kinds.step import Shared, Step
from flows.script.conditions import names_in
from flows.script.schema import StepOfAnyKind

SAMPLES: tuple[tuple[Kind[Any, Any], Sample], ...] = tuple(
    (kind, sample) for kind in KINDS for sample in kind.samples
)
TOP = """language = 1
id = "sample"
title.en = "Sample"
title.de = "Muster"
[schedule]
trigger = "on_request"
[[step]]
id = "before"
kind = "text"
optional = true
ask = { en = "Before?", de = "Davor?", neutral = true }
"""


def name_of(of: tuple[Kind[Any, Any], Sample]) -> str:
    kind, sample = of
    return f"{kind.step.kind}-{kind.samples.index(sample)}"


def step_of(
    kind: Kind[Any, Any],
    sample: Sample,
    step_id: str,
    ask: Words,
    condition: Condition | None = None,
    optional: bool = False,
) -> Step:
    """The sample as a step of that id."""
    keys = StepOfAnyKind.model_validate({"id": step_id, **tomllib.loads(sample.keys)})
    shared = Shared(
        id=step_id,
        ask=ask,
        help=None,
        condition=condition,
        optional=optional,
        measures=None,
        rather_not_say=False,
        wordings=(),
        reflections=(),
        jumps=(),
    )
    step: Step = kind.build(shared, keys)
    return step


def condition_on(step_id: str, sample: Sample) -> Condition:
    """The sample's condition over the step of that id."""
    words = sample.condition.replace('"it"', "\0")
    source = " ".join(words.replace("it", step_id, 1).split()).replace("\0", '"it"')
    return Condition(source, names_in(source))


def text_of(kind: Kind[Any, Any], sample: Sample) -> str:
    """A whole flow file: a question, the sample, and a step that its condition lets pass."""
    lines = [
        *(TOP.rstrip().splitlines()),
        *("[[step]]", 'id = "it"', f'kind = "{kind.step.kind}"'),
        'ask = { en = "And it?", de = "Und das?", neutral = true }',
        *sample.keys.splitlines(),
        *("[[step]]", 'id = "after"', 'kind = "text"'),
        'ask = { en = "After?", de = "Danach?", neutral = true }',
    ]
    if sample.condition:
        lines.append(f"when = '{sample.condition}'")
    return "\n".join(lines) + "\n"
