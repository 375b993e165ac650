"""A conversation on the terminal: the messages that a client would get, with keys to type.

Used by ``interlude flows try``. It shows what a client would see and marks in brackets what a
client would not. It must never word a prompt itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import assert_never

import click

from bot.config.settings import Practice
from bot.messages import Message
from bot.own_screen import OwnScreen
from bot.services.check_in.prompt_message import REFUSED, prompt_message
from bot.services.safety import card
from bot.services.work.buttons import press
from bot.texts import Texts, shipped
from bot.texts.keys import ClientKey
from flows.engine.check_in import Answer, CheckIn
from flows.engine.events import (
    AdditionAwaited,
    AnswerAccepted,
    AnswerRefused,
    AnswerReworded,
    CheckInExpired,
    CheckInFinished,
    CheckInStopped,
    Event,
    LaterMeant,
    NothingDone,
    Prompt,
    PromptAsked,
    PromptChanged,
    StepReopened,
    TimersCleared,
    TimerSet,
)
from flows.languages import Language


@dataclass(frozen=True, slots=True)
class Screen:
    """Prints events as a client would see what they lead to."""

    texts: Texts = field(default_factory=shipped)
    screen: OwnScreen = field(default_factory=OwnScreen)

    def say(self, language: Language, key: ClientKey, /, **values: object) -> str:
        """A built-in text for a client, in their language."""
        return self.texts.client(language, key, **values)

    def show(self, events: Sequence[Event], language: Language) -> None:
        """Print what the events say to a client, in order."""
        refusal: str | None = None
        for event in events:
            if isinstance(event, AnswerRefused):
                refusal = self.say(language, REFUSED[event.refusal])
                continue
            for line in self._lines(event, language, refusal):
                click.echo(line)

    def _lines(self, event: Event, language: Language, refusal: str | None) -> Iterator[str]:
        match event:
            case PromptAsked():
                message = prompt_message(
                    self, language, 1, event.prompt, occasion=event.occasion, preface=refusal
                )
                yield from shown(message, event.prompt.typed)
            case PromptChanged():
                yield from self._buttons(event.prompt, language)
            case AnswerAccepted():
                skipped = self.say(language, "prompt_skipped")
                yield f"  ✓ {event.shown or skipped}"
            case AdditionAwaited():
                yield from _indented(self.say(language, "adding", question=event.question))
            case LaterMeant():
                yield from _indented(self.say(language, "later_when"))
            case CheckInFinished():
                closing = event.closing or (self.say(language, "check_in_finished"),)
                yield from _indented("\n\n".join(closing))
            case CheckInExpired():
                yield "(it has lapsed; the client sees nothing of that)"
            case CheckInStopped():
                yield "(it was stopped)"
            case NothingDone():
                key: ClientKey = "toast_stale" if event.why == "stale" else "toast_ended"
                yield f"  ({self.say(language, key)})"
            case AnswerRefused() | AnswerReworded() | StepReopened() | TimerSet() | TimersCleared():
                return
            case _:
                assert_never(event)

    def _buttons(self, prompt: Prompt, language: Language) -> Iterator[str]:
        """The buttons of a message that stays as it is; what is ticked, for those who see none."""
        message = prompt_message(self, language, 1, prompt, occasion="again")
        yield from rows_of(message, prompt.typed)
        ticked = ", ".join(prompt.choices[place] for place in prompt.picked)
        yield f"  (ticked: {ticked or 'nothing'})"

    def place(self, prompt: Prompt, typed: str) -> int | None:
        """The place of the answer button that a typed line means; None where it means none."""
        known = [key.casefold() for key in prompt.typed]
        return known.index(typed.casefold()) if typed.casefold() in known else None

    def warn_of_crisis(self, text: str, language: Language) -> None:
        """Say so where a client would get the help text before anything else."""
        if self.screen.judge(text).risk in ("likely", "explicit"):
            opening = self.say(language, "crisis_opening").splitlines()[0]
            click.echo(f"(a client would get the help text first: “{opening}”)")

    def show_card(self, practice: Practice, language: Language, *, goes_on: bool) -> None:
        """Print the crisis card that an answer brings. ``goes_on``: a question waits below it."""
        spoken = practice.crisis_language(language)
        said = card.text(self.texts, practice, spoken, is_hard=False)
        click.echo("\n".join(["", *_indented(said)]))
        if not practice.crisis_text(spoken):
            click.echo("(the numbers of the practice come first; the settings have none yet)")
        if goes_on:
            click.echo(f"  [recall: {self.say(spoken, 'button_go_on')}]")
        click.echo("(below the card stands whether a message was sent to anybody)")

    def show_kept(self, check_in: CheckIn) -> None:
        """Print what a finished, lapsed or stopped check-in has kept."""
        click.echo(f"({check_in.status}; kept:)")
        for answer in check_in.answers:
            off = "  (off the path: not counted)" if answer.off_path else ""
            click.echo(f"  {answer.step_id} = {_kept(answer)}{off}")


def _kept(answer: Answer) -> str:
    """Return what an answer holds, as an author writes it in a flow or a story."""
    if isinstance(answer.value, tuple):
        return ", ".join(answer.value) or "(none)"
    if isinstance(answer.value, bool):
        return "true" if answer.value else "false"
    return "(skipped)" if answer.value is None else str(answer.value)


def shown(message: Message, answer_keys: Sequence[str]) -> Iterator[str]:
    """A message with its buttons below, each with what to type for it."""
    yield ""
    yield from _indented(message.text)
    yield from rows_of(message, answer_keys)


def rows_of(message: Message, answer_keys: Sequence[str]) -> Iterator[str]:
    """The rows of buttons alone."""
    for row in message.rows:
        buttons = []
        for button in row:
            pressed = press(button.data)
            name = pressed.name if pressed is not None else "?"
            if pressed is not None and name == "answer":
                key = answer_keys[pressed.numbers[2]]
                buttons.append(f"[{key}]" if key == button.label else f"[{key}: {button.label}]")
            else:
                buttons.append(f"[{name}: {button.label}]")
        yield f"  {' '.join(buttons)}"


def _indented(text: str) -> Iterator[str]:
    yield from (f"  {line}".rstrip() for line in text.splitlines())
