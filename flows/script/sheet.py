"""A flow file under examination: its shape, its places, and the problems found so far.

Every check of this package writes its findings here. It never decides whether a flow is good.
"""

from __future__ import annotations

from flows.authoring.report import Loc
from flows.schedule.quiet import USUAL_QUIET, QuietHours
from flows.script.places import Places
from flows.script.problems import CATALOGUE, Problem
from flows.script.schema import FlowShape

MOST_PROBLEMS = 300
"""Enough for any author; a hostile file does not fill the memory with its faults."""


class TooManyProblemsError(Exception):
    """No author needs more; raised by a sheet to end the examination, caught by ``parse``."""


class Sheet:
    """Collects problems. ``flow`` holds what could be read; ``faulty`` what could not."""

    def __init__(self, places: Places, quiet: QuietHours = USUAL_QUIET) -> None:
        """``quiet`` are the practice's quiet hours, in which nobody is written to."""
        self.quiet = quiet
        self.places = places
        self.flow = FlowShape()
        self.faulty: set[Loc] = set()
        self.problems: set[Problem] = set()

    def at_key(self, code: str, loc: Loc, message: str, hint: str) -> None:
        """Adds a problem that stands at the key of ``loc``."""
        self._add(code, self.places.of_key(loc), message, hint)

    def at_header(self, code: str, name: str, message: str, hint: str) -> None:
        """Adds a problem that stands at the line ``[name]``."""
        self._add(code, self.places.of_header(name), message, hint)

    def at_value(self, code: str, loc: Loc, message: str, hint: str) -> None:
        """Adds a problem that stands at the value of ``loc``, or at its nearest parent."""
        self._add(code, self.places.of_value(loc), message, hint)

    def inside(self, code: str, loc: Loc, offset: int, message: str, hint: str) -> None:
        """Adds a problem at the character ``offset`` of the string at ``loc``."""
        self._add(code, self.places.inside(loc, offset), message, hint)

    def missing(self, loc: Loc, key: str, example: str) -> None:
        """Adds F011 for ``key`` in the table at ``loc``, unless it is there but faulty."""
        if (*loc, key) not in self.faulty:
            self.at_value("F011", loc, f"`{key}` is missing here.", f"Add {example}")

    def _add(self, code: str, place: tuple[int, int], message: str, hint: str) -> None:
        line, column = self.places.within(*place)
        if len(self.problems) < MOST_PROBLEMS:
            severity = CATALOGUE[code].severity
            self.problems.add(Problem(line, column, code, message, hint, severity))
        else:
            message = f"There are more than {MOST_PROBLEMS} problems."
            self.problems.add(Problem(line, column, "F091", message, "Mend the others first."))
            raise TooManyProblemsError
