"""Learns once a week how far the ratings of one client usually lie apart in this practice.

Used by the keeper; what it learnt is used wherever ratings are judged. A rating is judged by what
was known when its check-in was opened, so that hearing it again never says something else.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.signals import past
from bot.services.work.unit_of_work import Work
from flows.signals.spreads import ASSUMED, NEEDED, Spreads
from storage import swings
from storage.swings import Swings

EVERY = timedelta(days=7)
CLIENTS = 5
"""From fewer clients nothing is learnt: two numbers of one client would be theirs."""


def is_due(work: Work) -> bool:
    """True where nothing was learnt for a week."""
    newest = swings.find_at(work.tx, work.now)
    return newest is None or work.now - newest.learnt_at >= EVERY


def learn(work: Work) -> Swings | None:
    """The swings in all ratings that are kept; None from too few clients. It writes nothing."""
    kept = past.past_of(work)
    if sum(len(rated) >= NEEDED for rated in kept.series) < CLIENTS:
        return None
    return Swings(work.now, kept.spreads.within, kept.spreads.between, kept.spreads.mean)


def spreads_at(work: Work, at: datetime) -> Spreads:
    """The swings that were known then; what is assumed where nothing was learnt yet."""
    known = swings.find_at(work.tx, at)
    if known is None:
        return ASSUMED
    return Spreads(known.within_clients, known.between_clients, known.mean)
