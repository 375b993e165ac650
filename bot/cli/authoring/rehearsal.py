"""One conversation tried out by an author: the moves made so far, played by the story runner.

Used by ``interlude flows try``, in the terminal and on the page. It runs on the engine that serves
clients, so that nothing here can drift from it, and what is recorded passes as a test. It reads no
file, no clock and no terminal.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.cli.authoring.replaying import Move, Run, Setting, replay
from flows.engine.check_in import CheckIn
from flows.engine.events import (
    AnswerAccepted,
    AnswerReworded,
    CheckInExpired,
    CheckInFinished,
    CheckInStopped,
    Event,
    Prompt,
    PromptAsked,
    ScoreTaken,
    brings_card,
)
from flows.engine.story import StoryResult
from flows.engine.story_text import Action, Story, delay_of
from flows.languages import Language
from flows.script.flow import Flow

_SCORED = (AnswerAccepted, AnswerReworded, CheckInFinished, CheckInExpired, CheckInStopped)
"""The events that say which scores are complete."""


class Rehearsal:
    """A flow being tried. The moves are all that is remembered; the rest follows from them."""

    def __init__(self, setting: Setting) -> None:
        """The conversation at its opening."""
        self.run: Run = replay(setting)
        self._moves: tuple[Move, ...] = ()

    @property
    def setting(self) -> Setting:
        """The flow as it is now, the language, and all that it begins with."""
        return self.run.setting

    @property
    def moves(self) -> tuple[Move, ...]:
        """The moves that the conversation is made of."""
        return self._moves[: len(self.run.turns) - 1]

    @property
    def waiting(self) -> tuple[Move, ...]:
        """The moves behind the first that does not fit any more: they come back when it does, and
        go as soon as another one is made in their place.
        """
        return self._moves[len(self.run.turns) - 1 :]

    @property
    def misfit(self) -> str | None:
        """The reason why the moves that wait do not fit, and what becomes of them; None where none
        waits.
        """
        if self.run.misfit is None:
            return None
        count = len(self.waiting)
        kept = "It is kept" if count == 1 else f"It and {count - 1} more are kept"
        return (
            f"{self.run.misfit} {kept} until the file leads there again, or you answer otherwise."
        )

    def result(self) -> StoryResult:
        """The whole conversation as it went."""
        return StoryResult((), tuple(self.run.stage.lines), tuple(self.run.played))

    def story(self) -> Story:
        """The moves made so far as a story, with no expectations."""
        return self.setting.story(self.run.turns)

    def perform(
        self, action: Action, choice: int | None = None, *, by_tap: bool = False
    ) -> tuple[Event, ...] | None:
        """The move is made; the events that it led to, in order. None: there is no such button, and
        nothing has happened. ``choice`` counts the buttons of the open question from 0.
        """
        moves = self.moves
        move = self.run.perform(action, choice, by_tap=by_tap)
        if move is None:
            return None
        self._moves = (*moves, move)
        self.run.misfit = None
        return self.run.played[-1].events

    def change(self, *, flow: Flow | None = None, language: Language | None = None) -> None:
        """The same conversation from the start in another version or language, as far as the moves
        still fit.
        """
        setting = self.setting
        changed = replace(setting, flow=flow or setting.flow, language=language or setting.language)
        self.run = replay(changed, self._moves)

    def restart(self) -> None:
        """Nothing has been said yet."""
        self._moves = ()
        self.run = replay(self.setting)

    def check_in(self) -> CheckIn:
        """The present state of the check-in."""
        return self.run.stage.check_in

    def scores(self) -> tuple[ScoreTaken, ...]:
        """The scores that are complete by their own rule now."""
        newest: tuple[ScoreTaken, ...] = ()
        for played in self.run.played:
            for event in played.events:
                if isinstance(event, _SCORED):
                    newest = event.scores
        return newest

    def now(self) -> datetime:
        """The present time in the conversation."""
        return self.run.stage.now

    def prompt(self) -> Prompt | None:
        """The question shown last; None where nothing was asked, or where the crisis card stands in
        its place.
        """
        newest: Prompt | None = None
        for played in self.run.played:
            asked = [event.prompt for event in played.events if isinstance(event, PromptAsked)]
            if brings_card(played.events):
                newest = None
            elif asked:
                newest = asked[-1]
        return newest


def waited(words: str) -> Action | None:
    """Time passes, as the author typed it, such as 6h; None: that is no time."""
    written = "".join(words.split())
    delay = delay_of(written)
    return None if delay is None else Action("after", written, delay=delay)
