"""Finds what became of each check-in that was due to a client, as far as a digest may tell it.

Used by the gathering of a caseload. What is held back altogether looks as if it had never been
asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.services.outages.outages import KEPT
from bot.services.work.unit_of_work import Work
from flows.signals.engagement import Outcome
from storage import check_ins, held_back, occurrences, uptimes
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.occurrences import Occurrence
from storage.uptimes import Away

LOOK_BACK = timedelta(days=120)
"""The time back for which check-ins tell what is usual for a client."""


@dataclass(frozen=True, slots=True)
class Due:
    """The check-ins that were due to a client, and what had become of each by the cut-off."""

    outcomes: tuple[tuple[Occurrence, Outcome], ...]
    under_way: Literal["asked", "begun"] | None


def due_of(work: Work, care: Care, cut_off_at: datetime) -> Due:
    """The fate of each check-in that was due in the time that tells what is usual for a client; of
    those of which nothing can be said, or all of which is held back, there is none.
    """
    since = cut_off_at - LOOK_BACK
    stored = {
        found.occurrence_id: found
        for found in check_ins.list_for_care(work.tx, care.id, opened_since=since)
    }
    planned = occurrences.list_for_care(work.tx, care.id, since=since, until=cut_off_at)
    outages = uptimes.list_away(work.tx, since, work.now)
    away = held_back.list_for_care(work.tx, care.id)
    counted = {o_id: each for o_id, each in stored.items() if not _looks_unasked(each, away)}
    unasked = stored.keys() - counted.keys()
    outcomes = (
        (o, _outcome(o, counted.get(o.id), outages, cut_off_at))
        for o in planned
        if o.id not in unasked
    )
    return Due(
        tuple((o, outcome) for o, outcome in outcomes if outcome is not None),
        _under_way(counted.values(), cut_off_at),
    )


def _looks_unasked(stored: StoredCheckIn, away: Mapping[int, frozenset[str]]) -> bool:
    """True where all that was answered is held back: it looks as if it had never been asked."""
    held = away.get(stored.id, frozenset())
    given = [answer for answer in stored.state.answers if answer.value is not None]
    return bool(held) and all(answer.step_id in held for answer in given)


def _under_way(
    stored: Iterable[StoredCheckIn], cut_off_at: datetime
) -> Literal["asked", "begun"] | None:
    """Say whether a check-in that had reached the client was open then."""
    for each in stored:
        sent_at, ended_at = each.state.first_sent_at, each.ended_at
        if sent_at is None or sent_at >= cut_off_at:
            continue
        if each.state.status == "open" or (ended_at is not None and ended_at >= cut_off_at):
            return "begun" if _had_answered(each, cut_off_at) else "asked"
    return None


def _had_answered(stored: StoredCheckIn, by: datetime) -> bool:
    given = (answer for answer in stored.state.answers if answer.value is not None)
    return any(answer.given_at < by for answer in given)


def _had_skipped_all(stored: StoredCheckIn, by: datetime) -> bool:
    """Say whether the check-in was gone through without an answer."""
    is_over = stored.ended_at is not None and stored.ended_at < by
    return is_over and stored.state.status == "finished"


def _outcome(
    occurrence: Occurrence,
    stored: StoredCheckIn | None,
    outages: Sequence[Away],
    cut_off_at: datetime,
) -> Outcome | None:
    """Find what had become of a due check-in by then; None where nothing can be said (yet)."""
    if occurrence.state == "paused":
        return "paused"
    if occurrence.state == "missed":
        if occurrence.reason in ("another_open", "after_card", "quiet", "not_consented"):
            return None
        missed = any(_overlaps(away, occurrence.due_at, occurrence.until_at) for away in outages)
        return "away" if missed else "undelivered"
    if stored is None:
        return None
    if _had_answered(stored, cut_off_at):
        return "answered"
    if _had_skipped_all(stored, cut_off_at):
        return "blank"
    if stored.ended_at is None or stored.ended_at >= cut_off_at:
        return None
    if stored.state.status != "expired":
        return None
    if stored.state.first_sent_at is None:
        return "undelivered"
    if stored.state.snoozed_until is not None:
        return "paused" if occurrence.reason == "paused" else "snoozed"
    until = stored.ended_at or stored.state.first_sent_at
    lost = [away for away in outages if away.lasted > KEPT]
    could_not = any(_overlaps(away, stored.state.first_sent_at, until) for away in lost)
    return "away" if could_not else "unanswered"


def _overlaps(away: Away, since: datetime, until: datetime) -> bool:
    return away.from_at < until and away.until_at > since
