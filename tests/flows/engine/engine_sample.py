"""A small flow with every kind of step, built by hand, and ways to lead a check-in through it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from flows.authoring.words import Condition, Words
from flows.engine.check_in import CheckIn, Names
from flows.engine.events import Event, PromptAsked, Turn
from flows.engine.inputs import Input, Typed
from flows.engine.state import from_json, to_json
from flows.engine.turn import resume, start
from flows.kinds.choice import ChoiceStep
from flows.kinds.date import DateStep
from flows.kinds.message import MessageStep
from flows.kinds.number import NumberStep
from flows.kinds.scale import ScaleStep
from flows.kinds.several import SeveralStep
from flows.kinds.step import Option, Step
from flows.kinds.text import TextStep
from flows.kinds.time import TimeStep
from flows.kinds.yes_no import YesNoStep
from flows.schedule.timing import Schedule
from flows.script.conditions import names_in
from flows.script.flow import Flow
from flows.script.structure import Block, Computed, Score
from flows.triggers.weekly import Weekly

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

PICKS = SeveralStep(
    "picks",
    words("Which of these?", "Was davon?"),
    min=1,
    max=2,
    options=(
        Option("calm", words("Calm", "Ruhig")),
        Option("bread", words("Bread, butter and tea", "Brot, Butter und Tee")),
        Option("sad", words("Sad", "Traurig")),
    ),
    rather_not_say=True,
)
BED = TimeStep("bed", words("When?"), earliest=time(6), latest=time(23, 30))
DAY = DateStep("day_on", words("Which day?"), earliest=-30, latest=1)
OFTEN = ScaleStep(
    "often",
    words("How often?"),
    min=0,
    max=2,
    labels=((0, words("Not at all", "Gar nicht")), (1, words("Some", "Etwas")), (2, words("0"))),
)
FURTHER: tuple[Step, ...] = (PICKS, BED, DAY, OFTEN)

SCHEDULE = Schedule(
    Weekly((2,), time(18)), remind=(timedelta(hours=6), timedelta(hours=24)), on_request=True
)


def flow_of(
    *steps: Step,
    schedule: Schedule = SCHEDULE,
    blocks: tuple[Block, ...] = (),
    values: tuple[Computed, ...] = (),
    scores: tuple[Score, ...] = (),
) -> Flow:
    return Flow(
        "sample",
        "ab" * 32,
        words("Sample"),
        schedule,
        steps,
        ("en", "de"),
        blocks=blocks,
        values=values,
        scores=scores,
    )


def when(source: str) -> Condition:
    """The condition as the parser makes it."""
    return Condition(source, names_in(source))


FLOW = flow_of(*STEPS)


def opened(flow: Flow = FLOW, *, names: Names = NAMES, seed: int = 1) -> Turn:
    return start(flow, language="en", names=names, now=NOW, seed=seed)


def lead(check_in: CheckIn, *received: Input, flow: Flow = FLOW, now: datetime = NOW) -> Turn:
    """The turn that the last input makes; the state is reloaded before each."""
    turn = Turn(check_in, ())
    for each in received:
        turn = resume(flow, from_json(to_json(turn.check_in)), each, now=now)
    return turn


def asked(turn: Turn) -> PromptAsked:
    (found,) = [event for event in turn.events if isinstance(event, PromptAsked)]
    return found


def path(flow: Flow, *answers: str, names: Names = NAMES, seed: int = 1) -> list[str | None]:
    """List where a check-in stands, one by one, while these answers are typed; None: ended."""
    check_in = opened(flow, names=names, seed=seed).check_in
    passed = [check_in.at]
    for answer in answers:
        check_in = lead(check_in, Typed(answer), flow=flow).check_in
        passed.append(check_in.at)
    return passed


def kinds(turn: Turn) -> list[type[Event]]:
    return [type(event) for event in turn.events]
