"""A prompt of the engine as a message with buttons. No markup: what a client wrote stays text."""

from __future__ import annotations

from bot.messages import Button, Message, Rows
from bot.services.buttons import data
from bot.services.practice import Work
from flows.engine.events import Occasion, Prompt
from flows.script.flow import Language

SCALE_ROW = 6
"""Buttons a row on a scale: 0 to 10 makes two rows that a thumb can hit."""
SHORT_LABEL = 12
"""Up to three labels of this length stand side by side; longer ones get a row each."""


def prompt_message(
    work: Work,
    language: Language,
    check_in_id: int,
    prompt: Prompt,
    *,
    occasion: Occasion,
    preface: str | None = None,
) -> Message:
    """The question as a client sees it: what led here, the question, its help, its buttons."""
    parts = [preface] if preface else []
    if occasion in ("reminder", "re_ask"):
        parts.append(work.say(language, f"prompt_{occasion}"))
    parts.extend(prompt.lead)
    parts.append(prompt.text)
    if prompt.help:
        parts.append(prompt.help)
    if prompt.kind == "scale" and prompt.low and prompt.high:
        parts.append(_ends(work, language, prompt))
    if prompt.given is not None:
        parts.append(work.say(language, "prompt_given", answer=prompt.given))
    rows = (*_answers(check_in_id, prompt), *_ways(work, language, check_in_id, prompt))
    return Message("\n\n".join(parts), rows)


def _ends(work: Work, language: Language, prompt: Prompt) -> str:
    return work.say(
        language,
        "prompt_ends",
        first=prompt.choices[0],
        low=prompt.low,
        last=prompt.choices[-1],
        high=prompt.high,
    )


def _answers(check_in_id: int, prompt: Prompt) -> Rows:
    buttons = tuple(
        Button(label, data("answer", check_in_id, prompt.turn_no, place))
        for place, label in enumerate(prompt.choices)
    )
    if prompt.kind == "scale":
        width = SCALE_ROW
    elif len(buttons) <= 3 and all(len(b.label) <= SHORT_LABEL for b in buttons):
        width = 3
    else:
        width = 1
    return tuple(buttons[i : i + width] for i in range(0, len(buttons), width))


def _ways(work: Work, language: Language, check_in_id: int, prompt: Prompt) -> Rows:
    ways = []
    if prompt.can_go_back:
        back = work.say(language, "button_back")
        ways.append(Button(back, data("back", check_in_id, prompt.turn_no)))
    if prompt.can_skip:
        skip = work.say(language, "button_skip")
        ways.append(Button(skip, data("skip", check_in_id, prompt.turn_no)))
    return (tuple(ways),) if ways else ()
