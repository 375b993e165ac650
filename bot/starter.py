"""Tells a service manager such as systemd that the bot has started, that it works, and that it
stops: the protocol of sd_notify(3), datagrams on the socket that ``NOTIFY_SOCKET`` names.

Used by ``run``. Where nobody listens it does nothing; it must never keep the bot from its work.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Starter:
    """The one that started this process; an empty ``address``: nobody who wants to know."""

    address: str = ""
    watchdog_seconds: float | None = None
    """It ends a process of which it hears nothing for so long; None: it does not."""

    @classmethod
    def of(cls, variables: Mapping[str, str]) -> Starter:
        """The one that these environment variables speak of."""
        address, wait = variables.get("NOTIFY_SOCKET", ""), variables.get("WATCHDOG_USEC", "")
        return cls(address, int(wait) / 1e6 if address and wait.isdecimal() else None)

    def ready(self) -> None:
        """The start is over."""
        self._tell("READY=1")

    def works(self) -> None:
        """All that must go on goes on."""
        self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """The end has begun."""
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        if not self.address:
            return
        # @ stands for the zero byte of an abstract address
        address = "\0" + self.address[1:] if self.address[0] == "@" else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
            line.setblocking(False)
            try:
                line.sendto(state.encode(), address)
            except OSError as error:
                log.warning("starter_away", error=type(error).__name__)
