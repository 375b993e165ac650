"""``parse``: the text of a flow file -> a ``Flow``, or every problem in it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256

from flows.script.flow import Flow
from flows.script.problems import Problem


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text means. ``flow`` is None where a problem is an error; warnings let it pass."""

    flow: Flow | None
    problems: tuple[Problem, ...]


def parse(text: str, path: str) -> Parsed:
    """The flow of a TOML text, and every problem in it, in the order of the text.

    ``path`` is only shown in the problems; nothing is read. It never raises on any text, and
    refuses one that is too large or too deep in well under a second. The fingerprint of the flow
    is the SHA-256 of the text in hex.
    """
    # Imported late: pydantic and the TOML reader cost 70 ms that most commands need not spend.
    from flows.script import checks
    from flows.script.build import build
    from flows.script.reading import read
    from flows.script.shape import check_shape
    from flows.script.sheet import Sheet, TooManyProblemsError

    document = read(text)
    if isinstance(document, Problem):
        return Parsed(None, (replace(document, path=path),))
    sheet = Sheet(document.places)
    with suppress(TooManyProblemsError):
        check_shape(sheet, document.value)
        for check in checks.ALL:
            check(sheet)
    problems = tuple(replace(found, path=path) for found in sorted(sheet.problems))
    if any(problem.severity == "error" for problem in problems):
        return Parsed(None, problems)
    return Parsed(build(sheet.flow, sha256(text.encode()).hexdigest()), problems)
