"""Flow files, read and checked together. Used by the command line and by publishing.

It knows no database, so that checking a file starts at once. It must never read a file itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from flows.schedule.quiet import USUAL_QUIET, QuietHours
from flows.script import PackText, Problem, check_together, parse, resolve
from flows.script.flow import Flow
from flows.script.measured_together import Written, check_measures
from flows.script.together import WEEKLY_CAP


@dataclass(frozen=True, slots=True)
class Source:
    """One flow file: where it was read and what it says."""

    path: str
    text: str | Problem
    """The text of it, or the reason why it cannot be read."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of reading some flow files: the flows, and every problem in every file."""

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
    good, problems = _read(sources, packs or {}, quiet)
    return Checked(tuple((each.flow, text) for each, text in good), tuple(problems))


def _read(
    sources: Sequence[Source], packs: Mapping[str, PackText], quiet: QuietHours
) -> tuple[list[tuple[Written, str]], list[Problem]]:
    """Each good flow with its text, the words of its pack put in; and every problem."""
    good: list[tuple[Written, str]] = []
    problems: list[Problem] = []
    for source in sources:
        if isinstance(source.text, Problem):
            problems.append(source.text)
            continue
        parsed = parse(source.text, source.path, packs, quiet=quiet)
        problems.extend(parsed.problems)
        if parsed.flow is not None and parsed.places is not None:
            written = Written(parsed.flow, source.path, parsed.places)
            good.append((written, resolve(source.text, packs)))
    return good, problems


def check(
    sources: Sequence[Source],
    *,
    packs: Mapping[str, PackText] | None = None,
    weekly_cap: int = WEEKLY_CAP,
    quiet: QuietHours = USUAL_QUIET,
    default: Collection[str] = (),
    beside: Sequence[Flow] = (),
    ever: Sequence[Flow] = (),
) -> Checked:
    """Read every file and collect every problem, those between the files as well.

    ``beside`` holds flows that clients get too but that are not looked at: what is wrong between
    two of them is not told. ``default`` holds the ids of the flows that the practice gives to new
    clients; where it names none, the flows say so themselves. ``ever`` holds every version that was
    once published: answers to it may be stored under the names of its measures.
    """
    good, problems = _read(sources, packs or {}, quiet)
    looked_at = [written for written, _ in good]
    ids = {each.flow.id for each in looked_at}
    others = [flow for flow in beside if flow.id not in ids]
    paths = {each.flow.fingerprint: each.path for each in looked_at}
    flows = [each.flow for each in looked_at]
    between = check_together(
        [*flows, *others], weekly_cap=weekly_cap, quiet=quiet, default=default, paths=paths
    )
    own = {source.path for source in sources}
    told = [problem for problem in between if problem.path in own]
    told += check_measures(looked_at, [*others, *ever])
    broken = {problem.path for problem in told if problem.severity == "error"}
    kept = tuple((each.flow, text) for each, text in good if each.path not in broken)
    return Checked(kept, (*problems, *told))
