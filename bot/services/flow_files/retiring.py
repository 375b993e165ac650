"""Ending flows, and what there is: which flows are published, retired, or only a file.

Used by the command line. A retired flow is never deleted: what is under way finishes, answers stay,
and publishing it or taking the retirement back gives it to the same clients again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.services.flow_files.publishing import current_flows
from flows.schedule.explain import NotSent
from flows.script.flow import Flow
from storage import enrolments, flow_versions, occurrences
from storage.store import Tx

REASON: NotSent = "flow_retired"
Standing = Literal["published", "retired", "file"]
"""file: there is a file, but it was never published."""


@dataclass(frozen=True, slots=True)
class Retired:
    """The effect of ending a flow."""

    fingerprint: str
    clients: int
    """Active clients who were in it."""
    under_way: int
    """Check-ins that are open and will finish."""
    cancelled: int
    """Planned check-ins that will not come."""
    followers: tuple[str, ...]
    """Published flows that wait for this one and will not come any more."""


def retire(tx: Tx, flow_id: str, *, now: datetime, who: str, why: str) -> Retired | None:
    """No new check-in of the flow begins; None if it was not published."""
    clients = enrolments.count_running(tx).get(flow_id, 0)
    fingerprint = flow_versions.retire(tx, flow_id, now=now, who=who, why=why)
    if fingerprint is None:
        return None
    return Retired(
        fingerprint,
        clients,
        sum(flow_versions.count_under_way(tx, flow_id).values()),
        occurrences.cancel_flow(tx, flow_id, REASON, now),
        tuple(
            flow.id for flow in current_flows(tx) if flow.schedule.trigger.follows_flow() == flow_id
        ),
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """One flow as it stands."""

    flow_id: str
    standing: Standing
    fingerprint: str | None
    """Of the published version, or of the last one."""
    path: str | None
    """Its file; None: there is none."""
    is_same: bool
    """True where the file is what is published."""
    clients: int
    is_default: bool
    """True where new clients are given it."""


def list_flows(
    tx: Tx, files: Mapping[str, tuple[Flow, str]], default: Collection[str]
) -> list[Listed]:
    """Every flow that was ever published or has a file, by id.

    ``files`` holds each flow on disk with its path, by id; ``default`` the ids that the settings
    give to new clients, which otherwise the flows say themselves.
    """
    newest = {row.flow_id: row for row in reversed(flow_versions.list_history(tx))}
    current = {flow.id: flow for flow in current_flows(tx)}
    clients = enrolments.count_running(tx)
    found = []
    for flow_id in sorted({*newest, *files}):
        row = newest.get(flow_id)
        on_disk, path = files.get(flow_id, (None, None))
        standing: Standing = "file" if row is None else "retired"
        if row is not None and row.is_current:
            standing = "published"
        fingerprint = None if row is None else row.fingerprint
        given = flow_id in default if default else flow_id in current and current[flow_id].default
        found.append(
            Listed(
                flow_id,
                standing,
                fingerprint,
                path,
                on_disk is not None and on_disk.fingerprint == fingerprint,
                clients.get(flow_id, 0),
                given and standing == "published",
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Fileless:
    """A published flow of which there is no file."""

    flow_id: str
    fingerprint: str
    clients: int
    renamed: str | None
    """A flow on disk that was never published and asks the same: this one under another id?"""


def without_file(tx: Tx, on_disk: Sequence[Flow]) -> list[Fileless]:
    """Every published flow that none of these is, by id."""
    ids = {flow.id for flow in on_disk}
    known = {row.flow_id for row in flow_versions.list_history(tx)}
    new = [flow for flow in on_disk if flow.id not in known]
    clients = enrolments.count_running(tx)
    return [
        Fileless(flow.id, flow.fingerprint, clients.get(flow.id, 0), _likest(flow, new))
        for flow in current_flows(tx)
        if flow.id not in ids
    ]


def _likest(gone: Flow, new: Sequence[Flow]) -> str | None:
    """The new flow with at least half of the steps of the one that is gone."""
    asked = {step.id for step in gone.steps}
    shared = {flow.id: len(asked & {step.id for step in flow.steps}) for flow in new}
    best = max(shared, key=lambda flow_id: shared[flow_id], default=None)
    return best if best is not None and 2 * shared[best] >= len(asked) else None
