"""Any flow that the language can say, any conversation, and ways to play the one on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st

from flows.authoring.words import Condition, Words
from flows.engine.check_in import CheckIn, Names
from flows.engine.events import Turn
from flows.engine.inputs import (
    Confirmed,
    Delivered,
    Input,
    Recalled,
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
from flows.engine.turn import resume, start
from flows.engine.way import step_at
from flows.kinds.kind import Kind, Sample
from flows.kinds.registry import asks, kind_of
from flows.kinds.step import Jump, Reflection, Step
from flows.languages import Language
from flows.schedule.timing import Schedule
from flows.script.conditions import names_in
from flows.script.flow import Flow
from flows.script.structure import Block, Computed, Draw, Loop, Repeat, Score, Shuffle, TimeBetween
from flows.triggers.weekly import Weekly
from tests.support.kind_samples import SAMPLES, condition_on, step_of

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
SCHEDULE = Schedule(
    Weekly((2,), time(18)),
    remind=(timedelta(hours=6), timedelta(hours=24)),
    expires_started=timedelta(hours=30),
)
NAMES = Names(
    (("therapist", "{day} }{"),),
    past=(("week.last", 4), ("felt.first", ("a", "{each}"))),
    goals=("Sleep {goals}", "Mum"),
    topics=("x" * 5000,),
    zone="Asia/Tokyo",
)
EXTRAS = "{each} {goals} {topics} {total} {twice} {lasting} {past.week.last} {past.none.last}"


def words(text: str) -> Words:
    return Words((("en", text), ("de", text)), neutral=True)


def when(source: str) -> Condition:
    return Condition(source, names_in(source))


def build(
    of: tuple[Kind, Sample], number: int, condition: Condition | None, optional: bool
) -> Step:
    """A step of that kind, whose text mentions all there is."""
    kind, sample = of
    ask = words(f"{number}? {{therapist}} {{step{number - 1}}} {EXTRAS}")
    may_skip = optional and kind.asks
    return step_of(kind, sample, f"step{number}", ask, condition, may_skip)


def conditions_on(step: Step) -> list[Condition]:
    compared = [condition_on(step.id, sample) for sample in kind_of(step).samples[:1]]
    flags = [f"{step.id}.{flag}" for flag in ("answered", "declined", "withheld")]
    others = ["past.week.last >= 4", "total > 3", "twice.answered", 'each == "a"']
    return [*compared, *(when(source) for source in (*flags, *others))]


def asking(steps: Sequence[Step]) -> list[Step]:
    return [step for step in steps if asks(step)]


@st.composite
def steps_of(draw: st.DrawFn, most: int = 8) -> tuple[Step, ...]:
    steps: list[Step] = []
    for number, of in enumerate(
        draw(st.lists(st.sampled_from(SAMPLES), min_size=1, max_size=most))
    ):
        earlier = [c for s in asking(steps) for c in conditions_on(s)]
        condition = draw(st.sampled_from(earlier)) if earlier and draw(st.booleans()) else None
        step = build(of, number, condition, draw(st.booleans()))
        if asks(step) and draw(st.booleans()):
            own = draw(st.sampled_from([None, *conditions_on(step)]))
            said = Reflection(words(f"So {{{step.id}}} {EXTRAS}"), own)
            other = (words(f"Or {number}?"),)
            step = replace(step, rather_not_say=True, reflections=(said,), wordings=other)
        steps.append(step)
    return tuple(steps)


@st.composite
def jumps_in(draw: st.DrawFn, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """The steps, some of which jump to a later one or to the end."""
    jumping = []
    for place, step in enumerate(steps):
        targets = ["end", *(later.id for later in steps[place + 1 :])]
        if draw(st.integers(0, 4)) == 0:
            own = None if not asks(step) else draw(st.sampled_from([None, *conditions_on(step)]))
            step = replace(step, jumps=(Jump(draw(st.sampled_from(targets)), own),))
        jumping.append(step)
    return tuple(jumping)


@st.composite
def blocks_in(draw: st.DrawFn, steps: tuple[Step, ...]) -> tuple[Block, ...]:
    """Up to two blocks of neighbouring steps."""
    cuts = sorted(draw(st.lists(st.integers(0, len(steps)), min_size=4, max_size=4)))
    blocks = []
    for name, (first, last) in zip("pq", (cuts[:2], cuts[2:]), strict=True):
        if inside := steps[first:last]:
            manner = draw(manners_for(steps[:first], inside))
            blocks.append(Block(name, tuple(step.id for step in inside), manner))
    return tuple(blocks)


def manners_for(
    before: tuple[Step, ...], inside: tuple[Step, ...]
) -> st.SearchStrategy[Repeat | Loop | Shuffle | Draw]:
    over = ["goals", "topics", *(s.id for s in before if kind_of(s).is_ticked)]
    again = [when("true"), *(c for s in asking(inside) for c in conditions_on(s))]
    return st.one_of(
        st.sampled_from([Repeat(name) for name in over]),
        st.builds(Loop, st.sampled_from(again), st.integers(1, 4)),
        st.just(Shuffle()),
        st.builds(Draw, st.integers(1, len(inside))),
    )


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Any flow that the language can say, and some that the checker would refuse."""
    steps = draw(steps_of())
    blocks = draw(blocks_in(steps))
    items = tuple(s.id for s in asking(steps))
    scores = (Score("total", items[:4], missing="mean", most_missing=2),) if items else ()
    times = [s.id for s in steps if kind_of(s).is_time_of_day]
    values = (Computed("twice", "total * 2", frozenset({"total"})),) if items else ()
    values += (TimeBetween("lasting", times[0], times[-1]),) if times else ()
    return Flow(
        *("any", "ab" * 32, words("Any"), SCHEDULE, draw(jumps_in(steps)), ("en", "de")),
        blocks=blocks,
        scores=scores,
        values=values,
    )


