"""Publishing flows: checked whole first; a broken one never replaces a good one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.script import Problem, parse
from flows.script.flow import Flow
from storage import flow_versions
from storage.store import Tx


@dataclass(frozen=True, slots=True)
class Source:
    """One flow file: where it was read and what it says."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading some flow files found: the flows, and every problem in every file."""

    flows: tuple[tuple[Flow, str], ...]
    """Each good flow with its text."""
    problems: tuple[Problem, ...]

    @property
    def is_good(self) -> bool:
        """True if nothing stands against publishing."""
        return not any(problem.severity == "error" for problem in self.problems)


def check(sources: Sequence[Source]) -> Checked:
    """Read every file and collect every problem."""
    flows: list[tuple[Flow, str]] = []
    problems: list[Problem] = []
    for source in sources:
        parsed = parse(source.text, source.path)
        problems.extend(parsed.problems)
        if parsed.flow is not None:
            flows.append((parsed.flow, source.text))
    return Checked(tuple(flows), tuple(problems))


def publish(
    tx: Tx, checked: Checked, *, now: datetime, who: str, why: str, only_missing: bool = False
) -> tuple[str, ...]:
    """Make the checked flows current; the ids of those that changed. Check-ins under way keep
    theirs.

    ``only_missing`` leaves flows alone that are published already, in whatever version.
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
