"""``python -m bot.sandbox --port P --token T``: the sandbox in a process of its own.

Crash tests and benchmarks use it. Prints its address as one line once it listens, runs by the
machine's clock and ends at SIGTERM or SIGINT.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence

from bot.clock import SystemClock
from bot.sandbox.server import TOKEN, USERNAME, Sandbox


async def serve(options: argparse.Namespace) -> None:
    """Serve until told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    sandbox = Sandbox(
        SystemClock(),
        options.token,
        options.username,
        port=options.port,
        rate_limits=options.rate_limits,
    )
    sandbox.faults.latency = options.latency
    async with sandbox:
        sys.stdout.write(f"{sandbox.url}\n")
        sys.stdout.flush()
        await stop.wait()


def main(words: Sequence[str] | None = None) -> None:
    """Read the options, by default those of the command line, and serve."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--username", default=USERNAME)
    parser.add_argument(
        "--latency", type=float, default=0.0, help="real seconds added to each call"
    )
    parser.add_argument("--rate-limits", action="store_true", help="answer 429 as Telegram would")
    asyncio.run(serve(parser.parse_args(words)))


if __name__ == "__main__":
    main()