texts = st.one_of(
    st.sampled_from(
        ["7", "0", "yes", "nein", "A", "b", "a, b", "-2,5", "11", "18:30", "today", "{each}", "{{"]
    ),
    st.text(max_size=60),
)


def fitting(n: int):
    """Makes an input that fits the open step, chosen by ``n``."""

    def make(turn: int, step: Step) -> Input:
        choices = kind_of(step).ask(step, "en").choices
        if kind_of(step).is_ticked:
            return [Tapped(turn, 0), Tapped(turn, 2), Confirmed(turn), Typed("1, 2")][n % 4]
        if choices:
            return Tapped(turn, n % len(choices))
        fitting = [reply for sample in kind_of(step).samples for reply, _ in sample.fitting]
        return Typed(str(fitting[n % len(fitting)]))

    return make


def made(make, flow: Flow, check_in: CheckIn, drift: int = 0) -> Input:
    """The input for this check-in; ``drift`` misses its turn."""
    turn = check_in.turn_no + drift
    if make.__name__ != "make":
        return make(turn)
    return make(check_in.turn_no, step_at(flow, check_in.at)) if check_in.at else Skipped(turn)


odd = st.one_of(
    st.builds(lambda n: lambda turn: Tapped(turn, n), st.integers(-1, 11)),
    st.builds(lambda t: lambda turn: Typed(t), texts),
    st.sampled_from(
        [
            *(Skipped, Skipped, WentBack, WentBack, Delivered, Unconfirmed),
            *(Confirmed, Confirmed, Withheld),
            *(lambda turn: SentOther(), lambda turn: Recalled()),
            *(lambda turn, kind=k: TimerFired(kind, turn) for k in ("remind", "re_ask")),
        ]
    ),
)
makers = st.one_of(*[st.builds(fitting, st.integers(0, 50))] * 3, odd)
endings = st.sampled_from([lambda turn: Withdrawn(), lambda turn: TimerFired("expire", turn)])
drifts = st.sampled_from([0, 0, 0, 0, 0, -1, -2, 1])
conversations = st.lists(st.tuples(makers, drifts, st.integers(0, 90)), max_size=25)
languages: st.SearchStrategy[Language] = st.sampled_from(["en", "de", "de_du"])


def opened(flow: Flow, language: Language = "en", seed: int = 1) -> Turn:
    return start(flow, language=language, names=NAMES, now=NOW, seed=seed)


def played(flow: Flow, conversation, language: Language = "en", begun: CheckIn | None = None):
    """Each input with the state before it and the turn it made."""
    turn, now = Turn(begun, ()) if begun is not None else opened(flow, language), NOW
    for make, drift, minutes in conversation:
        before = turn.check_in
        now += timedelta(minutes=minutes)
        received = made(make, flow, before, drift)
        turn = resume(flow, before, received, now=now)
        yield before, received, now, turn
