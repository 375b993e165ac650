"""A process on a share of one processor, as if it ran on a small machine of its own.

Used by ``workers``. Linux alone, as root, by the control groups of the kernel (version 1 or 2): a
process that has used up its share of a hundredth of a second waits for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PERIOD = 10_000
"""Microseconds, as few as the kernel takes: no wait is much longer than a transaction."""
FIRST = Path("/sys/fs/cgroup/cpu")
SECOND = Path("/sys/fs/cgroup")


@contextmanager
def on_a_share(pid: int, share: float) -> Iterator[None]:
    """Hold a process, and the threads and children that it starts, to this share of one processor
    until the block ends. OSError: the kernel or the rights of this user do not allow it.
    """
    quota = int(PERIOD * share)
    first = FIRST.is_dir()
    group = (FIRST if first else SECOND) / f"interlude-benchmark-{pid}"
    group.mkdir()
    try:
        if first:
            (group / "cpu.cfs_period_us").write_text(str(PERIOD))
            (group / "cpu.cfs_quota_us").write_text(str(quota))
        else:
            (group / "cpu.max").write_text(f"{quota} {PERIOD}")
        (group / "cgroup.procs").write_text(str(pid))
        yield
    finally:
        _leave(group)


def _leave(group: Path) -> None:
    """Put what still runs back where it came from and remove the group."""
    for pid in (group / "cgroup.procs").read_text().split():
        (group.parent / "cgroup.procs").write_text(pid)
    group.rmdir()
