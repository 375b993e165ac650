"""The ratings and flags of the past as counts: what rules would have raised, and what became of
what they raised.

Used by ``interlude evaluate`` and by the learning of the practice's swing. It must never hand out a
rating together with whose it is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.services.signals.assessing import rated_series
from bot.services.work.unit_of_work import Work
from flows.signals.evaluation.replay import replay
from flows.signals.flags import standing
from flows.signals.series import SessionRating
from flows.signals.spreads import Spreads, learnt
from flows.signals.view import Rule
from storage import cares, flags

Rated = Sequence[tuple[SessionRating, float]]
AGREED = frozenset({"will_raise", "talked_settled", "talked_open"})
"""Words of a therapist that take a flag up; only "was something else" says that nothing was there.
"""


@dataclass(frozen=True, slots=True)
class Past:
    """The practice's own ratings, a series a client, and the swings learnt from them."""

    series: Sequence[Rated] = field(repr=False)
    spreads: Spreads

    @property
    def ratings(self) -> int:
        """The number of ratings of all clients."""
        return sum(len(rated) for rated in self.series)


@dataclass(frozen=True, slots=True)
class RuleRecord:
    """The flags in which a rule had spoken, by what therapists last made of them."""

    rule: str
    fired: int
    agreed: int
    nothing_there: int

    @property
    def no_word(self) -> int:
        """The number of flags of which nobody has said what was there."""
        return self.fired - self.agreed - self.nothing_there


def past_of(work: Work) -> Past:
    """Every rating that is kept and counts, of every client who has rated."""
    series = [rated for care_id in cares.list_ids(work.tx) if (rated := _comparable(work, care_id))]
    return Past(series, learnt([level for _, level in rated] for rated in series))


def _comparable(work: Work, care_id: int) -> Rated:
    """The ratings over the items that this client usually answers; others cannot be compared."""
    ratings = rated_series(work, care_id, newest=None)
    counted = Counter(measure for rating in ratings for measure, _ in rating.items)
    usual = tuple(name for name, count in counted.items() if 2 * count >= len(ratings))
    return [(each, level) for each in ratings if (level := each.level_over(usual)) is not None]


def would_flag(kept: Past, rule: Rule) -> Iterator[int]:
    """The number of new flags that the rule alone would have raised, for each client."""
    for rated in kept.series:
        verdicts = replay((rule,), rated, lambda _: kept.spreads)
        yield sum(verdict.opens for verdict in verdicts)


def records(work: Work) -> list[RuleRecord]:
    """The record of each rule that has spoken in a flag, by name."""
    fired: Counter[str] = Counter()
    agreed: Counter[str] = Counter()
    nothing: Counter[str] = Counter()
    given = flags.list_words(work.tx)
    for flag_id, rules in flags.list_rules(work.tx).items():
        words = standing(given.get(flag_id, []))
        last = words[-1] if words else None
        fired.update(rules)
        agreed.update(rules if last in AGREED else ())
        nothing.update(rules if last == "something_else" else ())
    return [RuleRecord(rule, fired[rule], agreed[rule], nothing[rule]) for rule in sorted(fired)]
