"""New flags per 100 ratings that ``points`` raises on series from elsewhere, however they swing.

``python -m benchmarks.elsewhere``. It draws tables of clients to whom nothing happens, whose
ratings swing by .4 to 2.5 points in several ways, and judges them as ``interlude evaluate --csv``
does: what is usual is learnt on the way.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

from benchmarks.scene import say
from flows.signals.evaluation.foreign import START_AT, ForeignRating, judged
from flows.signals.rules import points

SWINGS = (0.4, 0.6, 0.9, 1.3, 1.8, 2.5)
CLIENTS = 60
WEEKS = 24
AIM = 2.5
"""New flags per 100 ratings at most."""
Draw = Callable[[random.Random, float], Iterator[float]]
"""A client's ratings, week after week, with that swing."""


def _even(draw: random.Random, swing: float) -> Iterator[float]:
    level = draw.gauss(6, 1)
    while True:
        yield draw.gauss(level, swing)


def _following(draw: random.Random, swing: float) -> Iterator[float]:
    """Each deviation follows the one before, with a correlation of .5."""
    level, deviation = draw.gauss(6, 1), 0.0
    while True:
        deviation = 0.5 * deviation + draw.gauss(0, swing * math.sqrt(0.75))
        yield level + deviation


def _heavy(draw: random.Random, swing: float) -> Iterator[float]:
    """One rating in ten swings three times as far; the whole has the same variance."""
    level, usual = draw.gauss(6, 1), swing / math.sqrt(0.9 + 0.1 * 9)
    while True:
        yield draw.gauss(level, usual * (3 if draw.random() < 0.1 else 1))


def _at_the_top(draw: random.Random, swing: float) -> Iterator[float]:
    level = draw.gauss(8.5, 0.7)
    while True:
        yield draw.gauss(level, swing)


def _whole(draw: random.Random, swing: float) -> Iterator[float]:
    return (round(rating) for rating in _even(draw, swing))


def _unlike(draw: random.Random, swing: float) -> Iterator[float]:
    """Clients swing unlike each other: half as far, or twice."""
    return _even(draw, swing * math.exp(draw.gauss(0, 0.4)))


WAYS: dict[str, Draw] = {
    "alike": _even,
    "following": _following,
    "heavy tails": _heavy,
    "at the top": _at_the_top,
    "whole points": _whole,
    "clients unlike": _unlike,
}


def table(way: Draw, swing: float, *, clients: int, seed: int) -> list[ForeignRating]:
    """The ratings of so many clients over 24 weeks, on 0..10, in the order of time."""
    draw = random.Random(seed)
    series = [way(draw, swing) for _ in range(clients)]
    found = []
    for week in range(WEEKS):
        for client, ratings in enumerate(series):
            level = min(10.0, max(0.0, next(ratings)))
            at = START_AT + timedelta(weeks=week)
            found.append(ForeignRating(len(found), str(client), str(week), at, level, level))
    return found


def per_hundred(way: Draw, swing: float, *, clients: int = CLIENTS, seed: int = 1) -> float:
    """New flags per 100 ratings."""
    ratings = table(way, swing, clients=clients, seed=seed)
    new = sum(verdict.opens for _, verdict in judged((points.RULE,), ratings))
    return 100 * new / len(ratings)


def main() -> None:
    """Print every sort of series at every swing; the exit code is 1 where one raises too many."""
    say(f"{'':16}" + "".join(f"{swing:>8}" for swing in SWINGS))
    most = 0.0
    for name, way in WAYS.items():
        row = [per_hundred(way, swing) for swing in SWINGS]
        say(f"{name:16}" + "".join(f"{each:8.2f}" for each in row))
        most = max(most, *row)
    say(f"most {most:.2f} per 100; aim {AIM}: {'reached' if most <= AIM else 'missed'}")
    sys.exit(int(most > AIM))


if __name__ == "__main__":
    main()
