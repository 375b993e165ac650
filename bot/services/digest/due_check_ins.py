"""Finds what became of each check-in that was due to a client, as far as a digest may tell it.

Used by the gathering of a caseload. What is held back altogether looks as if it had never been
asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.services.planning.following import session_slot
from bot.services.work.unit_of_work import Work
from flows.signals.gaps import Begun, BotAway, Due, Outcome, outcome_of
from storage import check_ins, deliveries, held_back, occurrences
from storage.cares import Care
from storage.check_ins import StoredCheckIn
from storage.occurrences import Occurrence
from storage.therapy_sessions import TherapySession

LOOK_BACK = timedelta(days=120)
"""The time back for which check-ins and therapy sessions tell what is usual for a client."""
OUT_OF_REACH = frozenset({"blocked", "unreachable", "forbidden", "no_chat"})
"""The reasons of a refusal that say that nothing is delivered to the client."""


@dataclass(frozen=True, slots=True)
class DueCheckIns:
    """The check-ins that were due to a client, and what had become of each by the cut-off."""

    outcomes: tuple[tuple[Occurrence, Outcome], ...]
    under_way: Literal["asked", "begun"] | None


def due_of(
    work: Work,
    care: Care,
    sessions: Sequence[TherapySession],
    outages: Sequence[BotAway],
    cut_off_at: datetime,
) -> DueCheckIns:
    """The fate of each check-in that was due in the time that tells what is usual for a client; of
    those of which nothing can be said, or all of which is held back, there is none.
    """
    since = cut_off_at - LOOK_BACK
    stored = check_ins.list_for_care(work.tx, care.id, opened_since=since)
    begun = {each.occurrence_id: each for each in stored}
    planned = occurrences.list_for_care(work.tx, care.id, since=since, until=cut_off_at)
    away = held_back.list_for_care(work.tx, care.id)
    not_held = {session_slot(session.id) for session in sessions if not session.counts}
    outcomes = (
        (o, outcome_of(_due(work, o, begun.get(o.id), away, not_held), outages, cut_off_at))
        for o in planned
    )
    counted = (each for each in stored if not _looks_unasked(each, away))
    return DueCheckIns(
        tuple((o, outcome) for o, outcome in outcomes if outcome is not None),
        _under_way(counted, cut_off_at),
    )


def _due(
    work: Work,
    occurrence: Occurrence,
    stored: StoredCheckIn | None,
    away: Mapping[int, frozenset[str]],
    not_held: set[str],
) -> Due:
    return Due(
        due_at=occurrence.due_at,
        until_at=occurrence.until_at,
        state=occurrence.state,
        reason=occurrence.reason,
        about_no_session=occurrence.slot in not_held,
        begun=None if stored is None else _begun(work, stored, away),
    )


def _begun(work: Work, stored: StoredCheckIn, away: Mapping[int, frozenset[str]]) -> Begun:
    state = stored.state
    was_lost = state.status == "expired" and state.first_sent_at is None
    return Begun(
        status=state.status,
        first_sent_at=state.first_sent_at,
        first_answered_at=_first_answered_at(stored),
        ended_at=stored.ended_at,
        is_snoozed=state.snoozed_until is not None,
        is_refused=was_lost and _was_out_of_reach(work, stored),
        is_held_back=_looks_unasked(stored, away),
    )


def _was_out_of_reach(work: Work, stored: StoredCheckIn) -> bool:
    fate = deliveries.find_fate(work.tx, stored.id, 0)
    return fate is not None and fate[1] in OUT_OF_REACH


def _first_answered_at(stored: StoredCheckIn) -> datetime | None:
    given = (answer.given_at for answer in stored.state.answers if answer.value is not None)
    return min(given, default=None)


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
            answered_at = _first_answered_at(each)
            return "begun" if answered_at is not None and answered_at < cut_off_at else "asked"
    return None
