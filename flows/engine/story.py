"""Stories: conversations written down in TOML, played against the engine and compared.

Used by tests and by the author's bench (``interlude flows test``). A story runs on the engine that
serves clients, and its state goes through JSON between turns. It reads no file and no clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

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
    ScoreTaken,
    StepReopened,
    TimersCleared,
    TimerSet,
    Turn,
    brings_card,
)
from flows.engine.inputs import (
    AddingBegun,
    Confirmed,
    Delivered,
    Input,
    Recalled,
    Reopened,
    SentOther,
    Skipped,
    Tapped,
    TimerFired,
    Typed,
    Unconfirmed,
    WentBack,
    Withdrawn,
    Withheld,
)
from flows.engine.state import from_json, to_json
from flows.engine.story_text import Action, ClientDeed, Outcome, Story, StoryTurn
from flows.engine.turn import resume, start
from flows.schedule.local_time import wall_at
from flows.script.flow import Flow


@dataclass(frozen=True, slots=True)
class Played:
    """One turn as it went: what was seen and done, where the check-in stood after it and when, and
    what was missing for playing it.
    """

    seen: Outcome
    events: tuple[Event, ...]
    check_in: CheckIn
    at: datetime
    missing: str | None = None
    times: tuple[datetime, ...] = ()
    """The time of each of the events: while time passes, they come one after another."""


@dataclass(frozen=True, slots=True)
class StoryResult:
    """The differences from the story, as plain sentences, and the conversation line by line."""

    mismatches: tuple[str, ...]
    transcript: tuple[str, ...]
    played: tuple[Played, ...] = ()
    """Every turn of the story, for the author's bench: places of mismatches, and coverage."""

    @property
    def passed(self) -> bool:
        """True where everything went as the story says."""
        return not self.mismatches


@dataclass(slots=True)
class Stage:
    """A story while it is played: the check-in, its clock, its timers, and what was shown.

    Begun with the story's opening as its first turn; ``shown`` holds the questions by their turns.
    """

    story: Story
    flow: Flow
    zone: ZoneInfo
    now: datetime
    state: str = ""
    timers: list[TimerSet] = field(default_factory=list)
    shown: dict[int, Prompt] = field(default_factory=dict)
    seen: Outcome = field(default_factory=Outcome)
    happened: list[Event] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    uncertain: bool = False
    lines: list[str] = field(default_factory=list)
    scores: tuple[ScoreTaken, ...] = ()

    def note(self, who: str, what: str) -> None:
        """A line of the transcript, at the local time of the story."""
        self.lines.append(f"{wall_at(self.now, self.zone):%a %H:%M} {who}: {what}")

    @property
    def check_in(self) -> CheckIn:
        """The state as it comes back from JSON."""
        return from_json(self.state)

    def play(self, turn: StoryTurn) -> Played:
        """Go on by one turn, whatever it expects. Where its button is missing, nothing happens."""
        self.seen, self.happened, self.times = Outcome(), [], []
        self.uncertain = turn.uncertain
        missing = _play(self, turn.action)
        happened, times = tuple(self.happened), tuple(self.times)
        return Played(self.seen, happened, self.check_in, self.now, missing, times)

    def fork(self) -> Stage:
        """The same point of the story once more, from which it may go on otherwise."""
        return replace(
            self, timers=list(self.timers), shown=dict(self.shown), lines=list(self.lines)
        )


def run_story(story: Story, flow: Flow, zone: ZoneInfo) -> StoryResult:
    """Plays the whole story, mismatches or not. ``zone`` is the one that the story names."""
    stage = Stage(story, flow, zone, story.starts_at)
    mismatches: list[str] = []
    played: list[Played] = []
    for number, turn in enumerate(story.turns, start=1):
        went = stage.play(turn)
        played.append(went)
        found = [went.missing] if went.missing else turn.expected.differences(went.seen)
        mismatches += [f"turn {number} ({turn.action}): {what}" for what in found]
    taken = {score.id: score.value for score in stage.scores}
    mismatches += story.stored.differences(stage.check_in, taken)
    return StoryResult(tuple(mismatches), tuple(stage.lines), tuple(played))


def _play(stage: Stage, action: Action) -> str | None:
    """Plays one turn; a sentence where its button does not exist."""
    if action.kind == "start":
        stage.note("---", f"{stage.story.flow_id}, {stage.story.language}")
        _open(stage, stage.story)
        return None
    if action.kind == "after":
        stage.note("---", f"{action.words} pass")
        _let_pass(stage, action.delay)
        return None
    stage.note("client", str(action))
    for one in action.each():
        received = _input(stage, action.kind, one)
        if received is None:
            return f"there is no button {one.words!r}"
        _wake(stage, received)
    return None


def _open(stage: Stage, story: Story) -> None:
    opened = start(
        stage.flow,
        language=story.language,
        names=replace(story.names, zone=story.zone),
        now=stage.now,
        seed=story.seed,
    )
    _carry_out(stage, opened)


