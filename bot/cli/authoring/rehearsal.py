"""One conversation tried out by an author: what was done so far, played by the story runner.

Used by ``interlude flows try``. Every step plays the whole story again on the engine that serves
clients, so that nothing here can drift from it, and what is recorded passes as a test. It reads no
file, no clock and no terminal.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from flows.engine.check_in import CheckIn, Names
from flows.engine.events import Event, Prompt, PromptAsked, brings_card
from flows.engine.story import StoryResult, run_story
from flows.engine.story_text import Action, Outcome, Stored, Story, StoryTurn
from flows.languages import Language
from flows.schedule.zones import zone
from flows.script.flow import Flow


@dataclass(frozen=True, slots=True)
class Move:
    """The author's move; ``choice`` counts the buttons from 0, so that it outlives a change of
    language.
    """

    action: Action
    choice: int | None = None


@dataclass(slots=True)
class Rehearsal:
    """A flow being tried. ``moves`` is all that is remembered; the rest follows from it."""

    flow: Flow
    language: Language
    zone_name: str
    starts_at: datetime
    names: dict[Language, Names]
    seed: int = 0
    moves: list[Move] = field(default_factory=list)

    def result(self) -> StoryResult:
        """The whole conversation as it went."""
        return run_story(self.story(), self.flow, zone(self.zone_name))

    def story(self) -> Story:
        """The moves made so far as a story, with no expectations."""
        actions = [Action("start"), *(move.action for move in self.moves)]
        return Story(
            about="Recorded with `interlude flows try`.",
            flow_id=self.flow.id,
            language=self.language,
            zone=self.zone_name,
            starts_at=self.starts_at,
            names=self.names[self.language],
            turns=tuple(StoryTurn(action, Outcome()) for action in actions),
            seed=self.seed,
            stored=Stored(),
        )

    def perform(self, move: Move) -> tuple[Event, ...]:
        """The move is made; the events that it led to, in order."""
        self.moves.append(move)
        return self.result().played[-1].events

    def check_in(self) -> CheckIn:
        """The present state of the check-in."""
        return self.result().played[-1].check_in

    def now(self) -> datetime:
        """The present time in the conversation."""
        return self.result().played[-1].at

    def prompt(self) -> Prompt | None:
        """The question shown last."""
        return shown_last(self.result())

    def speak(self, language: Language) -> None:
        """The same conversation from the start in another language, buttons by their place."""
        moves, self.moves, self.language = self.moves, [], language
        for move in moves:
            prompt = self.prompt()
            action = move.action
            if move.choice is not None and prompt is not None and move.choice < len(prompt.choices):
                action = replace(action, words=prompt.choices[move.choice])
            self.moves.append(Move(action, move.choice))


def shown_last(result: StoryResult) -> Prompt | None:
    """The newest question of a conversation; None where nothing was asked, or where the crisis card
    stands in its place.
    """
    newest: Prompt | None = None
    for played in result.played:
        asked = [event.prompt for event in played.events if isinstance(event, PromptAsked)]
        if brings_card(played.events):
            newest = None
        elif asked:
            newest = asked[-1]
    return newest


def waited(words: str, delay: timedelta) -> Move:
    """Time passes; ``words`` as the author typed it, such as 6h."""
    return Move(Action("after", words, delay=delay))
