"""``parse``: the text of a flow file -> a ``Flow``, or every problem in it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from flows.schedule.quiet import USUAL_QUIET, QuietHours
from flows.script.flow import Flow
from flows.script.packs import Joined, PackText, join
from flows.script.places import Places
from flows.script.problems import Problem

if TYPE_CHECKING:
    from flows.script.reading import Document


@dataclass(frozen=True, slots=True)
class Parsed:
    """The meaning of a text. ``flow`` is None where a problem is an error; warnings let it pass."""

    flow: Flow | None
    problems: tuple[Problem, ...]
    places: Places | None = field(default=None, repr=False, compare=False)
    """The places of everything in the text; None where it could not be read."""


def parse(
    text: str,
    path: str,
    packs: Mapping[str, PackText] | None = None,
    *,
    quiet: QuietHours = USUAL_QUIET,
) -> Parsed:
    """The flow of a TOML text, and every problem in it, in the order of the text.

    ``path`` is only shown in the problems; nothing is read. It never raises on any text, and
    refuses one that is too large or too deep in well under a second. ``packs`` holds the wording
    packs at hand, by name, for a text that names one. The fingerprint of the flow is the SHA-256
    in hex of the text, with the words of its pack where it names one (``packs.resolve``). What the
    practice's ``quiet`` hours make of the schedule is only warned of.
    """
    # Imported late: pydantic and the TOML reader cost 70 ms that most commands need not spend.
    from flows.script.reading import read

    document = read(text)
    if isinstance(document, Problem):
        return Parsed(None, (replace(document, path=path),))
    if "pack" in document.value:
        return _parse_joined(document, path, packs or {}, quiet)
    return _examine(document, text, path, quiet)


def _examine(document: Document, text: str, path: str, quiet: QuietHours) -> Parsed:
    from flows.script.build import build
    from flows.script.checks.every_check import ALL
    from flows.script.shape import check_shape
    from flows.script.sheet import Sheet, TooManyProblemsError

    sheet = Sheet(document.places, quiet)
    with suppress(TooManyProblemsError):
        check_shape(sheet, document.value)
        for check in ALL:
            check(sheet)
    problems = tuple(replace(found, path=path) for found in sorted(sheet.problems))
    if any(problem.severity == "error" for problem in problems):
        return Parsed(None, problems)
    flow = build(sheet.flow, sha256(text.encode()).hexdigest())
    return Parsed(flow, problems, document.places)


def _parse_joined(
    document: Document, path: str, packs: Mapping[str, PackText], quiet: QuietHours
) -> Parsed:
    """Return the meaning of flow and pack together; problems stand where the author wrote."""
    from flows.script.reading import read

    joined = join(document.value, packs)
    if not isinstance(joined, Joined):
        line, column = document.places.of_value(("pack",))
        found = Problem(line, column, joined.code, joined.message, joined.hint, path=path)
        return Parsed(None, (found,))
    whole = read(joined.text)
    if isinstance(whole, Problem):
        return Parsed(None, (replace(whole, line=1, column=1, path=path),))
    parsed = _examine(whole, joined.text, path, quiet)
    problems = {_moved(problem, document, joined) for problem in parsed.problems}
    return Parsed(parsed.flow, tuple(sorted(problems)), document.places)


def _moved(problem: Problem, document: Document, joined: Joined) -> Problem:
    loc = joined.origins[min(problem.line, len(joined.origins)) - 1]
    line, column = document.places.of_value(loc)
    return replace(problem, line=line, column=column)