def _input(stage: Stage, deed: ClientDeed, action: Action) -> Input | None:
    """Return what the client does; None where the button is not there."""
    turn_no = stage.check_in.turn_no if action.of_turn is None else action.of_turn
    match deed:
        case "tap":
            return _tap(stage, turn_no, action.words)
        case "confirm":
            return Confirmed(turn_no)
        case "withhold":
            return Withheld(turn_no)
        case "say":
            return Typed(action.words)
        case "send":
            return SentOther()
        case "skip":
            return Skipped(turn_no)
        case "back":
            return WentBack(turn_no)
        case "recall":
            return Recalled()
        case "add":
            return AddingBegun(turn_no)
        case "change":
            return Reopened()
        case "stop":
            return Withdrawn()
        case _:
            assert_never(deed)


def _tap(stage: Stage, turn_no: int, label: str) -> Tapped | None:
    labels = stage.shown[turn_no].choices if turn_no in stage.shown else ()
    return Tapped(turn_no, labels.index(label)) if label in labels else None


def _wake(stage: Stage, received: Input) -> None:
    _carry_out(stage, resume(stage.flow, stage.check_in, received, now=stage.now))


def _let_pass(stage: Stage, delay: timedelta) -> None:
    until = stage.now + delay
    while due := [timer for timer in stage.timers if timer.due_at <= until]:
        timer = min(due, key=lambda t: t.due_at)
        stage.timers.remove(timer)
        stage.now = timer.due_at
        _wake(stage, TimerFired(timer.kind, timer.turn_no))
    stage.now = until


def _carry_out(stage: Stage, turn: Turn) -> None:
    stage.state = to_json(turn.check_in)
    is_held = brings_card(turn.events)
    for event in turn.events:
        _apply(stage, event, is_held=is_held)
    if is_held:
        return  # the next question has not left: the client goes on, which asks for it
    for prompt in [e.prompt for e in turn.events if isinstance(e, PromptAsked)]:
        gone = Unconfirmed if stage.uncertain else Delivered
        _wake(stage, gone(prompt.turn_no))


def _apply(stage: Stage, event: Event, *, is_held: bool) -> None:
    stage.happened.append(event)
    stage.times.append(stage.now)
    if is_held and isinstance(event, PromptAsked):
        return
    if is_held and isinstance(event, CheckInFinished):
        event = replace(event, closing=())
    match event:
        case TimerSet():
            stage.timers.append(event)
        case TimersCleared():
            stage.timers.clear()
        case _:
            stage.seen = _seen(stage.seen, event)
    if isinstance(event, PromptAsked):
        stage.shown[event.prompt.turn_no] = event.prompt
    if isinstance(event, CheckInFinished | CheckInExpired | CheckInStopped):
        stage.scores = event.scores
    for line in _spoken(event):
        stage.note("bot", line)


def _seen(seen: Outcome, event: Event) -> Outcome:
    """The outcome of a turn with one more event in it."""
    match event:
        case PromptAsked(prompt, occasion):
            return replace(
                seen,
                ask=prompt.text,
                lead="\n".join(prompt.lead),
                help=prompt.help or "",
                labels=prompt.choices,
                given=prompt.given or "",
                picked=_ticked(prompt) if prompt.picked else None,
                reminded=seen.reminded or occasion in ("reminder", "snoozed"),
                re_asked=seen.re_asked or occasion == "re_ask",
            )
        case PromptChanged(prompt):
            return replace(seen, picked=_ticked(prompt))
        case AnswerRefused():
            return replace(seen, refused=event.refusal)
        case CheckInFinished():
            return replace(seen, finished=True, closing="\n".join(event.closing))
        case CheckInExpired():
            return replace(seen, expired=True)
        case CheckInStopped():
            return replace(seen, stopped=True)
        case NothingDone():
            return replace(seen, nothing=event.why)
        case AnswerAccepted() | AnswerReworded():
            return replace(seen, card=seen.card or bool(event.dangers))
        case AdditionAwaited() | LaterMeant() | StepReopened() | TimerSet() | TimersCleared():
            return seen


def _ticked(prompt: Prompt) -> tuple[str, ...]:
    return tuple(prompt.choices[place] for place in prompt.picked)


def _spoken(event: Event) -> Iterator[str]:
    match event:
        case PromptAsked(prompt, occasion):
            yield from prompt.lead
            ends = f" ({prompt.low} … {prompt.high})" if prompt.low else ""
            buttons = f" [{' | '.join(prompt.choices)}]" if prompt.choices else ""
            about = "" if occasion == "next" else f"({occasion}) "
            yield f"{about}{prompt.text}{ends}{buttons}"
        case PromptChanged(prompt):
            yield f"(ticked: {' | '.join(_ticked(prompt)) or 'nothing'})"
        case AnswerRefused():
            yield f"(refused: {event.refusal})"
        case LaterMeant():
            yield "(later)"
        case AdditionAwaited():
            yield f"(more to: {event.question})"
        case CheckInFinished():
            yield from event.closing
            yield "(finished)"
        case CheckInExpired():
            yield "(expired)"
        case CheckInStopped():
            yield "(stopped)"
        case NothingDone():
            yield f"(nothing done: {event.why})"
        case AnswerAccepted() | AnswerReworded():
            yield from ["(the crisis card)"] if event.dangers else []
        case StepReopened() | TimerSet() | TimersCleared():
            return
