"""What a service manager is told, over a real datagram socket, and that nobody need listen."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.starter import Starter


@pytest.mark.parametrize("is_abstract", [False, True])
def test_it_hears_each_state(tmp_path: Path, is_abstract: bool) -> None:
    address = f"@{tmp_path.name}-{id(tmp_path)}" if is_abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind("\0" + address[1:] if is_abstract else address)
        line.settimeout(5)
        starter = Starter.of({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "180000000"})
        assert starter.watchdog_seconds == 180
        starter.ready()
        starter.works()
        starter.stopping()
        assert [line.recv(64) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"STOPPING=1"]


def test_a_manager_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    Starter(str(tmp_path / "nobody")).works()


@pytest.mark.parametrize(
    "variables",
    [{}, {"WATCHDOG_USEC": "3000000"}, {"NOTIFY_SOCKET": ""}],
)
def test_without_one_nothing_is_told(variables: dict[str, str]) -> None:
    starter = Starter.of(variables)
    assert (starter.address, starter.watchdog_seconds) == ("", None)
    starter.ready()
