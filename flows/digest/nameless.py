"""A client's section as somebody may see it who is not to know them: no name and no word of theirs.

Used for what a supervisor is shown. It lets through what it knows to be harmless and nothing else:
a fact that is added to a section or to a reason later is left out until it is named here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flows.digest.heard import Heard
from flows.digest.reported import Reported
from flows.digest.section import ClientSection
from flows.signals.reason import Reason

MOMENTS = frozenset({"rated_at", "since", "usual_from"})
CHOSEN = frozenset({"strain", "strain_kind", "talked", "who_raises"})
"""The texts among the evidence that a client taps and does not write."""


def without_names(section: ClientSection, label: str) -> ClientSection:
    """The section under ``label``: ratings, choices, hints and counts, and nothing that the client
    or anybody else wrote. The hours of their therapy sessions are left out, too: who sits in the
    waiting room then is easily known.
    """
    before = section.heard_before
    return ClientSection(
        care_id=section.care_id,
        alias=label,
        code="",
        standing=section.standing,
        flag_id=section.flag_id,
        flag_state=section.flag_state,
        flag_since_at=section.flag_since_at,
        reasons=_reasons(section.reasons),
        earlier_reasons=_reasons(section.earlier_reasons),
        statements=_reasons(section.statements),
        topics=(),
        changes=(),
        went_well=(),
        hard=(),
        week=section.week,
        engagement=section.engagement,
        repair=section.repair,
        steps=tuple(replace(each, words=()) for each in section.steps if each.shown),
        reported=_reported(section.reported),
        flag_is_closed=section.flag_is_closed,
        heard=tuple(_heard(each) for each in section.heard),
        heard_before=None if before is None else _heard(before),
        left=section.left,
        levels=section.levels,
    )


def _reasons(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    return tuple(
        replace(
            reason,
            evidence=tuple(
                (name, value)
                for name, value in reason.evidence
                if value is None
                or isinstance(value, bool | int | float)
                or (isinstance(value, str) and name in MOMENTS | CHOSEN)
            ),
        )
        for reason in reasons
    )


def _heard(heard: Heard) -> Heard:
    return replace(heard, words=())


def _reported(reported: Iterable[Reported]) -> tuple[Reported, ...]:
    """Labels of the flow and sums stay; a client's own words go, and what has nothing else."""
    found = (
        replace(
            each, replies=tuple(replace(r, words="", about="") for r in each.replies if r.label)
        )
        for each in reported
    )
    return tuple(each for each in found if each.replies or each.totals)
