"""A practice's first check-in, killed before some system calls that are drawn by lot.

The whole sweep is ``python -m tests.crash.kill_sweep``.
"""

from __future__ import annotations

import pytest

from tests.crash import tracing
from tests.crash.kill_sweep import points, sweep

MANY = 6
FEWEST_CALLS = 1100
"""A run that nobody kills makes some more."""
SEED = 20261128


@pytest.mark.promise("P1b")
def test_killed_before_any_call_the_check_in_goes_on_to_its_end() -> None:
    reason = tracing.reason_against()
    if reason is not None:
        pytest.skip(f"no kill at a system call: {reason}")
    numbers = points(FEWEST_CALLS, MANY, SEED)
    assert [done.before for done in sweep(numbers)] == numbers
