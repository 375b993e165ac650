"""Flow files, read and checked together. Used by the command line and by publishing.

It knows no database, so that checking a file starts at once. It must never read a file itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.schedule.quiet import USUAL_QUIET, QuietHours
from flows.script import PackText, Problem, check_together, parse, resolve
from flows.script.flow import Flow
from flows.script.together import WEEKLY_CAP


@dataclass(frozen=True, slots=True)
class Source:
    """One flow file: where it was read and what it says."""

    path: str
    text: str | Problem
    """What it says, or why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading some flow files found: the flows, and every problem in every file."""

    flows: tuple[tuple[Flow, str], ...]
    """Each good flow with its text, the words of its pack put in."""
    problems: tuple[Problem, ...]

    @property
    def is_good(self) -> bool:
        """True if nothing stands against publishing."""
        return not any(problem.severity == "error" for problem in self.problems)


def read_each(
    sources: Sequence[Source],
    packs: Mapping[str, PackText] | None = None,
    quiet: QuietHours = USUAL_QUIET,
) -> Checked:
    """Read every file and collect every problem that it has by itself."""
    flows: list[tuple[Flow, str]] = []
    problems: list[Problem] = []
    for source in sources:
        if isinstance(source.text, Problem):
            problems.append(source.text)
            continue
        parsed = parse(source.text, source.path, packs, quiet=quiet)
        problems.extend(parsed.problems)
        if parsed.flow is not None:
            flows.append((parsed.flow, resolve(source.text, packs or {})))
    return Checked(tuple(flows), tuple(problems))


def check(
    sources: Sequence[Source],
    *,
    packs: Mapping[str, PackText] | None = None,
    weekly_cap: int = WEEKLY_CAP,
    quiet: QuietHours = USUAL_QUIET,
    beside: Sequence[Flow] = (),
) -> Checked:
    """Read every file and collect every problem, those between the files as well.

    ``beside`` holds flows that clients get too but that are not looked at: what is wrong between
    two of them is not told.
    """
    checked = read_each(sources, packs, quiet)
    ids = {flow.id for flow, _ in checked.flows}
    paths = _paths(sources, checked, packs)
    looked_at = [flow for flow, _ in checked.flows]
    others = [flow for flow in beside if flow.id not in ids]
    between = check_together([*looked_at, *others], weekly_cap=weekly_cap, paths=paths)
    own = {source.path for source in sources}
    told = tuple(problem for problem in between if problem.path in own)
    return Checked(checked.flows, (*checked.problems, *told))


def _paths(
    sources: Sequence[Source], checked: Checked, packs: Mapping[str, PackText] | None
) -> dict[str, str]:
    """The file of each good flow by its fingerprint."""
    by_text = {
        resolve(source.text, packs or {}): source.path
        for source in sources
        if not isinstance(source.text, Problem)
    }
    return {flow.fingerprint: by_text[text] for flow, text in checked.flows}
