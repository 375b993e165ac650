"""Gathers a client's after-session ratings of the last weeks, and why some are missing.

Used by the gathering of a caseload. It reads what the digest reads already: what is held back, was
skipped or belongs to another care is not there to be drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.services.digest.due_check_ins import DueCheckIns
from bot.services.digest.span import Span
from bot.services.signals import assessing
from bot.services.work.unit_of_work import Work
from flows.digest.levels import Known, Levels, levels_of
from flows.digest.section import Raised
from flows.schedule.zones import zone
from flows.signals.gaps import Series, series_of
from flows.signals.reason import Reason
from storage import people
from storage.cares import Care
from storage.flags import Flag
from storage.therapy_sessions import TherapySession

Kept = Sequence[tuple[Flag, Sequence[Raised]]]
"""The flags of a care, oldest first, each with what raised it."""


def series(
    work: Work,
    care: Care,
    due: DueCheckIns,
    sessions: Sequence[TherapySession],
    span: Span,
) -> Series:
    """The ratings of a care before the cut-off, and why others are not there. ``sessions``: its
    therapy sessions of that time.
    """
    rated = (r for r in assessing.rated_series(work, care.id) if r.rated_at < span.cut_off_at)
    asked = (
        (occurrence.due_at, outcome)
        for occurrence, outcome in due.outcomes
        if occurrence.flow_id in span.rated_flows
    )
    return series_of(rated, asked, _not_held(sessions, span.cut_off_at))


def levels(work: Work, care: Care, kept: Kept, found: Series, span: Span) -> Levels:
    """The twelve weeks of a care before the cut-off, by its therapist's clock. ``kept``: its flags,
    each with everything that raised it.
    """
    local = zone(people.load(work.tx, care.therapist_id).zone)
    return levels_of(_known(kept, found, span), cut_off_at=span.cut_off_at, zone=local)


def _known(kept: Kept, found: Series, span: Span) -> Known:
    reasons: dict[int, list[Reason]] = {}
    aside: set[int] = set()
    for flag, raised in kept:
        for each in raised:
            if each.raised_at >= span.cut_off_at:
                continue
            reasons.setdefault(each.reason.check_in_id, []).append(each.reason)
            if _is_set_aside(flag, span.cut_off_at):
                aside.add(each.reason.check_in_id)
    every = [flag for flag, _ in kept]
    standing = next((flag for flag in every if flag.closed_at is None), None)
    return Known(
        series=found,
        reasons=reasons,
        set_aside=frozenset(aside),
        flag_open_since=None if standing is None else standing.opened_at,
        settled=assessing.settled_episodes(every),
        spreads=span.spreads,
    )


def _is_set_aside(flag: Flag, cut_off_at: datetime) -> bool:
    closed_at = flag.closed_at
    return flag.state == "something_else" and closed_at is not None and closed_at < cut_off_at


def _not_held(sessions: Sequence[TherapySession], cut_off_at: datetime) -> Iterator[datetime]:
    """The therapy sessions that did not take place, nor at another time."""
    for session in sessions:
        if session.starts_at < cut_off_at and not session.counts and session.unmet != "moved":
            yield session.starts_at
