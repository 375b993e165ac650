"""The order of a digest: who comes first, who is folded, who belongs to the calm line.

Used by the bot's services and the report. It must never leave out a client, and never fold what a
client said directly.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flows.digest.section import ClientSection, Standing
from flows.signals.gaps import BotAway

ON_TOP_PERCENT = 15
"""Share of the caseload that computed flags may take on top unless the practice chooses another;
one is always shown.
"""


@dataclass(frozen=True, slots=True)
class Digest:
    """One therapist's week in two arrangements: who needs a word, and one block a client.

    A client may stand in several lists on top and in ``blocks``; ``others`` are in no other list.
    """

    week: str
    """The ISO week, such as "2026-W47"."""
    from_at: datetime
    cut_off_at: datetime
    draft: bool
    caseload: int
    """The clients of whom it speaks, without those who left."""
    risk: tuple[ClientSection, ...]
    """The clients of whom something was heard in this period that led to the crisis card."""
    risk_before: tuple[ClientSection, ...]
    """The clients of whom it was heard before, so that nothing calm is to be said of them yet."""
    said_so: tuple[ClientSection, ...]
    possible: tuple[ClientSection, ...]
    folded: tuple[ClientSection, ...]
    """Computed flags beyond the share on top, in the same order."""
    left: tuple[ClientSection, ...]
    """The clients who declined or stopped; nothing is said any more of how they answer."""
    gone_quiet: tuple[ClientSection, ...]
    blocks: tuple[ClientSection, ...]
    """The clients of whom there is more to tell than the lists on top say, in the order of their
    next therapy sessions; who has none comes last.
    """
    others: tuple[ClientSection, ...]
    away: tuple[BotAway, ...] = ()
    """The outages that reach into the period, oldest first: it begins with them."""
    erased: int = 0
    """The clients whose data were erased since the last digest; no more is known of them."""
    shorter: bool = False
    """True where the one before was not read by then: what waits is said once, and briefly."""

    @property
    def told(self) -> tuple[ClientSection, ...]:
        """Every client of whom more is said than a name, once: those on top, then the blocks."""
        groups = (
            *(self.risk, self.risk_before, self.said_so, self.possible, self.folded),
            *(self.left, self.gone_quiet, self.blocks),
        )
        return tuple({s.care_id: s for group in groups for s in group}.values())

    @property
    def sections(self) -> tuple[ClientSection, ...]:
        """Every client once: those of whom something is told, then the others."""
        return (*self.told, *self.others)


def arrange(
    sections: Iterable[ClientSection],
    *,
    week: str,
    from_at: datetime,
    cut_off_at: datetime,
    draft: bool,
    on_top_percent: int = ON_TOP_PERCENT,
    away: Sequence[BotAway] = (),
    erased: int = 0,
    shorter: bool = False,
) -> Digest:
    """The sections of a caseload in the order of the digest; ties go by alias, then code."""
    clients = sorted(sections, key=lambda s: (s.alias.casefold(), s.code))
    possible = sorted(_standing(clients, "possible"), key=_rank)
    there = [s for s in clients if s.left is None]
    on_top = shown_on_top(len(there), on_top_percent)
    named: dict[str, Sequence[ClientSection]] = {
        "risk": sorted((s for s in clients if s.heard), key=lambda s: s.heard[-1].at, reverse=True),
        "risk_before": [s for s in clients if s.heard_before is not None and not s.heard],
        "said_so": sorted(_standing(clients, "said_so"), key=_said_rank),
        "possible": possible[:on_top],
        "folded": possible[on_top:],
        "left": sorted((s for s in clients if s.left), key=_left_at),
        "gone_quiet": [s for s in there if s.engagement.waned],
        "blocks": sorted((s for s in clients if s.has_a_block), key=_coming),
    }
    placed = {s.care_id for group in named.values() for s in group}
    return Digest(
        week=week,
        from_at=from_at,
        cut_off_at=cut_off_at,
        draft=draft,
        caseload=len(there),
        others=tuple(s for s in clients if s.care_id not in placed),
        away=tuple(away),
        erased=erased,
        shorter=shorter,
        **{name: tuple(group) for name, group in named.items()},
    )


def shown_on_top(caseload: int, percent: int = ON_TOP_PERCENT) -> int:
    """Return how many computed flags stand on top: that share of the caseload, but at least one.

    Source: outcome tools signal about 15 % of clients at a time; more is overridden.
    """
    return max(1, caseload * percent // 100)


def _standing(clients: Sequence[ClientSection], standing: Standing) -> list[ClientSection]:
    return [s for s in clients if s.standing == standing]


def _left_at(section: ClientSection) -> datetime:
    """Return when the client left. ValueError: they are there."""
    if section.left is None:
        raise ValueError("a client who is there left at no time")
    return section.left.at


def _coming(section: ClientSection) -> tuple[bool, datetime]:
    """Order by the next therapy session; the sort is stable, so the others keep theirs, last."""
    at = section.next_session_at
    return (at is None, at or datetime.max.replace(tzinfo=UTC))


def _rank(section: ClientSection) -> tuple[bool, int, float, float]:
    """Rank a flag that goes on first, then by the number of independent reasons, then by the deeper
    dip, then by the lower level.
    """
    z = [n for r in section.reasons if (n := r.number("z")) is not None]
    level = [n for r in section.reasons if (n := r.number("rating")) is not None]
    goes_on, dip, low = bool(section.earlier_reasons), min(z, default=0.0), min(level, default=0.0)
    return (not goes_on, -_independent(section), dip, low)


def _independent(section: ClientSection) -> int:
    """Count the independent things that point to a strain: a rating (however many rules it
    raised), ratings that came down slowly before it, and silence or absence.
    """
    rated = any(reason.rule != "said_so" for reason in section.reasons)
    return rated + (section.states("drifting") is not None) + section.engagement.waned


def _said_rank(section: ClientSection) -> tuple[bool, bool]:
    """Rank clients who would like to be asked first, then those who said a plain yes."""
    said = [r for r in section.reasons if r.rule == "said_so"]
    asks = any(r.fact("who_raises") == "ask_me" for r in said)
    return (not asks, not any(r.fact("strain") == "yes" for r in said))
