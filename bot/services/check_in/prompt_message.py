"""A prompt of the engine as a message with buttons. No markup: what a client wrote stays text.

Used by the services in production and by ``interlude flows try``, so that an author sees what a
client would see.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import ceil
from typing import Protocol

from bot.messages import Button, Message, Rows
from bot.services.work.buttons import data
from bot.texts.keys import ClientKey
from flows.engine.check_in import CheckIn
from flows.engine.events import Occasion, Prompt
from flows.kinds.kind import Refusal
from flows.kinds.withheld import label as withheld_label
from flows.languages import Language, button

MINUTE = timedelta(minutes=1)
SCALE_ROW = 6
"""Buttons a row on a scale: 0 to 10 makes two rows that a thumb can hit."""
TICK = "✓"
"""In front of what is ticked, where several may be."""
MANY = 10
"""More answers than this share rows, so that a thumb need not scroll for long."""
SHORT_LABEL = 12
"""Up to three labels of this length stand side by side; longer ones get a row each."""


REFUSED: dict[Refusal, ClientKey] = {
    "not_an_option": "refused_not_an_option",
    "not_a_number": "refused_not_a_number",
    "ambiguous_number": "refused_ambiguous_number",
    "out_of_range": "refused_out_of_range",
    "not_whole": "refused_not_whole",
    "too_long": "refused_too_long",
    "not_a_time": "refused_not_a_time",
    "not_a_date": "refused_not_a_date",
    "too_early": "refused_too_early",
    "too_late": "refused_too_late",
    "too_short": "refused_too_short",
    "too_few": "refused_too_few",
    "too_many": "refused_too_many",
    "goes_alone": "refused_goes_alone",
    "empty": "refused_empty",
    "wrong_kind": "refused_wrong_kind",
    "no_skip": "refused_no_skip",
    "no_back": "refused_no_back",
}
"""The text for a reply that is no answer, for every refusal of a kind and of the engine."""


REMINDERS: dict[Occasion, ClientKey] = {
    "reminder": "prompt_reminder",
    "snoozed": "prompt_snoozed",
}
"""The lines that come unasked before an open question; each names nobody and nothing."""


class Speaks(Protocol):
    """An object that has the built-in texts for clients: a ``Work``, or the author's bench."""

    def say(self, language: Language, key: ClientKey, /, **values: object) -> str:
        """A built-in text for a client, in their language."""


def prompt_message(
    work: Speaks,
    language: Language,
    check_in_id: int,
    prompt: Prompt,
    *,
    occasion: Occasion,
    preface: str | None = None,
    may_be_unmet: bool = False,
) -> Message:
    """The question as a client sees it: what led here, the question, its help, its buttons.

    ``may_be_unmet``: it is about a therapy session, which may not have taken place.
    """
    parts = [preface] if preface else []
    if occasion in REMINDERS:
        parts.append(work.say(language, REMINDERS[occasion]))
    if occasion == "re_ask":
        parts.append(work.say(language, "prompt_re_ask"))
    parts.extend(prompt.lead)
    parts.append(prompt.text)
    if prompt.help:
        parts.append(prompt.help)
    if prompt.low and prompt.high:
        parts.append(_ends(work, language, prompt))
    if prompt.given is not None:
        parts.append(work.say(language, "prompt_given", answer=prompt.given))
    parts.extend(_whereabouts(work, language, prompt, occasion))
    unmet = Button(work.say(language, "button_unmet"), data("unmet", check_in_id, prompt.turn_no))
    rows = (
        *_answers(check_in_id, prompt),
        *(((unmet,),) if may_be_unmet and prompt.is_first else ()),
        *_ways(work, language, check_in_id, prompt),
    )
    # it will say what was answered, and whether it can be forwarded is decided at its sending
    return Message("\n\n".join(parts), rows, protected=True)


def reminder_message(
    work: Speaks, language: Language, check_in_id: int, turn_no: int, occasion: Occasion
) -> Message:
    """A reminder that stands below the open question, of this turn, instead of repeating it.

    KeyError: nobody is reminded on such an occasion.
    """
    said: tuple[ClientKey, ...] = (REMINDERS[occasion], "reminder_above")
    text = "\n\n".join(work.say(language, key) for key in said)
    later = Button(button(language, "later"), data("later", check_in_id, turn_no))
    return Message(text, ((show_open(work, language, check_in_id),), (later,)))


def show_open(work: Speaks, language: Language, check_in_id: int) -> Button:
    """The button that shows the open question of a check-in."""
    return Button(work.say(language, "button_show_open"), data("recall", check_in_id))


def after_the_end(state: CheckIn) -> ClientKey:
    """The toast for a tap after the end: only of what was answered may be said that it is kept."""
    answered = any(answer.value is not None for answer in state.answers)
    return "toast_ended" if answered else "toast_ended_empty"


def _whereabouts(
    work: Speaks, language: Language, prompt: Prompt, occasion: Occasion
) -> Iterator[str]:
    """Say how far along the question is; with the first also how long all take and who gets the
    answers. Below the question, so that on a lock screen no name comes first.
    """
    progress = prompt.progress
    if progress is None:
        return
    parts = []
    if progress.most > 1:
        is_sure = progress.least == progress.most
        key: ClientKey = "prompt_progress" if is_sure else "prompt_progress_range"
        count = {"least": progress.least, "most": progress.most}
        parts.append(work.say(language, key, number=progress.number, **count))
    if prompt.is_first and occasion != "again":
        minutes = ceil(progress.takes / MINUTE)
        parts.append(work.say(language, "prompt_takes", count=minutes))
        if prompt.reader:
            parts.append(work.say(language, "prompt_reader", therapist=prompt.reader))
    if parts:
        yield ". ".join(parts) + ("." if len(parts) > 1 else "")


def _ends(work: Speaks, language: Language, prompt: Prompt) -> str:
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
        Button(
            f"{TICK} {label}" if place in prompt.picked else label,
            data("answer", check_in_id, prompt.turn_no, place),
        )
        for place, label in enumerate(prompt.choices)
    )
    if prompt.low:
        width = SCALE_ROW
    elif len(buttons) <= 3 and all(len(b.label) <= SHORT_LABEL for b in buttons):
        width = 3
    elif len(buttons) > MANY:
        width = 3 if all(len(label) <= SHORT_LABEL for label in prompt.choices) else 2
    else:
        width = 1
    return tuple(buttons[i : i + width] for i in range(0, len(buttons), width))


def _ways(work: Speaks, language: Language, check_in_id: int, prompt: Prompt) -> Rows:
    own = []
    if prompt.can_finish:
        done = button(language, "done")
        own.append((Button(done, data("done", check_in_id, prompt.turn_no)),))
    if prompt.can_withhold:
        label = withheld_label(language)  # the engine's: it is also what a client may type
        own.append((Button(label, data("withhold", check_in_id, prompt.turn_no)),))
    ways = []
    if prompt.can_go_back:
        back = f"‹ {button(language, 'back')}"
        ways.append(Button(back, data("back", check_in_id, prompt.turn_no)))
    if prompt.can_skip:
        skip = button(language, "skip")
        ways.append(Button(skip, data("skip", check_in_id, prompt.turn_no)))
    later = button(language, "later")
    ways.append(Button(later, data("later", check_in_id, prompt.turn_no)))
    below = [tuple(ways)]
    if prompt.can_add:
        add = work.say(language, "button_add")
        below.append((Button(add, data("add", check_in_id, prompt.turn_no)),))
    return (*own, *below)
