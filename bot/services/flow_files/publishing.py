"""Publishing flows: checked whole first; a broken one never replaces a good one.

Used by the command line. What is under way is never touched: a check-in finishes in the version in
which it began, and whoever runs the bot reads the current version in each transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.services.flow_files.sources import Checked, Source, check
from flows.script import parse
from flows.script.diff import Change, diff
from flows.script.flow import Flow
from storage import flow_versions
from storage.flow_versions import Publication
from storage.store import Tx

__all__ = [
    "Checked",
    "Comparison",
    "RollbackRefused",
    "Source",
    "check",
    "compare",
    "current_flows",
    "ever_published",
    "publish",
    "roll_back",
]


_RETIRED = ""
"""Stands for a retirement where versions are counted back."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A flow as it would be published beside the version that is current."""

    flow: Flow
    published: str | None
    """The fingerprint of the current version; None where the flow was never published."""
    changes: tuple[Change, ...]
    is_readable: bool = True
    """False where this program can no longer read the current version."""
    under_way: int = 0
    """Check-ins that are open in another version than this one."""
    is_retired: bool = False
    """True where the flow was retired; it is compared with the version that it had then."""

    @property
    def is_same(self) -> bool:
        """True where publishing would change nothing at all, not even a comment."""
        return self.published == self.flow.fingerprint and not self.is_retired


@dataclass(frozen=True, slots=True)
class RollbackRefused:
    """The reason why no earlier version was made current."""

    why: str


def current_flows(tx: Tx) -> list[Flow]:
    """Every published flow that this program can read, in its current version, by id."""
    found = (_version(tx, row.fingerprint) for row in flow_versions.list_current(tx))
    return [flow for flow in found if flow is not None]


def ever_published(tx: Tx) -> list[Flow]:
    """Every version of every flow that was once published and that this program can read."""
    found = (_version(tx, fingerprint) for fingerprint in flow_versions.list_fingerprints(tx))
    return [flow for flow in found if flow is not None]


def compare(tx: Tx, flow: Flow) -> Comparison:
    """Say what publishing the flow would change, and how many clients are in the middle of it."""
    history = flow_versions.list_history(tx, flow.id)
    if not history:
        return Comparison(flow, None, ())
    published, is_retired = history[0].fingerprint, not history[0].is_current
    open_ones = flow_versions.count_under_way(tx, flow.id)
    under_way = sum(n for version, n in open_ones.items() if version != flow.fingerprint)
    before = _version(tx, published)
    if before is None:
        return Comparison(flow, published, (), False, under_way, is_retired)
    return Comparison(flow, published, diff(before, flow), True, under_way, is_retired)


def publish(
    tx: Tx, checked: Checked, *, now: datetime, who: str, why: str, only_missing: bool = False
) -> tuple[str, ...]:
    """Make the checked flows current; the ids of those that changed. Check-ins under way keep
    theirs.

    ``only_missing`` leaves flows alone that were published before, in whatever version, those that
    were retired as well. Only flows
    without an error are in ``checked.flows``; a command refuses all of them where one has one.
    """
    changed = []
    known = {row.flow_id for row in flow_versions.list_history(tx)} if only_missing else set()
    for flow, text in checked.flows:
        if flow.id in known:
            continue
        if flow_versions.publish(
            tx, flow_id=flow.id, fingerprint=flow.fingerprint, text=text, now=now, who=who, why=why
        ):
            changed.append(flow.id)
    return tuple(changed)


def roll_back(
    tx: Tx, flow_id: str, beginning: str | None, *, now: datetime, who: str, why: str
) -> Comparison | RollbackRefused:
    """An earlier version of the flow is current again, recorded as a rollback; what that changed.

    ``beginning`` is the beginning of its fingerprint; None means the version before the current,
    before which the one before it comes, and so on; of a retired flow, the version that it had.
    """
    target = _target(flow_versions.list_history(tx, flow_id), flow_id, beginning)
    if isinstance(target, RollbackRefused):
        return target
    flow = _version(tx, target)
    if flow is None:
        return RollbackRefused(f"version {target[:12]} cannot be read by this program any more")
    comparison = compare(tx, flow)
    flow_versions.publish(
        tx,
        flow_id=flow_id,
        fingerprint=target,
        text=flow_versions.load_text(tx, target),
        now=now,
        who=who,
        why=why,
        action="rollback",
    )
    return comparison


def _target(
    history: list[Publication], flow_id: str, beginning: str | None
) -> str | RollbackRefused:
    """The version meant, out of all that were ever current; ``history`` has the newest first."""
    if not history:
        return RollbackRefused(
            f"{flow_id} was never published; `interlude flows history` shows all"
        )
    current = history[0].fingerprint if history[0].is_current else None
    earlier = [one for one in dict.fromkeys(r.fingerprint for r in history) if one != current]
    advice = f"`interlude flows history {flow_id}` shows them"
    if beginning is None:
        before = [version for version in _way_here(history)[:-1] if version != _RETIRED]
        if before:
            return before[-1]
        if not earlier:
            return RollbackRefused(f"{flow_id} has only this one version")
        way = f"for a later one name its fingerprint: {advice}"
        return RollbackRefused(f"{flow_id} is back at its first version; {way}")
    meant = [one for one in earlier if one.startswith(beginning.lower())]
    if len(meant) == 1:
        return meant[0]
    if current is not None and current.startswith(beginning.lower()) and not meant:
        return RollbackRefused(f"version {beginning} of {flow_id} is the current one already")
    which = "several versions begin" if meant else "no earlier version begins"
    return RollbackRefused(f"{flow_id}: {which} with {beginning}; {advice}")


def _way_here(history: list[Publication]) -> list[str]:
    """The versions that led to where the flow stands, the oldest first: a rollback takes back what
    came after its version. A retirement is a step of its own, which a rollback takes back.
    """
    way: list[str] = []
    for row in reversed(history):
        if row.action == "rollback" and row.fingerprint in way:
            while way[-1] != row.fingerprint:
                way.pop()
        else:
            way.append(_RETIRED if row.action == "retire" else row.fingerprint)
    return way


def _version(tx: Tx, fingerprint: str) -> Flow | None:
    """A published version; None where this program cannot read it."""
    return parse(flow_versions.load_text(tx, fingerprint), fingerprint).flow
