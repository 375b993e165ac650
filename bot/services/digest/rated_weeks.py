"""Gathers the after-session ratings of a client's last twelve weeks, and why some are missing.

Used by the gathering of a caseload. It reads what the digest reads already: what is held back, was
skipped or belongs to another care is not there to be drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from bot.services.signals import assessing, swing_learning
from bot.services.work.unit_of_work import Work
from flows.digest.levels import WEEKS, Cause, Known, Levels, levels_of
from flows.schedule.zones import zone
from flows.signals.engagement import Outcome
from flows.signals.reason import Reason, evidence_from_json
from storage import flags, people, therapy_sessions
from storage.cares import Care
from storage.flags import Flag
from storage.occurrences import Occurrence

_CAUSES: dict[Outcome, Cause] = {
    "paused": "paused",
    "unanswered": "unanswered",
    "snoozed": "snoozed",
    "undelivered": "undelivered",
    "away": "away",
}
"""An answer leaves no gap, and neither does a check-in that was skipped through: nobody holds that
against anyone.
"""


def levels(
    work: Work,
    care: Care,
    kept: Sequence[Flag],
    outcomes: Iterable[tuple[Occurrence, Outcome]],
    cut_off_at: datetime,
) -> Levels:
    """The twelve weeks of a care before the cut-off, by its therapist's clock. ``outcomes``: what
    had become of each check-in that was due.
    """
    local = zone(people.load(work.tx, care.therapist_id).zone)
    gaps = (*_unrated(work, outcomes), *_unmet(work, care, cut_off_at))
    return levels_of(_known(work, care, kept, cut_off_at), gaps, cut_off_at=cut_off_at, zone=local)


def _known(work: Work, care: Care, kept: Sequence[Flag], cut_off_at: datetime) -> Known:
    series = [r for r in assessing.rated_series(work, care.id) if r.rated_at < cut_off_at]
    reasons: dict[int, list[Reason]] = {}
    aside: set[int] = set()
    for flag in kept:
        for stored in flags.list_reasons(work.tx, flag.id):
            if stored.raised_at >= cut_off_at:
                continue
            evidence = evidence_from_json(stored.evidence)
            found = Reason(stored.rule, stored.rule_version, stored.check_in_id, evidence)
            reasons.setdefault(stored.check_in_id, []).append(found)
            if _is_set_aside(flag, cut_off_at):
                aside.add(stored.check_in_id)
    standing = next((flag for flag in kept if flag.closed_at is None), None)
    return Known(
        series=series,
        reasons=reasons,
        set_aside=frozenset(aside),
        flag_open_since=None if standing is None else standing.opened_at,
        settled=assessing.settled_episodes(kept),
        spreads=swing_learning.spreads_at(work, cut_off_at),
    )


def _is_set_aside(flag: Flag, cut_off_at: datetime) -> bool:
    closed_at = flag.closed_at
    return flag.state == "something_else" and closed_at is not None and closed_at < cut_off_at


def _unrated(
    work: Work, outcomes: Iterable[tuple[Occurrence, Outcome]]
) -> Iterator[tuple[datetime, Cause]]:
    """The check-ins after a session that brought no answer."""
    rated = {
        flow.id
        for flow in work.practice.shelf.list_current(work.tx)
        if any((step.measures or "").startswith(assessing.RATED) for step in flow.steps)
    }
    for occurrence, outcome in outcomes:
        if occurrence.flow_id in rated and outcome in _CAUSES:
            yield occurrence.due_at, _CAUSES[outcome]


def _unmet(work: Work, care: Care, cut_off_at: datetime) -> Iterator[tuple[datetime, Cause]]:
    """The therapy sessions that did not take place."""
    since = cut_off_at - timedelta(weeks=WEEKS)
    for session in therapy_sessions.list_for_care(work.tx, care.id, since=since):
        is_past = session.starts_at < cut_off_at
        if is_past and session.state in ("cancelled", "no_show") and session.unmet != "moved":
            yield session.starts_at, "no_session"
