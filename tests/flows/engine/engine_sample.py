"""A small flow with every kind of step, built by hand, and ways to lead a check-in through it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flows.engine.check_in import CheckIn, Names
from flows.engine.events import Event, PromptAsked, Turn
from flows.engine.inputs import Input
from flows.engine.state import from_json, to_json
from flows.engine.turn import resume, start
from flows.script.flow import (
    ChoiceStep,
    Condition,
    Flow,
    MessageStep,
    NumberStep,
    Option,
    ScaleStep,
    Schedule,
    Step,
    TextStep,
    Weekly,
    Words,
    YesNoStep,
)

NOW = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
NAMES = Names((("therapist", "Frau Weber"), ("therapist_dative", "Frau Weber"), ("day", "Fr")))


def words(en: str, de: str | None = None) -> Words:
    return Words((("en", en), ("de", de or en)), neutral=True)


MOOD = ScaleStep("mood", words("Mood?"), low=words("low"), high=words("high"))
SLEPT = NumberStep("slept", words("Hours?"), min=0, max=24, whole=False, unit=words("h", "Std."))
COUNT = NumberStep("count", words("How many?"), min=0, max=5000, optional=True)
HARD = YesNoStep("hard", words("Was it hard?", "War es schwer?"))
KIND = ChoiceStep(
    "kind",
    words("Which?"),
    condition=Condition("hard", frozenset({"hard"})),
    options=(
        Option("work", words("Work", "Arbeit")),
        Option("home", words("At home", "Zu Hause")),
        Option("two", words("2", "2")),
    ),
)
NOTE = TextStep("note", words("{kind}: what was it?"), optional=True, max_length=50)

STEPS: tuple[Step, ...] = (
    MessageStep("hello", words("Hello from {therapist}.")),
    MOOD,
    SLEPT,
    COUNT,
    HARD,
    MessageStep("sorry", words("Sorry."), condition=Condition("hard", frozenset({"hard"}))),
    KIND,
    NOTE,
    MessageStep("bye", words("See you on {day}. Mood was {mood}.")),
)

SCHEDULE = Schedule(
    Weekly((2,), time(18)), remind=(timedelta(hours=6), timedelta(hours=24)), on_request=True
)


def flow_of(*steps: Step, schedule: Schedule = SCHEDULE) -> Flow:
    return Flow("sample", "ab" * 32, words("Sample"), schedule, steps, ("en", "de"))


FLOW = flow_of(*STEPS)


def opened(flow: Flow = FLOW, *, names: Names = NAMES) -> Turn:
    return start(flow, language="en", names=names, now=NOW, seed=1)


def lead(check_in: CheckIn, *received: Input, flow: Flow = FLOW, now: datetime = NOW) -> Turn:
    """The turn that the last input makes; the state is reloaded before each."""
    turn = Turn(check_in, ())
    for each in received:
        turn = resume(flow, from_json(to_json(turn.check_in)), each, now=now)
    return turn


def asked(turn: Turn) -> PromptAsked:
    (found,) = [event for event in turn.events if isinstance(event, PromptAsked)]
    return found


def kinds(turn: Turn) -> list[type[Event]]:
    return [type(event) for event in turn.events]
