"""The parts of a flow beside its steps: blocks, computed values, scores, and needs from outside.

Built by the parser, walked by the engine. It must never hold a client's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flows.authoring.words import Condition, Words

OWN_GOALS = "goals"
OWN_TOPICS = "topics"
"""The lists that a block may repeat over besides a ``several`` step: the client's own."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """The block runs once for each option picked in a ``several`` step, or for each own
    goal or topic.
    """

    over: str
    kind: Literal["repeat"] = "repeat"


@dataclass(frozen=True, slots=True)
class Loop:
    """The block runs, and again while the condition holds over its newest answers, ``most``
    times in all.
    """

    again_while: Condition
    most: int
    kind: Literal["loop"] = "loop"


@dataclass(frozen=True, slots=True)
class Shuffle:
    """The block's steps come in an order drawn from the seed."""

    kind: Literal["shuffle"] = "shuffle"


@dataclass(frozen=True, slots=True)
class Draw:
    """So many of the block's steps are drawn from the seed; the others are not asked."""

    count: int
    kind: Literal["draw"] = "draw"


Manner = Repeat | Loop | Shuffle | Draw


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive steps that are walked in a manner of their own. Blocks do not nest."""

    id: str
    steps: tuple[str, ...]
    manner: Manner


@dataclass(frozen=True, slots=True)
class Computed:
    """A value worked out from answers, scores and earlier computed values, by a CEL expression."""

    id: str
    source: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class TimeBetween:
    """The hours from one time of day to another, over midnight where the second is the earlier."""

    id: str
    begins: str
    """The id of the step that asks for the first time."""
    ends: str


Worked = Computed | TimeBetween
"""The values that an author has worked out; each sees the scores and what stands above it."""

HOURS_OF_A_DAY = 24


@dataclass(frozen=True, slots=True)
class Band:
    """From this score on, the therapist's side may use these words. Never shown to a client."""

    from_score: float
    say: Words


@dataclass(frozen=True, slots=True)
class Score:
    """A number over several items of one check-in.

    ``missing`` "none": any missing item, no score. "mean": missing items count as the mean of the
    others, "leave_out": they count as nothing, both as long as no more than ``most_missing`` are
    missing.
    """

    id: str
    of: tuple[str, ...]
    method: Literal["sum", "mean"] = "sum"
    reversed: tuple[str, ...] = ()
    """Items counted as their scale's max + min - answer."""
    missing: Literal["none", "mean", "leave_out"] = "none"
    most_missing: int = 0
    measures: str | None = None
    bands: tuple[Band, ...] = ()
    risk_at_least: float | None = None
    """From here on the score is a sign of danger; None: never."""
    risk_at_most: float | None = None
    """Down from here it is one."""


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier answer that a text or condition mentions: ``past.week.last``, ``.first``,
    ``.mean3``.
    """

    measure: str
    how: Literal["last", "first", "mean"]
    n: int = 1
    """Over how many earlier check-ins the mean goes; 1 for the others."""

    @property
    def key(self) -> str:
        """The name without ``past.``: ``week.last``, ``week.mean3``."""
        return f"{self.measure}.{self.how}{self.n if self.how == 'mean' else ''}"


@dataclass(frozen=True, slots=True)
class Needs:
    """The facts that a check-in of a flow wants to know from outside when it starts."""

    past: frozenset[Past] = frozenset()
    goals: bool = False
    topics: bool = False
