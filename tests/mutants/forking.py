"""Processes that fork from one in which pytest has read and made everything that tests share.

Used by ``recording`` and ``trying``: no start, no import, no collecting, no template of a database.
A child must never touch what another uses: each starts a PostgreSQL of its own where it needs one.
"""

from __future__ import annotations

import functools
import gc
import os
import signal
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("bot", "flows", "storage")
ALONE = ("-q", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "tmp_path_retention_policy=none")
"""No files are left: thousands of tests would fill a disk."""
OF_EACH = "postgres"
"""The fixture that two processes must not share: they would empty each other's tables."""


def run(tests: Iterable[str], plugin: object) -> int:
    """Pytest's exit code with the plugin in charge; the files of all processes are gone then."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="interlude-mutants-") as folder:
        Path(folder).chmod(0o755)  # a database server may run as somebody else
        tempfile.tempdir = folder
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = f"{folder}/examples"  # those fail with a fault
        try:
            return int(
                pytest.main([*ALONE, f"--basetemp={folder}/tests", *tests], plugins=[plugin])
            )
        finally:
            tempfile.tempdir = before


def warm(session: pytest.Session) -> None:
    """What tests share for a whole run is made, once: each fixture by the first that asks."""
    gc.unfreeze()  # what is kept from the collector is found by nobody who looks for functions
    # the folder is there before the processes part: each would begin by emptying it
    session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    made = {OF_EACH}
    for item in session.items:
        known = item._fixtureinfo.name2fixturedefs.values()  # type: ignore[attr-defined]
        shared = {each[-1].argname for each in known if each[-1].scope == "session"}
        if shared - made and OF_EACH not in shared:
            assert passes(session, item), f"fails without a fault: {item.nodeid}"
            made |= shared


def passes(session: pytest.Session, item: pytest.Item) -> bool:
    """True once the test is through; what it shares with others stays."""
    return all(each.passed for each in runtestprotocol(item, log=False, nextitem=session))


def begin(session: pytest.Session, work: Callable[[], int], *, broken: int) -> int:
    """The number of a process that ends with the number that ``work`` returns; with ``broken``
    where it raises. What it shares with no other is put away.
    """
    child = os.fork()
    if child:
        return child
    code = broken
    try:
        os.setpgid(0, 0)
        forget()
        code = work()
        session._setupstate.teardown_exact(None)
    finally:
        os._exit(code)


def end_one() -> tuple[int, int]:
    """The next process that has ended, and its wait status; nothing that it started is left."""
    child, status = os.wait()
    end_all((child,))
    return child, status


def end_all(children: Iterable[int]) -> None:
    """Nothing of these processes, and of what they started, goes on."""
    for child in children:
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


def forget() -> None:
    """What the program keeps for a process is read anew: else only one test would come by it."""
    for each in gc.get_objects():
        if isinstance(each, functools._lru_cache_wrapper) and _is_ours(each):
            each.cache_clear()


def _is_ours(kept: object) -> bool:
    return getattr(kept, "__module__", "").split(".")[0] in PACKAGES
