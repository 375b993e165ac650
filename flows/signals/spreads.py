"""The swings of ratings that this practice has seen, in points of 0..10.

Used by the rules, which compare a dip with them, and learnt by the bot's services and the
evaluation. It knows sums only: it must never hold a rating that could be traced to a client.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WITHIN = 0.75
"""Assumed swing of one client's ratings until it is known: the middle of the four presets."""
WITHIN_WEIGHT = 10
"""The assumed swing counts as much as so many ratings."""
BETWEEN = 1.0
"""Assumed swing between clients until it is known."""
BETWEEN_WEIGHT = 5
"""It counts as much as so many clients."""
NEEDED = 3
"""Fewer ratings of a client say nothing of their swing."""


@dataclass(frozen=True, slots=True)
class Spreads:
    """The usual swing of one client's ratings, and that of one client's mean beside another's."""

    within: float = WITHIN
    between: float = BETWEEN
    mean: float | None = None
    """The mean of the clients' own means; None until anything was learnt."""


ASSUMED = Spreads()


@dataclass(frozen=True, slots=True)
class Moments:
    """The number of a client's ratings, their mean, and their squared distances from it."""

    ratings: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def and_one(self, level: float) -> Moments:
        """The same with one rating more (Welford 1962): it takes no longer for a long course."""
        ratings = self.ratings + 1
        away = level - self.mean
        mean = self.mean + away / ratings
        return Moments(ratings, mean, self.squares + away * (level - mean))


def moments_of(levels: Iterable[float]) -> Moments:
    """The moments of these ratings."""
    found = Moments()
    for level in levels:
        found = found.and_one(level)
    return found


@dataclass(slots=True)
class Learning:
    """Sums over clients, added to one rating or one client at a time."""

    within_squares: float = 0.0
    """Squared distances of ratings from their client's mean."""
    within_freedom: int = 0
    """The number of ratings beyond the first of each client."""
    clients: int = 0
    means: float = 0.0
    mean_squares: float = 0.0

    def add(self, client: Moments, *, times: int = 1) -> None:
        """One client's ratings count; fewer than three say nothing. ``times`` -1: no longer."""
        if client.ratings < NEEDED:
            return
        self.within_squares += times * client.squares
        self.within_freedom += times * (client.ratings - 1)
        self.clients += times
        self.means += times * client.mean
        self.mean_squares += times * client.mean * client.mean

    def spreads(self) -> Spreads:
        """Return sqrt((w s0² + sum of squares) / (w + degrees of freedom)), within and between.

        With nothing learnt that is what is assumed; the more was learnt, the less that counts.
        """
        within = (WITHIN_WEIGHT * WITHIN**2 + max(0.0, self.within_squares)) / (
            WITHIN_WEIGHT + self.within_freedom
        )
        apart, mean = 0.0, None
        if self.clients:
            apart = max(0.0, self.mean_squares - self.means**2 / self.clients)
            mean = self.means / self.clients
        between = (BETWEEN_WEIGHT * BETWEEN**2 + apart) / (
            BETWEEN_WEIGHT + max(0, self.clients - 1)
        )
        return Spreads(math.sqrt(within), math.sqrt(between), mean)


def learnt(clients: Iterable[Sequence[float]]) -> Spreads:
    """Return the swings in these clients' ratings (0..10), each client's as one sequence."""
    learning = Learning()
    for levels in clients:
        learning.add(moments_of(levels))
    return learning.spreads()
