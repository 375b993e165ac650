"""Faults tried out, each in a process of its own that has everything read already.

Used by ``python -m tests.mutants`` as a plugin of pytest. It must never write into the repository:
a fault lives and dies with its process. It must never take a busy machine for a hanging test.
"""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

import pytest

from tests.mutants.forking import begin, end_all, end_one, forget, passes, warm
from tests.mutants.planting import Fault, module_of, put_back

NOTICED, SURVIVED, UNSEEN, NO_VERDICT = "noticed", "SURVIVED", "UNSEEN", "no verdict"
"""UNSEEN: no test comes by the line, which is as bad. No verdict: the tests did not come to an end
in time, and without the fault they hardly would have.
"""
_FELL_THROUGH, _FAILED, _NOWHERE = 0, 1, 2
_UNKNOWN_SECONDS = 2.0
"""A test's, where nobody has recorded it."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A fault and the tests to ask, the most telling first, with the seconds that they take."""

    fault: Fault
    tests: tuple[str, ...]
    seconds: float

    @property
    def limit(self) -> int:
        """Seconds after which the tests hang: their time alone several times over. The processor
        counts a part of them, so that a loop without end is ended on a busy machine, too.
        """
        return 60 + 6 * int(self.seconds)


class Trying:
    """A plugin of pytest: tries so many faults at once and tells each verdict as it comes."""

    def __init__(
        self,
        trials: Iterable[Trial],
        jobs: int,
        tell: Callable[[Trial, str], None],
        *,
        asks_all: bool = False,
    ) -> None:
        """``asks_all``: each fault is tried on every test that pytest was given."""
        self.trials, self.jobs, self.tell, self.asks_all = list(trials), jobs, tell, asks_all

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Every trial has its verdict afterwards. AssertionError: without a fault tests fail."""
        items = {item.nodeid: item for item in session.items}
        if self.asks_all:
            seconds = _UNKNOWN_SECONDS * len(items)
            self.trials = [replace(each, tests=(*items,), seconds=seconds) for each in self.trials]
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
                self._end_one(session, items, running)
            work = partial(_try, session, trial, [items[name] for name in trial.tests])
            running[begin(session, work, broken=_NOWHERE)] = trial
        while running:
            self._end_one(session, items, running)

    def _end_one(
        self,
        session: pytest.Session,
        items: dict[str, pytest.Item],
        running: dict[int, Trial],
    ) -> None:
        child, status = end_one()
        trial = running.pop(child)
        if os.WIFSIGNALED(status):
            verdict = NOTICED if _ends_in_time(session, trial, items) else NO_VERDICT
        else:
            code = os.waitstatus_to_exitcode(status)
            assert code != _NOWHERE, f"the fault has no place to go: {trial.fault.function}"
            verdict = SURVIVED if code == _FELL_THROUGH else NOTICED
        self.tell(trial, verdict)


def _ends_in_time(session: pytest.Session, trial: Trial, items: dict[str, pytest.Item]) -> bool:
    """True where the tests pass without the fault, here and now, in a third of their limit."""

    def work() -> int:
        _be_quiet(trial.limit // 3)
        every = [passes(session, items[name]) for name in trial.tests]
        return _FELL_THROUGH if all(every) else _FAILED

    child = begin(session, work, broken=_FAILED)
    _, status = os.waitpid(child, 0)
    end_all((child,))
    return status == 0


def _try(session: pytest.Session, trial: Trial, items: list[pytest.Item]) -> int:
    """Put the fault in place and ask, up to the first test that fails with it and not without."""
    _be_quiet(trial.limit)
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


def _be_quiet(seconds: int) -> None:
    """Nothing more is written here, and after so many seconds, or a third of them on the processor,
    the process is ended.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    signal.alarm(seconds)
    signal.setitimer(signal.ITIMER_PROF, seconds / 3)
