"""Keeps what a process holds in memory from being written to disk when it crashes.

Used by ``run``, whose memory holds the token, the keys and clients' words. It must be called before
any of these is read, and must never keep the bot from starting where a system knows no such thing.
"""

from __future__ import annotations

import ctypes
import sys

_PR_SET_DUMPABLE = 4
"""See prctl(2): at 0 the kernel writes no core dump, also not to a program that collects them."""


def forbid_core_dumps() -> None:
    """No core dump is written of this process, whatever the limits that it was started with."""
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
