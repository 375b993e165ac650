"""Ports for what a test lets listen."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port that nobody has at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
