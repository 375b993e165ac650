"""Tells when the client gave an answer that is taken now. Used by ``check_ins``."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.services.work.periods import iso_week, last_cut_off
from bot.services.work.unit_of_work import INSTANT, Work
from storage import cares, digests, people, uptimes
from storage.check_ins import StoredCheckIn

READ_AT_ONCE = timedelta(minutes=1)
"""An answer is read that soon, unless the bot was away."""
JUST_BACK = timedelta(minutes=30)
"""So long after an outage a tap may be one that waited for its end."""


def written_at(work: Work, stored: StoredCheckIn) -> datetime:
    """Return when words were written; for those that come in after a digest was frozen, not before
    its cut-off, or no digest would ever tell them.
    """
    if work.now - work.said_at <= READ_AT_ONCE:
        return work.said_at
    care = cares.load(work.tx, stored.care_id)
    frozen = digests.find_latest(work.tx, care.therapist_id)
    return work.said_at if frozen is None else max(work.said_at, frozen.cut_off_at)


def tapped_at(work: Work, stored: StoredCheckIn) -> datetime:
    """Return when a button was tapped. Telegram does not tell: one that waited for the bot to be
    back counts as tapped before a cut-off in the meantime, so that the digest which waits tells it.
    """
    given_at = written_at(work, stored)
    away = uptimes.find_latest_away(work.tx)
    if away is None or work.now - away.until_at > JUST_BACK:
        return given_at
    therapist = people.load(work.tx, cares.load(work.tx, stored.care_id).therapist_id)
    cut_off = last_cut_off(work, therapist)
    waits = digests.find(work.tx, therapist.id, iso_week(cut_off, therapist.zone)) is None
    if waits and away.from_at < cut_off <= away.until_at:
        return min(given_at, cut_off - INSTANT)
    return given_at
