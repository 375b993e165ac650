"""Gathers a client's after-session ratings of the last weeks, and why some are missing.

Used by the gathering of a caseload. It reads what the digest reads already: what is held back, was
skipped or belongs to another care is not there to be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.services.digest.due_check_ins import DueCheckIns
from bot.services.signals import assessing, swing_learning
from bot.services.work.unit_of_work import Work
from flows.digest.levels import Known, Levels, levels_of
from flows.schedule.zones import zone
from flows.signals.gaps import Outcome, Series, series_of
from flows.signals.reason import Reason, evidence_from_json
from storage import flags, people
from storage.cares import Care
from storage.flags import Flag
from storage.therapy_sessions import TherapySession


def series(
    work: Work,
    care: Care,
    due: DueCheckIns,
    sessions: Sequence[TherapySession],
    cut_off_at: datetime,
) -> Series:
    """The ratings of a care before the cut-off, and why others are not there. ``sessions``: its
    therapy sessions of that time.
    """
    rated = (r for r in assessing.rated_series(work, care.id) if r.rated_at < cut_off_at)
    return series_of(rated, _asked(work, due), _not_held(sessions, cut_off_at))


def levels(
    work: Work, care: Care, kept: Sequence[Flag], found: Series, cut_off_at: datetime
) -> Levels:
    """The twelve weeks of a care before the cut-off, by its therapist's clock."""
    local = zone(people.load(work.tx, care.therapist_id).zone)
    return levels_of(_known(work, kept, found, cut_off_at), cut_off_at=cut_off_at, zone=local)


def _known(work: Work, kept: Sequence[Flag], found: Series, cut_off_at: datetime) -> Known:
    reasons: dict[int, list[Reason]] = {}
    aside: set[int] = set()
    for flag in kept:
        for stored in flags.list_reasons(work.tx, flag.id):
            if stored.raised_at >= cut_off_at:
                continue
            evidence = evidence_from_json(stored.evidence)
            reason = Reason(stored.rule, stored.rule_version, stored.check_in_id, evidence)
            reasons.setdefault(stored.check_in_id, []).append(reason)
            if _is_set_aside(flag, cut_off_at):
                aside.add(stored.check_in_id)
    standing = next((flag for flag in kept if flag.closed_at is None), None)
    return Known(
        series=found,
        reasons=reasons,
        set_aside=frozenset(aside),
        flag_open_since=None if standing is None else standing.opened_at,
        settled=assessing.settled_episodes(kept),
        spreads=swing_learning.spreads_at(work, cut_off_at),
    )


def _is_set_aside(flag: Flag, cut_off_at: datetime) -> bool:
    closed_at = flag.closed_at
    return flag.state == "something_else" and closed_at is not None and closed_at < cut_off_at


def _asked(work: Work, due: DueCheckIns) -> Iterator[tuple[datetime, Outcome]]:
    """The check-ins after a therapy session, and what became of each."""
    rated = {
        flow.id
        for flow in work.practice.shelf.list_current(work.tx)
        if any((step.measures or "").startswith(assessing.RATED) for step in flow.steps)
    }
    for occurrence, outcome in due.outcomes:
        if occurrence.flow_id in rated:
            yield occurrence.due_at, outcome


def _not_held(sessions: Sequence[TherapySession], cut_off_at: datetime) -> Iterator[datetime]:
    """The therapy sessions that did not take place, nor at another time."""
    for session in sessions:
        if session.starts_at < cut_off_at and not session.counts and session.unmet != "moved":
            yield session.starts_at
