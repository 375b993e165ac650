"""Faults tried out, each in a process of its own that has everything read already.

Used by ``python -m tests.mutants`` as a plugin of pytest. It must never write into the repository:
a fault lives and dies with its process.
"""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import pytest

from tests.mutants.forking import begin, end_all, end_one, forget, passes, warm
from tests.mutants.planting import Fault, module_of, put_back

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
        warm(session)
        running: dict[int, Trial] = {}
        try:
            self._try_all(session, items, running)
        finally:
            end_all(running)
        return True

    def _try_all(
        self,
        session: pytest.Session,
        items: dict[str, pytest.Item],
        running: dict[int, Trial],
    ) -> None:
        for trial in self.trials:
            if not trial.tests:
                self.tell(trial, UNSEEN)
                continue
            if len(running) == self.jobs:
                self._end_one(running)
            work = partial(_try, session, trial, [items[name] for name in trial.tests])
            running[begin(session, work, broken=_NOWHERE)] = trial
        while running:
            self._end_one(running)

    def _end_one(self, running: dict[int, Trial]) -> None:
        child, status = end_one()
        trial = running.pop(child)
        code = _FAILED if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)
        assert code != _NOWHERE, f"the fault has no place to go: {trial.fault.function}"
        self.tell(trial, SURVIVED if code == _FELL_THROUGH else NOTICED)


def _try(session: pytest.Session, trial: Trial, items: list[pytest.Item]) -> int:
    """Put the fault in place and ask, up to the first test that fails with it and not without."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    # one that hangs is noticed; each is given its time alone several times over
    signal.alarm(60 + 6 * int(trial.seconds))
    sound = trial.fault.put_in_place()
    for item in items:
        if passes(session, item):
            continue
        faulty = put_back(sound)
        forget()
        if passes(session, item):
            return _FAILED
        put_back(faulty)
        forget()
    return _FELL_THROUGH
