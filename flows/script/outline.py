"""A flow as a readable outline: what comes when, step by step, without TOML.

Used by ``interlude flows show``. It shows what an author wrote, in one language; the frame around
it is English, as everything on the command line. It must never leave a step out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from flows.languages import Language
from flows.script.condition_words import condition_in_words
from flows.script.flow import (
    END,
    ChoiceStep,
    DateStep,
    Flow,
    MessageStep,
    NumberStep,
    ScaleStep,
    SeveralStep,
    Step,
    TextStep,
    TimeStep,
    YesNoStep,
)
from flows.script.schedule_words import schedule_in_words
from flows.script.structure import OWN_GOALS, OWN_TOPICS, Block, Draw, Loop, Repeat, Score, Shuffle

LANGUAGE_NAMES: dict[Language, str] = {
    "en": "English",
    "de": "German with Sie",
    "de_du": "German with du",
}
_KINDS = {
    "message": "message",
    "choice": "one of several",
    "several": "any of several",
    "yes_no": "yes or no",
    "scale": "scale",
    "number": "number",
    "text": "own words",
    "time": "time of day",
    "date": "date",
}


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
            for line in _step(flow, step, number, language)
        ),
        *_section("Blocks", [block_in_words(flow, block, language) for block in flow.blocks]),
        *_section("Computed values", [f"{one.id} = {one.source}" for one in flow.values]),
        *_section("Scores", [score_in_words(score) for score in flow.scores]),
    )


def _head(flow: Flow, language: Language) -> Iterator[str]:
    yield f"{flow.id}: {flow.title.say(language)}"
    spoken = ", ".join(LANGUAGE_NAMES[one] for one in flow.languages)
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


def _step(flow: Flow, step: Step, number: int, language: Language) -> Iterator[str]:
    notes = [_KINDS[step.kind]]
    if step.optional:
        notes.append("may be skipped")
    if step.rather_not_say:
        notes.append("“rather not say” offered")
    if step.measures is not None:
        notes.append(f"measures {step.measures}")
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
    """What may be answered to a step: labels, bounds; empty where anything may be said."""
    match step:
        case ChoiceStep():
            return " · ".join(option.label.say(language) for option in step.options)
        case SeveralStep():
            labels = " · ".join(option.label.say(language) for option in step.options)
            return f"{step.min} to {step.max or len(step.options)} of {labels}"
        case ScaleStep():
            return _scale(step, language)
        case NumberStep():
            unit = f" {step.unit.say(language)}" if step.unit else ""
            whole = "a whole number" if step.whole else "a number"
            return f"{whole} from {step.min:g} to {step.max:g}{unit}"
        case TextStep():
            return f"{step.min_length} to {step.max_length} characters"
        case TimeStep():
            return f"from {step.earliest:%H:%M} to {step.latest:%H:%M}"
        case DateStep():
            return _date_bounds(step)
        case MessageStep() | YesNoStep():
            return ""
        case _:
            assert_never(step)


def _scale(step: ScaleStep, language: Language) -> str:
    if step.labels:
        return " · ".join(f"{value} = {words.say(language)}" for value, words in step.labels)
    low, high = step.low.say(language), step.high.say(language)
    return f"{step.min} = {low} … {step.max} = {high}"


def _date_bounds(step: DateStep) -> str:
    bounds = (("from", step.earliest), ("to", step.latest))
    parts = [f"{word} {_day(days)}" for word, days in bounds if days is not None]
    return f"a date {' '.join(parts)}" if parts else ""


def _day(days: int) -> str:
    """A day by its distance from today."""
    if days == 0:
        return "today"
    count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
    return f"in {count}" if days > 0 else f"{count} ago"


def block_in_words(flow: Flow, block: Block, language: Language) -> str:
    """What is special about the way through a block's steps."""
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


def score_in_words(score: Score) -> str:
    """How a score is made."""
    said = f"{score.id}: the {score.method} of {', '.join(score.of)}"
    if score.reversed:
        said += f", with {', '.join(score.reversed)} reversed"
    if score.missing == "none":
        said += "; none where an item is missing"
    else:
        said += f"; up to {score.most_missing} missing items count as the mean of the others"
    return said + (f"; measures {score.measures}" if score.measures else "")
