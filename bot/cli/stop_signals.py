"""The signals that end a command which would go on for ever.

Used by ``interlude run``, the demo and the author's page.
"""

from __future__ import annotations

import asyncio
import signal


def stop_on_signals(stop: asyncio.Event) -> None:
    """SIGTERM and SIGINT end the command in order; kill -9 is always safe."""
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
