"""The client's view of a conversation that an author tries, and what is said beside it.

Used by ``interlude flows try``: the terminal prints it, the page draws it. Questions are worded by
``prompt_message``, all else by the built-in texts; it must never word for a client itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from bot.config.settings import Practice
from bot.messages import Button, Message, Rows
from bot.own_screen import OwnScreen
from bot.services.check_in.prompt_message import (
    REFUSED,
    REMINDERS,
    after_the_end,
    prompt_message,
    reminder_message,
)
from bot.services.safety import card
from bot.services.work.buttons import data
from bot.texts import Texts, shipped
from bot.texts.keys import ClientKey
from flows.engine.check_in import CheckIn
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
    brings_card,
)
from flows.engine.story import Played
from flows.languages import Language

CHECK_IN = 1
"""The number of the only check-in, in the data of its buttons."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message of the bot. ``prompt``: the question that it asks."""

    message: Message
    prompt: Prompt | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """An answer was taken: a tapped question shows it and loses its buttons."""

    turn_no: int
    answer: str = field(repr=False)
    by_tap: bool
    text: str | None = field(repr=False)
    """The message of the question with its answer; None where it was never shown."""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The open question says that it is closed, and loses its buttons."""

    turn_no: int
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Left:
    """The client went back from a question, which loses its buttons."""

    turn_no: int


@dataclass(frozen=True, slots=True)
class Ticked:
    """The buttons of a question show other ticks; its text stays."""

    prompt: Prompt
    rows: Rows


@dataclass(frozen=True, slots=True)
class Toast:
    """A line that Telegram shows for a moment, after a tap that did nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Aside:
    """A line to the author on what a client does not see."""

    text: str


Seen = Bubble | Taken | Lapsed | Left | Ticked | Toast | Aside


@dataclass(frozen=True, slots=True)
class ClientSide:
    """The client's side of the chat, worded as in production."""

    practice: Practice
    texts: Texts = field(default_factory=shipped)
    screen: OwnScreen = field(default_factory=OwnScreen)

    def say(self, language: Language, key: ClientKey, /, **values: object) -> str:
        """A built-in text for a client, in their language."""
        return self.texts.client(language, key, **values)

    def seen(self, played: Played, shown: Mapping[int, Prompt]) -> Iterator[Seen]:
        """Everything that a turn leads to, in order. ``shown`` holds the questions by their turns.
        After the crisis card nothing follows by itself.
        """
        language, events = played.check_in.language, played.events
        is_held = brings_card(events)
        refusal: str | None = None
        for event in events:
            if is_held and isinstance(event, PromptAsked | CheckInFinished):
                continue
            if isinstance(event, AnswerRefused):
                refusal = self.say(language, REFUSED[event.refusal])
                continue
            yield from self._seen(event, played.check_in, shown, refusal)
        if is_held:
            yield from self._card(language, goes_on=played.check_in.status == "open")

    def _seen(
        self, event: Event, after: CheckIn, shown: Mapping[int, Prompt], refusal: str | None
    ) -> Iterator[Seen]:
        language = after.language
        match event:
            case PromptAsked():
                yield self._question(event, language, refusal)
            case PromptChanged():
                rows = prompt_message(self, language, CHECK_IN, event.prompt, occasion="again").rows
                yield Ticked(event.prompt, rows)
            case AnswerAccepted():
                yield self._taken(event, language, shown)
            case StepReopened():
                yield Left(event.turn_no)
            case AdditionAwaited():
                yield Bubble(Message(self.say(language, "adding", question=event.question)))
            case LaterMeant():
                yield Bubble(Message(self.say(language, "later_when")))
                yield Aside("below it stand the times to choose from; here, let time pass")
            case CheckInFinished():
                yield self._closing(event, language)
            case CheckInExpired():
                yield from self._lapsed(event, after, shown)
            case CheckInStopped():
                yield Aside("it was stopped")
            case NothingDone():
                stale: ClientKey = "toast_stale"
                key = stale if event.why == "stale" else after_the_end(after)
                yield Toast(self.say(language, key))
            case AnswerRefused() | AnswerReworded() | TimerSet() | TimersCleared():
                return
            case _:
                assert_never(event)

    def _question(self, event: PromptAsked, language: Language, refusal: str | None) -> Bubble:
        prompt, occasion = event.prompt, event.occasion
        if occasion in REMINDERS:  # it stands below the question and does not repeat it
            return Bubble(reminder_message(self, language, CHECK_IN, prompt.turn_no, occasion))
        message = prompt_message(
            self, language, CHECK_IN, prompt, occasion=occasion, preface=refusal
        )
        return Bubble(message, prompt)

    def _taken(
        self, event: AnswerAccepted, language: Language, shown: Mapping[int, Prompt]
    ) -> Taken:
        answer = event.shown or self.say(language, "prompt_skipped")
        asked = shown.get(event.turn_no)
        text = None
        if asked is not None:
            text = self.say(language, "prompt_answered", question=asked.text, answer=answer)
        return Taken(event.turn_no, answer, event.by_tap, text)

    def _closing(self, event: CheckInFinished, language: Language) -> Bubble:
        closing = event.closing or (self.say(language, "check_in_finished"),)
        change = Button(self.say(language, "button_change"), data("change", CHECK_IN))
        return Bubble(Message("\n\n".join(closing), ((change,),) if event.answers else ()))

    def _lapsed(
        self, event: CheckInExpired, after: CheckIn, shown: Mapping[int, Prompt]
    ) -> Iterator[Seen]:
        asked = shown.get(after.turn_no)
        if asked is not None:
            key: ClientKey = "prompt_lapsed_kept" if event.started else "prompt_lapsed"
            yield Lapsed(after.turn_no, self.say(after.language, key, question=asked.text))
        yield Aside("it has lapsed")

    def _card(self, language: Language, *, goes_on: bool) -> Iterator[Seen]:
        """The crisis card. ``goes_on``: a question waits below it."""
        spoken = self.practice.crisis_language(language)
        go_on = Button(self.say(spoken, "button_go_on"), data("recall", CHECK_IN))
        said = card.text(self.texts, self.practice, spoken, is_hard=False)
        yield Bubble(Message(said, ((go_on,),) if goes_on else ()))
        if not self.practice.crisis_text(spoken):
            yield Aside("the numbers of the practice come first; the settings have none yet")
        yield Aside("below the card stands whether a message was sent to anybody")

    def hard_words(self, text: str, language: Language) -> Aside | None:
        """A line where a client who wrote this would get the help text before anything else."""
        if self.screen.judge(text).risk not in ("likely", "explicit"):
            return None
        opening = self.say(language, "crisis_opening").splitlines()[0]
        return Aside(f"a client would get the help text first: “{opening}”")
