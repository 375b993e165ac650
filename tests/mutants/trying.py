"""Faults tried out in processes that fork from one in which everything is read already.

Used by ``python -m tests.mutants`` as a plugin of pytest. A fault costs its tests and nothing else:
no start, no import, no collecting, no template of a database. It must never write into the
repository: a fault lives and dies with its process.
"""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.planting import Fault, module_of
from tests.mutants.recording import make_place

NOTICED, SURVIVED, UNSEEN = "noticed", "SURVIVED", "UNSEEN"
"""UNSEEN: no test comes by the line, which is as bad."""
_FELL_THROUGH, _FAILED, _NOWHERE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault and the tests to ask, the most telling first, with the seconds that they take."""

    fault: Fault
    tests: tuple[str, ...]
    seconds: float


class Trying:
    """A plugin of pytest: tries so many faults at once and tells each verdict as it comes."""

    def __init__(
        self, trials: Iterable[Trial], jobs: int, tell: Callable[[Trial, str], None]
    ) -> None:
        self.trials, self.jobs, self.tell = list(trials), jobs, tell

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Every trial has its verdict afterwards. AssertionError: without a fault tests fail."""
        items = {item.nodeid: item for item in session.items}
        for trial in self.trials:  # what is imported within a function, too
            importlib.import_module(module_of(trial.fault.file))
        make_place(session)
        _warm(session)
        running: dict[int, Trial] = {}
        for trial in self.trials:
            if not trial.tests:
                self.tell(trial, UNSEEN)
                continue
            if len(running) == self.jobs:
                self._end_one(running)
            running[_begin(session, trial, [items[name] for name in trial.tests])] = trial
        while running:
            self._end_one(running)
        return True

    def _end_one(self, running: dict[int, Trial]) -> None:
        child, status = os.wait()
        trial = running.pop(child)
        code = _FAILED if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)
        assert code != _NOWHERE, f"the fault has no place to go: {trial.fault.function}"
        self.tell(trial, SURVIVED if code == _FELL_THROUGH else NOTICED)


def _warm(session: pytest.Session) -> None:
    """What tests share for a whole run is made, once: each fixture by the first that asks."""
    made: set[str] = set()
    for item in session.items:
        known = item._fixtureinfo.name2fixturedefs.values()  # type: ignore[attr-defined]
        shared = {each[-1].argname for each in known if each[-1].scope == "session"}
        if shared - made:
            reports = runtestprotocol(item, log=False, nextitem=session)
            assert all(each.passed for each in reports), f"fails without a fault: {item.nodeid}"
            made |= shared


def _begin(session: pytest.Session, trial: Trial, items: list[pytest.Item]) -> int:
    """The number of a process in which the fault is in place; it ends at the first that fails."""
    child = os.fork()
    if child:
        return child
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    # one that hangs is noticed; each is given its time alone several times over
    signal.alarm(60 + 6 * int(trial.seconds))
    try:
        trial.fault.put_in_place()
    except LookupError:
        os._exit(_NOWHERE)
    for item in items:
        reports = runtestprotocol(item, log=False, nextitem=session)
        if not all(each.passed for each in reports):
            os._exit(_FAILED)
    os._exit(_FELL_THROUGH)
