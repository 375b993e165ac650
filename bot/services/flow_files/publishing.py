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
from storage.store import Tx

__all__ = [
    "Checked",
    "Comparison",
    "RollbackRefused",
    "Source",
    "check",
    "compare",
    "current_flows",
    "publish",
    "roll_back",
]


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

    @property
    def is_same(self) -> bool:
        """True where publishing would change nothing at all, not even a comment."""
        return self.published == self.flow.fingerprint


@dataclass(frozen=True, slots=True)
class RollbackRefused:
    """Why no earlier version was made current."""

    why: str


def current_flows(tx: Tx) -> list[Flow]:
    """Every published flow that this program can read, in its current version, by id."""
    found = (_version(tx, row.fingerprint) for row in flow_versions.list_current(tx))
    return [flow for flow in found if flow is not None]


def compare(tx: Tx, flow: Flow) -> Comparison:
    """What publishing the flow would change, and how many clients are in the middle of it."""
    current = {row.flow_id: row.fingerprint for row in flow_versions.list_current(tx)}
    published = current.get(flow.id)
    if published is None:
        return Comparison(flow, None, ())
    open_ones = flow_versions.count_under_way(tx, flow.id)
    under_way = sum(n for version, n in open_ones.items() if version != flow.fingerprint)
    before = _version(tx, published)
    if before is None:
        return Comparison(flow, published, (), is_readable=False, under_way=under_way)
    return Comparison(flow, published, diff(before, flow), under_way=under_way)


def publish(
    tx: Tx, checked: Checked, *, now: datetime, who: str, why: str, only_missing: bool = False
) -> tuple[str, ...]:
    """Make the checked flows current; the ids of those that changed. Check-ins under way keep
    theirs.

    ``only_missing`` leaves flows alone that are published already, in whatever version. Only flows
    without an error are in ``checked.flows``; a command refuses all of them where one has one.
    """
    changed = []
    known = {row.flow_id for row in flow_versions.list_current(tx)} if only_missing else set()
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

    ``beginning`` is the beginning of its fingerprint; None means the version before the current.
    """
    history = flow_versions.list_history(tx, flow_id)
    target = _target([row.fingerprint for row in history], flow_id, beginning)
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


def _target(versions: list[str], flow_id: str, beginning: str | None) -> str | RollbackRefused:
    """The version meant, out of all that were ever current, the newest first."""
    if not versions:
        return RollbackRefused(
            f"{flow_id} was never published; `interlude flows history` shows all"
        )
    earlier = [one for one in dict.fromkeys(versions) if one != versions[0]]
    if beginning is None:
        if not earlier:
            return RollbackRefused(f"{flow_id} has only this one version")
        return earlier[0]
    meant = [one for one in earlier if one.startswith(beginning.lower())]
    if len(meant) == 1:
        return meant[0]
    if versions[0].startswith(beginning.lower()) and not meant:
        return RollbackRefused(f"version {beginning} of {flow_id} is the current one already")
    which = "several versions begin" if meant else "no earlier version begins"
    advice = f"`interlude flows history {flow_id}` shows them"
    return RollbackRefused(f"{flow_id}: {which} with {beginning}; {advice}")


def _version(tx: Tx, fingerprint: str) -> Flow | None:
    """A published version; None where this program cannot read it."""
    return parse(flow_versions.load_text(tx, fingerprint), fingerprint).flow
