"""A conversation played again in a flow that may have changed, as far as its moves still fit.

Used by ``bot.cli.authoring.rehearsal``. The first move that does not fit ends it with a sentence on
why. It reads no file, no clock and no terminal, and never drops a move: whoever holds them does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from flows.engine.check_in import ROUND, Names
from flows.engine.draw import as_drawn
from flows.engine.events import AnswerRefused, Event, NothingDone
from flows.engine.story import Played, Stage
from flows.engine.story_text import Action, Outcome, Story, StoryTurn
from flows.engine.way import step_at
from flows.kinds.kind import Fits
from flows.kinds.registry import kind_of
from flows.languages import Language
from flows.schedule.local_time import wall_at
from flows.schedule.zones import zone
from flows.script.flow import Flow

Came = Literal["taken", "refused", "nothing"]
"""The outcome of a move: something came of it, the question did not take it, or it was too late."""

_QUOTED = 40
"""Characters of an author's words that a sentence repeats."""
_DEEDS = {
    "tap": "Tapping “{}”",
    "say": "Writing “{}”",
    "send": "Sending a {}",
    "confirm": "Tapping Done",
    "withhold": "Rather not saying",
    "skip": "Skipping",
    "back": "Going back",
    "recall": "Asking for the open question",
    "add": "Adding to the last answer",
    "change": "Changing an answer",
    "stop": "Leaving",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that a tried conversation begins with."""

    flow: Flow
    language: Language
    zone_name: str
    starts_at: datetime
    names: Callable[[Flow, Language], Names]
    """The facts from outside, for a flow and a language."""
    seed: int = 0

    def story(self, turns: Iterable[StoryTurn]) -> Story:
        """The conversation of these turns as a story."""
        return Story(
            about="Recorded with `interlude flows try`.",
            flow_id=self.flow.id,
            language=self.language,
            zone=self.zone_name,
            starts_at=self.starts_at,
            names=self.names(self.flow, self.language),
            turns=tuple(turns),
            seed=self.seed,
        )


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that the author did as a client would, and how it was met when it was done."""

    action: Action
    by_tap: bool = False
    answer: str | None = None
    """The kept form of a tapped option. Its label may change, also with the language."""
    question: str | None = None
    """The question that was open, with its round; None once the check-in had ended."""
    came: Came = "taken"


@dataclass(slots=True)
class Run:
    """A conversation as far as it has come."""

    setting: Setting
    stage: Stage
    turns: list[StoryTurn] = field(default_factory=list)
    played: list[Played] = field(default_factory=list)
    misfit: str | None = None
    """The reason why the next of the moves that were made does not fit; None where it does."""

    def perform(self, action: Action, choice: int | None = None, *, by_tap: bool) -> Move | None:
        """Make the move; what is to be kept of it. None: there is no such button, and nothing has
        happened. ``choice`` counts the buttons of the open question from 0.
        """
        kept_as = self._kept_as()
        answer = kept_as[choice] if choice is not None and choice < len(kept_as) else None
        move = Move(action, by_tap, answer, self.question())
        stage, played = self._tried(action)
        if played.missing is not None:
            return None
        self._take(stage, action, played)
        return replace(move, came=_came(played.events))

    def repeat(self, move: Move) -> bool:
        """Make the move once more if it still fits; else ``misfit`` says why, and nothing has
        happened.
        """
        why = self._elsewhere(move)
        if why is None:
            action = self._reworded(move)
            stage, played = self._tried(action)
            why = _unlike(move, played)
        if why is None:
            self._take(stage, action, played)
            return True
        self.misfit = f"{_in_words(move)} no longer fits: {why}."
        return False

    def question(self) -> str | None:
        """The question that is open, with its round; None once the check-in has ended."""
        check_in = self.stage.check_in
        return check_in.at if check_in.status == "open" else None

    def _tried(self, action: Action) -> tuple[Stage, Played]:
        """The action on a copy of the stage."""
        stage = self.stage.fork()
        return stage, stage.play(StoryTurn(action, Outcome()))

    def _take(self, stage: Stage, action: Action, played: Played) -> None:
        self.stage = stage
        self.turns.append(StoryTurn(action, Outcome()))
        self.played.append(played)

    def _elsewhere(self, move: Move) -> str | None:
        """Say so where another question is open than when the move was made. Time always passes."""
        was, now = move.question, self.question()
        if move.action.kind == "after" or was == now:
            return None
        if was is None:
            return f"the check-in has not ended there, and asks `{now}`"
        if was.partition(ROUND)[0] not in {step.id for step in self.setting.flow.steps}:
            return f"there is no step `{was}` now"
        if now is None:
            return f"the check-in ends before `{was}` is asked"
        return f"it belongs to `{was}`, and `{now}` is asked there"

    def _reworded(self, move: Move) -> Action:
        """The action with the label that its answer has now. Where there is no such answer, as it
        was: if only an id was renamed, its button still stands there.
        """
        shown = self.stage.shown.get(self.stage.check_in.turn_no)
        kept_as = self._kept_as()
        if shown is None or move.answer not in kept_as:
            return move.action
        return replace(move.action, words=shown.choices[kept_as.index(move.answer)])

    def _kept_as(self) -> tuple[str, ...]:
        """Return what each button of the open question is kept as, in their order."""
        question = self.question()
        if question is None:
            return ()
        step = as_drawn(self.stage.check_in, step_at(self.setting.flow, question))
        kind = kind_of(step)
        if options := kind.options(step):
            return tuple(option.id for option in options)
        today = wall_at(self.stage.now, zone(self.setting.zone_name)).date()
        language = self.setting.language
        replies = range(len(kind.ask(step, language).choices))
        accepted = (kind.accept(step, reply, language, today) for reply in replies)
        return tuple(str(one.value) if isinstance(one, Fits) else "" for one in accepted)


def replay(setting: Setting, moves: Iterable[Move] = ()) -> Run:
    """The conversation from its opening through as many of the moves as still fit, in order."""
    stage = Stage(setting.story(()), setting.flow, zone(setting.zone_name), setting.starts_at)
    run = Run(setting, stage)
    opening = Action("start")
    run.played.append(stage.play(StoryTurn(opening, Outcome())))
    run.turns.append(StoryTurn(opening, Outcome()))
    for move in moves:
        if not run.repeat(move):
            break
    return run


def _unlike(move: Move, played: Played) -> str | None:
    """Say so where the move is met otherwise than before. What was refused may be taken now."""
    if played.missing is not None:
        return f"`{move.question}` has no such answer now"
    if move.action.kind == "after" or move.came != "taken" or _came(played.events) == "taken":
        return None
    return f"`{move.question}` does not take it"


def _came(events: Sequence[Event]) -> Came:
    if any(isinstance(event, AnswerRefused) for event in events):
        return "refused"
    return "nothing" if any(isinstance(event, NothingDone) for event in events) else "taken"


def _in_words(move: Move) -> str:
    """The deed as the beginning of a sentence."""
    said = " ".join(move.action.words.split())
    short = said if len(said) <= _QUOTED else said[: _QUOTED - 1] + "…"
    return _DEEDS.get(move.action.kind, "Waiting").format(short)
