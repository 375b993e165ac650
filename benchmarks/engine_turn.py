"""A forward turn of the engine in a flow of 40 steps: conditions, piping, replies, a block that
repeats, a score and a value.

``python -m benchmarks.engine_turn``. It says the median over all turns of a check-in, and the
slowest of them; each turn counts with its own median over the rounds.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.scene import CLOCK, say
from flows.engine.check_in import Names
from flows.engine.inputs import Typed
from flows.engine.turn import resume, start
from flows.script import parse
from flows.script.flow import Flow

AIM_MS = 0.3
ROUNDS = 60
SCALES = 36
NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)
NAMES = Names((("therapist", "Dr. Weber"), ("therapist_dative", "Dr. Weber"), ("day", "Sunday")))
TYPED = {"few": "1, 2", "why_so": "Too much at once."}

TOP = """\
language = 1
id = "forty"
title.en = "Forty steps"
[schedule]
trigger = "weekly"
days = ["wed"]
at = "18:00"
[[score]]
id = "total"
of = ["s0", "s1", "s2"]
[[value]]
id = "twice"
is = "total * 2"
[[block]]
id = "each_one"
steps = ["level", "why_so", "thanks"]
repeat = "few"
"""
BLOCK = """\
[[step]]
id = "few"
kind = "several"
max = 3
options = [{ id = "a", en = "Work" }, { id = "b", en = "Home" }, { id = "c", en = "Sleep" }]
ask.en = "Which of these?"
[[step]]
id = "level"
kind = "scale"
min = 0
max = 10
low.en = "low"
high.en = "high"
ask.en = "How is it: {each}?"
[[step]]
id = "why_so"
kind = "text"
when = "level >= 2"
ask.en = "What makes it {level} for {each}?"
[[step]]
id = "thanks"
kind = "message"
ask.en = "That is noted for {each}."
"""


def flow_of_forty() -> Flow:
    """The flow; every scale but the first asks on a condition and repeats the answer before it."""
    scales = [_scale(number) for number in range(SCALES)]
    half = SCALES // 2
    parsed = parse("".join((TOP, *scales[:half], BLOCK, *scales[half:])), "forty.toml")
    if parsed.flow is None:
        raise ValueError(*map(str, parsed.problems))
    return parsed.flow


def _scale(number: int) -> str:
    before = f"s{number - 1}"
    lines = [
        f'[[step]]\nid = "s{number}"\nkind = "scale"\nmin = 0\nmax = 10',
        'low.en = "low"\nhigh.en = "high"',
        f'ask.en = "And with {{therapist}}{f", after {{{before}}}" if number else ""}?"',
    ]
    if number:
        lines.append(f'when = "{before} >= 0 || {before}.declined"\nhelp.en = "First: {{s0}}."')
    if number % 3 == 0:
        lines.append(f'[[step.reflect]]\nwhen = "s{number} <= 5"\nen = "So {{s{number}}} it is."')
    return "\n".join(lines) + "\n"


def turns_of(flow: Flow) -> Iterator[float]:
    """Measure each turn of one check-in, in milliseconds."""
    check_in = start(flow, language="en", names=NAMES, now=NOW, seed=1).check_in
    while check_in.status == "open":
        step_id = (check_in.at or "").partition("@")[0]
        answer = Typed(TYPED.get(step_id, "5"))
        begun = CLOCK.monotonic()
        turn = resume(flow, check_in, answer, now=NOW)
        yield (CLOCK.monotonic() - begun) * 1000
        check_in = turn.check_in


def main() -> int:
    """Print the figures; 1 if the median misses the aim."""
    flow = flow_of_forty()
    rounds = [list(turns_of(flow)) for _ in range(ROUNDS)]
    turns = [statistics.median(times) for times in zip(*rounds, strict=True)]
    median = statistics.median(turns)
    say(
        f"{len(flow.steps)} steps, {len(turns)} turns a check-in, {ROUNDS} rounds: "
        f"median {median:.3f} ms a turn, slowest {max(turns):.3f} ms (aim: median {AIM_MS} ms)"
    )
    return 0 if median < AIM_MS else 1


if __name__ == "__main__":
    sys.exit(main())
