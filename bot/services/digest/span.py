"""The time of a digest, and what holds in it for every client alike: read once, not for each.

Used by the gathering of a caseload. It must never hold anything about a client.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.services.digest.due_check_ins import LOOK_BACK
from bot.services.signals import assessing, swing_learning
from bot.services.work.unit_of_work import Work
from flows.signals.gaps import BotAway
from flows.signals.spreads import Spreads
from storage import uptimes


@dataclass(frozen=True, slots=True)
class Span:
    """A digest tells of ``from_at`` <= t < ``cut_off_at``."""

    from_at: datetime
    cut_off_at: datetime
    outages: Sequence[BotAway]
    """Those that may have kept a client from answering."""
    spreads: Spreads
    """The swings that were known at the cut-off."""
    rated_flows: frozenset[str]
    """The flows that ask how a therapy session was."""


def span_of(work: Work, from_at: datetime, cut_off_at: datetime) -> Span:
    """The time between these moments."""
    rated = (
        flow.id
        for flow in work.practice.shelf.list_current(work.tx)
        if any((step.measures or "").startswith(assessing.RATED) for step in flow.steps)
    )
    return Span(
        from_at=from_at,
        cut_off_at=cut_off_at,
        outages=uptimes.list_away(work.tx, cut_off_at - LOOK_BACK, work.now),
        spreads=swing_learning.spreads_at(work, cut_off_at),
        rated_flows=frozenset(rated),
    )
