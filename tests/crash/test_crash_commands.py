"""``backup``, ``restore``, ``move`` and an upgrade, each killed before some calls that are drawn by
lot: afterwards all is as before or as it was to be.

The whole sweep is ``python -m tests.crash.command_sweep``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash import tracing
from tests.crash.command_sweep import Backup, Move, Restore, Trial, Upgrade, survive
from tests.crash.kill_sweep import points
from tests.support.postgres import postgres_or_skip

MANY = 2
SEED = 20261128
FEWEST_CALLS = {"backup": 350, "restore": 180, "upgrade": 430, "move": 1100}
"""Each that nobody kills makes some more."""


@pytest.mark.parametrize("made", [Backup, Restore, Upgrade])
def test_a_command_that_is_killed_leaves_all_as_before_or_as_it_was_to_be(
    made: Callable[[], Trial], tmp_path: Path
) -> None:
    live_through(made(), tmp_path)


def test_a_move_that_is_killed_leaves_all_as_before_or_as_it_was_to_be(tmp_path: Path) -> None:
    with postgres_or_skip() as server:
        live_through(Move(server), tmp_path)


def live_through(trial: Trial, folder: Path) -> None:
    """The command, killed before some of its calls."""
    reason = tracing.reason_against()
    if reason is not None:
        pytest.skip(f"no kill at a system call: {reason}")
    trial.prepare(folder)
    for number in points(FEWEST_CALLS[trial.name], MANY, SEED):
        assert survive(trial, folder, number)[0] == number
